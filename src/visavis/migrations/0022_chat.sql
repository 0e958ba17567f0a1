-- One room for each client and practitioner, from their first session on; what they say in it, and their sessions.

create table chat_room (
    id uuid primary key default uuidv7(),
    client_id uuid not null references account,
    practitioner_id uuid not null references account,
    latest bigint not null default 0, -- the number of the last message
    version bigint not null default 0, -- counts every change: a message, an edit, a deletion
    latest_at timestamptz not null default now(),
    -- The last thing each of them wrote, and how far each of them has read.
    client_said bigint not null default 0,
    practitioner_said bigint not null default 0,
    client_seen bigint not null default 0,
    practitioner_seen bigint not null default 0,
    created_at timestamptz not null default now(),
    unique (client_id, practitioner_id),
    check (client_id <> practitioner_id)
) with (fillfactor = 50); -- one row a pair, changed again and again
create index chat_room_of_client on chat_room (client_id, latest_at desc);
create index chat_room_of_practitioner on chat_room (practitioner_id, latest_at desc);
create index chat_room_unread_by_client on chat_room (client_id) where practitioner_said > client_seen;
create index chat_room_unread_by_practitioner on chat_room (practitioner_id) where client_said > practitioner_seen;

create table chat_message (
    id uuid primary key, -- of the sender's making: what is sent twice is kept once
    room_id uuid not null references chat_room,
    number bigint, -- of the room's; grows in the order of commits without a gap, so that "after N" misses nothing
    version bigint, -- the room's when this message was last changed
    author_id uuid not null references account,
    session_id uuid references session on delete cascade, -- the card of a session, which its maker put there
    body text not null default '' check (length(body) <= 4000),
    reply_to uuid,
    digest bytea not null default '', -- of what was sent first under this id
    created_at timestamptz not null,
    edited_at timestamptz,
    deleted_at timestamptz,
    unique (room_id, id),
    foreign key (room_id, reply_to) references chat_message (room_id, id) on delete set null (reply_to),
    check (deleted_at is null or body = ''),
    check (session_id is null or (body = '' and reply_to is null and edited_at is null and deleted_at is null))
);
create unique index chat_message_in_order on chat_message (room_id, number);
create index chat_message_changed on chat_message (room_id, version);
create index chat_message_unnumbered on chat_message (room_id) where number is null; -- one transaction's at most
create index chat_message_of_session on chat_message (session_id) where session_id is not null;
create index chat_message_answers on chat_message (room_id, reply_to) where reply_to is not null;

create table chat_file (
    id uuid primary key default uuidv7(),
    message_id uuid not null references chat_message on delete cascade,
    position smallint not null check (position between 0 and 4),
    key text not null unique,
    name text not null check (length(name) between 1 and 120),
    media_type text not null check (media_type in ('image/jpeg', 'application/pdf')),
    bytes int not null check (bytes > 0),
    width int, -- of a picture, so that nothing moves when it is there
    height int,
    unique (message_id, position)
);

create table chat_block (
    blocker_id uuid not null references account on delete cascade,
    blocked_id uuid not null references account on delete cascade,
    created_at timestamptz not null,
    primary key (blocker_id, blocked_id),
    check (blocker_id <> blocked_id)
);
create index chat_block_of on chat_block (blocked_id);

create table chat_report (
    id uuid primary key default uuidv7(),
    reporter_id uuid not null references account,
    reported_id uuid not null references account,
    room_id uuid not null references chat_room,
    message_id uuid references chat_message on delete set null,
    said text not null default '', -- the message as it was when it was reported
    files int not null default 0,
    reason text not null check (length(reason) between 1 and 1000),
    created_at timestamptz not null,
    settled_at timestamptz,
    settled_by uuid references account,
    check ((settled_at is null) = (settled_by is null)),
    check (reporter_id <> reported_id)
);
create index chat_report_of on chat_report (reporter_id, created_at desc);
create index chat_report_open on chat_report (created_at) where settled_at is null;

alter table practice add column chat_months int check (chat_months between 1 and 120); -- null: kept for ever
grant update (chat_months) on practice to visavis_web;

-- The rooms of the sessions there are.
alter table session no force row level security; -- the owner, too, would see no row of it
insert into chat_room (client_id, practitioner_id, latest, version, latest_at, created_at)
    select client_id, practitioner_id, count(*), count(*), max(created_at), min(created_at) from session
    group by client_id, practitioner_id;
insert into chat_message (id, room_id, number, version, author_id, session_id, created_at)
    select uuidv7(), r.id, n.nth, n.nth, n.author_id, n.id, n.created_at
    from (select s.*, case created_by when 'client' then client_id else practitioner_id end as author_id,
            row_number() over (partition by client_id, practitioner_id order by created_at, id) as nth from session s) n
        join chat_room r using (client_id, practitioner_id);
alter table session force row level security;

do $$
declare t text;
begin
    foreach t in array array['chat_room', 'chat_message', 'chat_file', 'chat_block', 'chat_report'] loop
        execute format('alter table %I enable row level security, force row level security', t);
        execute format('grant select, insert, update, delete on %I to visavis_worker', t);
        execute format('create policy worker on %I to visavis_worker using (true) with check (true)', t);
    end loop;
end $$;

grant select, insert, update on chat_room to visavis_lookup;
grant select, insert, update (number, version) on chat_message to visavis_lookup;
grant select on chat_file, chat_report to visavis_lookup;
create policy lookup on chat_room to visavis_lookup using (true) with check (true);
create policy lookup on chat_message to visavis_lookup using (true) with check (true);
create policy lookup on chat_file for select to visavis_lookup using (true);
create policy lookup on chat_report for select to visavis_lookup using (true);

-- What web processes may do ---------------------------------------------------------------------------------------
grant select on chat_room to visavis_web; -- made with sessions, counted by the functions below
create policy read_own on chat_room for select to visavis_web
    using (client_id = (select current_account()) or practitioner_id = (select current_account()));

grant select, insert, delete on chat_block to visavis_web;
create policy read_own on chat_block for select to visavis_web
    using ((select current_account()) in (blocker_id, blocked_id));
create policy block on chat_block for insert to visavis_web
    with check (blocker_id = (select current_account()) and exists (select from chat_room r
        where blocked_id in (r.client_id, r.practitioner_id) and blocker_id in (r.client_id, r.practitioner_id)));
create policy unblock on chat_block for delete to visavis_web using (blocker_id = (select current_account()));

grant select, insert (id, room_id, author_id, body, reply_to, digest, created_at),
    update (body, edited_at, deleted_at) on chat_message to visavis_web;
create policy of_my_room on chat_message for select to visavis_web
    using (exists (select from chat_room r where r.id = room_id));
create policy say_in_my_room on chat_message for insert to visavis_web
    with check (author_id = (select current_account()) and exists (select from chat_room r where r.id = room_id
        and not exists (select from chat_block b where (b.blocker_id, b.blocked_id)
            in ((r.client_id, r.practitioner_id), (r.practitioner_id, r.client_id)))));
create policy change_own on chat_message for update to visavis_web
    using (author_id = (select current_account()) and session_id is null);

grant select, insert (id, message_id, position, key, name, media_type, bytes, width, height), delete
    on chat_file to visavis_web;
create policy of_my_room on chat_file for select to visavis_web
    using (exists (select from chat_message m where m.id = message_id));
create policy of_my_message on chat_file for insert to visavis_web with check (exists (select from chat_message m
    where m.id = message_id and m.author_id = (select current_account()) and m.session_id is null));
create policy take_back on chat_file for delete to visavis_web using (exists (select from chat_message m
    where m.id = message_id and m.author_id = (select current_account())));

grant select, insert (id, reporter_id, reported_id, room_id, message_id, reason, created_at),
    update (settled_at, settled_by) on chat_report to visavis_web;
create policy read_own on chat_report for select to visavis_web
    using (reporter_id = (select current_account()) or (select acting_operator()));
create policy report on chat_report for insert to visavis_web
    with check (reporter_id = (select current_account()) and exists (select from chat_room r where r.id = room_id
            and reporter_id in (r.client_id, r.practitioner_id) and reported_id in (r.client_id, r.practitioner_id))
        and (message_id is null or exists (select from chat_message m where m.id = message_id
            and m.room_id = chat_report.room_id and m.author_id = reported_id)));
create policy settle on chat_report for update to visavis_web
    using ((select acting_operator())) with check (settled_by = (select current_account()));

-- What is written gets its number where it is written, and holds its room until the commit: who counts later commits
-- later. What was sent before is not written again, and not counted either.
create function number_chat_message() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform from chat_room where id = new.room_id for no key update;
    if exists (select from chat_message m where m.id = new.id) then return null; end if;
    update chat_room set latest = latest + 1, version = version + 1, latest_at = greatest(latest_at, new.created_at),
        client_said = case client_id when new.author_id then latest + 1 else client_said end,
        practitioner_said = case practitioner_id when new.author_id then latest + 1 else practitioner_said end
        where id = new.room_id returning latest, version into new.number, new.version;
    return new;
end $$;

-- Cards get theirs by the commit, as notifications do, so that nobody who chats waits for a booking. Rooms are counted
-- before people: cards are written before anybody is told. A card without a number is its own transaction's.
create function number_chat_cards() returns trigger
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
        perform pg_notify('visavis', json_build_object('to', people,
            'about', array['card', 'chat', 'chat:' || room.room_id])::text); -- a hint, as live/actions.py sends them
    end loop;
    return null;
end $$;

-- A session opens the room of its two people, if it is their first, and puts its card into it.
create function put_session_into_chat() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into chat_room (client_id, practitioner_id, latest_at, created_at)
        values (new.client_id, new.practitioner_id, new.created_at, new.created_at)
        on conflict (client_id, practitioner_id) do nothing;
    insert into chat_message (id, room_id, author_id, session_id, created_at)
        select uuidv7(), r.id, case new.created_by when 'client' then new.client_id else new.practitioner_id end,
            new.id, new.created_at
        from chat_room r where r.client_id = new.client_id and r.practitioner_id = new.practitioner_id;
    return null;
end $$;

-- An edit or a deletion is a change of the room, counted as the messages are.
create function count_chat_change() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update chat_room set version = version + 1 where id = new.room_id returning version into new.version;
    if new.deleted_at is not null then new.digest := ''; end if; -- nothing of what was said stays
    return new;
end $$;

-- A report holds what was said, whatever its author makes of it afterwards; who reports cannot make it up.
create function keep_what_was_said() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    select m.body, (select count(*) from chat_file f where f.message_id = m.id) into new.said, new.files
        from chat_message m where m.id = new.message_id;
    new.said := coalesce(new.said, '');
    new.files := coalesce(new.files, 0);
    return new;
end $$;

create trigger chat_message_numbered before insert on chat_message
    for each row when (new.number is null and new.session_id is null) execute function number_chat_message();
create constraint trigger chat_cards_numbered after insert on chat_message deferrable initially deferred
    for each row when (new.number is null) execute function number_chat_cards();
create trigger session_into_chat after insert on session for each row execute function put_session_into_chat();
create trigger chat_change_counted before update of body, deleted_at on chat_message for each row
    execute function count_chat_change();
create trigger chat_report_said before insert on chat_report for each row execute function keep_what_was_said();

grant create on schema public to visavis_lookup;
do $$
declare f text;
begin
    foreach f in array array['number_chat_message', 'number_chat_cards', 'put_session_into_chat', 'count_chat_change',
        'keep_what_was_said'] loop
        execute format('revoke all on function %I() from public', f);
        execute format('alter function %I() owner to visavis_lookup', f);
    end loop;
end $$;

set local role visavis_lookup; -- the owner of what looks across accounts

-- The acting account has read a room up to a number; whether that is news.
create function mark_chat_seen(room uuid, upto bigint) returns boolean
language sql security definer set search_path = public, pg_temp
as $$
    with seen as (
        update chat_room set
            client_seen = case client_id when current_account() then least(upto, latest) else client_seen end,
            practitioner_seen = case practitioner_id when current_account() then least(upto, latest) else practitioner_seen end
        where id = room and least(upto, latest) > case current_account()
            when client_id then client_seen when practitioner_id then practitioner_seen end
        returning 1)
    select exists (select from seen)
$$;

-- What an account has not read of what others wrote to it; counted to 100.
create function unread_messages(account uuid) returns int
language plpgsql stable security definer set search_path = public, pg_temp
as $$
begin
    return (select count(*)::int from (
        select from chat_room r join chat_message m on m.room_id = r.id and m.number > r.client_seen
            and m.author_id = r.practitioner_id and m.session_id is null and m.deleted_at is null
            where r.client_id = account and r.practitioner_said > r.client_seen
        union all
        select from chat_room r join chat_message m on m.room_id = r.id and m.number > r.practitioner_seen
            and m.author_id = r.client_id and m.session_id is null and m.deleted_at is null
            where r.practitioner_id = account and r.client_said > r.practitioner_seen
        limit 100) few);
end $$;

-- What was reported, for operators: the open ones first, the longest waiting first; then the settled ones, latest first.
create function chat_reports(most int, skip int)
returns table (id uuid, reporter_id uuid, reporter_name text, reporter_email text, reported_id uuid, reported_name text,
    reported_email text, said text, files int, about_message boolean, reason text, created_at timestamptz,
    settled_at timestamptz, settled_by_name text)
language sql stable security definer set search_path = public, pg_temp
as $$
    select c.id, c.reporter_id, rn.name, ra.email, c.reported_id, dn.name, da.email, c.said, c.files,
        c.message_id is not null or c.said <> '', c.reason, c.created_at, c.settled_at, sn.name
    from chat_report c
    join person rn on rn.id = c.reporter_id join account ra on ra.id = c.reporter_id
    join person dn on dn.id = c.reported_id join account da on da.id = c.reported_id
    left join person sn on sn.id = c.settled_by
    where (select acting_operator())
    order by c.settled_at is not null, c.settled_at desc, c.created_at, c.id
    limit most offset skip
$$;
reset role;

-- Every page shows how many messages are unread: it is said with who asks, without a statement more.
alter type acting_account add attribute messages int;
set local role visavis_lookup;
create or replace function account_of_sign_in(token_hash bytea) returns setof acting_account
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare found_id uuid; seen timestamptz;
begin
    select s.id, s.last_seen_at into found_id, seen from sign_in s
        where s.token_hash = account_of_sign_in.token_hash and s.expires_at > now();
    if found_id is null then return; end if;
    if seen < now() - interval '5 minutes' then
        update sign_in set last_seen_at = now() where id = found_id;
    end if;
    return query select a.id, p.name, p.time_zone, p.locale, a.is_client, a.is_practitioner, a.is_operator, s.id,
            (select count(*)::int from (select from notification n
                where n.account_id = a.id and n.read_at is null limit 100) few), -- "99+"
            coalesce((select c.latest from notification_count c where c.account_id = a.id), 0),
            coalesce((select case when h.sound_on then h.volume::int else 0 end
                from notification_choice h where h.account_id = a.id), 60),
            unread_messages(a.id)
        from sign_in s join account a on a.id = s.account_id join person p on p.id = a.id
        where s.id = found_id and a.disabled_at is null;
end $$;

create or replace function account_of_api_key(token_hash bytea) returns setof acting_account
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare found_id uuid; used timestamptz;
begin
    select k.id, k.last_used_at into found_id, used from api_key k
        where k.token_hash = account_of_api_key.token_hash and k.revoked_at is null;
    if found_id is null then return; end if;
    if used is null or used < now() - interval '5 minutes' then
        update api_key set last_used_at = now() where id = found_id;
    end if;
    return query select a.id, p.name, p.time_zone, p.locale, a.is_client, a.is_practitioner, a.is_operator, null::uuid,
            0, 0::bigint, 0, 0
        from api_key k join account a on a.id = k.account_id join person p on p.id = a.id
        where k.id = found_id and a.disabled_at is null;
end $$;

revoke all on function mark_chat_seen(uuid, bigint), unread_messages(uuid), chat_reports(int, int) from public;
grant execute on function mark_chat_seen(uuid, bigint), chat_reports(int, int) to visavis_web;
reset role;
revoke create on schema public from visavis_lookup;
