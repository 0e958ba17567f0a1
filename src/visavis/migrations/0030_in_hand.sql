-- Money in the practitioner's hand: an approved session that was paid in cash, or in another way outside Visavis; and
-- transfers of which a proof was sent before the session was called off: whether they came, the practitioner says.

alter table session add column paid_in_hand text check (paid_in_hand in ('cash', 'other'));

insert into session_transition (from_status, to_status, by) values ('approved', 'confirmed', array['practitioner'])
    on conflict (from_status, to_status) do update set by = session_transition.by || excluded.by;

set local role visavis_lookup;
grant execute on function hold_payment_to_ledger() to session_user; -- only to make the trigger
reset role;
drop trigger session_payment_is_booked on session;
create constraint trigger session_payment_is_booked after update of status on session deferrable initially deferred
    for each row when (old.status in ('approved', 'payment_submitted', 'expired') and new.status = 'confirmed'
        and new.price_minor > 0)
    execute function hold_payment_to_ledger();

-- One for each session that was called off while its proof waited: what comes back if the money came.
create table late_transfer (
    session_id uuid primary key references session,
    practitioner_id uuid not null references practice,
    client_id uuid not null references account,
    currency text not null,
    price_minor bigint not null,
    back_minor bigint not null check (back_minor between 0 and price_minor),
    asked_at timestamptz not null,
    answered_at timestamptz,
    arrived boolean,
    check ((answered_at is null) = (arrived is null))
);
create index late_transfer_to_answer on late_transfer (practitioner_id, asked_at) where answered_at is null;
create index late_transfer_of_client on late_transfer (client_id);
alter table late_transfer enable row level security, force row level security;
create policy worker on late_transfer to visavis_worker using (true) with check (true);
create policy lookup on late_transfer to visavis_lookup using (true) with check (true);
create policy own on late_transfer for select to visavis_web
    using (client_id = (select current_account()) or practitioner_id = (select current_account()));
grant select on late_transfer to visavis_web, visavis_worker, visavis_lookup;
grant insert, update (answered_at, arrived) on late_transfer to visavis_lookup;
grant update (paid_in_hand) on session to visavis_lookup;
grant select (id, session_id, submitted_at, decision), update (decision, decided_at) on payment_proof to visavis_lookup;
create policy lookup on payment_proof to visavis_lookup using (true) with check (true);

-- Postings are numbered as they come, so a month's stand close together: its pages read nothing else.
-- Whether two people have a session, which every name that is read asks, is one look however many a practitioner has.
create index session_of_pair on session (practitioner_id, client_id);
-- What is certain and not over: of that a practitioner is not paid out yet.
create index session_certain on session (practitioner_id) where status in ('confirmed', 'in_progress');
create index money_posting_of_month on money_posting (month, id);

grant create on schema public to visavis_lookup;
set local role visavis_lookup; -- the owner of the functions
revoke execute on function hold_payment_to_ledger() from session_user;

-- How the practitioner was paid, said in the step that makes the session certain; nothing happens to another's.
create function say_paid_in_hand(wanted uuid, how text) returns boolean
language sql security definer set search_path = public, pg_temp
as $$
    update session set paid_in_hand = how
    where id = wanted and practitioner_id = current_account() and status = 'approved' returning true
$$;

-- What the client gets back of what the practitioner has: owed until it is sent. False when that was booked already.
create function owe_refund(wanted uuid, back bigint, moment timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    it record;
    fee_back bigint;
begin
    select s.client_id, s.practitioner_id, s.price_minor, s.currency, s.commission_bp into it from session s where s.id = wanted;
    insert into refund (session_id, practitioner_id, client_id, currency, price_minor, amount_minor, owed_at)
        values (wanted, it.practitioner_id, it.client_id, it.currency, it.price_minor, back, moment) on conflict do nothing;
    if not found then
        return false;
    end if;
    fee_back := commission_on(it.price_minor, it.commission_bp) - commission_on(it.price_minor - back, it.commission_bp);
    return book_money('session', wanted, 'refund', it.currency, it.practitioner_id, moment, '', array[
        ('refunds', it.client_id, 'refund', back, null)::money_piece,
        ('prepaid', it.practitioner_id, 'refund', -back, null)::money_piece,
        ('practitioner', it.practitioner_id, 'refund', -back, null)::money_piece,
        ('practitioner', it.practitioner_id, 'received', back, null)::money_piece,
        ('practitioner', it.practitioner_id, 'commission_back', fee_back, null)::money_piece,
        ('platform', null, 'commission_back', -fee_back, null)::money_piece]);
end $$;

-- Where a proof waited when the session was called off, nobody knows whether the money came: then that is asked, and what
-- would come back is kept as the policy has it now. False where no proof waits.
create function ask_for_transfer(wanted uuid, moment timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into late_transfer (session_id, practitioner_id, client_id, currency, price_minor, back_minor, asked_at)
        select s.id, s.practitioner_id, s.client_id, s.currency, s.price_minor,
            refund_of(s.price_minor, s.policy, s.cancelled_late, current_account() = s.practitioner_id), moment
        from session s where s.id = wanted and s.status = 'cancelled' and s.price_minor > 0 and s.credits = 0
            and current_account() in (s.client_id, s.practitioner_id)
            and exists (select from payment_proof p where p.session_id = s.id and p.decision is null)
            and not exists (select from money_posting p where p.cause = 'session' and p.cause_id = s.id and p.step = 'paid')
        on conflict do nothing;
    return found;
end $$;

-- The practitioner says whether such a transfer came: then it is booked, and what is owed of it. Who said that it did not
-- may find it later. What is owed back, in minor units; null when that was said before.
create function answer_transfer(wanted uuid, came boolean, moment timestamptz) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare it late_transfer;
begin
    if not exists (select from late_transfer t where t.session_id = wanted and t.practitioner_id = current_account()) then
        raise insufficient_privilege using message = 'this transfer is not yours to look for';
    end if;
    update late_transfer t set answered_at = moment, arrived = came
        where t.session_id = wanted and came is not null and (t.arrived is null or (came and not t.arrived)) returning t.* into it;
    if it.session_id is null then
        return null;
    end if;
    update payment_proof set decision = case when came then 'verified' else 'rejected' end, decided_at = moment
        where id = (select p.id from payment_proof p where p.session_id = wanted order by p.submitted_at desc limit 1);
    if not came then
        return 0;
    end if;
    perform book_transfer(wanted, moment);
    return case when it.back_minor > 0 and owe_refund(wanted, it.back_minor, moment) then it.back_minor else 0 end;
end $$;

-- One's own latest postings before one of them. Read from the end of the index: a planner that thinks of the usual account,
-- which has few lines, would read and sort all of a busy one's.
create function latest_postings(wanted uuid, before bigint, most int) returns setof bigint
language sql stable security definer set search_path = public, pg_temp set enable_bitmapscan = off set enable_sort = off
as $$
    select x.posting_id from money_account a cross join lateral (
        select l.posting_id from money_line l where l.account_id = a.id and (before is null or l.posting_id < before)
        group by l.posting_id order by l.posting_id desc limit most) x
    where a.kind = 'practitioner' and a.holder_id = wanted and wanted = current_account()
    order by 1 desc limit most
$$;

-- One's own of a month, latest first: among the numbers that the month has.
create function postings_of_month(wanted uuid, wanted_month date, most int) returns setof bigint
language sql stable security definer set search_path = public, pg_temp set enable_bitmapscan = off
as $$
    select l.posting_id from money_line l join money_posting p on p.id = l.posting_id
    where l.account_id = any (array(select a.id from money_account a where a.kind = 'practitioner' and a.holder_id = wanted
            and wanted = current_account()))
        and l.posting_id >= (select min(m.id) from money_posting m where m.month = wanted_month)
        and l.posting_id <= (select max(m.id) from money_posting m where m.month = wanted_month)
        and p.month = wanted_month
    group by l.posting_id order by l.posting_id desc limit most
$$;

revoke all on function postings_of_month(uuid, date, int), latest_postings(uuid, bigint, int), say_paid_in_hand(uuid, text), owe_refund(uuid, bigint, timestamptz),
    ask_for_transfer(uuid, timestamptz), answer_transfer(uuid, boolean, timestamptz) from public;
grant execute on function postings_of_month(uuid, date, int), latest_postings(uuid, bigint, int), say_paid_in_hand(uuid, text), ask_for_transfer(uuid, timestamptz),
    answer_transfer(uuid, boolean, timestamptz) to visavis_web, visavis_worker;

-- Sessions that were called off before anybody was asked.
insert into late_transfer (session_id, practitioner_id, client_id, currency, price_minor, back_minor, asked_at)
    select s.id, s.practitioner_id, s.client_id, s.currency, s.price_minor,
        refund_of(s.price_minor, s.policy, s.cancelled_late, e.actor_id = s.practitioner_id), s.status_changed_at
    from session s join payment_proof p on p.session_id = s.id and p.decision is null
    join lateral (select a.actor_id from audit_event a where a.subject_id = s.id and a.verb = 'cancel'
        order by a.id desc limit 1) e on true
    where s.status = 'cancelled' and s.price_minor > 0;
reset role;
revoke create on schema public from visavis_lookup;
