-- Cards: one payment of each session or purchase of credits at a provider, for its whole life, and what became of it.
--
-- Web processes can begin a payment (its amount is copied from the session or purchase), keep the provider's id of it and
-- that the provider has said something. Only the worker, having asked the provider, says what is true; what is paid is
-- booked by the functions below in the same transaction. Money that came for nothing (the time was taken meanwhile) goes back.

alter table installation add column takes_cards boolean not null default false; -- as its settings say; kept by the worker
grant update (takes_cards) on installation to visavis_worker;

create table card_payment (
    id uuid primary key default uuidv7(), -- the provider's idempotency key: asked for twice, it is one
    session_id uuid unique references session, -- so that nothing is charged twice
    purchase_id uuid unique references credit_purchase,
    client_id uuid not null references account,
    practitioner_id uuid references practice, -- null: of the platform's credits
    amount_minor bigint not null check (amount_minor > 0), -- from here to commission_minor: copied, never told
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    commission_minor bigint not null check (commission_minor between 0 and amount_minor),
    intent_id text unique check (length(intent_id) between 1 and 255),
    destination text check (length(destination) between 1 and 255), -- Connect: whose account got the practitioner's share
    status text not null default 'begun'
        check (status in ('begun', 'needs_card', 'needs_action', 'processing', 'succeeded', 'cancelled')),
    charge_id text unique check (length(charge_id) between 1 and 255),
    failure text check (length(failure) between 1 and 60), -- of the latest try
    brand text check (length(brand) <= 40),
    last4 text check (last4 ~ '^[0-9]{4}$'),
    cost_minor bigint check (cost_minor between 0 and amount_minor), -- what the provider kept
    outcome text check (outcome in ('settled', 'returned')), -- what became of the money
    begun_at timestamptz not null,
    looked_at timestamptz,
    settled_at timestamptz,
    check (num_nonnulls(session_id, purchase_id) = 1),
    check (client_id <> practitioner_id),
    check (status <> 'succeeded' or charge_id is not null),
    check (outcome is null or status = 'succeeded'),
    check ((outcome is null) = (settled_at is null))
);
create index card_payment_of_client on card_payment (client_id, begun_at desc);
create index card_payment_of_practitioner on card_payment (practitioner_id);
create index card_payment_open on card_payment (looked_at) where outcome is null and status <> 'cancelled';

-- What a provider said, by its own id: said again, it is nothing new. Only ever a reason to look.
create table card_event (
    id text primary key check (length(id) between 1 and 255),
    kind text not null check (length(kind) <= 100),
    intent_id text check (length(intent_id) <= 255),
    received_at timestamptz not null default now()
);
create index card_event_by_age on card_event (received_at);

do $$
declare t text;
begin
    foreach t in array array['card_payment', 'card_event'] loop
        execute format('alter table %I enable row level security, force row level security', t);
        execute format('create policy worker on %I to visavis_worker using (true) with check (true)', t);
        execute format('create policy lookup on %I to visavis_lookup using (true) with check (true)', t);
        execute format('grant select on %I to visavis_worker, visavis_lookup', t);
    end loop;
end $$;
grant select on card_payment to visavis_web;
create policy own on card_payment for select to visavis_web using (client_id = (select current_account())
    or practitioner_id = (select current_account()) or (practitioner_id is null and (select acting_operator())));
grant insert (session_id, purchase_id, client_id, practitioner_id, amount_minor, currency, commission_minor, begun_at),
    update (intent_id, destination, outcome, settled_at) on card_payment to visavis_lookup;
grant update (status, charge_id, failure, brand, last4, cost_minor, looked_at) on card_payment to visavis_worker;
grant insert on card_event to visavis_lookup;
grant delete on card_event to visavis_worker;

-- A refund is of a session's transfer, or of a card payment: at most one of each.
alter table refund
    drop constraint refund_pkey,
    alter column session_id drop not null,
    alter column practitioner_id drop not null,
    add column id uuid primary key default uuidv7(), -- the provider's idempotency key
    add column payment_id uuid unique references card_payment,
    add column failure text check (length(failure) between 1 and 60), -- of the latest try to send it
    add constraint refund_of_something check (num_nonnulls(session_id, payment_id) > 0);
create unique index refund_once_of_transfer on refund (session_id) where payment_id is null;
create index refund_of_session on refund (session_id);
create unique index refund_once_at_provider on refund (provider_ref) where provider_ref is not null;
create index refund_to_send_by_card on refund (owed_at) where sent_at is null and payment_id is not null;
drop index refund_owed_by;
create index refund_owed_by on refund (practitioner_id, owed_at) where sent_at is null and payment_id is null;
grant update (provider_ref) on refund to visavis_lookup;
grant update (failure) on refund to visavis_worker;
drop policy own on refund;
create policy own on refund for select to visavis_web using (client_id = (select current_account())
    or practitioner_id = (select current_account()) or (practitioner_id is null and (select acting_operator())));

alter table money_posting drop constraint money_posting_step_check, add constraint money_posting_step_check
    check (step in ('paid', 'refund', 'refunded', 'bought', 'expired', 'begun', 'paid_out', 'failed', 'settled',
        'unneeded', 'returned', 'cost'));
alter table money_line drop constraint money_line_part_check, add constraint money_line_part_check
    check (part in ('paid', 'received', 'price', 'commission', 'refund', 'commission_back', 'sent', 'expired', 'payout',
        'settlement', 'sold', 'cost'));

-- The same table as booking/rules.py: who has paid by card has a certain session, also when the deadline had just passed.
insert into session_transition as t (from_status, to_status, by) values
    ('approved', 'confirmed', '{system}'), ('payment_submitted', 'confirmed', '{system}'), ('expired', 'confirmed', '{system}')
    on conflict (from_status, to_status) do update set by = t.by || excluded.by;

-- Nobody makes a session that is certain, and that somebody has still to pay.
drop policy make_own on session;
create policy make_own on session for insert to visavis_web
    with check ((created_by = 'client' and client_id = (select current_account())
            and (status = 'pending_approval' or (status in ('approved', 'confirmed') and policy ->> 'approval' = 'automatic'))
            and not (status = 'confirmed' and price_minor > 0 and coalesce(policy ->> 'payment' in ('transfer', 'card'), false)))
        or (created_by = 'practitioner' and practitioner_id = (select current_account()) and status = 'pending_approval'
            and may_propose(client_id, offering_id)));

grant create on schema public to visavis_lookup;
set local role visavis_lookup; -- the owner of the functions

-- As before, and it keeps the provider's id of what is booked.
drop function book_money(text, uuid, text, text, uuid, timestamptz, text, money_piece[]);
create function book_money(cause text, cause_id uuid, step text, currency text, practitioner uuid, moment timestamptz,
    words text, pieces money_piece[], reference text default null) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_variable
declare made bigint;
begin
    perform pg_advisory_xact_lock(hashtextextended('money', 30));
    insert into money_posting as m (cause, cause_id, step, currency, month, by_id, at, words, provider_ref)
        values (cause, cause_id, step, currency, month_of(practitioner, moment), current_account(), moment, words, reference)
        on conflict do nothing returning m.id into made;
    if made is null then
        return false;
    end if;
    insert into money_account (kind, holder_id, currency)
        select distinct p.kind, p.holder_id, currency from unnest(pieces) p where p.amount <> 0 on conflict do nothing;
    insert into money_line (posting_id, account_id, currency, part, amount_minor, lot_id)
        select made, a.id, currency, p.part, p.amount, p.lot_id
        from unnest(pieces) with ordinality p join money_account a on a.kind = p.kind and a.currency = currency
            and coalesce(a.holder_id, '00000000-0000-0000-0000-000000000000')
                = coalesce(p.holder_id, '00000000-0000-0000-0000-000000000000')
        where p.amount <> 0 order by p.ordinality;
    return true;
end $$;

-- Whether clients may pay sessions of such a policy by card; an installation without a provider takes none.
create function takes_card(policy jsonb) returns boolean
language sql stable security definer set search_path = public, pg_temp
as $$
    select (policy ->> 'payment' = 'card' or coalesce(policy ->> 'other_way' = 'card', false))
        and (select i.takes_cards from installation i)
$$;

-- The payment of a session or a purchase: begun now, or before. No row when there is nothing to pay (any more) by card.
create function begin_card_payment(wanted_session uuid, wanted_purchase uuid, moment timestamptz) returns setof uuid
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into card_payment (session_id, client_id, practitioner_id, amount_minor, currency, commission_minor, begun_at)
        select s.id, s.client_id, s.practitioner_id, s.price_minor, s.currency,
            commission_on(s.price_minor, s.commission_bp), moment
        from session s where s.id = wanted_session and s.client_id = current_account() and s.status = 'approved'
            and s.price_minor > 0 and s.credits = 0 and takes_card(s.policy) and coalesce(s.due_at > moment, true)
        on conflict do nothing;
    insert into card_payment (purchase_id, client_id, practitioner_id, amount_minor, currency, commission_minor, begun_at)
        select b.id, b.client_id, b.practitioner_id, b.price_minor, b.currency, 0, moment
        from credit_purchase b where b.id = wanted_purchase and b.client_id = current_account()
            and b.status in ('requested', 'refused') and (select i.takes_cards from installation i)
        on conflict do nothing;
    return query select c.id from card_payment c where c.client_id = current_account()
        and (c.session_id = wanted_session or c.purchase_id = wanted_purchase)
        and (exists (select from session s where s.id = c.session_id and s.status = 'approved'
                and coalesce(s.due_at > moment, true))
            or exists (select from credit_purchase b where b.id = c.purchase_id and b.status in ('requested', 'refused')));
end $$;

-- The provider's id of one's own payment, once; false when it has another.
create function keep_card_intent(wanted uuid, intent text, goes_to text) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update card_payment c set intent_id = intent, destination = goes_to
        where c.id = wanted and c.client_id = current_account() and c.intent_id is null;
    return exists (select from card_payment c where c.id = wanted and c.client_id = current_account() and c.intent_id = intent);
end $$;

-- Something was said about an intent: whose payment that is; null for what is known already, or of nobody here.
create function keep_card_event(event text, what text, intent text) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into card_event (id, kind, intent_id) values (event, what, intent) on conflict do nothing;
    if not found then
        return null;
    end if;
    return (select c.id from card_payment c where c.intent_id = intent);
end $$;

-- Takes a payment that the provider calls succeeded to one end, once; raises when there is none.
create function close_card_payment(wanted uuid, becomes text, moment timestamptz) returns card_payment
language plpgsql security definer set search_path = public, pg_temp as $$
declare it card_payment;
begin
    update card_payment c set outcome = becomes, settled_at = moment
        where c.id = wanted and c.status = 'succeeded' and c.outcome is null returning c.* into it;
    if it.id is null then
        raise insufficient_privilege using message = 'no money came with this payment, or it is settled';
    end if;
    return it;
end $$;

-- A session was paid by card: the money lies with the provider for the platform, which owes the practitioner their share;
-- with Connect they have that already.
create function book_card_payment(wanted uuid, moment timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    it card_payment;
    in_hand bigint;
begin
    it := close_card_payment((select c.id from card_payment c where c.session_id = wanted), 'settled', moment);
    if not exists (select from session s where s.id = wanted and s.status = 'confirmed' and s.price_minor = it.amount_minor) then
        raise insufficient_privilege using message = 'this session is not what was paid';
    end if;
    in_hand := case when it.destination is null then 0 else it.amount_minor - it.commission_minor end;
    return book_money('session', wanted, 'paid', it.currency, it.practitioner_id, moment, '', array[
        ('client', it.client_id, 'paid', it.amount_minor, null)::money_piece,
        ('provider', null, 'received', in_hand - it.amount_minor, null)::money_piece,
        ('practitioner', it.practitioner_id, 'received', -in_hand, null)::money_piece,
        ('client', it.client_id, 'price', -it.amount_minor, null)::money_piece,
        ('practitioner', it.practitioner_id, 'price', it.amount_minor, null)::money_piece,
        ('practitioner', it.practitioner_id, 'commission', -it.commission_minor, null)::money_piece,
        ('platform', null, 'commission', it.commission_minor, null)::money_piece], it.charge_id);
end $$;

-- What the provider kept of a payment, once it is known: the platform bears it.
create function book_card_cost(wanted uuid, moment timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare it card_payment;
begin
    select * into it from card_payment c where c.id = wanted and c.outcome is not null and c.cost_minor > 0;
    if it.id is null then
        return false;
    end if;
    return book_money(case when it.session_id is null then 'purchase' else 'session' end,
        coalesce(it.session_id, it.purchase_id), 'cost', it.currency, it.practitioner_id, moment, '', array[
        ('platform', null, 'cost', -it.cost_minor, null)::money_piece,
        ('provider', null, 'cost', it.cost_minor, null)::money_piece]);
end $$;

-- Credits paid by card, given in the same act. A practitioner sold them, so the platform owes the practitioner all that
-- came, and they hold it for the client like money that was transferred to them. False when it is past paying.
create function settle_card_purchase(wanted uuid, moment timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    it card_payment;
    bought credit_purchase;
    lot uuid;
begin
    select * into bought from credit_purchase b where b.id = wanted and b.status in ('requested', 'submitted', 'refused') for update;
    if bought.id is null then
        return false;
    end if;
    it := close_card_payment((select c.id from card_payment c where c.purchase_id = wanted), 'settled', moment);
    update credit_purchase set status = 'paid', reason = '', status_changed_at = moment where id = wanted;
    lot := open_credit_lot(bought.client_id, bought.practitioner_id, 'bought', bought.name, bought.credits,
        moment + make_interval(months => bought.valid_months), bought.id, null, moment);
    return book_money('purchase', wanted, 'bought', it.currency, it.practitioner_id, moment, '',
        array[('client', it.client_id, 'paid', it.amount_minor, lot)::money_piece,
            ('provider', null, 'received', -it.amount_minor, null)::money_piece]
        || case when it.practitioner_id is null then '{}'::money_piece[]
            else array[('prepaid', it.practitioner_id, 'received', -it.amount_minor, null)::money_piece,
                ('practitioner', it.practitioner_id, 'sold', it.amount_minor, null)::money_piece] end, it.charge_id);
end $$;

-- Money that came for what cannot be had any more: all of it goes back. The refund's id.
create function return_card_payment(wanted uuid, moment timestamptz) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    it card_payment;
    made uuid;
begin
    it := close_card_payment(wanted, 'returned', moment);
    insert into refund (session_id, payment_id, practitioner_id, client_id, currency, price_minor, amount_minor, owed_at)
        values (it.session_id, it.id, it.practitioner_id, it.client_id, it.currency, it.amount_minor, it.amount_minor, moment)
        returning id into made;
    perform book_money(case when it.session_id is null then 'purchase' else 'session' end,
        coalesce(it.session_id, it.purchase_id), 'unneeded', it.currency, it.practitioner_id, moment, '', array[
        ('provider', null, 'received', -it.amount_minor, null)::money_piece,
        ('refunds', it.client_id, 'refund', it.amount_minor, null)::money_piece], it.charge_id);
    return made;
end $$;

-- The provider has taken a refund on its way; false when that was said already.
create function send_card_refund(wanted uuid, reference text, moment timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    it refund;
    paid card_payment;
begin
    update refund set sent_at = moment, provider_ref = reference
        where id = wanted and payment_id is not null and sent_at is null returning * into it;
    if it.id is null then
        return false;
    end if;
    select * into paid from card_payment c where c.id = it.payment_id;
    return book_money(case when paid.session_id is null then 'purchase' else 'session' end,
        coalesce(paid.session_id, paid.purchase_id), case paid.outcome when 'returned' then 'returned' else 'refunded' end,
        it.currency, it.practitioner_id, moment, '', array[
        ('provider', null, 'sent', it.amount_minor, null)::money_piece,
        ('refunds', it.client_id, 'sent', -it.amount_minor, null)::money_piece], reference);
end $$;

-- As before; of what was paid by card, the provider sends it back.
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

create or replace function send_refund(wanted uuid, words text, moment timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare it refund;
begin
    if not exists (select from refund r where r.session_id = wanted and r.practitioner_id = current_account()) then
        raise insufficient_privilege using message = 'this refund is not yours to send';
    end if;
    update refund set sent_at = moment, note = words
        where session_id = wanted and payment_id is null and sent_at is null returning * into it;
    if it.session_id is null then
        return false;
    end if;
    return book_money('session', wanted, 'refunded', it.currency, it.practitioner_id, moment, words, array[
        ('prepaid', it.practitioner_id, 'sent', it.amount_minor, null)::money_piece,
        ('refunds', it.client_id, 'sent', -it.amount_minor, null)::money_piece]);
end $$;

-- As before, of sessions that are meant to be paid by card, too.
create or replace function book_payment(wanted uuid, moment timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare it record;
begin
    select s.practitioner_id, s.status, s.credits, s.price_minor, s.policy into it from session s
        where s.id = wanted and current_account() in (s.client_id, s.practitioner_id);
    if not found or it.status not in ('confirmed', 'in_progress') then
        raise insufficient_privilege using message = 'this session is not paid, or not yours';
    end if;
    if it.credits > 0 then
        return book_spent_credits(wanted, moment);
    end if;
    if it.price_minor = 0 or coalesce(it.policy ->> 'payment' not in ('transfer', 'card'), true) then
        return false;
    end if;
    if current_account() <> it.practitioner_id then
        raise insufficient_privilege using message = 'the practitioner finds the money';
    end if;
    return book_transfer(wanted, moment);
end $$;

-- As before, and what cards have brought is where it belongs.
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
                select r.practitioner_id, r.currency, r.amount_minor from refund r where r.sent_at is null and r.payment_id is null) h
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
        select 'provider_not_what_it_holds', count(*) from (
            select h.currency, sum(h.amount) as held from (
                select c.currency, c.amount_minor - coalesce(c.cost_minor, 0) - case when c.destination is null
                        or c.outcome = 'returned' then 0 else c.amount_minor - c.commission_minor end as amount
                    from card_payment c where c.outcome is not null
                union all
                select r.currency, -r.amount_minor from refund r where r.payment_id is not null and r.sent_at is not null
                union all
                select l.currency, -l.amount_minor from money_line l join money_account a on a.id = l.account_id
                    where a.kind = 'provider' and l.part = 'refund') h group by h.currency) x
            full join (select currency, balance_minor from money_account where kind = 'provider') a on a.currency = x.currency
            where coalesce(x.held, 0) <> -coalesce(a.balance_minor, 0)
    ) f where f.many > 0
$$;

grant execute on function hold_payment_to_ledger() to public; -- for as long as a trigger is made of it
reset role;
drop trigger session_payment_is_booked on session;
create constraint trigger session_payment_is_booked after update of status on session deferrable initially deferred
    for each row when (new.status = 'confirmed' and new.price_minor > 0 and (old.status in ('approved', 'payment_submitted', 'expired')
        or (old.status = 'pending_approval' and new.policy ->> 'payment' = 'card')))
    execute function hold_payment_to_ledger();
set local role visavis_lookup;

revoke all on function hold_payment_to_ledger(), book_money(text, uuid, text, text, uuid, timestamptz, text, money_piece[], text), takes_card(jsonb),
    begin_card_payment(uuid, uuid, timestamptz), keep_card_intent(uuid, text, text), keep_card_event(text, text, text),
    close_card_payment(uuid, text, timestamptz), book_card_payment(uuid, timestamptz), book_card_cost(uuid, timestamptz),
    settle_card_purchase(uuid, timestamptz), return_card_payment(uuid, timestamptz), send_card_refund(uuid, text, timestamptz)
    from public;
grant execute on function takes_card(jsonb), begin_card_payment(uuid, uuid, timestamptz), keep_card_intent(uuid, text, text),
    keep_card_event(text, text, text) to visavis_web, visavis_worker;
grant execute on function book_card_payment(uuid, timestamptz), book_card_cost(uuid, timestamptz),
    settle_card_purchase(uuid, timestamptz), return_card_payment(uuid, timestamptz), send_card_refund(uuid, text, timestamptz)
    to visavis_worker;
grant execute on function lock_calendars(uuid, uuid) to visavis_worker; -- a late payment takes its time again
reset role;
revoke create on schema public from visavis_lookup;
