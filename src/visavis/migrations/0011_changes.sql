-- Another time for a session, late cancellations, and the practitioner's private notes.

-- The other side agrees to a new time, or does not. While it waits, the proposed time is kept free.
create table reschedule (
    id uuid primary key default uuidv7(),
    session_id uuid not null references session,
    practitioner_id uuid not null references practice,
    proposed_by text not null check (proposed_by in ('client', 'practitioner')),
    during tstzrange not null,
    blocked tstzrange not null,
    message text not null default '' check (length(message) <= 1000),
    status text not null default 'open' check (status in ('open', 'accepted', 'declined', 'withdrawn', 'lapsed')),
    due_at timestamptz not null,
    created_at timestamptz not null default now(),
    decided_at timestamptz,
    check (not isempty(during) and not isempty(blocked) and blocked @> during),
    check ((status = 'open') = (decided_at is null))
);
create unique index reschedule_one_open on reschedule (session_id) where status = 'open';
create index reschedule_of_session on reschedule (session_id, created_at);
create index reschedule_open_of_practitioner on reschedule using gist (practitioner_id, blocked) where status = 'open';
create index reschedule_overdue on reschedule (due_at) where status = 'open';

alter table reschedule enable row level security, force row level security;
create policy worker on reschedule to visavis_worker using (true) with check (true);
grant select, insert, update, delete on reschedule to visavis_worker;
grant select, insert, update (status, decided_at) on reschedule to visavis_web;
create policy of_my_session on reschedule to visavis_web
    using (exists (select from session s where s.id = session_id))
    with check (exists (select from session s where s.id = session_id));

alter table session add column cancelled_late boolean not null default false;
grant update (cancelled_late) on session to visavis_web;

-- The practitioner's own notes on a session: encrypted before they come here, every version kept, never the client's.
create table session_note (
    session_id uuid not null references session,
    version int not null check (version >= 1),
    practitioner_id uuid not null references practice,
    key_id text not null, -- of the key it is encrypted with
    sealed bytea not null check (length(sealed) <= 200000),
    created_at timestamptz not null default now(),
    primary key (session_id, version)
);
alter table session_note enable row level security, force row level security;
grant select, insert on session_note to visavis_web;
grant select, update (key_id, sealed) on session_note to visavis_worker; -- to seal anew when the key changes
create policy worker on session_note to visavis_worker using (true) with check (true);
create policy own on session_note to visavis_web
    using (practitioner_id = (select current_account()))
    with check (practitioner_id = (select current_account())
        and exists (select from session s where s.id = session_id and s.practitioner_id = (select current_account())));

-- When a practitioner is taken, without a word about by whom: sessions, times proposed for them, slots others hold.
grant select on reschedule to visavis_lookup;
create policy lookup on reschedule for select to visavis_lookup using (true);
grant create on schema public to visavis_lookup;
set local role visavis_lookup; -- its owner
create or replace function busy_times(practitioner uuid, from_at timestamptz, to_at timestamptz) returns setof tstzrange
language sql stable security definer set search_path = public, pg_temp
as $$
    select blocked from session where practitioner_id = practitioner and blocked && tstzrange(from_at, to_at)
        and status in ('pending_approval', 'approved', 'payment_submitted', 'confirmed', 'in_progress')
    union all
    select blocked from reschedule where practitioner_id = practitioner and blocked && tstzrange(from_at, to_at)
        and status = 'open' and due_at > now()
    union all
    select blocked from slot_hold where practitioner_id = practitioner and blocked && tstzrange(from_at, to_at)
        and expires_at > now() and holder_id is distinct from current_account()
$$;
reset role;
revoke create on schema public from visavis_lookup;

-- What a person wants to be reminded of: minutes before a session, none for never.
alter table account add column remind_before_minutes int[] not null default '{1440}'
    check (cardinality(remind_before_minutes) <= 4 and 5 <= all (remind_before_minutes) and 20160 >= all (remind_before_minutes));
grant select (remind_before_minutes), update (remind_before_minutes) on account to visavis_web;
