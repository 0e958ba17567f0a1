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
    check (lower_inc(during) and not upper_inc(during) and lower_inc(blocked) and not upper_inc(blocked)),
    check (upper(during) - lower(during) <= interval '12 hours' and lower(during) - lower(blocked) <= interval '4 hours'
        and upper(blocked) - upper(during) <= interval '4 hours'),
    check ((status = 'open') = (decided_at is null))
);
create unique index reschedule_one_open on reschedule (session_id) where status = 'open';
create index reschedule_of_session on reschedule (session_id, created_at);
create index reschedule_open_of_practitioner on reschedule using gist (practitioner_id, blocked) where status = 'open';
create index reschedule_overdue on reschedule (due_at) where status = 'open';

-- Who the acting account is in a session; null for strangers, and for jobs.
create function my_side(practitioner uuid, client uuid) returns text language sql stable
    return case current_account() when client then 'client' when practitioner then 'practitioner' end;

alter table reschedule enable row level security, force row level security;
create policy worker on reschedule to visavis_worker using (true) with check (true);
grant select, update (status, decided_at) on reschedule to visavis_worker;
grant select, insert (session_id, practitioner_id, proposed_by, during, blocked, message, due_at, created_at),
    update (status, decided_at) on reschedule to visavis_web;
create policy of_my_session on reschedule for select to visavis_web
    using (exists (select from session s where s.id = session_id));
create policy proposed_by_me on reschedule for insert to visavis_web
    with check (exists (select from session s where s.id = session_id and s.practitioner_id = reschedule.practitioner_id
        and my_side(s.practitioner_id, s.client_id) = proposed_by));
-- Accepted is what move_session makes of it, and nothing else does.
create policy closed_by_whose_it_is on reschedule for update to visavis_web
    using (status = 'open' and exists (select from session s where s.id = session_id))
    with check (exists (select from session s where s.id = session_id and case reschedule.status
        when 'withdrawn' then my_side(s.practitioner_id, s.client_id) = proposed_by
        when 'declined' then my_side(s.practitioner_id, s.client_id) <> proposed_by
        when 'lapsed' then s.status not in ('pending_approval', 'approved', 'payment_submitted', 'confirmed') end));

alter table session add column cancelled_late boolean not null default false;
grant update (cancelled_late) on session to visavis_web;
create function refuse_late_mark() returns trigger language plpgsql as $$
begin
    raise insufficient_privilege using message = 'the mark of a late cancellation is made with it and stays';
end $$;
create trigger session_late_mark_stays before update of cancelled_late on session for each row
    when (current_account() is not null and old.cancelled_late is distinct from new.cancelled_late
        and not (new.status = 'cancelled' and old.status <> 'cancelled'))
    execute function refuse_late_mark();

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

-- Functions that look across accounts ---------------------------------------------------------------------------
grant select, update (status, decided_at) on reschedule to visavis_lookup;
grant select (id, client_id, created_by, during, policy), update (during, blocked, due_at) on session to visavis_lookup;
create policy lookup on reschedule to visavis_lookup using (true);
create policy lookup_moves on session for update to visavis_lookup
    using (current_account() in (client_id, practitioner_id));
grant create on schema public to visavis_lookup;
set local role visavis_lookup; -- their owner

-- When a practitioner is taken, without a word about by whom: sessions, times proposed for them, slots others hold.
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

-- Who proposes or takes another time has the calendars of both people alone, always in this order; who books shares
-- the practitioner's, or has it alone where days can be full (take_turn, the same lock). So nobody waits in a circle,
-- and what was free stays free until the end of the transaction.
create function lock_calendars(practitioner uuid, client uuid) returns void
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
    perform pg_advisory_xact_lock(hashtextextended(practitioner::text, 20));
    perform pg_advisory_xact_lock(hashtextextended(client::text, 21));
end $$;

-- A time that is kept for a session to be moved to is not booked: no row, as with any time that is taken.
create function leave_proposed_times() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
    perform pg_advisory_xact_lock_shared(hashtextextended(new.practitioner_id::text, 20));
    if exists (select from reschedule r where r.practitioner_id = new.practitioner_id and r.blocked && new.blocked
        and r.status = 'open' and r.due_at > now()) then
        return null;
    end if;
    return new;
end $$;

-- The one way in which a session gets another time: the one that the other side proposed, or any by whom the policy
-- lets move at once, or who asked and has no answer yet. 'taken' when somebody has the time already.
create function move_session(wanted uuid, new_during tstzrange, new_blocked tstzrange, new_due_at timestamptz)
returns text language plpgsql security definer set search_path = public, pg_temp
as $$
declare
    it record;
    side text;
begin
    select practitioner_id, client_id into it from session
        where id = wanted and current_account() in (client_id, practitioner_id);
    if not found then
        raise insufficient_privilege using message = 'this session is not yours to move';
    end if;
    perform lock_calendars(it.practitioner_id, it.client_id);
    select practitioner_id, client_id, status, created_by, during, policy into it from session
        where id = wanted for no key update;
    side := my_side(it.practitioner_id, it.client_id);
    if not coalesce(it.status in ('pending_approval', 'approved', 'payment_submitted', 'confirmed')
        and upper(new_during) - lower(new_during) = upper(it.during) - lower(it.during)
        and lower(new_during) > now() and new_blocked @> new_during
        and lower(new_during) - lower(new_blocked) <= interval '4 hours'
        and upper(new_blocked) - upper(new_during) <= interval '4 hours', false) then -- what has no bounds is null
        raise insufficient_privilege using message = 'this session does not move to this time';
    end if;
    if exists (select from reschedule r where r.practitioner_id = it.practitioner_id and r.blocked && new_blocked
        and r.session_id <> wanted and r.status = 'open' and r.due_at > now()) then
        return 'taken';
    end if;
    update reschedule set status = 'accepted', decided_at = now()
        where session_id = wanted and status = 'open' and proposed_by <> side and due_at > now()
        and during = new_during and blocked = new_blocked;
    if not found and not (it.status = 'pending_approval' and side = it.created_by)
        and not (side = 'client' and it.policy ->> 'reschedule' = 'at_once' and now() < lower(it.during)
            - make_interval(hours => coalesce((it.policy ->> 'reschedule_until_hours')::int, 24))) then
        raise insufficient_privilege using message = 'the other side has not agreed to this time';
    end if;
    update session set during = new_during, blocked = new_blocked, due_at = new_due_at where id = wanted;
    return 'moved';
exception when exclusion_violation then
    return 'taken'; -- and nothing has changed
end $$;

reset role;
create trigger session_leaves_proposed_times before insert on session for each row
    when (current_account() is not null and new.status in ('pending_approval', 'approved', 'confirmed'))
    execute function leave_proposed_times();
set local role visavis_lookup;
revoke all on function lock_calendars(uuid, uuid), leave_proposed_times(),
    move_session(uuid, tstzrange, tstzrange, timestamptz) from public;
grant execute on function lock_calendars(uuid, uuid), move_session(uuid, tstzrange, tstzrange, timestamptz)
    to visavis_web;
reset role;
revoke create on schema public from visavis_lookup;
-- What a person wants to be reminded of: minutes before a session, none for never.
alter table account add column remind_before_minutes int[] not null default '{1440}'
    check (cardinality(remind_before_minutes) <= 4 and 5 <= all (remind_before_minutes) and 20160 >= all (remind_before_minutes));
grant select (remind_before_minutes), update (remind_before_minutes) on account to visavis_web;
