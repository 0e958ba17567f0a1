-- A hint says by which transaction something changed (kit/as_of.py): so does that of cards in a chat; else as before.

grant create on schema public to visavis_lookup;
set local role visavis_lookup; -- the owner of the function

create or replace function number_chat_cards() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare room record; upto bigint; changes bigint; people uuid[];
begin
    for room in select room_id, count(*) as many, max(created_at) as at from chat_message where number is null
            group by room_id order by room_id loop
        update chat_room r set latest = r.latest + room.many, version = r.version + room.many,
            latest_at = greatest(r.latest_at, room.at) where r.id = room.room_id
            returning latest, version, array[client_id, practitioner_id] into upto, changes, people;
        update chat_message m set number = upto - room.many + o.nth, version = changes - room.many + o.nth
            from (select id, row_number() over (order by created_at, id) as nth from chat_message
                where room_id = room.room_id and number is null) o
            where m.id = o.id;
        perform pg_notify('visavis', json_build_object('transaction', pg_current_xact_id()::text::bigint, 'to', people,
            'about', array['card', 'chat', 'chat:' || room.room_id])::text); -- a hint, as live/queries.py sends them
    end loop;
    return null;
end $$;

reset role;
revoke create on schema public from visavis_lookup;
