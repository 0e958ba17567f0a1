-- What the rules of credits ask of the database is answered by it alone: whether somebody can be given credits (no lot
-- for who cannot), and whether they come back (none do for a client who was late, unless the policy says always).

grant create on schema public to visavis_lookup;
set local role visavis_lookup; -- the owner of the functions

-- A practitioner gives to her own clients, an operator to everybody, nobody to themselves. Null for who is no client.
create or replace function grant_credits(client uuid, practitioner uuid, amount int, until timestamptz, words text, moment timestamptz)
returns uuid language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not gives_credits(practitioner) or client = current_account() then
        raise insufficient_privilege using message = 'these credits are not yours to give';
    end if;
    if not exists (select from account a where a.id = client and a.disabled_at is null) or (practitioner is not null
        and not exists (select from session s where s.practitioner_id = practitioner and s.client_id = client)
        and not exists (select from credit_lot l where l.practitioner_id = practitioner and l.client_id = client)) then
        return null;
    end if;
    return open_credit_lot(client, practitioner, 'granted', words, amount, until, null, null, moment);
end $$;

-- As before (0021), but a client who was late is told that nothing comes back.
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
    if not found or it.status <> 'cancelled' then
        raise insufficient_privilege using message = 'nothing comes back for this session';
    end if;
    if current_account() = it.client_id and it.cancelled_late and it.policy ->> 'credits_back' is distinct from 'always' then
        return 0;
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
