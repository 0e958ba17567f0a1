-- Credits that were bought and not spent go back as money: their seller takes them back, once, and owes what they are worth.
-- And what goes back to a card is what a card provider can send: of thousandths, tens of them, in the client's favour.

alter table credit_entry drop constraint credit_entry_reason_check, add constraint credit_entry_reason_check
    check (reason in ('granted', 'bought', 'session', 'returned', 'expired', 'refunded'));

alter table refund
    add column purchase_id uuid references credit_purchase, -- of its unspent credits
    drop constraint refund_of_something,
    add constraint refund_of_something check (num_nonnulls(session_id, payment_id, purchase_id) > 0),
    add constraint refund_of_one_thing check (num_nonnulls(session_id, purchase_id) < 2);
create unique index refund_once_of_purchase on refund (purchase_id) where purchase_id is not null;
create index refund_of_platform_to_send on refund (owed_at)
    where practitioner_id is null and sent_at is null and payment_id is null;

grant create on schema public to visavis_lookup;
set local role visavis_lookup; -- the owner of the functions

-- An amount that goes back to a card, never more than `most`, which came by it: the provider sends thousandths in steps of
-- ten. The same as in money/rules.py (a test compares them).
create function to_card(amount bigint, currency text, most bigint) returns bigint
language sql immutable parallel safe
return least(most, case when currency in ('BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') then (amount + 9) / 10 * 10 else amount end);

-- What is left of a purchase, and what would go back for it, for who sold it to somebody else; no row when that is nothing,
-- or went back before. Its worth is what the books say: what was paid, less the equal parts that were spent.
create function unspent_of_purchase(wanted uuid) returns table (credits int, back_minor bigint, by_card boolean)
language sql stable security definer set search_path = public, pg_temp
as $$
    select l.remaining, case when c.id is null then w.worth else to_card(w.worth, b.currency, c.amount_minor) end, c.id is not null
    from credit_purchase b join credit_lot l on l.purchase_id = b.id cross join lateral worth_of_lot(l.id) w
    left join card_payment c on c.purchase_id = b.id and c.outcome = 'settled'
    where b.id = wanted and b.status = 'paid' and gives_credits(b.practitioner_id) and b.client_id <> current_account()
        and l.remaining > 0 and l.expires_at > now() and w.worth > 0
        and not exists (select from refund r where r.purchase_id = b.id)
$$;

-- The seller takes back what is left, as many as they saw, and owes the money; the refund's id, null when it is not so many
-- any more. One after the other with whatever else moves the client's credits. What a practitioner was credited for when
-- a card paid is taken back from them; what was rounded up is the seller's.
create function refund_purchase(wanted uuid, seen int, moment timestamptz) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    it credit_purchase;
    lot credit_lot;
    unspent record;
    worth bigint;
    made uuid;
begin
    select * into it from credit_purchase b where b.id = wanted and gives_credits(b.practitioner_id) and b.client_id <> current_account();
    if it.id is null then
        raise insufficient_privilege using message = 'these credits are not yours to take back';
    end if;
    perform pg_advisory_xact_lock(hashtextextended(it.client_id::text, 22));
    select * into lot from credit_lot l where l.purchase_id = wanted for update;
    select * into unspent from unspent_of_purchase(wanted);
    if unspent.credits is null or unspent.credits <> seen or lot.expires_at <= moment then
        return null;
    end if;
    insert into refund (purchase_id, payment_id, practitioner_id, client_id, currency, price_minor, amount_minor, owed_at)
        values (wanted, (select c.id from card_payment c where c.purchase_id = wanted and c.outcome = 'settled'),
            it.practitioner_id, it.client_id, it.currency, it.price_minor, unspent.back_minor, moment)
        on conflict do nothing returning id into made;
    if made is null then
        return null;
    end if;
    select w.worth into worth from worth_of_lot(lot.id) w;
    insert into credit_entry (lot_id, client_id, delta, reason, by_id, at)
        values (lot.id, it.client_id, -lot.remaining, 'refunded', current_account(), moment);
    perform book_money('purchase', wanted, 'refund', it.currency, it.practitioner_id, moment, '', array[
            ('client', it.client_id, 'refund', -unspent.back_minor, lot.id)::money_piece,
            ('client', it.client_id, 'received', unspent.back_minor - worth, lot.id)::money_piece,
            ('refunds', it.client_id, 'refund', unspent.back_minor, null)::money_piece]
        || case when it.practitioner_id is null
            then array[('platform', null, 'refund', worth - unspent.back_minor, null)::money_piece]
            when unspent.by_card
            then array[('prepaid', it.practitioner_id, 'refund', worth, null)::money_piece,
                ('practitioner', it.practitioner_id, 'sold', -unspent.back_minor, null)::money_piece]
            else '{}'::money_piece[] end);
    return made;
end $$;

-- The seller has sent it, out of what they hold for the client; false when that was said before, or a card gets it back.
create function send_purchase_refund(wanted uuid, words text, moment timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare it refund;
begin
    if not exists (select from refund r where r.purchase_id = wanted and gives_credits(r.practitioner_id)
            and r.client_id <> current_account()) then
        raise insufficient_privilege using message = 'this refund is not yours to send';
    end if;
    update refund r set sent_at = moment, note = words
        where r.purchase_id = wanted and r.payment_id is null and r.sent_at is null returning r.* into it;
    if it.id is null then
        return false;
    end if;
    return book_money('purchase', wanted, 'refunded', it.currency, it.practitioner_id, moment, words, array[
        (case when it.practitioner_id is null then 'bank' else 'prepaid' end, it.practitioner_id, 'sent', it.amount_minor,
            null)::money_piece,
        ('refunds', it.client_id, 'sent', -it.amount_minor, null)::money_piece]);
end $$;

-- As before; what goes back to a card is what can go back.
create or replace function book_refund(wanted uuid, moment timestamptz) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    it record;
    card card_payment;
    back bigint;
    fee_back bigint;
    in_hand bigint;
begin
    select s.client_id, s.practitioner_id, s.status, s.credits, s.price_minor, s.currency, s.policy, s.commission_bp,
        s.cancelled_late into it from session s
        where s.id = wanted and current_account() in (s.client_id, s.practitioner_id);
    if not found or it.status <> 'cancelled' then
        raise insufficient_privilege using message = 'this session was not called off, or is not yours';
    end if;
    if it.credits > 0 then
        perform book_credits_back(wanted, moment);
        return 0;
    end if;
    if not exists (select from money_posting p where p.cause = 'session' and p.cause_id = wanted and p.step = 'paid') then
        return 0; -- nobody has found any money
    end if;
    back := refund_of(it.price_minor, it.policy, it.cancelled_late, current_account() = it.practitioner_id);
    if back = 0 then
        return 0;
    end if;
    select * into card from card_payment c where c.session_id = wanted and c.outcome = 'settled';
    back := case when card.id is null then back else to_card(back, it.currency, it.price_minor) end;
    insert into refund (session_id, payment_id, practitioner_id, client_id, currency, price_minor, amount_minor, owed_at)
        values (wanted, card.id, it.practitioner_id, it.client_id, it.currency, it.price_minor, back, moment)
        on conflict do nothing;
    if not found then
        return 0;
    end if;
    fee_back := commission_on(it.price_minor, it.commission_bp) - commission_on(it.price_minor - back, it.commission_bp);
    in_hand := case when card.id is null then back when card.destination is null then 0 else back - fee_back end;
    perform book_money('session', wanted, 'refund', it.currency, it.practitioner_id, moment, '', array[
        ('refunds', it.client_id, 'refund', back, null)::money_piece,
        (case when card.id is null then 'prepaid' else 'provider' end,
            case when card.id is null then it.practitioner_id end, 'refund', -in_hand, null)::money_piece,
        ('practitioner', it.practitioner_id, 'refund', -back, null)::money_piece,
        ('practitioner', it.practitioner_id, 'received', in_hand, null)::money_piece,
        ('practitioner', it.practitioner_id, 'commission_back', fee_back, null)::money_piece,
        ('platform', null, 'commission_back', -fee_back, null)::money_piece]);
    return back;
end $$;

-- As before; a credit note says how many credits went back.
create or replace function subject_of_paper(posting money_posting, out practitioner uuid, out client uuid, out line jsonb,
    out zone text, out locale text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
    if posting.cause = 'session' then
        select s.practitioner_id, s.client_id, jsonb_build_object('what', 'session', 'name', s.offering_name,
                'starts_at', s.starts_at, 'ends_at', s.ends_at, 'length_minutes', s.length_minutes,
                'credits', (select coalesce(abs(sum(e.delta)), 0) from credit_entry e where e.session_id = s.id
                    and e.reason = case posting.step when 'refund' then 'returned' else 'session' end))
            into practitioner, client, line from session s where s.id = posting.cause_id;
    else
        select b.practitioner_id, b.client_id, jsonb_build_object('what', case when b.practitioner_id is null then 'voucher'
                else 'package' end, 'name', b.name, 'credits', case posting.step when 'refund'
                    then (select abs(sum(e.delta)) from credit_entry e join credit_lot l on l.id = e.lot_id
                        where l.purchase_id = b.id and e.reason = 'refunded')
                    else b.credits end, 'valid_months', b.valid_months)
            into practitioner, client, line from credit_purchase b where b.id = posting.cause_id;
    end if;
    zone := coalesce((select p.time_zone from practice p where p.practitioner_id = practitioner), 'UTC');
    locale := coalesce((select n.locale from person n where n.id = client), 'en');
end $$;

-- As before; but what the platform owes, no practitioner holds.
do $$
declare
    before text := pg_get_functiondef('money_faults()'::regprocedure);
    held text := 'from refund r where r.sent_at is null and r.payment_id is null';
begin
    if position(held in before) = 0 then
        raise 'money_faults() is not as it was';
    end if;
    execute replace(before, held, held || ' and r.practitioner_id is not null');
end $$;

revoke all on function to_card(bigint, text, bigint), unspent_of_purchase(uuid), refund_purchase(uuid, int, timestamptz),
    send_purchase_refund(uuid, text, timestamptz) from public;
grant execute on function to_card(bigint, text, bigint), unspent_of_purchase(uuid), refund_purchase(uuid, int, timestamptz),
    send_purchase_refund(uuid, text, timestamptz) to visavis_web, visavis_worker;
reset role;
revoke create on schema public from visavis_lookup;
