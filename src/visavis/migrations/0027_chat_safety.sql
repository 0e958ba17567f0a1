-- Who blocks somebody is left alone: nothing new is arranged between the two, and the other one is shown no reading.

-- How far each has read, as the other one is shown it: it stands still while the reader blocks the other.
alter table chat_room
    add column client_shown bigint not null default 0,
    add column practitioner_shown bigint not null default 0;
alter table chat_room no force row level security; -- the owner, too, would see no row of it
update chat_room set client_shown = client_seen, practitioner_shown = practitioner_seen;
alter table chat_room force row level security;

grant select on chat_block to visavis_lookup;
create policy lookup on chat_block for select to visavis_lookup using (true);

-- Sessions that there are go on; no new one begins between two of whom one blocks the other.
create policy not_blocked on session as restrictive for insert to visavis_web
    with check (not exists (select from chat_block b
        where b.blocker_id in (client_id, practitioner_id) and b.blocked_id in (client_id, practitioner_id)));

create function hold_rooms_to_block() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform from chat_room r where r.client_id in (new.blocker_id, new.blocked_id)
        and r.practitioner_id in (new.blocker_id, new.blocked_id) order by r.id for no key update;
    return new;
end $$;

create trigger rooms_held_to_block before insert on chat_block for each row execute function hold_rooms_to_block();

grant create on schema public to visavis_lookup;
revoke all on function hold_rooms_to_block() from public;
alter function hold_rooms_to_block() owner to visavis_lookup;
set local role visavis_lookup; -- the owner of what looks across accounts

-- A block waits for what is being said, and what is said later sees it: both hold the room.
create or replace function number_chat_message() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare people uuid[];
begin
    select array[client_id, practitioner_id] into people from chat_room where id = new.room_id for no key update;
    if exists (select from chat_message m where m.id = new.id) then return null; end if;
    if exists (select from chat_block b where b.blocker_id = any (people) and b.blocked_id = any (people)) then
        return null; -- by now, whatever the statement saw when it began
    end if;
    update chat_room set latest = latest + 1, version = version + 1, latest_at = greatest(latest_at, new.created_at),
        client_said = case client_id when new.author_id then latest + 1 else client_said end,
        practitioner_said = case practitioner_id when new.author_id then latest + 1 else practitioner_said end
        where id = new.room_id returning latest, version into new.number, new.version;
    return new;
end $$;

create or replace function mark_chat_seen(room uuid, upto bigint) returns boolean
language sql security definer set search_path = public, pg_temp
as $$
    with mine as materialized (
        select r.id, r.client_id = current_account() as by_client, least(upto, r.latest) as far,
            exists (select from chat_block b where b.blocker_id = current_account()
                and b.blocked_id in (r.client_id, r.practitioner_id)) as hidden
        from chat_room r where r.id = room and current_account() in (r.client_id, r.practitioner_id)),
    seen as (
        update chat_room r set
            client_seen = case when m.by_client then m.far else r.client_seen end,
            practitioner_seen = case when m.by_client then r.practitioner_seen else m.far end,
            client_shown = case when m.by_client and not m.hidden then m.far else r.client_shown end,
            practitioner_shown = case when m.by_client or m.hidden then r.practitioner_shown else m.far end
        from mine m
        where r.id = m.id and m.far > case when m.by_client then r.client_seen else r.practitioner_seen end
        returning 1)
    select exists (select from seen)
$$;
reset role;
revoke create on schema public from visavis_lookup;

-- What one account can fill and what the database refuses on its own; reports that cannot be drowned or outrun.

-- Who sees much unread that was deleted looks at what is left alone; forgetting finds its rows.
create index chat_message_unread on chat_message (room_id, author_id, number)
    where deleted_at is null and session_id is null;
create index video_presence_latest on video_presence (session_id, account_id, joined_at desc);
create index chat_report_of_message on chat_report (message_id) where message_id is not null;

-- Files count for who sent them: so many bytes a day (chat/rules.py asks earlier, and for less).
alter table chat_file
    add column sender_id uuid references account,
    add column sent_at timestamptz not null default now();
create index chat_file_sent on chat_file (sender_id, sent_at);

-- What was said before it was changed or taken back, for reports of the next days; nobody reads it otherwise.
create table chat_before (
    message_id uuid not null references chat_message on delete cascade,
    body text not null,
    ended_at timestamptz not null,
    primary key (message_id, ended_at)
);
create index chat_before_by_age on chat_before (ended_at);
alter table chat_before enable row level security, force row level security;
grant select, insert, update, delete on chat_before to visavis_worker;
create policy worker on chat_before to visavis_worker using (true) with check (true);
grant select, insert on chat_before to visavis_lookup;
create policy lookup on chat_before to visavis_lookup using (true) with check (true);

-- A report keeps the words before the last ones, and which files there were: they are not removed while it is open.
-- `about` is the message, or the person; the same is reported once at a time.
alter table chat_report
    add column before text[] not null default '{}',
    add column kept jsonb not null default '[]',
    add column about uuid;
alter table chat_report no force row level security; -- the owner, too, would see no row of it
update chat_report set about = coalesce(message_id, reported_id);
delete from chat_report r where settled_at is null and exists (select from chat_report o
    where o.reporter_id = r.reporter_id and o.about = r.about and o.settled_at is null and o.id < r.id);
alter table chat_report force row level security;
alter table chat_report alter column about set not null;
create unique index chat_report_once on chat_report (reporter_id, about) where settled_at is null;
create index chat_report_settled on chat_report (settled_at) where settled_at is not null;

-- Keeping messages for a shorter time than before begins in a fortnight: until then both can take a copy.
alter table practice add column chat_months_from timestamptz;
create function announce_chat_months() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    new.chat_months_from := case when new.chat_months is null then null
        when old.chat_months is null or new.chat_months < old.chat_months then now() + interval '14 days'
        else old.chat_months_from end;
    return new;
end $$;
create trigger practice_chat_months before update of chat_months on practice for each row
    when (new.chat_months is distinct from old.chat_months) execute function announce_chat_months();
revoke all on function announce_chat_months() from public;

-- One's own message, while it is there: it does not come back.
drop policy change_own on chat_message;
create policy change_own on chat_message for update to visavis_web
    using (author_id = (select current_account()) and session_id is null and deleted_at is null)
    with check (author_id = (select current_account()) and session_id is null);
-- Who has left a call comes back with a new stay.
drop policy stay_oneself on video_presence;
create policy stay_oneself on video_presence for update to visavis_web
    using (account_id = (select current_account()) and left_at is null)
    with check (account_id = (select current_account()));

create function count_chat_file() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    select m.author_id into new.sender_id from chat_message m where m.id = new.message_id;
    perform pg_advisory_xact_lock(hashtextextended(new.sender_id::text, 26));
    if new.bytes + coalesce((select sum(f.bytes) from chat_file f where f.sender_id = new.sender_id
            and f.sent_at > now() - interval '1 day'), 0) > 268435456 then
        raise insufficient_privilege using message = 'too many bytes of files within a day';
    end if;
    return new;
end $$;

-- The words that one page of a call says: the latest ones count.
create function bound_signals() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if (select count(*) > 96 or sum(octet_length(body)) > 1048576 from video_signal where stay_id = new.stay_id) then
        raise insufficient_privilege using message = 'a page of a call says too much at once';
    end if;
    return null;
end $$;

create trigger chat_file_counted before insert on chat_file for each row execute function count_chat_file();
create trigger signals_bounded after insert on video_signal for each row execute function bound_signals();

grant create on schema public to visavis_lookup;
revoke all on function count_chat_file(), bound_signals() from public;
alter function count_chat_file() owner to visavis_lookup;
alter function bound_signals() owner to visavis_lookup;
set local role visavis_lookup; -- the owner of what looks across accounts

create or replace function count_chat_change() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare people uuid[];
begin
    update chat_room set version = version + 1 where id = new.room_id
        returning version, array[client_id, practitioner_id] into new.version, people;
    if new.deleted_at is not null then
        new.digest := ''; -- nothing that tells of it stays with it
    elsif current_account() is not null and (clock_timestamp() > old.created_at + interval '6 minutes' or exists
            (select from chat_block b where b.blocker_id = any (people) and b.blocked_id = any (people))) then
        raise insufficient_privilege using message = 'this message cannot be changed any more';
    end if;
    if old.body <> '' and new.body is distinct from old.body then
        insert into chat_before (message_id, body, ended_at) values (old.id, old.body, clock_timestamp());
    end if;
    return new;
end $$;

create or replace function keep_what_was_said() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    select m.body,
        (select count(*) from chat_file f where f.message_id = m.id),
        coalesce((select jsonb_agg(jsonb_build_object('id', f.id, 'key', f.key, 'name', f.name,
            'media_type', f.media_type, 'bytes', f.bytes) order by f.position) from chat_file f where f.message_id = m.id), '[]'),
        coalesce((select array_agg(b.body order by b.ended_at) from chat_before b where b.message_id = m.id), '{}')
        into new.said, new.files, new.kept, new.before
        from chat_message m where m.id = new.message_id;
    new.said := coalesce(new.said, '');
    new.files := coalesce(new.files, 0);
    new.kept := coalesce(new.kept, '[]');
    new.before := coalesce(new.before, '{}');
    new.about := coalesce(new.message_id, new.reported_id);
    return new;
end $$;

drop function chat_reports(int, int);
create function chat_reports(most int, skip int)
returns table (id uuid, reporter_id uuid, reporter_name text, reporter_email text, reported_id uuid, reported_name text,
    reported_email text, said text, before text[], files int, kept jsonb, about_message boolean, reason text,
    created_at timestamptz, settled_at timestamptz, settled_by_name text)
language sql stable security definer set search_path = public, pg_temp
as $$
    select c.id, c.reporter_id, rn.name, ra.email, c.reported_id, dn.name, da.email, c.said, c.before, c.files, c.kept,
        c.about <> c.reported_id, c.reason, c.created_at, c.settled_at, sn.name
    from chat_report c
    join person rn on rn.id = c.reporter_id join account ra on ra.id = c.reporter_id
    join person dn on dn.id = c.reported_id join account da on da.id = c.reported_id
    left join person sn on sn.id = c.settled_by
    where (select acting_operator())
    order by c.settled_at is not null, c.settled_at desc, c.created_at, c.id
    limit most offset skip
$$;
revoke all on function chat_reports(int, int) from public;
grant execute on function chat_reports(int, int) to visavis_web;
reset role;
revoke create on schema public from visavis_lookup;

alter table chat_file no force row level security;
alter table chat_message no force row level security;
update chat_file f set sender_id = m.author_id, sent_at = m.created_at from chat_message m where m.id = f.message_id;
alter table chat_file force row level security;
alter table chat_message force row level security;
alter table chat_file alter column sender_id set not null;
grant select (stay_id, body) on video_signal to visavis_lookup;
