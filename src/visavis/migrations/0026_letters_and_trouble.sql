-- A letter about what was not read: up to which number of the room each of the two was told by mail, and when.

alter table chat_room
    add column client_mailed bigint not null default 0,
    add column practitioner_mailed bigint not null default 0,
    add column client_mailed_at timestamptz,
    add column practitioner_mailed_at timestamptz;
alter table chat_room no force row level security; -- the owner, too, would see no row of it
update chat_room set client_mailed = practitioner_said, practitioner_mailed = client_said; -- nobody hears of old ones
alter table chat_room force row level security;
create index chat_room_to_tell_client on chat_room (client_id)
    where practitioner_said > client_seen and practitioner_said > client_mailed;
create index chat_room_to_tell_practitioner on chat_room (practitioner_id)
    where client_said > practitioner_seen and client_said > practitioner_mailed;

-- When a provider of rooms failed, for the operator's page.
alter table video_room add column trouble_at timestamptz;
alter table video_room no force row level security;
update video_room set trouble_at = made_at where trouble is not null;
alter table video_room force row level security;
create index video_room_with_trouble on video_room (trouble_at desc) where trouble is not null;
create function note_trouble() returns trigger language plpgsql as $$
begin
    new.trouble_at := now();
    return new;
end $$;
create trigger video_trouble_noted before insert or update of trouble on video_room for each row
    when (new.trouble is not null) execute function note_trouble();

-- What did not work, for operators: when, what, and whose session, but not with whom.
grant select (trouble, trouble_at) on video_room to visavis_lookup;
grant create on schema public to visavis_lookup;
set local role visavis_lookup;
create function video_troubles(most int, skip int)
returns table (session_id uuid, at timestamptz, trouble text, practitioner_id uuid, practitioner_name text)
language sql stable security definer set search_path = public, pg_temp
as $$
    select r.session_id, r.trouble_at, r.trouble, s.practitioner_id, p.name
    from video_room r join session s on s.id = r.session_id join person p on p.id = s.practitioner_id
    where (select acting_operator()) and r.trouble is not null
    order by r.trouble_at desc, r.session_id limit most offset skip
$$;
revoke all on function video_troubles(int, int) from public;
grant execute on function video_troubles(int, int) to visavis_web;
reset role;
revoke create on schema public from visavis_lookup;
