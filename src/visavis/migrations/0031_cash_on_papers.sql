-- A paper says when a session was paid in cash.
grant select (paid_in_hand) on session to visavis_lookup;
grant create on schema public to visavis_lookup;
set local role visavis_lookup;

create or replace function way_of_payment(posting money_posting, by_credits boolean, by_card boolean, out way text, out reference text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    in_hand text := (select s.paid_in_hand from session s where posting.cause = 'session' and s.id = posting.cause_id);
begin
    select p.reference into reference from payment_proof p
        where posting.cause_id in (p.session_id, p.purchase_id) and p.decision = 'verified'
        order by p.submitted_at desc limit 1;
    way := case when by_credits then 'credits' when by_card or posting.provider_ref is not null then 'card'
        when in_hand = 'cash' then 'cash' when in_hand = 'other' then 'direct' when found then 'transfer' else 'direct' end;
    reference := case when way = 'card' then coalesce(posting.provider_ref, '') when way = 'transfer' then reference else '' end;
end $$;

reset role;
revoke create on schema public from visavis_lookup;
