-- Before a session is called off, both read what goes back: no more than what a bank has left of its payment.

grant create on schema public to visavis_lookup;
set local role visavis_lookup; -- the owner of the functions

-- What is still there of the payment by card for a session of the acting account, in minor units; null where none was settled.
create function kept_of_session(wanted uuid) returns bigint
language sql stable security definer set search_path = public, pg_temp
as $$
    select kept_of_card(c.id) from session s join card_payment c on c.session_id = s.id
    where s.id = wanted and c.outcome = 'settled' and current_account() in (s.client_id, s.practitioner_id)
$$;

revoke all on function kept_of_session(uuid) from public;
grant execute on function kept_of_session(uuid) to visavis_web;
reset role;
revoke create on schema public from visavis_lookup;
