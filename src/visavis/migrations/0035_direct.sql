-- Practitioners who are paid directly: their own account at the card provider, to which their share of a card payment goes
-- at once, while the commission stays.
--
-- A practitioner can begin an account; that it may receive anything, only the worker says, having asked the provider. Where
-- a payment goes, and what of it stays, is decided here when it begins; books and refunds follow that.

alter table installation add column pays_directly boolean not null default false; -- as its settings say; kept by the worker
grant update (pays_directly) on installation to visavis_worker;

create table card_account (
    practitioner_id uuid primary key references practice,
    id uuid not null unique default uuidv7(), -- the provider's idempotency key: asked for twice, it is one
    account_id text unique check (length(account_id) between 1 and 255), -- the provider's; null: not made there yet
    status text not null default 'wanting' check (status in ('wanting', 'checked', 'ready', 'refused', 'gone')),
    begun_at timestamptz not null,
    looked_at timestamptz,
    check (account_id is not null or status = 'wanting')
);
create index card_account_to_look on card_account (looked_at) where account_id is not null;

alter table card_account enable row level security, force row level security;
create policy worker on card_account to visavis_worker using (true) with check (true);
create policy lookup on card_account to visavis_lookup using (true) with check (true);
create policy own on card_account for select to visavis_web
    using (practitioner_id = (select current_account()) or (select acting_operator()));
grant select on card_account to visavis_web, visavis_worker, visavis_lookup;
grant insert, update (id, account_id, status, begun_at, looked_at) on card_account to visavis_lookup;
grant update (status, looked_at) on card_account to visavis_worker;

alter table card_event add column account_id text check (length(account_id) <= 255); -- of what was said about an account

grant create on schema public to visavis_lookup;
set local role visavis_lookup; -- the owner of the functions

-- The acting practitioner's account: begun now, or before; a new one where the provider knows the old one no more.
create function begin_card_account(moment timestamptz) returns setof card_account
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into card_account as a (practitioner_id, begun_at)
        select p.practitioner_id, moment from practice p
        where p.practitioner_id = current_account() and (select i.pays_directly from installation i)
        on conflict (practitioner_id) do update
            set id = uuidv7(), account_id = null, status = 'wanting', begun_at = moment, looked_at = null
            where a.status = 'gone';
    return query select * from card_account a where a.practitioner_id = current_account()
        and (select i.pays_directly from installation i);
end $$;

-- The provider's name of the account that was just begun, once; false when it has another.
create function keep_card_account(wanted uuid, account text) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update card_account a set account_id = account
        where a.id = wanted and a.practitioner_id = current_account() and a.account_id is null;
    return exists (select from card_account a where a.id = wanted and a.practitioner_id = current_account()
        and a.account_id = account);
end $$;

-- Something was said about an account: whose that is; null for what is known already, or of nobody here.
create function keep_card_account_event(event text, what text, account text) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into card_event (id, kind, account_id) values (event, what, account) on conflict do nothing;
    if not found then
        return null;
    end if;
    return (select a.practitioner_id from card_account a where a.account_id = account);
end $$;

-- Whose account gets a practitioner's share; null: nobody's, the platform has it and pays it out. Of currencies with
-- thousandths a provider sends tens only, so what stays would not be what the books say: they are not sent directly.
create function card_destination(practitioner uuid, its_currency text) returns text
language sql stable security definer set search_path = public, pg_temp
as $$
    select a.account_id from card_account a, installation i
    where a.practitioner_id = practitioner and a.status = 'ready' and i.pays_directly and i.takes_cards
        and its_currency not in ('BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND')
$$;

-- As before, and where the money goes is decided as long as the provider knows nothing of the payment.
create or replace function begin_card_payment(wanted_session uuid, wanted_purchase uuid, moment timestamptz) returns setof uuid
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
    update card_payment c set destination = card_destination(c.practitioner_id, c.currency)
        where c.client_id = current_account() and (c.session_id = wanted_session or c.purchase_id = wanted_purchase)
            and c.intent_id is null
            and c.destination is distinct from card_destination(c.practitioner_id, c.currency);
    return query select c.id from card_payment c where c.client_id = current_account()
        and (c.session_id = wanted_session or c.purchase_id = wanted_purchase)
        and (exists (select from session s where s.id = c.session_id and s.status = 'approved'
                and coalesce(s.due_at > moment, true))
            or exists (select from credit_purchase b where b.id = c.purchase_id and b.status in ('requested', 'refused')));
end $$;

-- The provider's id of one's own payment, once; false when it has another, or meanwhile goes elsewhere.
create or replace function keep_card_intent(wanted uuid, intent text, goes_to text) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update card_payment c set intent_id = intent where c.id = wanted and c.client_id = current_account()
        and c.intent_id is null and c.destination is not distinct from goes_to;
    return exists (select from card_payment c where c.id = wanted and c.client_id = current_account()
        and c.intent_id = intent and c.destination is not distinct from goes_to);
end $$;

-- As before; what went to the practitioner directly is with them at once, like a transfer.
create or replace function settle_card_purchase(wanted uuid, moment timestamptz) returns boolean
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
        array[('client', it.client_id, 'paid', it.amount_minor, lot)::money_piece]
        || case when it.destination is null then array[('provider', null, 'received', -it.amount_minor, null)::money_piece]
            else array[('practitioner', it.practitioner_id, 'received', -it.amount_minor, null)::money_piece] end
        || case when it.practitioner_id is null then '{}'::money_piece[]
            else array[('prepaid', it.practitioner_id, 'received', -it.amount_minor, null)::money_piece,
                ('practitioner', it.practitioner_id, 'sold', it.amount_minor, null)::money_piece] end, it.charge_id);
end $$;

-- Of unspent credits that go back and that a practitioner was paid for directly: the provider takes it from their account.
create function back_from_account(wanted uuid, amount bigint) returns money_piece[]
language sql stable security definer set search_path = public, pg_temp
as $$
    select coalesce((select array[('practitioner', c.practitioner_id, 'received', amount, null)::money_piece,
            ('provider', null, 'refund', -amount, null)::money_piece]
        from card_payment c where c.purchase_id = wanted and c.outcome = 'settled' and c.destination is not null), '{}')
$$;

-- As before, and of that too.
do $$
declare
    before text := pg_get_functiondef('refund_purchase(uuid, integer, timestamp with time zone)'::regprocedure);
    held text := '''sold'', -unspent.back_minor, null)::money_piece]';
begin
    if position(held in before) = 0 then
        raise 'refund_purchase() is not as it was';
    end if;
    execute replace(before, held, held || ' || back_from_account(wanted, unspent.back_minor)');
end $$;

-- How much of the commission goes back with a refund of a payment that went to a practitioner directly; null where it did not.
create function card_fee_back(wanted uuid) returns bigint
language sql stable security definer set search_path = public, pg_temp
as $$
    select c.commission_minor - coalesce(commission_on(c.amount_minor - r.amount_minor, s.commission_bp), 0)
    from refund r join card_payment c on c.id = r.payment_id left join session s on s.id = c.session_id
    where r.id = wanted and c.destination is not null
$$;

-- What must always be true besides, for the worker (money/jobs.py): who was paid directly is not owed it again, nor owes it.
create function direct_faults() returns table (fault text, many bigint)
language sql stable security definer set search_path = public, pg_temp
as $$
    select f.fault, f.many from (
        select 'shares_paid_twice' as fault, count(*) as many from card_payment c
            where c.destination is not null and c.outcome = 'settled' and exists (
                select from money_posting p join money_line l on l.posting_id = p.id
                join money_account a on a.id = l.account_id and a.kind = 'practitioner'
                where p.cause = case when c.session_id is null then 'purchase' else 'session' end
                    and p.cause_id = coalesce(c.session_id, c.purchase_id)
                having sum(l.amount_minor) <> 0)
    ) f where f.many > 0
$$;

revoke all on function begin_card_account(timestamptz), keep_card_account(uuid, text), keep_card_account_event(text, text, text),
    card_destination(uuid, text), back_from_account(uuid, bigint), card_fee_back(uuid), direct_faults() from public;
grant execute on function begin_card_account(timestamptz), keep_card_account(uuid, text),
    keep_card_account_event(text, text, text) to visavis_web, visavis_worker;
grant execute on function card_fee_back(uuid), direct_faults() to visavis_worker;
reset role;
revoke create on schema public from visavis_lookup;
