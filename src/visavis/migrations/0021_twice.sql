-- What is sent twice is made once, and credits that come back can be spent.

grant insert (id) on session to visavis_web; -- a form brings its own: sent again, it meets its session

-- One instant invitation of a practitioner waits for a client at a time; one whose time is up is in nobody's way, also
-- before the job has come by.
set local role visavis_lookup;
update session s set status = 'expired', status_changed_at = now() where s.instant and s.status = 'pending_approval'
    and exists (select from session o where o.practitioner_id = s.practitioner_id and o.client_id = s.client_id
        and o.instant and o.status = 'pending_approval' and o.id > s.id);
reset role;
set constraints all immediate;
alter table session add constraint session_one_instant exclude using gist (practitioner_id with =, client_id with =,
    tstzrange(created_at, greatest(created_at, due_at)) with &&) where (instant and status = 'pending_approval');

grant create on schema public to visavis_lookup;
set local role visavis_lookup; -- the owner of the function

-- Gives back what a cancelled session took. What the practitioner calls off comes back for at least 30 days; what the
-- client calls off for as long as was left when it was taken, 30 days at most: the time in which a session had them is
-- not theirs to lose, nor a way to keep credits for ever. Held for less than an hour, all goes back as it was. A client
-- who was late gets nothing back, unless the session's policy says always.
create or replace function give_back_credits(wanted uuid, moment timestamptz) returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    it record;
    taken record;
    good_until timestamptz;
    back int := 0;
begin
    select s.client_id, s.practitioner_id, s.status, s.cancelled_late, s.policy into it from session s
        where s.id = wanted and current_account() in (s.client_id, s.practitioner_id);
    if not found or it.status <> 'cancelled' or (current_account() = it.client_id and it.cancelled_late
            and it.policy ->> 'credits_back' is distinct from 'always') then
        raise insufficient_privilege using message = 'nothing comes back for this session';
    end if;
    perform pg_advisory_xact_lock(hashtextextended(it.client_id::text, 22));
    for taken in select l.id, l.practitioner_id, l.name, l.expires_at, -sum(e.delta)::int as amount, min(e.at) as at
            from credit_entry e join credit_lot l on l.id = e.lot_id where e.session_id = wanted
            group by l.id having sum(e.delta) < 0 order by l.id loop
        good_until := moment + case when current_account() = it.practitioner_id then interval '30 days'
            else least(taken.expires_at - taken.at - interval '1 hour', interval '30 days') end;
        if taken.expires_at < good_until then
            perform open_credit_lot(it.client_id, taken.practitioner_id, 'returned', taken.name, taken.amount,
                good_until, null, wanted, moment);
        else
            insert into credit_entry (lot_id, client_id, session_id, delta, reason, by_id, at)
                values (taken.id, it.client_id, wanted, taken.amount, 'returned', current_account(), moment);
        end if;
        back := back + taken.amount;
    end loop;
    return back;
end $$;
reset role;
revoke create on schema public from visavis_lookup;
