-- What a card provider says later: a refund that bounces is owed again, and an operator sends it by hand; a refund or a dispute that
-- was made on the provider's own pages moves no money in the books by itself, and is shown to operators until they have settled it.

alter table refund add column bounced_at timestamptz; -- the provider has it again, or can never send it
alter table card_payment add column watched_at timestamptz; -- when the provider was asked what came afterwards
create index card_payment_to_watch on card_payment (coalesce(watched_at, settled_at)) where outcome is not null;
grant update (watched_at) on card_payment to visavis_worker;
grant update (bounced_at, failure) on refund to visavis_lookup;

alter table money_posting drop constraint money_posting_step_check, add constraint money_posting_step_check
    check (step in ('paid', 'refund', 'refunded', 'bought', 'expired', 'begun', 'paid_out', 'failed', 'settled',
        'unneeded', 'returned', 'cost', 'bounced', 'by_hand'));

create table card_trouble (
    id text primary key check (length(id) between 1 and 255), -- the provider's, of the refund or the dispute
    payment_id uuid not null references card_payment,
    kind text not null check (kind in ('refund', 'dispute')),
    amount_minor bigint not null check (amount_minor > 0),
    state text not null check (state in ('pending', 'succeeded', 'failed', 'open', 'won', 'lost')),
    reason text not null check (length(reason) <= 60),
    seen_at timestamptz not null, -- as it is now
    settled_at timestamptz, -- an operator has dealt with it
    note text not null default '' check (length(note) <= 1000)
);
create index card_trouble_of_payment on card_trouble (payment_id);
create index card_trouble_open on card_trouble (seen_at) where settled_at is null;
alter table card_trouble enable row level security, force row level security;
create policy worker on card_trouble to visavis_worker using (true) with check (true);
create policy lookup on card_trouble to visavis_lookup using (true) with check (true);
create policy operators on card_trouble for select to visavis_web using ((select acting_operator()));
grant select on card_trouble to visavis_web, visavis_worker, visavis_lookup;
grant insert (id, payment_id, kind, amount_minor, state, reason, seen_at),
    update (amount_minor, state, reason, seen_at, settled_at) on card_trouble to visavis_worker;
grant update (settled_at, note) on card_trouble to visavis_lookup;

grant create on schema public to visavis_lookup;
set local role visavis_lookup; -- the owner of the functions

-- The provider does not send this refund (any more): what was booked as sent is owed again. False when that was said before.
create function bounce_card_refund(wanted uuid, why text, moment timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    it refund;
    paid card_payment;
begin
    select * into it from refund r where r.id = wanted and r.payment_id is not null and r.bounced_at is null for update;
    if it.id is null then
        return false;
    end if;
    update refund set sent_at = null, bounced_at = moment, failure = why where id = wanted;
    if it.sent_at is not null then
        select * into paid from card_payment c where c.id = it.payment_id;
        perform book_money(case when paid.session_id is null then 'purchase' else 'session' end,
            coalesce(paid.session_id, paid.purchase_id), 'bounced', it.currency, it.practitioner_id, moment, '', array[
            ('refunds', it.client_id, 'sent', it.amount_minor, null)::money_piece,
            ('provider', null, 'sent', -it.amount_minor, null)::money_piece], it.provider_ref);
    end if;
    return true;
end $$;

-- An operator has sent it in another way, out of the platform's account; false when that was said before.
create function send_bounced_refund(wanted uuid, words text, moment timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    it refund;
    paid card_payment;
begin
    if not acting_operator() then
        raise insufficient_privilege using message = 'operators send what a card has not taken';
    end if;
    update refund r set sent_at = moment, note = words
        where r.id = wanted and r.bounced_at is not null and r.sent_at is null returning r.* into it;
    if it.id is null then
        return false;
    end if;
    select * into paid from card_payment c where c.id = it.payment_id;
    return book_money(case when paid.session_id is null then 'purchase' else 'session' end,
        coalesce(paid.session_id, paid.purchase_id), 'by_hand', it.currency, it.practitioner_id, moment, words, array[
        ('bank', null, 'sent', it.amount_minor, null)::money_piece,
        ('refunds', it.client_id, 'sent', -it.amount_minor, null)::money_piece]);
end $$;

-- An operator has dealt with what was done on the provider's own pages; false when that was said before.
create function settle_card_trouble(wanted text, words text, moment timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not acting_operator() then
        raise insufficient_privilege using message = 'operators settle what happened at the provider';
    end if;
    update card_trouble t set settled_at = moment, note = words where t.id = wanted and t.settled_at is null;
    return found;
end $$;

-- For operators: refunds to cards that did not go through, longest first, with whom to send them to.
create function refunds_in_trouble(wanted uuid) returns table (id uuid, payment_id uuid, client_id uuid, session_id uuid,
    purchase_id uuid, client_name text, client_email text, practitioner_name text, name text, starts_at timestamptz,
    amount_minor bigint, currency text, failure text, bounced_at timestamptz)
language sql stable security definer set search_path = public, pg_temp
as $$
    select r.id, r.payment_id, r.client_id, c.session_id, c.purchase_id, n.name, a.email, coalesce(p.name, ''),
        coalesce(s.offering_name, b.name), s.starts_at, r.amount_minor, r.currency, coalesce(r.failure, ''), r.bounced_at
    from refund r join card_payment c on c.id = r.payment_id
    join person n on n.id = r.client_id join account a on a.id = r.client_id
    left join person p on p.id = r.practitioner_id
    left join session s on s.id = c.session_id left join credit_purchase b on b.id = c.purchase_id
    where r.sent_at is null and (r.failure is not null or r.bounced_at is not null)
        and (wanted is null or r.id = wanted) and (select acting_operator())
    order by r.owed_at, r.id limit 100
$$;

-- For operators: what was done on the provider's own pages and is not settled, longest first.
create function troubles_with_cards(wanted text) returns table (id text, kind text, state text, reason text, amount_minor bigint,
    currency text, seen_at timestamptz, client_name text, practitioner_name text, name text, starts_at timestamptz)
language sql stable security definer set search_path = public, pg_temp
as $$
    select t.id, t.kind, t.state, t.reason, t.amount_minor, c.currency, t.seen_at, n.name, coalesce(p.name, ''),
        coalesce(s.offering_name, b.name), s.starts_at
    from card_trouble t join card_payment c on c.id = t.payment_id join person n on n.id = c.client_id
    left join person p on p.id = c.practitioner_id
    left join session s on s.id = c.session_id left join credit_purchase b on b.id = c.purchase_id
    where t.settled_at is null and (wanted is null or t.id = wanted) and (select acting_operator())
    order by t.seen_at, t.id limit 100
$$;

-- As before; but what has bounced, the provider does not send.
create or replace function send_card_refund(wanted uuid, reference text, moment timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    it refund;
    paid card_payment;
begin
    update refund set sent_at = moment, provider_ref = reference
        where id = wanted and payment_id is not null and sent_at is null and bounced_at is null returning * into it;
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

-- As before; what has bounced lies with the provider, also when it was sent by hand.
do $$
declare
    before text := pg_get_functiondef('money_faults()'::regprocedure);
    gone text := 'where r.payment_id is not null and r.sent_at is not null';
begin
    if position(gone in before) = 0 then
        raise 'money_faults() is not as it was';
    end if;
    execute replace(before, gone, gone || ' and r.bounced_at is null');
end $$;

revoke all on function bounce_card_refund(uuid, text, timestamptz), send_bounced_refund(uuid, text, timestamptz),
    settle_card_trouble(text, text, timestamptz), refunds_in_trouble(uuid), troubles_with_cards(text) from public;
grant execute on function bounce_card_refund(uuid, text, timestamptz) to visavis_worker;
grant execute on function send_bounced_refund(uuid, text, timestamptz), settle_card_trouble(text, text, timestamptz),
    refunds_in_trouble(uuid), troubles_with_cards(text) to visavis_web, visavis_worker;
reset role;
revoke create on schema public from visavis_lookup;
