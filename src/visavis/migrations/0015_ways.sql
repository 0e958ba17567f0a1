-- The ways of working: sessions without a time yet, sessions that begin the moment they are approved, requests with a
-- topic and a wish, sessions that the practitioner makes. Approval is always the other side's, here as in the rules.

-- Time open: no range, so it stands in nobody's way. When it gets a time, the two exclusion constraints decide.
alter table session
    alter column during drop not null,
    alter column blocked drop not null,
    alter column starts_at drop not null,
    alter column ends_at drop not null,
    add column length_minutes int,
    add column listed_at timestamptz not null -- its place in lists: its time, else when it was made
        generated always as (coalesce(lower(during), created_at)) stored,
    add column instant boolean not null default false, -- begins when the other side approves
    add column credits int not null default 0 check (credits between 0 and 1000), -- what the client gives for it
    add column topic text not null default '' check (length(topic) <= 200),
    add column wished_on date check (wished_on between '2020-01-01' and '2199-12-31'), -- a free wish, on the client's
        -- clock; nothing is kept free for it
    add column wished_at time,
    add column answer text not null default '' check (length(answer) <= 2000), -- what the approving side wrote
    add column needs_approval boolean not null generated always as
        (created_by = 'practitioner' or coalesce(policy ->> 'approval' = 'required', false)) stored;
alter table session -- an update would see no row: the owner, too, is under row-level security
    alter column length_minutes type int using (extract(epoch from upper(during) - lower(during)) / 60)::int;
alter table session
    alter column length_minutes set not null,
    add check (length_minutes between 1 and 1440),
    add check ((during is null) = (blocked is null)),
    add check (during is null or upper(during) - lower(during) = make_interval(mins => length_minutes)),
    add check (during is not null or status in ('pending_approval', 'approved', 'payment_submitted', 'confirmed',
        'declined', 'cancelled', 'expired')),
    add check (credits = 0 or price_minor = 0),
    add check (not instant or (created_by = 'practitioner' and (price_minor = 0 or coalesce(policy ->> 'payment', '') = 'none')
        and status in ('pending_approval', 'in_progress', 'completed', 'no_show', 'declined', 'cancelled', 'expired')
        and (during is null) = (status in ('pending_approval', 'declined', 'cancelled', 'expired'))));
grant insert (length_minutes, instant, credits, topic, wished_on, wished_at), update (answer) on session to visavis_web;

drop index session_of_practitioner, session_of_client;
create index session_of_practitioner on session (practitioner_id, listed_at desc);
create index session_of_client on session (client_id, listed_at desc);

-- Who makes a session does not approve it: what needs approval begins waiting for it.
drop policy make_own on session;
create policy make_own on session for insert to visavis_web
    with check ((created_by = 'client' and client_id = (select current_account())
            and (status = 'pending_approval' or (status in ('approved', 'confirmed') and policy ->> 'approval' = 'automatic')))
        or (created_by = 'practitioner' and practitioner_id = (select current_account()) and status = 'pending_approval'));

create function refuse_foreign_answer() returns trigger language plpgsql as $$
begin
    raise insufficient_privilege using message = 'the answer is written by whom was asked, with the answer';
end $$;
create trigger session_answer_stays before update of answer on session for each row
    when (current_account() is not null and old.answer is distinct from new.answer
        and not (old.status = 'pending_approval' and new.status <> old.status
            and my_side(old.practitioner_id, old.client_id) is distinct from old.created_by))
    execute function refuse_foreign_answer();

-- The same table as booking/rules.py. An instant session is begun by its approval.
insert into session_transition (from_status, to_status, by) values ('pending_approval', 'in_progress', '{other_side}');

-- As before; and the other side has approved as well when it proposed the time that is agreed to now.
create or replace function refuse_unknown_transition() returns trigger language plpgsql as $$
declare
    party text := coalesce(my_side(old.practitioner_id, old.client_id), 'system');
    -- the web role sees no session without an account of it
    allowed text[];
begin
    select by into allowed from session_transition where from_status = old.status and to_status = new.status;
    if allowed is null then
        raise check_violation using message = format('a session cannot go from %s to %s', old.status, new.status);
    end if;
    if party = any (allowed) or ('other_side' = any (allowed) and party not in (old.created_by, 'system')) then
        return new;
    end if;
    if 'other_side' = any (allowed) and new.status in ('approved', 'confirmed') and party = old.created_by
        and exists (select from reschedule r where r.session_id = old.id and r.status = 'accepted'
            and r.decided_at = now() and r.proposed_by <> party and r.during = new.during) then
        return new; -- move_session has written this in the same transaction, and nothing else can
    end if;
    raise insufficient_privilege using message = format('a session goes from %s to %s by %s',
        old.status, new.status, array_to_string(allowed, ' or '));
end $$;

-- Functions that look across accounts ---------------------------------------------------------------------------
grant select on session_transition to visavis_lookup;
grant select (listed_at, length_minutes, instant, due_at), update (status, status_changed_at, reason) on session to visavis_lookup;
grant create on schema public to visavis_lookup;
set local role visavis_lookup; -- their owner

create or replace function booked_starts(practitioner uuid, from_at timestamptz, to_at timestamptz) returns setof timestamptz
language sql stable security definer set search_path = public, pg_temp
as $$
    select starts_at from session where practitioner_id = practitioner and listed_at >= from_at and listed_at < to_at
        and starts_at is not null
        and status in ('pending_approval', 'approved', 'payment_submitted', 'confirmed', 'in_progress', 'completed')
$$;

-- The one way in which a session gets a time, the first or another: the one that the other side proposed, or any by whom
-- the policy lets choose at once, or who asked and has no answer yet, or who answers a request without a time.
-- 'taken' when somebody has the time already.
create or replace function move_session(wanted uuid, new_during tstzrange, new_blocked tstzrange, new_due_at timestamptz)
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
    select practitioner_id, client_id, status, created_by, during, length_minutes, instant, policy into it from session
        where id = wanted for no key update;
    side := my_side(it.practitioner_id, it.client_id);
    if not coalesce(it.status in ('pending_approval', 'approved', 'payment_submitted', 'confirmed') and not it.instant
        and upper(new_during) - lower(new_during) = make_interval(mins => it.length_minutes)
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
    if not found and not (it.status = 'pending_approval'
            and (side = it.created_by or (it.during is null and side = 'practitioner')))
        and not (side = 'client' and it.policy ->> 'reschedule' = 'at_once' and coalesce(now() < lower(it.during)
            - make_interval(hours => coalesce((it.policy ->> 'reschedule_until_hours')::int, 24)), true)) then
        raise insufficient_privilege using message = 'the other side has not agreed to this time';
    end if;
    update session set during = new_during, blocked = new_blocked, due_at = new_due_at where id = wanted;
    return 'moved';
exception when exclusion_violation then
    return 'taken'; -- and nothing has changed
end $$;

-- A session without a time begins now, by the database's clock: an instant one when the other side approves, any other
-- when the practitioner starts it. 'taken' when one of the two has another session now, 'passed' when it has moved on.
create function begin_session(wanted uuid) returns text
language plpgsql security definer set search_path = public, pg_temp
as $$
declare
    it record;
    side text;
    new_during tstzrange;
begin
    select practitioner_id, client_id into it from session
        where id = wanted and current_account() in (client_id, practitioner_id);
    if not found then
        raise insufficient_privilege using message = 'this session is not yours to begin';
    end if;
    perform lock_calendars(it.practitioner_id, it.client_id);
    select practitioner_id, client_id, status, created_by, during, length_minutes, instant, due_at into it from session
        where id = wanted for no key update;
    side := my_side(it.practitioner_id, it.client_id);
    if not (case when it.instant then side <> it.created_by else side = 'practitioner' end) then
        raise insufficient_privilege using message = 'beginning this session is the other side''s';
    end if;
    if it.during is not null or it.status <> (case when it.instant then 'pending_approval' else 'confirmed' end)
        or it.due_at <= now() then
        return 'passed';
    end if;
    new_during := tstzrange(date_trunc('second', now()),
        date_trunc('second', now()) + make_interval(mins => it.length_minutes));
    if exists (select from reschedule r where r.practitioner_id = it.practitioner_id and r.blocked && new_during
        and r.session_id <> wanted and r.status = 'open' and r.due_at > now()) then
        return 'taken';
    end if;
    update session set during = new_during, blocked = new_during, status = 'in_progress', status_changed_at = now(),
        reason = '', due_at = null where id = wanted;
    return 'begun';
exception when exclusion_violation then
    return 'taken'; -- and nothing has changed
end $$;

revoke all on function begin_session(uuid) from public;
grant execute on function begin_session(uuid) to visavis_web;
reset role;
revoke create on schema public from visavis_lookup;
