-- A hold is as long as a session can be, and a time is proposed for a session that can still move: the pages see to
-- both; this sees to statements by hand.

alter table slot_hold
    add check (lower_inc(during) and not upper_inc(during) and lower_inc(blocked) and not upper_inc(blocked)),
    add check (coalesce(upper(during) - lower(during) <= interval '12 hours' and lower(during) - lower(blocked) <= interval '4 hours'
        and upper(blocked) - upper(during) <= interval '4 hours', false));

drop policy proposed_by_me on reschedule;
create policy proposed_by_me on reschedule for insert to visavis_web
    with check (due_at <= lower(during) and exists (select from session s where s.id = session_id
        and s.practitioner_id = reschedule.practitioner_id and my_side(s.practitioner_id, s.client_id) = proposed_by
        and s.status in ('pending_approval', 'approved', 'payment_submitted', 'confirmed')));

-- Temporary tables come first in a search path that does not name them: where somebody may make some, one called
-- "account" would make them an operator. The functions made before 0005 did not name them.
set local role visavis_lookup; -- their owner
do $$
declare f regprocedure;
begin
    for f in select p.oid from pg_proc p where p.prosecdef and p.pronamespace = 'public'::regnamespace
            and p.proowner = 'visavis_lookup'::regrole and 'search_path=public' = any (p.proconfig) loop
        execute format('alter function %s set search_path = public, pg_temp', f);
    end loop;
end $$;
reset role;
