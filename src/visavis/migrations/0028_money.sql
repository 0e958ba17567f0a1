-- Money: a ledger of double entries that is only ever added to, the platform's commission, refunds and payouts.
--
-- A posting says what happened once; its lines move amounts between accounts of one currency and sum to zero. An
-- account's balance is what the books owe its holder: a client's unspent credits, a practitioner's share less what is
-- in their hands already (below zero: they owe the platform), the platform's commission, refunds and payouts on their
-- way. `bank` and `provider` are where the platform's own money lies, and `prepaid` is what a practitioner holds for
-- clients (credits of theirs that are not spent yet, refunds not sent), so these are below zero while there is some.
-- All of it is written by the functions below and by nobody else.

alter table installation add column commission_bp int not null default 3000 check (commission_bp between 0 and 10000);

-- Other rates than the installation's: of a practitioner, or of one offering. Basis points: 3000 is 30 %.
create table commission_rate (
    practitioner_id uuid not null references practice on delete cascade,
    offering_id uuid references offering on delete cascade,
    basis_points int not null check (basis_points between 0 and 10000),
    set_at timestamptz not null default now(),
    unique nulls not distinct (practitioner_id, offering_id)
);

alter table session add column commission_bp int not null default 0 check (commission_bp between 0 and 10000);

create table money_account (
    id bigint primary key generated always as identity,
    kind text not null check (kind in ('client', 'practitioner', 'prepaid', 'platform', 'bank', 'provider', 'refunds', 'payouts')),
    holder_id uuid references account,
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    balance_minor bigint not null default 0, -- kept by the lines, in their transaction
    unique (id, currency),
    check ((holder_id is null) = (kind in ('platform', 'bank', 'provider'))),
    constraint money_account_owes_or_is_even check (kind not in ('client', 'refunds', 'payouts') or balance_minor >= 0),
    constraint money_account_holds_or_is_even check (kind <> 'prepaid' or balance_minor <= 0)
);
create unique index money_account_once on money_account
    (kind, currency, coalesce(holder_id, '00000000-0000-0000-0000-000000000000'));
create index money_account_of_holder on money_account (holder_id);

create table money_posting (
    id bigint primary key generated always as identity,
    cause text not null check (cause in ('session', 'purchase', 'lot', 'payout', 'settlement')),
    cause_id uuid not null,
    step text not null check (step in ('paid', 'refund', 'refunded', 'bought', 'expired', 'begun', 'paid_out', 'failed', 'settled')),
    currency text not null,
    month date not null check (extract(day from month) = 1), -- on the practice's calendar; else in UTC
    by_id uuid references account, -- null: the clock
    at timestamptz not null,
    words text not null default '' check (length(words) <= 1000),
    provider_ref text check (length(provider_ref) between 1 and 255), -- a card provider's charge, refund or transfer
    unique (cause, cause_id, step, currency), -- the same cause books once
    unique (id, currency)
);
create unique index money_posting_of_provider on money_posting (provider_ref, step) where provider_ref is not null;

create table money_line (
    id bigint primary key generated always as identity,
    posting_id bigint not null,
    account_id bigint not null,
    currency text not null,
    part text not null check (part in ('paid', 'received', 'price', 'commission', 'refund', 'commission_back', 'sent',
        'expired', 'payout', 'settlement')),
    amount_minor bigint not null check (amount_minor <> 0), -- what the account gains
    lot_id uuid references credit_lot, -- of clients' lines: the credits that the amount is the worth of
    foreign key (posting_id, currency) references money_posting (id, currency),
    foreign key (account_id, currency) references money_account (id, currency)
);
create index money_line_of_account on money_line (account_id, posting_id desc);
create index money_line_of_posting on money_line (posting_id);
create index money_line_of_lot on money_line (lot_id) where lot_id is not null;

-- What the lines of an account sum up to in a month, kept by them: pages stay as quick with a million lines.
create table money_month (
    account_id bigint not null references money_account,
    month date not null,
    part text not null,
    amount_minor bigint not null,
    primary key (account_id, month, part)
);

create function count_lines() returns trigger language plpgsql as $$
begin
    update money_account a set balance_minor = a.balance_minor + n.amount
        from (select account_id, sum(amount_minor)::bigint as amount from added group by account_id) n where a.id = n.account_id;
    insert into money_month as m (account_id, month, part, amount_minor)
        select l.account_id, p.month, l.part, sum(l.amount_minor) from added l join money_posting p on p.id = l.posting_id
        group by l.account_id, p.month, l.part
        on conflict (account_id, month, part) do update set amount_minor = m.amount_minor + excluded.amount_minor;
    return null;
end $$;
create trigger money_line_counts after insert on money_line referencing new table as added
    for each statement execute function count_lines();

create function refuse_rewriting_money() returns trigger language plpgsql as $$
begin
    raise insufficient_privilege using message = 'the ledger of money is only ever added to';
end $$;
create trigger money_line_stays before update or delete or truncate on money_line
    for each statement execute function refuse_rewriting_money();
create trigger money_posting_stays before update or delete or truncate on money_posting
    for each statement execute function refuse_rewriting_money();

-- One for each session that was paid by transfer and called off: a second one cannot be.
create table refund (
    session_id uuid primary key references session,
    practitioner_id uuid not null references practice,
    client_id uuid not null references account,
    currency text not null,
    price_minor bigint not null,
    amount_minor bigint not null check (amount_minor between 1 and price_minor),
    owed_at timestamptz not null,
    sent_at timestamptz,
    note text not null default '' check (length(note) <= 1000),
    provider_ref text
);
create index refund_owed_by on refund (practitioner_id, owed_at) where sent_at is null;
create index refund_of_client on refund (client_id, owed_at desc);

create table payout_run (
    id uuid primary key, -- of the form that made it: sent twice, it is one
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    made_by uuid not null references account,
    made_at timestamptz not null
);
create index payout_run_latest on payout_run (made_at desc);

create table payout (
    id uuid primary key default uuidv7(),
    run_id uuid not null references payout_run,
    practitioner_id uuid not null references practice,
    currency text not null,
    amount_minor bigint not null check (amount_minor > 0),
    status text not null default 'begun' check (status in ('begun', 'paid', 'failed')),
    reason text not null default '' check (length(reason) <= 1000),
    made_at timestamptz not null,
    decided_at timestamptz,
    provider_ref text,
    unique (run_id, practitioner_id),
    check ((status = 'begun') = (decided_at is null))
);
create index payout_of_practitioner on payout (practitioner_id, made_at desc);
create unique index payout_one_on_its_way on payout (practitioner_id, currency) where status = 'begun';

-- The latest check of what must always be true (money/jobs.py).
create table money_check (
    only_row boolean primary key default true check (only_row),
    checked_at timestamptz not null,
    faults jsonb not null -- what is wrong, and how often
);

-- Who sees what -------------------------------------------------------------------------------------------------
do $$
declare t text;
begin
    foreach t in array array['commission_rate', 'money_account', 'money_posting', 'money_line', 'money_month', 'refund',
        'payout_run', 'payout', 'money_check'] loop
        execute format('alter table %I enable row level security, force row level security', t);
        execute format('create policy worker on %I to visavis_worker using (true) with check (true)', t);
        execute format('create policy lookup on %I to visavis_lookup using (true) with check (true)', t);
        execute format('grant select on %I to visavis_web, visavis_worker, visavis_lookup', t);
    end loop;
end $$;
create policy own on money_account for select to visavis_web
    using (holder_id = (select current_account()) or (holder_id is null and (select acting_operator())));
create policy own on money_line for select to visavis_web using (account_id in (select a.id from money_account a));
create policy own on money_month for select to visavis_web using (account_id in (select a.id from money_account a));
create policy own on money_posting for select to visavis_web
    using (exists (select from money_line l where l.posting_id = money_posting.id));
create policy own on refund for select to visavis_web
    using (client_id = (select current_account()) or practitioner_id = (select current_account()));
create policy own on payout for select to visavis_web
    using (practitioner_id = (select current_account()) or (select acting_operator()));
create policy operators on payout_run for select to visavis_web using ((select acting_operator()));
create policy operators on money_check for select to visavis_web using ((select acting_operator()));
create policy own on commission_rate for select to visavis_web
    using (practitioner_id = (select current_account()) or (select acting_operator()));

grant insert, update, delete on money_check to visavis_worker;
grant insert on money_account, money_posting, money_line, money_month, refund, payout_run, payout to visavis_lookup;
grant update (balance_minor) on money_account to visavis_lookup;
grant update (amount_minor) on money_month to visavis_lookup;
grant update (sent_at, note) on refund to visavis_lookup;
grant update (status, reason, decided_at) on payout to visavis_lookup;
grant insert, update, delete on commission_rate to visavis_lookup;
grant update (commission_bp) on installation to visavis_lookup;
grant usage on sequence money_account_id_seq, money_posting_id_seq, money_line_id_seq to visavis_lookup;
grant select (id, client_id, practitioner_id, offering_id, price_minor, currency, policy, commission_bp, status_changed_at)
    on session to visavis_lookup;
grant select (name, position, archived_at) on offering to visavis_lookup;
grant select on payment_instructions to visavis_lookup;
create policy lookup on payment_instructions for select to visavis_lookup using (true);

grant create on schema public to visavis_lookup;
set local role visavis_lookup; -- the owner of the functions

-- The rate in force is kept on the session when it is made: the offering's, else the practitioner's, else the installation's.
create function rate_in_force(practitioner uuid, offering uuid) returns int
language sql stable security definer set search_path = public, pg_temp
as $$
    select coalesce(
        (select r.basis_points from commission_rate r where r.practitioner_id = practitioner and r.offering_id = offering),
        (select r.basis_points from commission_rate r where r.practitioner_id = practitioner and r.offering_id is null),
        (select i.commission_bp from installation i))
$$;

create function keep_commission() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    new.commission_bp := rate_in_force(new.practitioner_id, new.offering_id);
    return new;
end $$;

-- Half a minor unit goes up, as in money/rules.py (a test compares them).
create function commission_on(amount bigint, basis_points int) returns bigint
language sql immutable parallel safe
return round(amount::numeric * basis_points / 10000)::bigint;

create type money_piece as (kind text, holder_id uuid, part text, amount bigint, lot_id uuid);

create function month_of(practitioner uuid, moment timestamptz) returns date
language sql stable security definer set search_path = public, pg_temp
as $$
    select date_trunc('month', moment at time zone coalesce(
        (select p.time_zone from practice p where p.practitioner_id = practitioner), 'UTC'))::date
$$;

-- The one way into the ledger. False when the same has been booked already. Everybody's postings go one after the
-- other, and this is the last lock that anybody takes, so nobody waits in a circle.
create function book_money(cause text, cause_id uuid, step text, currency text, practitioner uuid, moment timestamptz,
    words text, pieces money_piece[]) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_variable
declare made bigint;
begin
    perform pg_advisory_xact_lock(hashtextextended('money', 30));
    insert into money_posting as m (cause, cause_id, step, currency, month, by_id, at, words)
        values (cause, cause_id, step, currency, month_of(practitioner, moment), current_account(), moment, words)
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

create function hold_posting_to_zero() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    wanted bigint;
    found record;
begin
    if tg_table_name = 'money_posting' then wanted := new.id; else wanted := new.posting_id; end if;
    select count(*) as lines, sum(l.amount_minor) as amount into found from money_line l where l.posting_id = wanted;
    if found.lines < 2 or found.amount <> 0 then
        raise check_violation using message = format('posting %s has %s lines that sum to %s', wanted, found.lines, found.amount);
    end if;
    return null;
end $$;

-- A transfer that the practitioner has found: the money is in their hands, and the platform's part of it is owed.
create function book_transfer(wanted uuid, moment timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    it record;
    fee bigint;
begin
    select s.client_id, s.practitioner_id, s.price_minor, s.currency, s.commission_bp into it from session s where s.id = wanted;
    fee := commission_on(it.price_minor, it.commission_bp);
    return book_money('session', wanted, 'paid', it.currency, it.practitioner_id, moment, '', array[
        ('client', it.client_id, 'paid', it.price_minor, null)::money_piece,
        ('practitioner', it.practitioner_id, 'received', -it.price_minor, null)::money_piece,
        ('client', it.client_id, 'price', -it.price_minor, null)::money_piece,
        ('practitioner', it.practitioner_id, 'price', it.price_minor, null)::money_piece,
        ('practitioner', it.practitioner_id, 'commission', -fee, null)::money_piece,
        ('platform', null, 'commission', fee, null)::money_piece]);
end $$;

-- What credits are still worth: what was paid for them, less what was spent of it. Those that were given are worth nothing.
create function worth_of_lot(wanted uuid, out worth bigint, out currency text)
language sql stable security definer set search_path = public, pg_temp
as $$ select coalesce(sum(l.amount_minor), 0)::bigint, max(l.currency) from money_line l where l.lot_id = wanted $$;

-- The credits that a session took: their worth is the practitioner's income, which of their own credits is in their
-- hands already. The last credit of a lot takes the rest.
create function book_spent_credits(wanted uuid, moment timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    it record;
    taken record;
    spent money_piece[] := '{}';
    gross bigint;
    in_hand bigint;
    fee bigint;
    booked boolean := false;
    each_currency text;
begin
    select s.client_id, s.practitioner_id, s.commission_bp into it from session s where s.id = wanted;
    for each_currency in select distinct w.currency from credit_entry e, worth_of_lot(e.lot_id) w
            where e.session_id = wanted and e.reason = 'session' and w.worth > 0 order by 1 loop
        spent := '{}';
        gross := 0;
        in_hand := 0;
        for taken in select e.lot_id, l.practitioner_id is not null as own, case when l.remaining = 0 then w.worth
                    else round(w.worth::numeric * -e.delta / (l.remaining - e.delta))::bigint end as amount
                from credit_entry e join credit_lot l on l.id = e.lot_id, worth_of_lot(e.lot_id) w
                where e.session_id = wanted and e.reason = 'session' and w.currency = each_currency and w.worth > 0
                order by e.lot_id loop
            spent := spent || ('client', it.client_id, 'price', -taken.amount, taken.lot_id)::money_piece;
            gross := gross + taken.amount;
            in_hand := in_hand + case when taken.own then taken.amount else 0 end;
        end loop;
        fee := commission_on(gross, it.commission_bp);
        continue when gross = 0;
        booked := book_money('session', wanted, 'paid', each_currency, it.practitioner_id, moment, '', spent || array[
            ('prepaid', it.practitioner_id, 'price', in_hand, null)::money_piece,
            ('practitioner', it.practitioner_id, 'received', -in_hand, null)::money_piece,
            ('practitioner', it.practitioner_id, 'price', gross, null)::money_piece,
            ('practitioner', it.practitioner_id, 'commission', -fee, null)::money_piece,
            ('platform', null, 'commission', fee, null)::money_piece]) or booked;
    end loop;
    return booked;
end $$;

-- Books what a session was paid with, in the step that makes it true: the practitioner has found the transfer, or the
-- approval has taken credits. What is settled elsewhere books nothing.
create function book_payment(wanted uuid, moment timestamptz) returns boolean
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
    if it.price_minor = 0 or it.policy ->> 'payment' is distinct from 'transfer' then
        return false;
    end if;
    if current_account() <> it.practitioner_id then
        raise insufficient_privilege using message = 'the practitioner finds the money';
    end if;
    return book_transfer(wanted, moment);
end $$;

-- What the client is owed of a session that was called off, in minor units: all of it where the practitioner did; else
-- less the fee of the session's policy, which is another when it is late.
create function refund_of(price bigint, policy jsonb, late boolean, by_practitioner boolean) returns bigint
language sql immutable parallel safe
return price - round(price::numeric * case when by_practitioner then 0
    when late then coalesce((policy ->> 'late_fee_percent')::int, 100)
    else coalesce((policy ->> 'cancel_fee_percent')::int, 0) end / 100)::bigint;

-- Credits that came back take their worth with them, and the commission with it. Each lot that was taken from gave one
-- entry back, in the same order (give_back_credits).
create function book_credits_back(wanted uuid, moment timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    it record;
    paid record;
    pieces money_piece[];
    booked boolean := false;
begin
    select s.client_id, s.practitioner_id into it from session s where s.id = wanted;
    for paid in select p.id, p.currency from money_posting p
            where p.cause = 'session' and p.cause_id = wanted and p.step = 'paid' order by p.id loop
        select array_agg(('client', it.client_id, 'refund', -l.amount_minor, b.lot_id)::money_piece) into pieces
            from (select e.lot_id, row_number() over (order by e.lot_id) as place from credit_entry e
                where e.session_id = wanted and e.reason = 'session') t
            join (select e.lot_id, row_number() over (order by e.id) as place from credit_entry e
                where e.session_id = wanted and e.reason = 'returned') b using (place)
            join money_line l on l.posting_id = paid.id and l.lot_id = t.lot_id;
        continue when pieces is null;
        select pieces || array_agg((a.kind, a.holder_id, case l.part when 'price' then 'refund' when 'received' then 'sent'
                else 'commission_back' end,
                -l.amount_minor, null)::money_piece) into pieces
            from money_line l join money_account a on a.id = l.account_id where l.posting_id = paid.id and l.lot_id is null;
        booked := book_money('session', wanted, 'refund', paid.currency, it.practitioner_id, moment, '', pieces) or booked;
    end loop;
    return booked;
end $$;

-- What a session that was called off gives back, with its part of the commission; in minor units, of money alone. What
-- was paid by transfer is owed until the practitioner has sent it: they hold it for the client.
create function book_refund(wanted uuid, moment timestamptz) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    it record;
    back bigint;
    fee_back bigint;
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
    insert into refund (session_id, practitioner_id, client_id, currency, price_minor, amount_minor, owed_at)
        values (wanted, it.practitioner_id, it.client_id, it.currency, it.price_minor, back, moment) on conflict do nothing;
    if not found then
        return 0;
    end if;
    fee_back := commission_on(it.price_minor, it.commission_bp) - commission_on(it.price_minor - back, it.commission_bp);
    perform book_money('session', wanted, 'refund', it.currency, it.practitioner_id, moment, '', array[
        ('refunds', it.client_id, 'refund', back, null)::money_piece,
        ('prepaid', it.practitioner_id, 'refund', -back, null)::money_piece,
        ('practitioner', it.practitioner_id, 'refund', -back, null)::money_piece,
        ('practitioner', it.practitioner_id, 'received', back, null)::money_piece,
        ('practitioner', it.practitioner_id, 'commission_back', fee_back, null)::money_piece,
        ('platform', null, 'commission_back', -fee_back, null)::money_piece]);
    return back;
end $$;

-- The practitioner has sent the refund; false when that was said already.
create function send_refund(wanted uuid, words text, moment timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare it refund;
begin
    if not exists (select from refund r where r.session_id = wanted and r.practitioner_id = current_account()) then
        raise insufficient_privilege using message = 'this refund is not yours to send';
    end if;
    update refund set sent_at = moment, note = words where session_id = wanted and sent_at is null returning * into it;
    if it.session_id is null then
        return false;
    end if;
    return book_money('session', wanted, 'refunded', it.currency, it.practitioner_id, moment, words, array[
        ('prepaid', it.practitioner_id, 'sent', it.amount_minor, null)::money_piece,
        ('refunds', it.client_id, 'sent', -it.amount_minor, null)::money_piece]);
end $$;

-- A purchase of credits that was verified in this transaction: the client's money, in the seller's hands.
create function book_bought_credits(wanted uuid, moment timestamptz, amount bigint) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    it record;
    hands money_piece;
begin
    select b.client_id, b.practitioner_id, b.currency, l.id as lot_id into it
        from credit_purchase b join credit_lot l on l.purchase_id = b.id where b.id = wanted;
    hands := case when it.practitioner_id is null then ('bank', null, 'received', -amount, null)::money_piece
        else ('prepaid', it.practitioner_id, 'received', -amount, null)::money_piece end;
    return book_money('purchase', wanted, 'bought', it.currency, it.practitioner_id, moment, '', array[
        ('client', it.client_id, 'paid', amount, it.lot_id)::money_piece, hands]);
end $$;

create function book_purchase(wanted uuid, moment timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare amount bigint;
begin
    select b.price_minor into amount from credit_purchase b
        where b.id = wanted and b.status = 'paid' and gives_credits(b.practitioner_id);
    if not found then
        raise insufficient_privilege using message = 'this purchase is not paid, or not yours';
    end if;
    return book_bought_credits(wanted, moment, amount);
end $$;

-- Credits that expired are owed to nobody any more: their worth stays with the seller. Commission is of sessions only.
create function book_expired_credits(wanted uuid, moment timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    it record;
    left_over record;
begin
    select l.client_id, l.practitioner_id into it from credit_lot l
        where l.id = wanted and l.remaining = 0 and l.expires_at <= now();
    select w.worth, w.currency into left_over from worth_of_lot(wanted) w;
    if it.client_id is null or left_over.worth = 0 then
        return false;
    end if;
    return book_money('lot', wanted, 'expired', left_over.currency, it.practitioner_id, moment, '',
        array[('client', it.client_id, 'expired', -left_over.worth, wanted)::money_piece]
        || case when it.practitioner_id is null
            then array[('platform', null, 'expired', left_over.worth, null)::money_piece]
            else array[('prepaid', it.practitioner_id, 'expired', left_over.worth, null)::money_piece,
                ('practitioner', it.practitioner_id, 'received', -left_over.worth, null)::money_piece,
                ('practitioner', it.practitioner_id, 'expired', left_over.worth, null)::money_piece] end);
end $$;

-- The operator has found what a practitioner owed: never more than that.
create function settle_debt(form uuid, practitioner uuid, wanted_currency text, amount bigint, words text, moment timestamptz)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
declare owed bigint;
begin
    if not acting_operator() then
        raise insufficient_privilege using message = 'operators settle what is owed';
    end if;
    perform pg_advisory_xact_lock(hashtextextended('money', 30));
    if exists (select from money_posting p where p.cause = 'settlement' and p.cause_id = form) then
        return true; -- the same form once more
    end if;
    select -a.balance_minor into owed from money_account a
        where a.kind = 'practitioner' and a.holder_id = practitioner and a.currency = wanted_currency;
    if amount is null or amount <= 0 or owed is null or amount > owed then
        return false;
    end if;
    return book_money('settlement', form, 'settled', wanted_currency, practitioner, moment, words, array[
        ('practitioner', practitioner, 'settlement', amount, null)::money_piece,
        ('bank', null, 'settlement', -amount, null)::money_piece]);
end $$;

-- What practitioners have, and what of it can be paid out: the share of sessions that are still to come stays until
-- they are over, as they may be called off. Answers operators, and practitioners about themselves.
create function money_of_practitioners(wanted uuid, wanted_currency text, most int, skip int)
returns table (practitioner_id uuid, name text, email text, currency text, balance_minor bigint, payable_minor bigint, details text)
language sql stable security definer set search_path = public, pg_temp
as $$
    select a.holder_id, n.name, c.email, a.currency, a.balance_minor,
        greatest(a.balance_minor - coalesce((
            select sum(greatest(share.amount, 0)) from (
                select sum(l.amount_minor) as amount from session s
                join money_posting p on p.cause = 'session' and p.cause_id = s.id
                join money_line l on l.posting_id = p.id and l.account_id = a.id
                where s.practitioner_id = a.holder_id and s.status in ('confirmed', 'in_progress') group by s.id) share), 0), 0)::bigint,
        coalesce((select i.words from payment_instructions i where i.practitioner_id = a.holder_id), '')
    from money_account a join person n on n.id = a.holder_id join account c on c.id = a.holder_id
    where a.kind = 'practitioner' and (wanted is null or a.holder_id = wanted)
        and (wanted_currency is null or a.currency = wanted_currency)
        and ((select acting_operator()) or a.holder_id = (select current_account()))
    order by a.currency, n.name, a.holder_id limit most offset skip
$$;

-- A run of payouts in one currency: to everybody who has at least so much. The same form makes it once.
create function make_payouts(form uuid, wanted_currency text, smallest bigint, moment timestamptz) returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    due record;
    made uuid;
    many int := 0;
begin
    if not acting_operator() then
        raise insufficient_privilege using message = 'operators pay out';
    end if;
    perform pg_advisory_xact_lock(hashtextextended('money', 30));
    for due in select m.practitioner_id, m.payable_minor from money_of_practitioners(null, wanted_currency, null, 0) m
            where m.payable_minor >= greatest(smallest, 1)
            and not exists (select from payout p where p.practitioner_id = m.practitioner_id
                and p.currency = wanted_currency and p.status = 'begun') loop
        if many = 0 then
            insert into payout_run (id, currency, made_by, made_at) values (form, wanted_currency, current_account(), moment)
                on conflict do nothing;
            if not found then
                return (select count(*) from payout p where p.run_id = form);
            end if;
        end if;
        insert into payout (run_id, practitioner_id, currency, amount_minor, made_at)
            values (form, due.practitioner_id, wanted_currency, due.payable_minor, moment) returning id into made;
        perform book_money('payout', made, 'begun', wanted_currency, due.practitioner_id, moment, '', array[
            ('payouts', due.practitioner_id, 'payout', due.payable_minor, null)::money_piece,
            ('practitioner', due.practitioner_id, 'payout', -due.payable_minor, null)::money_piece]);
        many := many + 1;
    end loop;
    return case when many > 0 then many else (select count(*) from payout p where p.run_id = form) end;
end $$;

-- A payout has arrived, or has not: then the practitioner has it again. False when it was decided before.
create function settle_payout(wanted uuid, to_status text, words text, moment timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare it payout;
begin
    if not acting_operator() or coalesce(to_status not in ('paid', 'failed'), true) then
        raise insufficient_privilege using message = 'operators pay out';
    end if;
    update payout set status = to_status, reason = words, decided_at = moment
        where id = wanted and status = 'begun' returning * into it;
    if it.id is null then
        return false;
    end if;
    return book_money('payout', wanted, case to_status when 'paid' then 'paid_out' else 'failed' end, it.currency,
        it.practitioner_id, moment, words, array[
        (case to_status when 'paid' then 'bank' else 'practitioner' end,
            case to_status when 'failed' then it.practitioner_id end, 'payout', it.amount_minor, null)::money_piece,
        ('payouts', it.practitioner_id, 'payout', -it.amount_minor, null)::money_piece]);
end $$;

-- The installation's rate (nobody), a practitioner's, or an offering's; null takes it away. For sessions made from now on.
create function set_commission(practitioner uuid, offering uuid, wanted_bp int) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not acting_operator() then
        raise insufficient_privilege using message = 'operators set the commission';
    end if;
    if practitioner is null then
        update installation set commission_bp = wanted_bp where wanted_bp is not null and offering is null;
        return found;
    end if;
    if not exists (select from practice p where p.practitioner_id = practitioner) or (offering is not null
        and not exists (select from offering o where o.id = offering and o.practitioner_id = practitioner)) then
        return false;
    end if;
    delete from commission_rate r where r.practitioner_id = practitioner and r.offering_id is not distinct from offering;
    if wanted_bp is not null then
        insert into commission_rate (practitioner_id, offering_id, basis_points) values (practitioner, offering, wanted_bp);
    end if;
    return true;
end $$;

-- For operators: what the books hold, by kind and currency; what practitioners owe apart from what they are owed.
create function money_totals() returns table (kind text, currency text, owed_minor bigint, owing_minor bigint)
language sql stable security definer set search_path = public, pg_temp
as $$
    select a.kind, a.currency, sum(greatest(a.balance_minor, 0))::bigint, sum(greatest(-a.balance_minor, 0))::bigint
    from money_account a where (select acting_operator()) group by a.kind, a.currency order by a.currency, a.kind
$$;

-- Whom the payouts of a run go to, and how they want to be paid.
create function transfers_of(run uuid)
returns table (payout_id uuid, name text, email text, details text)
language sql stable security definer set search_path = public, pg_temp
as $$
    select p.id, n.name, c.email, coalesce(i.words, '') from payout p
    join person n on n.id = p.practitioner_id join account c on c.id = p.practitioner_id
    left join payment_instructions i on i.practitioner_id = p.practitioner_id
    where p.run_id = run and (select acting_operator())
$$;

create function practice_to_charge(practitioner uuid)
returns table (practitioner_id uuid, name text, currency text, basis_points int)
language sql stable security definer set search_path = public, pg_temp
as $$
    select p.practitioner_id, n.name, p.currency, r.basis_points from practice p join person n on n.id = p.practitioner_id
    left join commission_rate r on r.practitioner_id = p.practitioner_id and r.offering_id is null
    where p.practitioner_id = practitioner and (select acting_operator())
$$;

create function offerings_and_rates(practitioner uuid)
returns table (offering_id uuid, name text, basis_points int)
language sql stable security definer set search_path = public, pg_temp
as $$
    select o.id, o.name, r.basis_points from offering o
    left join commission_rate r on r.practitioner_id = o.practitioner_id and r.offering_id = o.id
    where o.practitioner_id = practitioner and o.archived_at is null and (select acting_operator()) order by o.position, o.id
$$;

-- A payment that is found books it, a purchase that is paid likewise: looked at when the transaction ends, so that a
-- path that somebody forgets later fails loudly.
create function hold_payment_to_ledger() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if tg_table_name = 'session' and not exists (select from money_posting p
            where p.cause = 'session' and p.cause_id = new.id and p.step = 'paid') then
        raise check_violation using message = 'the payment of this session is not in the ledger';
    elsif tg_table_name = 'credit_purchase' and not exists (select from money_posting p
            where p.cause = 'purchase' and p.cause_id = new.id) then
        raise check_violation using message = 'this purchase is not in the ledger';
    end if;
    return null;
end $$;

-- What must always be true, for the worker (money/jobs.py): what is not, and how often.
create function money_faults() returns table (fault text, many bigint)
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
                select r.practitioner_id, r.currency, r.amount_minor from refund r where r.sent_at is null) h
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
            and s.policy ->> 'payment' = 'transfer' and not exists (select from money_posting p
                where p.cause = 'session' and p.cause_id = s.id and p.step = 'paid')
    ) f where f.many > 0
$$;

-- What was there before there was a ledger: transfers that were found (nobody owes commission of them), and what credits
-- that were bought and not spent are worth.
select book_transfer(s.id, s.status_changed_at) from session s where s.status in ('confirmed', 'in_progress', 'completed', 'no_show')
    and s.credits = 0 and s.price_minor > 0 and s.policy ->> 'payment' = 'transfer' order by s.status_changed_at, s.id;
select book_bought_credits(b.id, b.status_changed_at, round(b.price_minor::numeric * l.remaining / l.credits)::bigint)
    from credit_purchase b join credit_lot l on l.purchase_id = b.id
    where b.status = 'paid' and round(b.price_minor::numeric * l.remaining / l.credits) > 0 order by b.status_changed_at, b.id;

reset role;
set constraints all immediate;
create trigger session_keeps_its_commission before insert on session
    for each row when (new.price_minor > 0 or new.credits > 0) execute function keep_commission();
create constraint trigger money_line_is_balanced after insert on money_line
    deferrable initially deferred for each row execute function hold_posting_to_zero();
create constraint trigger money_posting_is_balanced after insert on money_posting
    deferrable initially deferred for each row execute function hold_posting_to_zero();
create constraint trigger session_payment_is_booked after update of status on session deferrable initially deferred
    for each row when (old.status = 'payment_submitted' and new.status = 'confirmed' and new.price_minor > 0)
    execute function hold_payment_to_ledger();
create constraint trigger credit_purchase_is_booked after update of status on credit_purchase deferrable initially deferred
    for each row when (old.status <> 'paid' and new.status = 'paid') execute function hold_payment_to_ledger();
set local role visavis_lookup;

revoke all on function rate_in_force(uuid, uuid), keep_commission(), commission_on(bigint, int), month_of(uuid, timestamptz),
    book_money(text, uuid, text, text, uuid, timestamptz, text, money_piece[]), hold_posting_to_zero(),
    book_transfer(uuid, timestamptz), worth_of_lot(uuid), book_spent_credits(uuid, timestamptz), book_payment(uuid, timestamptz),
    refund_of(bigint, jsonb, boolean, boolean), book_credits_back(uuid, timestamptz), book_refund(uuid, timestamptz),
    send_refund(uuid, text, timestamptz), book_bought_credits(uuid, timestamptz, bigint), book_purchase(uuid, timestamptz),
    book_expired_credits(uuid, timestamptz), settle_debt(uuid, uuid, text, bigint, text, timestamptz),
    money_of_practitioners(uuid, text, int, int), make_payouts(uuid, text, bigint, timestamptz),
    settle_payout(uuid, text, text, timestamptz), set_commission(uuid, uuid, int), money_totals(), transfers_of(uuid), practice_to_charge(uuid), offerings_and_rates(uuid),
    hold_payment_to_ledger(), money_faults() from public;
grant execute on function book_payment(uuid, timestamptz), book_refund(uuid, timestamptz), send_refund(uuid, text, timestamptz),
    book_purchase(uuid, timestamptz), settle_debt(uuid, uuid, text, bigint, text, timestamptz),
    money_of_practitioners(uuid, text, int, int), make_payouts(uuid, text, bigint, timestamptz),
    settle_payout(uuid, text, text, timestamptz), set_commission(uuid, uuid, int), money_totals(), transfers_of(uuid), practice_to_charge(uuid), offerings_and_rates(uuid),
    commission_on(bigint, int), refund_of(bigint, jsonb, boolean, boolean) to visavis_web, visavis_worker;
grant execute on function book_expired_credits(uuid, timestamptz), money_faults() to visavis_worker;
reset role;
revoke create on schema public from visavis_lookup;
