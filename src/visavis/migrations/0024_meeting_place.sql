-- Rooms at a provider, for as long as they are there; and the link at which a practitioner always meets.

-- `maker` says where people meet now; `provider` at whom a room of `name` was made, which is closed in the end even if
-- they meet elsewhere by then. It lets people in from `opens_at` to `closes_at`.
alter table video_room
    add column provider text check (provider in ('daily', 'jitsi')),
    add column opens_at timestamptz,
    add column closes_at timestamptz,
    add check (provider is null or num_nulls(name, url, opens_at, closes_at) = 0),
    add check (maker not in ('daily', 'jitsi') or maker = provider),
    add check (length(trouble) <= 200);
create index video_room_to_close on video_room (closes_at) where provider is not null and closed_at is null;

-- Whoever finds the provider's door shut leads both into the room that is built in; nobody leads anywhere else.
grant insert (trouble), update (maker, trouble) on video_room to visavis_web;
create policy meet_here on video_room for update to visavis_web
    using (exists (select from session s where s.id = session_id
        and (select current_account()) in (s.client_id, s.practitioner_id)))
    with check (maker = 'built_in' and exists (select from session s where s.id = session_id
        and (select current_account()) in (s.client_id, s.practitioner_id)));

-- A table of its own: practices are for everybody to read, and this is for nobody but their sessions.
create table meeting_place (
    practitioner_id uuid primary key references practice on delete cascade,
    url text not null check (url ~ '^https://' and length(url) <= 500)
);
alter table meeting_place enable row level security, force row level security;
grant select, insert, update, delete on meeting_place to visavis_worker, visavis_web;
create policy worker on meeting_place to visavis_worker using (true) with check (true);
create policy own on meeting_place to visavis_web using (practitioner_id = (select current_account()))
    with check (practitioner_id = (select current_account()));

-- A session gets the link with its certainty, whoever's step that is; who only asks for one does not learn it.
create function meet_at_own_place() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    select p.url into new.meeting_url from meeting_place p where p.practitioner_id = new.practitioner_id;
    return new;
end $$;
create trigger session_made_at_own_place before insert on session for each row
    when (new.meeting_url is null and new.status in ('confirmed', 'in_progress'))
    execute function meet_at_own_place();
create trigger session_certain_at_own_place before update of status on session for each row
    when (new.meeting_url is null and new.status in ('confirmed', 'in_progress')
        and old.status not in ('confirmed', 'in_progress'))
    execute function meet_at_own_place();

grant select on meeting_place to visavis_lookup;
create policy lookup on meeting_place for select to visavis_lookup using (true);
revoke all on function meet_at_own_place() from public;
grant create on schema public to visavis_lookup;
alter function meet_at_own_place() owner to visavis_lookup;
revoke create on schema public from visavis_lookup;
