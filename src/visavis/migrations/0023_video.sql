-- Where two people meet: the room of a session, who was there from when to when, and what their browsers say to each
-- other to find one another.

create table video_room (
    session_id uuid primary key references session on delete cascade,
    maker text not null default 'built_in' check (maker in ('built_in', 'daily', 'jitsi', 'link')),
    name text, -- at the provider
    url text check (url is null or (url like 'https://%' and length(url) <= 500)),
    latest bigint not null default 0, -- the number of its last signal
    made_at timestamptz not null default now(),
    closed_at timestamptz,
    trouble text -- why the provider's room was not made
) with (fillfactor = 50);

-- One row for each stay: a page that was opened, and is there as long as it says so.
create table video_presence (
    id uuid primary key default uuidv7(),
    session_id uuid not null references session on delete cascade,
    account_id uuid not null references account on delete cascade,
    joined_at timestamptz not null,
    seen_at timestamptz not null,
    left_at timestamptz,
    check (seen_at >= joined_at and left_at >= joined_at)
) with (fillfactor = 70);
create index video_presence_of_session on video_presence (session_id, joined_at);
create index video_presence_of_account on video_presence (account_id);

create table video_signal (
    id uuid primary key default uuidv7(),
    session_id uuid not null references video_room on delete cascade,
    number bigint, -- of its room's; grows in the order of commits, so that "after N" misses nothing
    from_id uuid not null references account on delete cascade,
    stay_id uuid not null references video_presence on delete cascade, -- the page that says it
    body text not null check (octet_length(body) <= 65536),
    created_at timestamptz not null
);
create unique index video_signal_in_order on video_signal (session_id, number);
create index video_signal_of_stay on video_signal (stay_id);
create index video_signal_by_age on video_signal (created_at);
create index video_signal_of_account on video_signal (from_id);

do $$
declare t text;
begin
    foreach t in array array['video_room', 'video_presence', 'video_signal'] loop
        execute format('alter table %I enable row level security, force row level security', t);
        execute format('grant select, insert, update, delete on %I to visavis_worker', t);
        execute format('create policy worker on %I to visavis_worker using (true) with check (true)', t);
    end loop;
end $$;

-- Since when each of the two has been seen in the call of a session: what its cards know without looking further.
alter table session add column client_came_at timestamptz, add column practitioner_came_at timestamptz;
create function note_who_came() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update session set client_came_at = new.joined_at
        where id = new.session_id and client_id = new.account_id and client_came_at is null;
    update session set practitioner_came_at = new.joined_at
        where id = new.session_id and practitioner_id = new.account_id and practitioner_came_at is null;
    return null;
end $$;
create trigger presence_noted after insert on video_presence for each row execute function note_who_came();

-- The commit gives the number, as with notifications: who counts later commits later.
create function number_signal() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare counted bigint;
begin
    update video_room set latest = latest + 1 where session_id = new.session_id returning latest into counted;
    update video_signal set number = counted where id = new.id;
    return null;
end $$;
create constraint trigger signal_numbered after insert on video_signal deferrable initially deferred
    for each row when (new.number is null) execute function number_signal();

-- The two people of the session and nobody else. A provider's room is made by a job, never by a page.
grant select on video_room, video_presence, video_signal to visavis_web;
grant insert (session_id, made_at) on video_room to visavis_web;
create policy of_my_session on video_room for select to visavis_web
    using (exists (select from session s where s.id = session_id
        and (select current_account()) in (s.client_id, s.practitioner_id)));
create policy make_own on video_room for insert to visavis_web
    with check (maker = 'built_in' and exists (select from session s where s.id = session_id
        and (select current_account()) in (s.client_id, s.practitioner_id)));

grant insert (session_id, account_id, joined_at, seen_at), update (seen_at, left_at) on video_presence to visavis_web;
create policy of_my_session on video_presence for select to visavis_web
    using (exists (select from session s where s.id = session_id
        and (select current_account()) in (s.client_id, s.practitioner_id)));
create policy come_oneself on video_presence for insert to visavis_web
    with check (account_id = (select current_account()) and exists (select from session s where s.id = session_id
        and (select current_account()) in (s.client_id, s.practitioner_id)
        and (s.status in ('confirmed', 'in_progress')
            or s.status = 'pending_approval' and s.instant and s.practitioner_id = (select current_account()))));
create policy stay_oneself on video_presence for update to visavis_web
    using (account_id = (select current_account())) with check (account_id = (select current_account()));

grant insert (session_id, from_id, stay_id, body, created_at), delete on video_signal to visavis_web;
create policy of_my_session on video_signal for select to visavis_web
    using (exists (select from session s where s.id = session_id
        and (select current_account()) in (s.client_id, s.practitioner_id)));
create policy say_oneself on video_signal for insert to visavis_web
    with check (from_id = (select current_account()) and exists (select from video_presence p where p.id = stay_id
        and p.session_id = video_signal.session_id and p.account_id = (select current_account()) and p.left_at is null));
create policy take_back on video_signal for delete to visavis_web using (from_id = (select current_account()));

grant select (id, practitioner_id, client_id), update (client_came_at, practitioner_came_at) on session to visavis_lookup;
grant select (client_came_at, practitioner_came_at) on session to visavis_lookup;
grant select (session_id, latest), update (latest) on video_room to visavis_lookup;
grant select (id), update (number) on video_signal to visavis_lookup;
create policy lookup on video_room to visavis_lookup using (true);
create policy lookup on video_signal to visavis_lookup using (true);
grant create on schema public to visavis_lookup;
revoke all on function note_who_came(), number_signal() from public;
alter function note_who_came() owner to visavis_lookup;
alter function number_signal() owner to visavis_lookup;
revoke create on schema public from visavis_lookup;
