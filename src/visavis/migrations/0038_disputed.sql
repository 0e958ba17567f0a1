-- What a bank takes back for good, the books say: a dispute that is lost, and what the provider keeps for it. A share that a refused
-- refund did not take back from who was paid directly is still theirs, and owed. A payment that the provider knows no more is begun
-- anew.

alter table card_payment add column lost_intent_id text check (length(lost_intent_id) between 1 and 255); -- the latest that is known no more

alter table card_trouble
    add column fee_minor bigint not null default 0, -- of a dispute: what the provider keeps for it, as it says now
    add column lost_minor bigint check (lost_minor > 0), -- booked: what went with a dispute that was lost
    add column taken_minor bigint check (taken_minor between 0 and lost_minor), -- and of it, what who was paid had had
    add column cost_minor bigint check (cost_minor > 0); -- booked: the fee
create index card_trouble_disputed on card_trouble (payment_id) where kind = 'dispute' and state = 'open';
grant insert (fee_minor), update (fee_minor) on card_trouble to visavis_worker;
grant update (lost_minor, taken_minor, cost_minor) on card_trouble to visavis_lookup;
grant update (lost_intent_id, status, failure) on card_payment to visavis_lookup;

alter table credit_entry drop constraint credit_entry_reason_check, add constraint credit_entry_reason_check
    check (reason in ('granted', 'bought', 'session', 'returned', 'expired', 'refunded', 'disputed'));
alter table money_posting drop constraint money_posting_step_check, add constraint money_posting_step_check
    check (step in ('paid', 'refund', 'refunded', 'bought', 'expired', 'begun', 'paid_out', 'failed', 'settled',
        'unneeded', 'returned', 'cost', 'bounced', 'by_hand', 'disputed', 'dispute_cost', 'share_kept'));
alter table money_line drop constraint money_line_part_check, add constraint money_line_part_check
    check (part in ('paid', 'received', 'price', 'commission', 'refund', 'commission_back', 'sent', 'expired', 'payout',
        'settlement', 'sold', 'cost', 'disputed'));
-- The same cause books once, and each of its disputes.
create unique index money_posting_once on money_posting
    (cause, cause_id, step, currency, (case when step in ('disputed', 'dispute_cost') then coalesce(provider_ref, '') else '' end));
alter table money_posting drop constraint money_posting_cause_cause_id_step_currency_key;

grant create on schema public to visavis_lookup;
set local role visavis_lookup; -- the owner of the functions

-- What is kept of a card payment: what came, less what goes back and what banks have taken.
create function kept_of_card(wanted uuid) returns bigint
language sql stable security definer set search_path = public, pg_temp
as $$
    select greatest(0, c.amount_minor
        - coalesce((select sum(r.amount_minor) from refund r where r.payment_id = c.id), 0)
        - coalesce((select sum(t.taken_minor) from card_trouble t where t.payment_id = c.id), 0))::bigint
    from card_payment c where c.id = wanted
$$;

-- A refund that never left, of a payment that went to the practitioner directly: their share is still in their account.
create function share_not_back(wanted uuid) returns money_piece[]
language sql stable security definer set search_path = public, pg_temp
as $$
    select coalesce(array_agg(piece), '{}') from (
        select case when c.outcome = 'returned' then c.amount_minor - c.commission_minor else coalesce((
                select sum(l.amount_minor) from money_posting p join money_line l on l.posting_id = p.id
                join money_account a on a.id = l.account_id and a.kind = 'practitioner'
                where p.cause = case when c.session_id is null then 'purchase' else 'session' end
                    and p.cause_id = coalesce(c.session_id, c.purchase_id) and p.step = 'refund' and l.part = 'received'), 0) end::bigint
            as amount, c.practitioner_id
        from refund r join card_payment c on c.id = r.payment_id where r.id = wanted and c.destination is not null) share
    cross join lateral (values (('practitioner', share.practitioner_id, 'received', -share.amount, null)::money_piece),
        (('provider', null, 'refund', share.amount, null)::money_piece)) pieces (piece)
$$;

-- As before; `share_back` is false where the provider took nothing from the account of who was paid directly.
drop function bounce_card_refund(uuid, text, timestamptz);
create function bounce_card_refund(wanted uuid, why text, share_back boolean, moment timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    it refund;
    paid card_payment;
    cause text;
begin
    select * into it from refund r where r.id = wanted and r.payment_id is not null and r.bounced_at is null for update;
    if it.id is null then
        return false;
    end if;
    select * into paid from card_payment c where c.id = it.payment_id;
    cause := case when paid.session_id is null then 'purchase' else 'session' end;
    update refund set sent_at = null, bounced_at = moment, failure = why where id = wanted;
    if it.sent_at is not null then
        perform book_money(cause, coalesce(paid.session_id, paid.purchase_id), 'bounced', it.currency, it.practitioner_id, moment, '', array[
            ('refunds', it.client_id, 'sent', it.amount_minor, null)::money_piece,
            ('provider', null, 'sent', -it.amount_minor, null)::money_piece], it.provider_ref);
    elsif paid.destination is not null and not share_back then
        perform book_money(cause, coalesce(paid.session_id, paid.purchase_id), 'share_kept', it.currency, it.practitioner_id, moment, '',
            share_not_back(wanted));
    end if;
    return true;
end $$;

-- What a dispute for `lost` takes of the credits that a payment bought: as many of the unspent as are worth it, and their worth.
create function take_unspent_credits(purchase uuid, lost bigint, moment timestamptz, out lot uuid, out worth bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    it credit_lot;
    whole bigint;
    many int;
begin
    select l.* into it from credit_lot l where l.purchase_id = purchase for update;
    select w.worth into whole from worth_of_lot(it.id) w;
    lot := it.id;
    worth := 0;
    if it.remaining > 0 and whole > 0 then
        many := case when lost >= whole then it.remaining else it.remaining * lost / whole end;
        worth := case when many = it.remaining then whole else round(whole::numeric * many / it.remaining)::bigint end;
    end if;
    if many > 0 then
        insert into credit_entry (lot_id, client_id, delta, reason, at) values (it.id, it.client_id, -many, 'disputed', moment);
    end if;
end $$;

-- A dispute as the provider says that it stands: what it keeps for one that is decided, and once one is lost, that the money is gone.
-- It is taken from who had it, with its part of the commission, and from the client's unspent credits; what goes beyond what was kept
-- is the platform's loss. A refund that was still to be sent is settled by it, unless it is `under_way`. True when a loss was booked.
create function book_dispute(wanted text, under_way boolean, moment timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    it card_trouble;
    paid card_payment;
    back refund;
    of_session boolean;
    cause_id uuid;
    covered bigint;
    kept bigint;
    taken bigint;
    fee_back bigint := 0;
    credits record;
    pieces money_piece[];
begin
    select * into it from card_trouble t where t.id = wanted and t.kind = 'dispute' and t.state in ('won', 'lost') for update;
    select * into paid from card_payment c where c.id = it.payment_id and c.outcome is not null for no key update;
    if paid.id is null then
        return false;
    end if;
    of_session := paid.session_id is not null;
    cause_id := coalesce(paid.session_id, paid.purchase_id);
    if not of_session then
        perform pg_advisory_xact_lock(hashtextextended(paid.client_id::text, 22));
    end if;
    if it.state = 'lost' and it.lost_minor is null then
        select * into back from refund r where r.payment_id = paid.id for update;
        covered := case when back.sent_at is null and not under_way and it.amount_minor >= back.amount_minor then back.amount_minor else 0 end;
        kept := kept_of_card(paid.id);
        taken := least(it.amount_minor - covered, kept);
        pieces := array[
            ('provider', null, 'disputed', it.amount_minor, null)::money_piece,
            ('refunds', paid.client_id, 'sent', -covered, null)::money_piece,
            ('platform', null, 'cost', taken + covered - it.amount_minor, null)::money_piece];
        if covered > 0 then
            update refund r set sent_at = moment, bounced_at = coalesce(r.bounced_at, moment) where r.id = back.id;
            pieces := pieces || case when back.bounced_at is null then share_not_back(back.id) else '{}' end;
        end if;
        if of_session then
            select commission_on(kept, s.commission_bp) - commission_on(kept - taken, s.commission_bp) into fee_back
                from session s where s.id = paid.session_id;
            pieces := pieces || array[
                ('practitioner', paid.practitioner_id, 'refund', -taken, null)::money_piece,
                ('practitioner', paid.practitioner_id, 'commission_back', fee_back, null)::money_piece,
                ('platform', null, 'commission_back', -fee_back, null)::money_piece];
        else
            select * into credits from take_unspent_credits(paid.purchase_id, taken, moment);
            pieces := pieces || ('client', paid.client_id, 'refund', -credits.worth, credits.lot)::money_piece
                || case when paid.practitioner_id is null
                    then array[('platform', null, 'cost', credits.worth - taken, null)::money_piece]
                    else array[('prepaid', paid.practitioner_id, 'refund', credits.worth, null)::money_piece,
                        ('practitioner', paid.practitioner_id, 'sold', -taken, null)::money_piece] end;
        end if;
        update card_trouble t set lost_minor = it.amount_minor, taken_minor = taken where t.id = wanted;
        perform book_money(case when of_session then 'session' else 'purchase' end, cause_id, 'disputed', paid.currency,
            paid.practitioner_id, moment, '', pieces, wanted);
    end if;
    if it.fee_minor > 0 and it.cost_minor is null then
        update card_trouble t set cost_minor = it.fee_minor where t.id = wanted;
        perform book_money(case when of_session then 'session' else 'purchase' end, cause_id, 'dispute_cost', paid.currency,
            paid.practitioner_id, moment, '', array[
            ('platform', null, 'cost', -it.fee_minor, null)::money_piece,
            ('provider', null, 'cost', it.fee_minor, null)::money_piece], wanted);
    end if;
    return it.state = 'lost' and it.lost_minor is null;
end $$;

-- Credits that came back of a session, and that a bank had taken the money for: they are nobody's. Each lot that was taken from gave
-- one entry back, in the same order (give_back_credits).
create function take_disputed_credits(wanted uuid, moment timestamptz) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    it record;
    pieces money_piece[];
    each_currency text;
begin
    for each_currency in select p.currency from money_posting p
            where p.cause = 'session' and p.cause_id = wanted and p.step = 'refund' order by 1 loop
        pieces := '{}';
        for it in select b.lot_id, b.delta, o.client_id, o.practitioner_id, l.amount_minor
                from (select e.lot_id, row_number() over (order by e.lot_id) as place from credit_entry e
                    where e.session_id = wanted and e.reason = 'session') t
                join (select e.lot_id, e.delta, row_number() over (order by e.id) as place from credit_entry e
                    where e.session_id = wanted and e.reason = 'returned') b using (place)
                join credit_lot o on o.id = t.lot_id
                join card_payment c on c.purchase_id = o.purchase_id and kept_of_card(c.id) = 0
                    and exists (select from card_trouble d where d.payment_id = c.id and d.lost_minor is not null)
                join money_posting p on p.cause = 'session' and p.cause_id = wanted and p.step = 'refund' and p.currency = each_currency
                join money_line l on l.posting_id = p.id and l.lot_id = b.lot_id
                order by place loop
            insert into credit_entry (lot_id, client_id, delta, reason, by_id, at)
                values (it.lot_id, it.client_id, -it.delta, 'disputed', current_account(), moment);
            pieces := pieces || array[('client', it.client_id, 'refund', -it.amount_minor, it.lot_id)::money_piece,
                (case when it.practitioner_id is null then 'platform' else 'prepaid' end, it.practitioner_id,
                    case when it.practitioner_id is null then 'cost' else 'refund' end, it.amount_minor, null)::money_piece];
        end loop;
        continue when pieces = '{}';
        perform book_money('session', wanted, 'disputed', each_currency, (select s.practitioner_id from session s where s.id = wanted),
            moment, '', pieces);
    end loop;
end $$;

-- As before; of what a bank has taken nothing goes back again, nor credits that it has taken the money for.
create or replace function book_refund(wanted uuid, moment timestamptz) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    it record;
    card card_payment;
    back bigint;
    kept bigint;
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
        perform take_disputed_credits(wanted, moment);
        return 0;
    end if;
    if not exists (select from money_posting p where p.cause = 'session' and p.cause_id = wanted and p.step = 'paid') then
        return 0; -- nobody has found any money
    end if;
    back := refund_of(it.price_minor, it.policy, it.cancelled_late, current_account() = it.practitioner_id);
    if back = 0 then
        return 0;
    end if;
    select * into card from card_payment c where c.session_id = wanted and c.outcome = 'settled' for no key update;
    kept := case when card.id is null then it.price_minor else kept_of_card(card.id) end;
    back := case when card.id is null then back else least(kept, to_card(back, it.currency, it.price_minor)) end;
    if back = 0 then
        return 0; -- the client's bank has taken all of it back
    end if;
    insert into refund (session_id, payment_id, practitioner_id, client_id, currency, price_minor, amount_minor, owed_at)
        values (wanted, card.id, it.practitioner_id, it.client_id, it.currency, it.price_minor, back, moment)
        on conflict do nothing;
    if not found then
        return 0;
    end if;
    fee_back := commission_on(kept, it.commission_bp) - commission_on(kept - back, it.commission_bp);
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

-- As before; and what a bank has taken of the payment does not go back to the card again.
create or replace function unspent_of_purchase(wanted uuid) returns table (credits int, back_minor bigint, by_card boolean)
language sql stable security definer set search_path = public, pg_temp
as $$
    select l.remaining, case when c.id is null then w.worth else least(kept_of_card(c.id), to_card(w.worth, b.currency, c.amount_minor)) end,
        c.id is not null
    from credit_purchase b join credit_lot l on l.purchase_id = b.id cross join lateral worth_of_lot(l.id) w
    left join card_payment c on c.purchase_id = b.id and c.outcome = 'settled'
    where b.id = wanted and b.status = 'paid' and gives_credits(b.practitioner_id) and b.client_id <> current_account()
        and l.remaining > 0 and l.expires_at > now() and w.worth > 0
        and (c.id is null or kept_of_card(c.id) > 0)
        and not exists (select from refund r where r.purchase_id = b.id)
$$;

-- As before, by what the books say: a bank may have taken a part of it earlier.
create or replace function card_fee_back(wanted uuid) returns bigint
language sql stable security definer set search_path = public, pg_temp
as $$
    select case when c.outcome = 'returned' then c.commission_minor else coalesce((
            select sum(l.amount_minor) from money_posting p join money_line l on l.posting_id = p.id
            join money_account a on a.id = l.account_id and a.kind = 'practitioner'
            where p.cause = 'session' and p.cause_id = c.session_id and p.step = 'refund' and l.part = 'commission_back'), 0)::bigint end
    from refund r join card_payment c on c.id = r.payment_id
    where r.id = wanted and c.destination is not null
$$;

-- The provider knows the intent of an open payment no more: nobody can pay it, and another may be made. False when it has another.
create function forget_card_intent(wanted uuid, intent text) returns boolean
language sql security definer set search_path = public, pg_temp
as $$
    update card_payment c set lost_intent_id = intent, intent_id = null, status = 'begun', failure = null
    where c.id = wanted and c.intent_id = intent and c.outcome is null and c.charge_id is null returning true
$$;

-- As before; and what is disputed stays until that is decided.
create or replace function money_of_practitioners(wanted uuid, wanted_currency text, most int, skip int)
returns table (practitioner_id uuid, name text, email text, currency text, balance_minor bigint, payable_minor bigint, details text)
language sql stable security definer set search_path = public, pg_temp
as $$
    select a.holder_id, n.name, c.email, a.currency, a.balance_minor,
        greatest(a.balance_minor - coalesce((
            select sum(greatest(share.amount, 0)) from (
                select sum(l.amount_minor) as amount from session s
                join money_posting p on p.cause = 'session' and p.cause_id = s.id
                join money_line l on l.posting_id = p.id and l.account_id = a.id
                where s.practitioner_id = a.holder_id and s.status in ('confirmed', 'in_progress') group by s.id) share), 0)
            - coalesce((select sum(greatest(share.amount, 0)) from (
                select sum(l.amount_minor) as amount from card_trouble t
                join card_payment c on c.id = t.payment_id and c.practitioner_id = a.holder_id
                join session s on s.id = c.session_id and s.status not in ('confirmed', 'in_progress')
                join money_posting p on p.cause = 'session' and p.cause_id = s.id
                join money_line l on l.posting_id = p.id and l.account_id = a.id
                where t.kind = 'dispute' and t.state = 'open' group by s.id) share), 0), 0)::bigint,
        coalesce((select i.words from payment_instructions i where i.practitioner_id = a.holder_id), '')
    from money_account a join person n on n.id = a.holder_id join account c on c.id = a.holder_id
    where a.kind = 'practitioner' and (wanted is null or a.holder_id = wanted)
        and (wanted_currency is null or a.currency = wanted_currency)
        and ((select acting_operator()) or a.holder_id = (select current_account()))
    order by a.currency, n.name, a.holder_id limit most offset skip
$$;

-- For operators: as before, with what was booked of it.
drop function troubles_with_cards(text);
create function troubles_with_cards(wanted text) returns table (id text, kind text, state text, reason text, amount_minor bigint,
    currency text, seen_at timestamptz, client_name text, practitioner_name text, name text, starts_at timestamptz, of_session boolean,
    lost_minor bigint, taken_minor bigint, cost_minor bigint)
language sql stable security definer set search_path = public, pg_temp
as $$
    select t.id, t.kind, t.state, t.reason, t.amount_minor, c.currency, t.seen_at, n.name, coalesce(p.name, ''),
        coalesce(s.offering_name, b.name), s.starts_at, c.session_id is not null, t.lost_minor, t.taken_minor, t.cost_minor
    from card_trouble t join card_payment c on c.id = t.payment_id join person n on n.id = c.client_id
    left join person p on p.id = c.practitioner_id
    left join session s on s.id = c.session_id left join credit_purchase b on b.id = c.purchase_id
    where t.settled_at is null and (wanted is null or t.id = wanted) and (select acting_operator())
    order by t.seen_at, t.id limit 100
$$;

-- As before; and what banks have taken is gone.
create or replace function money_faults() returns table (fault text, many bigint)
language sql stable security definer set search_path = public, pg_temp
as $$
    select f.fault, f.many from (
        select 'postings_not_zero' as fault, count(*) as many from (select from money_line group by posting_id having sum(amount_minor) <> 0) x
        union all
        select 'balances_not_their_lines', count(*) from money_account a
            left join (select account_id, sum(amount_minor) as amount from money_line group by account_id) l on l.account_id = a.id
            where a.balance_minor <> coalesce(l.amount, 0)
        union all
        select 'months_not_their_lines', count(*) from (
            select l.account_id, p.month, l.part, sum(l.amount_minor) as amount from money_line l join money_posting p on p.id = l.posting_id
                group by l.account_id, p.month, l.part) x
            full join money_month m using (account_id, month, part) where m.amount_minor is distinct from x.amount
        union all
        select 'credits_without_their_worth', count(*) from (
            select lot_id, sum(amount_minor) as worth from money_line where lot_id is not null group by lot_id) x
            join credit_lot l on l.id = x.lot_id where x.worth < 0 or (l.remaining = 0 and x.worth <> 0)
        union all
        select 'clients_not_their_credits', count(*) from (
            select l.account_id, sum(l.amount_minor) as worth from money_line l where l.lot_id is not null group by l.account_id) x
            full join (select id, balance_minor from money_account where kind = 'client') a on a.id = x.account_id
            where coalesce(x.worth, 0) <> coalesce(a.balance_minor, 0)
        union all
        select 'prepaid_not_what_is_held', count(*) from (
            select h.practitioner_id, h.currency, sum(h.held) as worth from (
                select l.practitioner_id, m.currency, m.amount_minor as held from money_line m join credit_lot l on l.id = m.lot_id
                    where l.practitioner_id is not null
                union all
                select r.practitioner_id, r.currency, r.amount_minor from refund r where r.sent_at is null and r.payment_id is null
                    and r.practitioner_id is not null) h
            group by h.practitioner_id, h.currency) x
            full join (select holder_id, currency, balance_minor from money_account where kind = 'prepaid') a
                on a.holder_id = x.practitioner_id and a.currency = x.currency
            where coalesce(x.worth, 0) <> -coalesce(a.balance_minor, 0)
        union all
        select 'refunds_not_their_balance', count(*) from (
            select client_id, currency, sum(amount_minor) as owed from refund where sent_at is null group by client_id, currency) r
            full join (select holder_id, currency, balance_minor from money_account where kind = 'refunds') a
                on a.holder_id = r.client_id and a.currency = r.currency
            where coalesce(r.owed, 0) <> coalesce(a.balance_minor, 0)
        union all
        select 'payouts_not_their_balance', count(*) from (
            select practitioner_id, currency, sum(amount_minor) as due from payout where status = 'begun' group by practitioner_id, currency) r
            full join (select holder_id, currency, balance_minor from money_account where kind = 'payouts') a
                on a.holder_id = r.practitioner_id and a.currency = r.currency
            where coalesce(r.due, 0) <> coalesce(a.balance_minor, 0)
        union all
        select 'paid_sessions_not_booked', count(*) from session s
            where s.status in ('confirmed', 'in_progress', 'completed', 'no_show') and s.price_minor > 0 and s.credits = 0
            and s.policy ->> 'payment' in ('transfer', 'card') and not exists (select from money_posting p
                where p.cause = 'session' and p.cause_id = s.id and p.step = 'paid')
        union all
        select 'card_money_without_a_purpose', count(*) from card_payment c where c.outcome is not null and case
            when c.outcome = 'returned' then not exists (select from refund r where r.payment_id = c.id and r.amount_minor = c.amount_minor)
            else not exists (select from money_posting p where p.cause_id = coalesce(c.session_id, c.purchase_id)
                and p.step in ('paid', 'bought') and p.provider_ref = c.charge_id) end
        union all
        select 'lost_disputes_not_booked', count(*) from card_trouble t join card_payment c on c.id = t.payment_id
            where t.kind = 'dispute' and t.state = 'lost' and t.lost_minor is null and c.outcome is not null
        union all
        select 'provider_not_what_it_holds', count(*) from (
            select h.currency, sum(h.amount) as held from (
                select c.currency, c.amount_minor - coalesce(c.cost_minor, 0) - case when c.destination is null
                        or c.outcome = 'returned' then 0 else c.amount_minor - c.commission_minor end as amount
                    from card_payment c where c.outcome is not null
                union all
                select r.currency, -r.amount_minor from refund r where r.payment_id is not null and r.sent_at is not null
                    and r.bounced_at is null
                union all
                select c.currency, -coalesce(t.lost_minor, 0) - coalesce(t.cost_minor, 0) from card_trouble t
                    join card_payment c on c.id = t.payment_id
                union all
                select l.currency, -l.amount_minor from money_line l join money_account a on a.id = l.account_id
                    where a.kind = 'provider' and l.part = 'refund') h group by h.currency) x
            full join (select currency, balance_minor from money_account where kind = 'provider') a on a.currency = x.currency
            where coalesce(x.held, 0) <> -coalesce(a.balance_minor, 0)
    ) f where f.many > 0
$$;

-- As before; but who keeps a share that the platform has lost, owes it.
create or replace function direct_faults() returns table (fault text, many bigint)
language sql stable security definer set search_path = public, pg_temp
as $$
    select f.fault, f.many from (
        select 'shares_paid_twice' as fault, count(*) as many from card_payment c
            where c.destination is not null and c.outcome = 'settled' and exists (
                select from money_posting p join money_line l on l.posting_id = p.id
                join money_account a on a.id = l.account_id and a.kind = 'practitioner'
                where p.cause = case when c.session_id is null then 'purchase' else 'session' end
                    and p.cause_id = coalesce(c.session_id, c.purchase_id) and p.step not in ('disputed', 'share_kept')
                having sum(l.amount_minor) <> 0)
    ) f where f.many > 0
$$;

-- What was lost before the books knew of it.
select book_dispute(t.id, false, now()) from card_trouble t where t.kind = 'dispute' and t.state = 'lost' order by t.seen_at, t.id;

revoke all on function kept_of_card(uuid), share_not_back(uuid), bounce_card_refund(uuid, text, boolean, timestamptz),
    take_unspent_credits(uuid, bigint, timestamptz), book_dispute(text, boolean, timestamptz), take_disputed_credits(uuid, timestamptz),
    forget_card_intent(uuid, text), troubles_with_cards(text) from public;
grant execute on function bounce_card_refund(uuid, text, boolean, timestamptz), book_dispute(text, boolean, timestamptz),
    forget_card_intent(uuid, text) to visavis_worker;
grant execute on function troubles_with_cards(text) to visavis_web, visavis_worker;
reset role;
revoke create on schema public from visavis_lookup;
