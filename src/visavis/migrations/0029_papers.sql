-- Papers: an invoice for each payment, a confirmation for what credits paid, a credit note for what goes back.
--
-- A paper is made when the transaction ends that books the money (a constraint trigger on money_posting), so there is no
-- payment without one. It keeps a copy of everything that is printed on it, and nobody changes it, not even the owner.
-- Numbers come from a counter for each practice (null: the platform) and series, which is locked until the transaction
-- ends: what is rolled back gives its number back, so there are no gaps.

-- What stands at the top of a practice's papers; of the platform's where practitioner_id is null.
create table paper_issuer (
    practitioner_id uuid references practice on delete cascade,
    legal_name text not null check (length(legal_name) between 1 and 200),
    address text not null check (length(address) <= 500),
    tax_number text not null check (length(tax_number) <= 60),
    tax_bp int not null check (tax_bp between 0 and 5000), -- of prices, which include it
    tax_name text not null check (length(tax_name) between 1 and 20), -- VAT, GST …
    tax_note text not null check (length(tax_note) <= 300), -- why there is none, or what else has to be said
    prefix text not null check (prefix ~ '^[A-Za-z0-9/-]{0,12}$'),
    set_at timestamptz not null,
    unique nulls not distinct (practitioner_id)
);

-- What a client wants to read on their papers.
create table paper_recipient (
    client_id uuid primary key references account on delete cascade,
    name text not null check (length(name) between 1 and 200),
    address text not null check (length(address) <= 500),
    tax_number text not null check (length(tax_number) <= 60),
    set_at timestamptz not null
);

create table paper_counter (
    practitioner_id uuid references practice,
    series text not null check (series in ('invoice', 'confirmation', 'credit_note')),
    latest bigint not null check (latest > 0),
    unique nulls not distinct (practitioner_id, series)
);

create table paper (
    id uuid primary key default uuidv7(),
    kind text not null check (kind in ('invoice', 'confirmation', 'credit_note')),
    practitioner_id uuid references practice, -- who issues it; null: the platform
    client_id uuid not null references account,
    sequence bigint not null check (sequence > 0),
    number text not null,
    posting_id bigint not null unique references money_posting,
    session_id uuid references session,
    purchase_id uuid references credit_purchase,
    corrects_id uuid references paper, -- of a credit note: the invoice or confirmation
    issued_on date not null, -- on the practice's calendar; the platform's is UTC
    currency text not null,
    gross_minor bigint not null check (gross_minor >= 0), -- of a credit note: what goes back
    tax_minor bigint not null check (tax_minor between 0 and gross_minor),
    tax_bp int not null,
    printed jsonb not null, -- everything else that stands on it, as it was that day
    issued_at timestamptz not null,
    check (num_nonnulls(session_id, purchase_id) = 1),
    check ((kind = 'credit_note') = (corrects_id is not null)),
    unique nulls not distinct (practitioner_id, kind, sequence),
    unique nulls not distinct (practitioner_id, number)
);
create index paper_of_practitioner on paper (practitioner_id, issued_on desc, id desc);
create index paper_of_client on paper (client_id, issued_on desc, id desc);
create index paper_of_session on paper (session_id) where session_id is not null;
create index paper_of_purchase on paper (purchase_id) where purchase_id is not null;
create index paper_that_corrects on paper (corrects_id) where corrects_id is not null;

-- Papers begin here: practices have others for what was paid before.
alter table installation add column papers_after bigint not null default 0;

create function refuse_rewriting_papers() returns trigger language plpgsql as $$
begin
    raise insufficient_privilege using message = 'papers stay as they were issued';
end $$;
create trigger paper_stays before update or delete or truncate on paper
    for each statement execute function refuse_rewriting_papers();

-- Who sees what -------------------------------------------------------------------------------------------------
do $$
declare t text;
begin
    foreach t in array array['paper_issuer', 'paper_recipient', 'paper_counter', 'paper'] loop
        execute format('alter table %I enable row level security, force row level security', t);
        execute format('create policy worker on %I to visavis_worker using (true) with check (true)', t);
        execute format('create policy lookup on %I to visavis_lookup using (true) with check (true)', t);
        execute format('grant select on %I to visavis_worker, visavis_lookup', t);
    end loop;
end $$;
create policy own on paper for select to visavis_web
    using (client_id = (select current_account()) or practitioner_id = (select current_account())
        or (practitioner_id is null and (select acting_operator())));
create policy own on paper_issuer to visavis_web
    using (practitioner_id = (select current_account()) or (practitioner_id is null and (select acting_operator())))
    with check (practitioner_id = (select current_account()) or (practitioner_id is null and (select acting_operator())));
create policy own on paper_recipient to visavis_web
    using (client_id = (select current_account())) with check (client_id = (select current_account()));
grant select on paper to visavis_web;
grant select, insert, update (legal_name, address, tax_number, tax_bp, tax_name, tax_note, prefix, set_at) on paper_issuer to visavis_web, visavis_worker;
grant select, insert, update (name, address, tax_number, set_at) on paper_recipient to visavis_web, visavis_worker;
grant insert on paper to visavis_lookup;
grant insert, update (latest) on paper_counter to visavis_lookup;
grant select (during, starts_at, ends_at, offering_name, length_minutes) on session to visavis_lookup;
grant select (session_id, purchase_id, reference, decision, submitted_at) on payment_proof to visavis_lookup;
create policy papers on payment_proof for select to visavis_lookup using (true);

grant update (papers_after) on installation to visavis_lookup;
grant create on schema public to visavis_lookup;
set local role visavis_lookup; -- the owner of the functions

update installation set papers_after = coalesce((select max(id) from money_posting), 0);

-- The tax that an amount includes; half a minor unit goes up, as in papers/rules.py (a test compares them).
create function tax_within(gross bigint, basis_points int) returns bigint
language sql immutable parallel safe
return round(gross::numeric * basis_points / (10000 + basis_points))::bigint;

-- The next number of a practice in a series. The counter is locked until the transaction ends: no gaps.
create function next_paper(practitioner uuid, wanted_series text) returns bigint
language sql security definer set search_path = public, pg_temp
as $$
    insert into paper_counter as c (practitioner_id, series, latest) values (practitioner, wanted_series, 1)
    on conflict (practitioner_id, series) do update set latest = c.latest + 1 returning c.latest
$$;

-- What a posting moved between two people. `taxed` is what is invoiced now; `prepaid` was, when credits of the same
-- practice were bought. Credits of the platform are good at several practices, so their tax is due with the session.
create function money_on_paper(wanted bigint, out taxed bigint, out prepaid bigint, out by_credits boolean, out by_card boolean)
language sql stable security definer set search_path = public, pg_temp
as $$
    select case when p.cause = 'session' then s.earned - s.prepaid else s.paid end,
        case when p.cause = 'session' then s.prepaid else 0 end, p.cause = 'session' and s.by_credits, s.by_card
    from money_posting p, (select
            coalesce(abs(sum(l.amount_minor) filter (where a.kind = 'practitioner' and l.part in ('price', 'refund'))), 0)::bigint as earned,
            coalesce(abs(sum(l.amount_minor) filter (where a.kind = 'client' and l.part in ('price', 'refund')
                and o.practitioner_id is not null)), 0)::bigint as prepaid,
            coalesce(abs(sum(l.amount_minor) filter (where a.kind = 'client' and l.part in ('paid', 'refund'))), 0)::bigint as paid,
            coalesce(bool_or(l.lot_id is not null), false) as by_credits,
            coalesce(bool_or(a.kind = 'provider'), false) as by_card
        from money_line l join money_account a on a.id = l.account_id left join credit_lot o on o.id = l.lot_id
        where l.posting_id = wanted) s
    where p.id = wanted
$$;

-- Who issues, with what the practice (or the platform) has said so far.
create function issuer_of(practitioner uuid, out printed jsonb, out tax_bp int, out tax_name text, out tax_note text, out prefix text)
language sql stable security definer set search_path = public, pg_temp
as $$
    select jsonb_build_object('name', coalesce(i.legal_name, n.name, 'Visavis'), 'address', coalesce(i.address, ''),
            'tax_number', coalesce(i.tax_number, '')),
        coalesce(i.tax_bp, 0), coalesce(i.tax_name, 'VAT'), coalesce(i.tax_note, ''), coalesce(i.prefix, '')
    from (select) x left join paper_issuer i on i.practitioner_id is not distinct from practitioner
        left join person n on n.id = practitioner
$$;

create function recipient_of(client uuid) returns jsonb
language sql stable security definer set search_path = public, pg_temp
as $$
    select jsonb_build_object('name', coalesce(r.name, n.name), 'address', coalesce(r.address, ''),
        'tax_number', coalesce(r.tax_number, ''))
    from person n left join paper_recipient r on r.client_id = n.id where n.id = client
$$;

-- How something was paid, and what names the payment.
create function way_of_payment(posting money_posting, by_credits boolean, by_card boolean, out way text, out reference text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
    select p.reference into reference from payment_proof p
        where posting.cause_id in (p.session_id, p.purchase_id) and p.decision = 'verified'
        order by p.submitted_at desc limit 1;
    way := case when by_credits then 'credits' when by_card or posting.provider_ref is not null then 'card'
        when found then 'transfer' else 'direct' end;
    reference := case when way = 'card' then coalesce(posting.provider_ref, '') when way = 'transfer' then reference else '' end;
end $$;

-- What a payment was for, as its one line: a session or a package of credits.
create function subject_of_paper(posting money_posting, out practitioner uuid, out client uuid, out line jsonb, out zone text, out locale text)
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
                else 'package' end, 'name', b.name, 'credits', b.credits, 'valid_months', b.valid_months)
            into practitioner, client, line from credit_purchase b where b.id = posting.cause_id;
    end if;
    zone := coalesce((select p.time_zone from practice p where p.practitioner_id = practitioner), 'UTC');
    locale := coalesce((select n.locale from person n where n.id = client), 'en');
end $$;

create function issue_invoice(posting money_posting) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    subject record := subject_of_paper(posting);
    amounts record := money_on_paper(posting.id);
    issuer record := issuer_of(subject.practitioner);
    how record := way_of_payment(posting, amounts.by_credits, amounts.by_card);
    series text := case when amounts.taxed > 0 then 'invoice' else 'confirmation' end;
    rate int := case when subject.line ->> 'what' = 'voucher' then 0 else issuer.tax_bp end;
    place bigint;
begin
    if amounts.taxed = 0 and amounts.prepaid = 0 then
        return; -- no money, no paper
    end if;
    place := next_paper(subject.practitioner, series);
    insert into paper (kind, practitioner_id, client_id, sequence, number, posting_id, session_id, purchase_id, issued_on,
            currency, gross_minor, tax_minor, tax_bp, issued_at, printed)
        values (series, subject.practitioner, subject.client, place, paper_number(issuer.prefix, series, place), posting.id,
            case posting.cause when 'session' then posting.cause_id end,
            case posting.cause when 'purchase' then posting.cause_id end,
            (posting.at at time zone subject.zone)::date, posting.currency, amounts.taxed,
            tax_within(amounts.taxed, rate), rate, posting.at,
            jsonb_build_object('issuer', issuer.printed, 'recipient', recipient_of(subject.client), 'line', subject.line,
                'way', how.way, 'reference', coalesce(how.reference, ''), 'prepaid_minor', amounts.prepaid,
                'tax_name', issuer.tax_name, 'tax_note', case when subject.line ->> 'what' = 'voucher' then '' else issuer.tax_note end,
                'prefix', issuer.prefix, 'zone', subject.zone, 'locale', subject.locale));
end $$;

create function paper_number(prefix text, series text, place bigint) returns text
language sql immutable parallel safe
return prefix || case series when 'invoice' then 'INV-' when 'confirmation' then 'CONF-' else 'CN-' end
    || lpad(place::text, greatest(length(place::text), 5), '0');

-- What goes back, and the tax of it: what is kept has the tax of what is kept. It says the same people, and the same
-- rate, as the paper that it corrects. What was paid before there were papers has none to correct.
create function issue_credit_note(posting money_posting) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    subject record := subject_of_paper(posting);
    amounts record := money_on_paper(posting.id);
    was paper;
    kept bigint;
    place bigint;
begin
    select p.* into was from paper p where p.kind <> 'credit_note' and p.currency = posting.currency
        and posting.cause_id in (p.session_id, p.purchase_id);
    if was.id is null or (amounts.taxed = 0 and amounts.prepaid = 0) then
        return;
    end if;
    kept := was.gross_minor - coalesce((select sum(p.gross_minor) from paper p where p.corrects_id = was.id), 0);
    place := next_paper(was.practitioner_id, 'credit_note');
    insert into paper (kind, practitioner_id, client_id, sequence, number, posting_id, session_id, purchase_id, corrects_id,
            issued_on, currency, gross_minor, tax_minor, tax_bp, issued_at, printed)
        values ('credit_note', was.practitioner_id, was.client_id, place,
            paper_number(was.printed ->> 'prefix', 'credit_note', place), posting.id, was.session_id, was.purchase_id, was.id,
            (posting.at at time zone subject.zone)::date, posting.currency, amounts.taxed,
            tax_within(kept, was.tax_bp) - tax_within(kept - amounts.taxed, was.tax_bp), was.tax_bp, posting.at,
            was.printed || jsonb_build_object('line', subject.line, 'prepaid_minor', amounts.prepaid,
                'corrects', jsonb_build_object('number', was.number, 'issued_on', was.issued_on)));
end $$;

create function issue_paper() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if new.step = 'refund' then
        perform issue_credit_note(new);
    else
        perform issue_invoice(new);
    end if;
    return null;
end $$;

-- What must always be true of papers, for the worker: what is not, and how often.
create function paper_faults() returns table (fault text, many bigint)
language sql stable security definer set search_path = public, pg_temp
as $$
    select f.fault, f.many from (
        select 'payments_without_a_paper' as fault, count(*) as many from money_posting p
            where p.id > (select i.papers_after from installation i) and p.cause in ('session', 'purchase')
            and p.step in ('paid', 'bought') and not exists (select from paper a where a.posting_id = p.id)
        union all
        select 'numbers_with_gaps', count(*) from (
            select a.practitioner_id, a.kind, count(*) as many, max(a.sequence) as latest from paper a group by 1, 2) n
            full join paper_counter c on c.practitioner_id is not distinct from n.practitioner_id and c.series = n.kind
            where n.many is distinct from c.latest or n.latest is distinct from c.latest
        union all
        select 'more_back_than_invoiced', count(*) from (
            select a.corrects_id, sum(a.gross_minor) as back, sum(a.tax_minor) as tax from paper a
            where a.corrects_id is not null group by 1) b join paper i on i.id = b.corrects_id
            where b.back > i.gross_minor or b.tax > i.tax_minor
    ) f where f.many > 0
$$;

reset role;
create constraint trigger money_posting_has_its_paper after insert on money_posting
    deferrable initially deferred for each row
    when (new.cause in ('session', 'purchase') and new.step in ('paid', 'bought', 'refund'))
    execute function issue_paper();
set local role visavis_lookup;

revoke all on function tax_within(bigint, int), next_paper(uuid, text), money_on_paper(bigint), issuer_of(uuid), recipient_of(uuid),
    way_of_payment(money_posting, boolean, boolean), subject_of_paper(money_posting), issue_invoice(money_posting),
    paper_number(text, text, bigint), issue_credit_note(money_posting), issue_paper(), paper_faults() from public;
grant execute on function paper_faults() to visavis_worker;
grant execute on function tax_within(bigint, int) to visavis_web, visavis_worker;
reset role;
revoke update (papers_after) on installation from visavis_lookup;
revoke create on schema public from visavis_lookup;
