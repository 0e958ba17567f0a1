-- Credits: packages, purchases by transfer, lots that expire, and the ledger of what was given and taken.
--
-- A lot is what one person got at once: so many credits, until when, at one practitioner or (null) at every one. Lots
-- and entries are written by the functions below and by nobody else; a lot's `remaining` is the sum of its entries.

create table credit_package (
    id uuid primary key default uuidv7(),
    practitioner_id uuid references practice on delete cascade, -- null: the platform's own
    name text not null check (length(name) between 1 and 80),
    credits int not null check (credits between 1 and 1000),
    price_minor bigint not null check (price_minor between 1 and 100000000),
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    valid_months int not null check (valid_months between 1 and 60),
    archived_at timestamptz, -- a package is never changed: another takes its place
    created_at timestamptz not null default now()
);
create index credit_package_of_practitioner on credit_package (practitioner_id) where archived_at is null;

create table credit_purchase (
    id uuid primary key default uuidv7(),
    client_id uuid not null references account,
    practitioner_id uuid references practice,
    package_id uuid not null references credit_package,
    name text not null, -- from here to valid_months: the package as it was bought
    credits int not null,
    price_minor bigint not null,
    currency text not null,
    valid_months int not null,
    status text not null default 'requested' check (status in ('requested', 'submitted', 'refused', 'paid', 'withdrawn')),
    reason text not null default '' check (length(reason) <= 1000), -- of the latest refusal
    created_at timestamptz not null default now(),
    status_changed_at timestamptz not null default now(),
    check (client_id <> practitioner_id)
);
create index credit_purchase_of_client on credit_purchase (client_id, created_at desc);
create index credit_purchase_to_check on credit_purchase (practitioner_id, status_changed_at) where status = 'submitted';
create unique index credit_purchase_one_open on credit_purchase (client_id, package_id)
    where status in ('requested', 'submitted', 'refused'); -- a double click buys once

create table credit_lot (
    id uuid primary key default uuidv7(),
    client_id uuid not null references account,
    practitioner_id uuid references practice,
    source text not null check (source in ('granted', 'bought', 'returned')),
    name text not null check (length(name) between 1 and 80),
    credits int not null check (credits between 1 and 1000),
    remaining int not null default 0,
    expires_at timestamptz not null,
    created_at timestamptz not null default now(),
    purchase_id uuid unique references credit_purchase,
    unique (id, client_id),
    constraint credit_lot_never_below_zero check (remaining between 0 and credits),
    check ((source = 'bought') = (purchase_id is not null)),
    check (client_id <> practitioner_id)
);
create index credit_lot_of_client on credit_lot (client_id, expires_at);
create index credit_lot_of_practitioner on credit_lot (practitioner_id, client_id);
create index credit_lot_to_expire on credit_lot (expires_at) where remaining > 0;

create table credit_entry (
    id bigint primary key generated always as identity,
    lot_id uuid not null,
    client_id uuid not null,
    session_id uuid references session,
    delta int not null,
    reason text not null check (reason in ('granted', 'bought', 'session', 'returned', 'expired')),
    by_id uuid references account, -- null: the clock
    at timestamptz not null,
    foreign key (lot_id, client_id) references credit_lot (id, client_id),
    check (delta <> 0 and (delta > 0) = (reason in ('granted', 'bought', 'returned'))),
    check ((session_id is not null) = (reason in ('session', 'returned')))
);
create index credit_entry_of_client on credit_entry (client_id, id desc);
create index credit_entry_of_lot on credit_entry (lot_id);
create index credit_entry_of_session on credit_entry (session_id) where session_id is not null;
create unique index credit_entry_taken_once on credit_entry (session_id, lot_id) where reason = 'session';

create function keep_remaining() returns trigger language plpgsql as $$
begin
    update credit_lot set remaining = remaining + new.delta where id = new.lot_id;
    return null;
end $$;
create trigger credit_entry_counts after insert on credit_entry for each row execute function keep_remaining();

create function refuse_rewriting() returns trigger language plpgsql as $$
begin
    raise insufficient_privilege using message = 'the ledger of credits is only ever added to';
end $$;
create trigger credit_entry_stays before update or delete or truncate on credit_entry
    for each statement execute function refuse_rewriting();

-- A proof shows a payment of a session or of a purchase.
alter table payment_proof
    alter column session_id drop not null,
    add column purchase_id uuid references credit_purchase,
    add constraint payment_proof_of_one_thing check (num_nonnulls(session_id, purchase_id) = 1);
create index payment_proof_of_purchase on payment_proof (purchase_id, submitted_at desc) where purchase_id is not null;
create unique index payment_proof_one_undecided_of_purchase on payment_proof (purchase_id) where decision is null;

-- How the platform wants to be paid for its own packages.
alter table installation add column credit_instructions text not null default '' check (length(credit_instructions) <= 1000);

-- Who sees and writes what ------------------------------------------------------------------------------------
do $$
declare t text;
begin
    foreach t in array array['credit_package', 'credit_purchase', 'credit_lot', 'credit_entry'] loop
        execute format('alter table %I enable row level security, force row level security', t);
        execute format('create policy worker on %I to visavis_worker using (true) with check (true)', t);
        execute format('create policy lookup on %I to visavis_lookup using (true) with check (true)', t);
        execute format('grant select on %I to visavis_web, visavis_worker, visavis_lookup', t);
    end loop;
    foreach t in array array['credit_purchase', 'credit_lot'] loop
        execute format('create policy of_both_sides on %I for select to visavis_web using (client_id = (select current_account())
            or practitioner_id = (select current_account()) or (practitioner_id is null and (select acting_operator())))', t);
    end loop;
end $$;
create policy of_my_lot on credit_entry for select to visavis_web
    using (client_id = (select current_account()) or exists (select from credit_lot l where l.id = lot_id));

grant insert (practitioner_id, name, credits, price_minor, currency, valid_months, created_at), update (archived_at)
    on credit_package to visavis_web, visavis_worker;
create policy to_buy on credit_package for select to visavis_web
    using (archived_at is null and (select current_account()) is not null
        and (practitioner_id is null or exists (select from practice p where p.practitioner_id = credit_package.practitioner_id)));
create policy own on credit_package to visavis_web
    using (practitioner_id = (select current_account()) or (practitioner_id is null and (select acting_operator())))
    with check (practitioner_id = (select current_account()) or (practitioner_id is null and (select acting_operator())));

grant insert (client_id, practitioner_id, package_id, name, credits, price_minor, currency, valid_months, created_at,
    status_changed_at) on credit_purchase to visavis_web, visavis_worker;
create policy as_it_is_sold on credit_purchase for insert to visavis_web
    with check (client_id = (select current_account()) and exists (select from credit_package p
        where p.id = package_id and p.archived_at is null and p.name = credit_purchase.name and p.credits = credit_purchase.credits
        and p.practitioner_id is not distinct from credit_purchase.practitioner_id
        and p.price_minor = credit_purchase.price_minor and p.currency = credit_purchase.currency
        and p.valid_months = credit_purchase.valid_months));

create policy of_my_purchase on payment_proof for select to visavis_web
    using (purchase_id is not null and exists (select from credit_purchase p where p.id = purchase_id));
create policy by_the_buyer on payment_proof for insert to visavis_web
    with check (submitted_by = (select current_account()) and exists (select from credit_purchase p
        where p.id = purchase_id and p.client_id = (select current_account()) and p.status = 'submitted'));
create policy decided_by_the_seller on payment_proof for update to visavis_web
    using (exists (select from credit_purchase p where p.id = purchase_id and p.client_id <> (select current_account())));
create policy for_who_buys on payment_instructions for select to visavis_web
    using (exists (select from credit_purchase p where p.practitioner_id = payment_instructions.practitioner_id
        and p.client_id = (select current_account()) and p.status in ('requested', 'submitted', 'refused')));

-- Functions that write lots and entries, or look across accounts ------------------------------------------------
grant insert on credit_lot, credit_entry to visavis_lookup;
grant update (remaining) on credit_lot to visavis_lookup;
grant update (status, reason, status_changed_at) on credit_purchase to visavis_lookup;
grant usage on sequence credit_entry_id_seq to visavis_lookup;
grant select (credits, cancelled_late) on session to visavis_lookup;
grant update (credit_instructions) on installation to visavis_lookup;
grant create on schema public to visavis_lookup;
set local role visavis_lookup; -- their owner

-- Whether the acting account gives and sells credits of this practitioner; of the platform (null), operators do.
create function gives_credits(practitioner uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp
as $$ select case when practitioner is null then acting_operator() else coalesce(practitioner = current_account(), false) end $$;

create function open_credit_lot(client uuid, practitioner uuid, origin text, words text, amount int, until timestamptz,
    purchase uuid, back_from uuid, moment timestamptz) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare made uuid;
begin
    insert into credit_lot (client_id, practitioner_id, source, name, credits, expires_at, purchase_id, created_at)
        values (client, practitioner, origin, words, amount, until, purchase, moment) returning id into made;
    insert into credit_entry (lot_id, client_id, session_id, delta, reason, by_id, at)
        values (made, client, back_from, amount, origin, current_account(), moment);
    return made;
end $$;

-- A practitioner gives to her own clients, an operator to everybody, nobody to themselves.
create function grant_credits(client uuid, practitioner uuid, amount int, until timestamptz, words text, moment timestamptz)
returns uuid language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not gives_credits(practitioner) or client = current_account() then
        raise insufficient_privilege using message = 'these credits are not yours to give';
    end if;
    if not exists (select from account a where a.id = client and a.disabled_at is null) or (practitioner is not null
        and not exists (select from session s where s.practitioner_id = practitioner and s.client_id = client)
        and not exists (select from credit_lot l where l.practitioner_id = practitioner and l.client_id = client)) then
        raise insufficient_privilege using message = 'this is not a client of yours';
    end if;
    return open_credit_lot(client, practitioner, 'granted', words, amount, until, null, null, moment);
end $$;

-- One guarded step of a purchase; false when it has moved on. Paid is what makes the credits, in the same act.
create function settle_purchase(wanted uuid, to_status text, words text, moment timestamptz)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
declare
    it credit_purchase;
    buys boolean;
begin
    select * into it from credit_purchase where id = wanted
        and (client_id = current_account() or gives_credits(practitioner_id)) for update;
    if not found then
        raise insufficient_privilege using message = 'this purchase is not yours';
    end if;
    buys := it.client_id = current_account();
    if buys <> (to_status in ('submitted', 'withdrawn')) or to_status not in ('submitted', 'withdrawn', 'paid', 'refused') then
        raise insufficient_privilege using message = 'this step of a purchase is the other side''s';
    end if;
    if it.status <> all (case when buys then array['requested', 'refused'] else array['submitted'] end) then
        return false;
    end if;
    update credit_purchase set status = to_status, reason = words, status_changed_at = moment where id = wanted;
    if to_status = 'paid' then
        perform open_credit_lot(it.client_id, it.practitioner_id, 'bought', it.name, it.credits,
            moment + make_interval(months => it.valid_months), it.id, null, moment);
    end if;
    return true;
end $$;

-- Takes what a session costs, the practitioner's credits before the platform's, those that expire first before others:
-- all of it, or nothing, and then `missing` says how many there are too few. One after the other for each client.
create function take_credits(wanted uuid, moment timestamptz, out missing int, out balance int)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    it record;
    lot record;
    rest int;
begin
    select s.client_id, s.practitioner_id, s.credits into it from session s
        where s.id = wanted and current_account() in (s.client_id, s.practitioner_id);
    if not found then
        raise insufficient_privilege using message = 'this session is not yours';
    end if;
    perform pg_advisory_xact_lock(hashtextextended(it.client_id::text, 22));
    with usable as (select l.remaining from credit_lot l where l.client_id = it.client_id and l.remaining > 0
        and (l.practitioner_id = it.practitioner_id or l.practitioner_id is null) and l.expires_at > greatest(moment, now())
        for update)
    select coalesce(sum(u.remaining), 0) into balance from usable u;
    missing := greatest(it.credits - balance, 0);
    rest := case when missing = 0 then it.credits else 0 end;
    for lot in select l.id, l.remaining from credit_lot l where l.client_id = it.client_id and l.remaining > 0
            and (l.practitioner_id = it.practitioner_id or l.practitioner_id is null) and l.expires_at > greatest(moment, now())
            order by l.practitioner_id is null, l.expires_at, l.id loop
        exit when rest = 0;
        insert into credit_entry (lot_id, client_id, session_id, delta, reason, by_id, at)
            values (lot.id, it.client_id, wanted, -least(rest, lot.remaining), 'session', current_account(), moment);
        rest := rest - least(rest, lot.remaining);
    end loop;
end $$;

-- Gives back what a cancelled session took, to the lots it came from. What the practitioner calls off comes back for at
-- least 30 days. A client who was late gets nothing back, unless the session's policy says always.
create function give_back_credits(wanted uuid, moment timestamptz) returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    it record;
    taken record;
    back int := 0;
begin
    select s.client_id, s.practitioner_id, s.status, s.cancelled_late, s.policy into it from session s
        where s.id = wanted and current_account() in (s.client_id, s.practitioner_id);
    if not found or it.status <> 'cancelled' or (current_account() = it.client_id and it.cancelled_late
            and it.policy ->> 'credits_back' is distinct from 'always') then
        raise insufficient_privilege using message = 'nothing comes back for this session';
    end if;
    perform pg_advisory_xact_lock(hashtextextended(it.client_id::text, 22));
    for taken in select l.id, l.practitioner_id, l.name, l.expires_at, -sum(e.delta)::int as amount
            from credit_entry e join credit_lot l on l.id = e.lot_id where e.session_id = wanted
            group by l.id having sum(e.delta) < 0 order by l.id loop
        if current_account() = it.practitioner_id and taken.expires_at < moment + interval '30 days' then
            perform open_credit_lot(it.client_id, taken.practitioner_id, 'returned', taken.name, taken.amount,
                moment + interval '30 days', null, wanted, moment);
        else
            insert into credit_entry (lot_id, client_id, session_id, delta, reason, by_id, at)
                values (taken.id, it.client_id, wanted, taken.amount, 'returned', current_account(), moment);
        end if;
        back := back + taken.amount;
    end loop;
    return back;
end $$;

-- Writes off what has expired, and says whose it was. It has not counted since.
create function expire_credits(moment timestamptz, most int) returns table (client_id uuid, practitioner_id uuid, lot_id uuid, amount int)
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
    return query
        with late as (select l.id, l.client_id, l.practitioner_id, l.remaining from credit_lot l
            where l.expires_at <= least(moment, now()) and l.remaining > 0 order by l.expires_at limit most for update skip locked),
        written as (insert into credit_entry (lot_id, client_id, delta, reason, at)
            select late.id, late.client_id, -late.remaining, 'expired', moment from late)
        select late.client_id, late.practitioner_id, late.id, late.remaining from late;
end $$;

-- Never a deduction without the approval, nor the reverse: looked at when the transaction ends.
create function hold_credits_to_session() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    wanted uuid;
    it record;
    net int;
begin
    if tg_table_name = 'session' then wanted := new.id; else wanted := new.session_id; end if;
    select s.status, s.credits, s.cancelled_late into it from session s where s.id = wanted;
    select coalesce(sum(e.delta), 0) into net from credit_entry e where e.session_id = wanted;
    if net <> (case when it.status in ('confirmed', 'in_progress', 'completed', 'no_show') then -it.credits else 0 end)
        and not (it.status = 'cancelled' and it.cancelled_late and net = -it.credits) then
        raise check_violation using message = format('a session that is %s and costs %s has %s credits in the ledger',
            it.status, it.credits, net);
    end if;
    return null;
end $$;

-- The names of whom one gives credits to, has them from, or may buy them from.
create function people_of_credits(wanted uuid[]) returns table (id uuid, name text, picture_key text)
language sql stable security definer set search_path = public, pg_temp
as $$
    select p.id, p.name, p.picture_key from person p where p.id = any (wanted) and (
        exists (select from practice q where q.practitioner_id = p.id and (q.published_at is not null
            or exists (select from session s where s.practitioner_id = p.id and s.client_id = current_account())))
        or exists (select from credit_lot l where (l.client_id = current_account() and l.practitioner_id = p.id)
            or (l.client_id = p.id and (l.practitioner_id = current_account() or (l.practitioner_id is null and (select acting_operator())))))
        or exists (select from credit_purchase b where (b.client_id = current_account() and b.practitioner_id = p.id)
            or (b.client_id = p.id and (b.practitioner_id = current_account() or (b.practitioner_id is null and (select acting_operator()))))))
$$;

-- Whom to tell of what concerns the platform's credits.
create function operators_to_tell() returns setof uuid
language sql stable security definer set search_path = public, pg_temp
as $$ select a.id from account a where a.is_operator and a.disabled_at is null and current_account() is not null $$;

-- An operator gives to whom they know the address of.
create function client_at(address text) returns table (id uuid, name text)
language sql stable security definer set search_path = public, pg_temp
as $$
    select a.id, p.name from account a join person p on p.id = a.id
    where lower(a.email) = lower(address) and a.disabled_at is null and (select acting_operator())
$$;

create function set_credit_instructions(words text) returns boolean
language sql security definer set search_path = public, pg_temp
as $$
    with changed as (update installation set credit_instructions = words where acting_operator() returning 1)
    select exists (select from changed)
$$;


reset role;
create constraint trigger session_costs_its_credits after insert or update of status, credits on session
    deferrable initially deferred for each row when (new.credits > 0) execute function hold_credits_to_session();
create constraint trigger credit_entry_is_for_its_session after insert on credit_entry
    deferrable initially deferred for each row when (new.session_id is not null) execute function hold_credits_to_session();
set local role visavis_lookup;

revoke all on function gives_credits(uuid), open_credit_lot(uuid, uuid, text, text, int, timestamptz, uuid, uuid, timestamptz),
    grant_credits(uuid, uuid, int, timestamptz, text, timestamptz), settle_purchase(uuid, text, text, timestamptz),
    take_credits(uuid, timestamptz), give_back_credits(uuid, timestamptz), expire_credits(timestamptz, int),
    hold_credits_to_session(), people_of_credits(uuid[]), operators_to_tell(), client_at(text), set_credit_instructions(text)
    from public;
grant execute on function grant_credits(uuid, uuid, int, timestamptz, text, timestamptz),
    settle_purchase(uuid, text, text, timestamptz), take_credits(uuid, timestamptz), give_back_credits(uuid, timestamptz),
    people_of_credits(uuid[]), operators_to_tell(), client_at(text), set_credit_instructions(text)
    to visavis_web, visavis_worker;
grant execute on function expire_credits(timestamptz, int) to visavis_worker;
reset role;
revoke create on schema public from visavis_lookup;
