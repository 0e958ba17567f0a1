-- Who may take which step: the same table as booking/rules.py, with its column "by" (a test compares them).
-- Policies say whose sessions one may change; this says which change is whose, also for a statement by hand.

alter table session_transition add column by text[] not null default '{}'
    check (by <@ array['client', 'practitioner', 'other_side', 'system']); -- other_side: of who made the session
update session_transition t set by = s.by from (values
    ('pending_approval', 'approved', array['other_side']),
    ('pending_approval', 'confirmed', array['other_side']),
    ('pending_approval', 'declined', array['other_side']),
    ('pending_approval', 'expired', array['system']),
    ('pending_approval', 'cancelled', array['client', 'practitioner']),
    ('approved', 'payment_submitted', array['client']),
    ('approved', 'expired', array['system']),
    ('approved', 'cancelled', array['client', 'practitioner']),
    ('payment_submitted', 'confirmed', array['practitioner']),
    ('payment_submitted', 'approved', array['practitioner']),
    ('payment_submitted', 'cancelled', array['client', 'practitioner']),
    ('confirmed', 'in_progress', array['practitioner', 'system']),
    ('confirmed', 'cancelled', array['client', 'practitioner']),
    ('in_progress', 'completed', array['practitioner']),
    ('in_progress', 'no_show', array['practitioner'])
) as s (from_status, to_status, by) where (t.from_status, t.to_status) = (s.from_status, s.to_status);
alter table session_transition alter by drop default, add check (cardinality(by) > 0);

create or replace function refuse_unknown_transition() returns trigger language plpgsql as $$
declare
    party text := case current_account() when old.client_id then 'client' when old.practitioner_id then 'practitioner'
        else 'system' end; -- the web role sees no session without an account of it
    allowed text[];
begin
    select by into allowed from session_transition where from_status = old.status and to_status = new.status;
    if allowed is null then
        raise check_violation using message = format('a session cannot go from %s to %s', old.status, new.status);
    end if;
    if not (party = any (allowed) or ('other_side' = any (allowed) and party not in (old.created_by, 'system'))) then
        raise insufficient_privilege using message = format('a session goes from %s to %s by %s',
            old.status, new.status, array_to_string(allowed, ' or '));
    end if;
    return new;
end $$;
