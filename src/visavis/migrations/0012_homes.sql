-- Reminders that went out, what happened lately in a practice, and where its clients are written to.

-- One for each session, person and choice; a session that is moved is reminded of anew, at its new time.
create table reminder_sent (
    session_id uuid not null references session on delete cascade,
    account_id uuid not null references account on delete cascade,
    before_minutes int not null,
    starts_at timestamptz not null,
    sent_at timestamptz not null,
    primary key (session_id, account_id, before_minutes, starts_at)
);
alter table reminder_sent enable row level security, force row level security;
create policy worker on reminder_sent to visavis_worker using (true) with check (true);
grant select, insert, delete on reminder_sent to visavis_worker;

-- Moments up to here have been looked at: a worker that was away goes on where it stopped.
alter table installation add column reminded_until timestamptz not null default now();

-- `concerns` of a session's events begins with its practitioner.
create index audit_event_of_practice on audit_event ((concerns[1]), at desc, id desc) where subject_type = 'session';

-- A practitioner may write to a client as soon as a session was agreed between them.
grant select (client_id) on session to visavis_lookup;
create function addresses_of_clients(wanted uuid[]) returns table (client_id uuid, email text)
language sql stable security definer set search_path = public, pg_temp
as $$
    select a.id, a.email from account a
    where a.id = any (wanted) and a.disabled_at is null and exists (select from session s
        where s.practitioner_id = current_account() and s.client_id = a.id
        and s.status in ('approved', 'payment_submitted', 'confirmed', 'in_progress', 'completed', 'no_show'))
$$;

grant create on schema public to visavis_lookup;
revoke all on function addresses_of_clients(uuid[]) from public;
grant execute on function addresses_of_clients(uuid[]) to visavis_web;
alter function addresses_of_clients(uuid[]) owner to visavis_lookup;
revoke create on schema public from visavis_lookup;
