-- Row-level security: which rows exist for whom. No acting account, no rows.

grant usage on schema public to visavis_web, visavis_worker, visavis_lookup;
revoke create on schema public from public;

-- Jobs act for the installation and see everything; web processes get columns, then policies decide on rows.
grant select, insert, update, delete on all tables in schema public to visavis_worker;
grant usage on all sequences in schema public to visavis_worker;

do $$
declare t text;
begin
    foreach t in array array['account', 'person', 'sign_in', 'account_token', 'api_key', 'practice', 'offering',
        'working_hours', 'session', 'feedback', 'payment_proof', 'audit_event', 'idempotency_key', 'outbox_mail'] loop
        execute format('alter table %I enable row level security, force row level security', t);
        execute format('create policy worker on %I to visavis_worker using (true) with check (true)', t);
    end loop;
end $$;

grant select on installation, session_transition to visavis_web;
grant select, insert, update, delete on rate_limit to visavis_web; -- keys are digests, no person's data

-- Accounts ------------------------------------------------------------------------------------------------------
grant select (id, email, email_confirmed_at, is_client, is_practitioner, is_operator, demonstration, disabled_at, created_at)
    on account to visavis_web;
grant insert (id, email, password_hash, is_client, is_practitioner) on account to visavis_web;
grant update (email_confirmed_at, password_hash, is_client, is_practitioner) on account to visavis_web;
create policy own on account to visavis_web
    using (id = (select current_account())) with check (id = (select current_account()));

grant select, insert on person to visavis_web;
grant update (name, time_zone, locale, picture_key) on person to visavis_web;
create policy own on person to visavis_web
    using (id = (select current_account())) with check (id = (select current_account()));
create policy practitioner_in_public on person for select to visavis_web
    using (exists (select from practice p where p.practitioner_id = person.id and p.published_at is not null));
create policy other_side on person for select to visavis_web
    using (exists (select from session s where s.client_id = person.id and s.practitioner_id = (select current_account()))
        or exists (select from session s where s.practitioner_id = person.id and s.client_id = (select current_account())));

grant select, insert, delete on sign_in to visavis_web;
create policy own on sign_in to visavis_web
    using (account_id = (select current_account())) with check (account_id = (select current_account()));

grant select, insert on account_token to visavis_web;
grant update (used_at) on account_token to visavis_web;
create policy own on account_token to visavis_web
    using (account_id = (select current_account())) with check (account_id = (select current_account()));

grant select (id, account_id, name, hint, created_at, last_used_at, revoked_at) on api_key to visavis_web;
grant insert (account_id, name, hint, token_hash), update (revoked_at) on api_key to visavis_web;
create policy own on api_key to visavis_web
    using (account_id = (select current_account())) with check (account_id = (select current_account()));

-- Practices and availability ------------------------------------------------------------------------------------
grant select on practice to visavis_web;
grant insert (practitioner_id, time_zone, currency) on practice to visavis_web;
grant update (title, headline, about, location, time_zone, languages, specialities, currency, rate_minor, slot_step_minutes,
    buffer_before_minutes, buffer_after_minutes, notice_minutes, window_days, published_at) on practice to visavis_web;
create policy own on practice to visavis_web
    using (practitioner_id = (select current_account())) with check (practitioner_id = (select current_account()));
create policy in_public on practice for select to visavis_web using (published_at is not null);
create policy of_my_session on practice for select to visavis_web
    using (exists (select from session s where s.practitioner_id = practice.practitioner_id and s.client_id = (select current_account())));

grant select, insert on offering to visavis_web;
grant update (name, description, lengths_minutes, pricing, fixed_price_minor, policy, position, archived_at) on offering to visavis_web;
create policy own on offering to visavis_web
    using (practitioner_id = (select current_account())) with check (practitioner_id = (select current_account()));
create policy in_public on offering for select to visavis_web
    using (archived_at is null and exists (select from practice p where p.practitioner_id = offering.practitioner_id and p.published_at is not null));

grant select, insert, update, delete on working_hours to visavis_web;
create policy own on working_hours to visavis_web
    using (practitioner_id = (select current_account())) with check (practitioner_id = (select current_account()));
create policy in_public on working_hours for select to visavis_web
    using (exists (select from practice p where p.practitioner_id = working_hours.practitioner_id and p.published_at is not null));

-- Sessions ------------------------------------------------------------------------------------------------------
grant select on session to visavis_web;
grant insert (practitioner_id, client_id, offering_id, offering_name, created_by, status, during, blocked, price_minor, currency,
    policy, notes, meeting_url, due_at, created_at, status_changed_at) on session to visavis_web;
grant update (status, status_changed_at, reason, due_at, meeting_url) on session to visavis_web;
create policy read_own on session for select to visavis_web
    using (client_id = (select current_account()) or practitioner_id = (select current_account()));
create policy make_own on session for insert to visavis_web
    with check ((created_by = 'client' and client_id = (select current_account()))
        or (created_by = 'practitioner' and practitioner_id = (select current_account())));
create policy change_own on session for update to visavis_web
    using (client_id = (select current_account()) or practitioner_id = (select current_account()));

grant select, insert on feedback to visavis_web;
create policy in_public on feedback for select to visavis_web using (true); -- carries no name
create policy by_the_client on feedback for insert to visavis_web
    with check (exists (select from session s where s.id = session_id and s.practitioner_id = feedback.practitioner_id
        and s.client_id = (select current_account()) and s.status = 'completed'));

grant select, insert on payment_proof to visavis_web;
grant update (decision, decided_at) on payment_proof to visavis_web;
create policy of_my_session on payment_proof for select to visavis_web
    using (exists (select from session s where s.id = session_id));
create policy by_the_client on payment_proof for insert to visavis_web
    with check (submitted_by = (select current_account())
        and exists (select from session s where s.id = session_id and s.client_id = (select current_account())));
create policy decided_by_the_practitioner on payment_proof for update to visavis_web
    using (exists (select from session s where s.id = session_id and s.practitioner_id = (select current_account())));

-- Audit, repeated requests, mail --------------------------------------------------------------------------------
grant select, insert on audit_event to visavis_web;
create policy read_own on audit_event for select to visavis_web using ((select current_account()) = any (concerns));
create policy write_own on audit_event for insert to visavis_web with check (actor_id = (select current_account()));

grant select, insert, update on idempotency_key to visavis_web;
create policy own on idempotency_key to visavis_web
    using (account_id = (select current_account())) with check (account_id = (select current_account()));

grant insert on outbox_mail to visavis_web;
create policy write on outbox_mail for insert to visavis_web with check (true);

-- What must be answered before anybody is known, or across accounts, and nothing more -----------------------------
grant select on account, person, api_key, account_token, installation, outbox_mail to visavis_lookup;
grant select, update (last_seen_at) on sign_in to visavis_lookup;
grant update (last_used_at) on api_key to visavis_lookup;
grant select (practitioner_id, blocked, status) on session to visavis_lookup;
grant select, update (verified_at) on practice to visavis_lookup;
create policy lookup on account for select to visavis_lookup using (true);
create policy lookup on person for select to visavis_lookup using (true);
create policy lookup on sign_in to visavis_lookup using (true);
create policy lookup on api_key to visavis_lookup using (true);
create policy lookup on account_token for select to visavis_lookup using (true);
create policy lookup on session for select to visavis_lookup using (true);
create policy lookup on practice to visavis_lookup using (true);
create policy lookup on outbox_mail for select to visavis_lookup using (true);

create type acting_account as (
    account_id uuid, name text, time_zone text, locale text,
    is_client boolean, is_practitioner boolean, is_operator boolean, sign_in_id uuid
);

create function account_of_sign_in(token_hash bytea) returns setof acting_account
language plpgsql security definer set search_path = public as $$
#variable_conflict use_column
declare found_id uuid; seen timestamptz;
begin
    select s.id, s.last_seen_at into found_id, seen from sign_in s
        where s.token_hash = account_of_sign_in.token_hash and s.expires_at > now();
    if found_id is null then return; end if;
    if seen < now() - interval '5 minutes' then
        update sign_in set last_seen_at = now() where id = found_id;
    end if;
    return query select a.id, p.name, p.time_zone, p.locale, a.is_client, a.is_practitioner, a.is_operator, s.id
        from sign_in s join account a on a.id = s.account_id join person p on p.id = a.id
        where s.id = found_id and a.disabled_at is null;
end $$;

create function account_of_api_key(token_hash bytea) returns setof acting_account
language plpgsql security definer set search_path = public as $$
#variable_conflict use_column
declare found_id uuid; used timestamptz;
begin
    select k.id, k.last_used_at into found_id, used from api_key k
        where k.token_hash = account_of_api_key.token_hash and k.revoked_at is null;
    if found_id is null then return; end if;
    if used is null or used < now() - interval '5 minutes' then
        update api_key set last_used_at = now() where id = found_id;
    end if;
    return query select a.id, p.name, p.time_zone, p.locale, a.is_client, a.is_practitioner, a.is_operator, null::uuid
        from api_key k join account a on a.id = k.account_id join person p on p.id = a.id
        where k.id = found_id and a.disabled_at is null;
end $$;

create function credentials_of(address text)
returns table (account_id uuid, password_hash text, email_confirmed_at timestamptz, name text)
language sql stable security definer set search_path = public
as $$
    select a.id, a.password_hash, a.email_confirmed_at, p.name from account a join person p on p.id = a.id
    where lower(a.email) = lower(address) and a.disabled_at is null
$$;

create function owner_of_token(hash bytea, wanted text) returns uuid
language sql stable security definer set search_path = public
as $$
    select t.account_id from account_token t
    where t.token_hash = hash and t.purpose = wanted and t.used_at is null and t.expires_at > now()
$$;

-- When a practitioner is taken, without a word about by whom.
create function busy_times(practitioner uuid, from_at timestamptz, to_at timestamptz) returns setof tstzrange
language sql stable security definer set search_path = public
as $$
    select blocked from session where practitioner_id = practitioner and blocked && tstzrange(from_at, to_at)
        and status in ('pending_approval', 'approved', 'payment_submitted', 'confirmed', 'in_progress')
$$;

create function acting_operator() returns boolean
language sql stable security definer set search_path = public
as $$ select coalesce((select a.is_operator from account a where a.id = current_account() and a.disabled_at is null), false) $$;

-- Only an operator gives or takes the verified mark; false when the acting account is none or the practice is not there.
create function set_verified(practitioner uuid, verified boolean) returns boolean
language sql security definer set search_path = public
as $$
    with changed as (
        update practice set verified_at = case when verified then coalesce(verified_at, now()) end
        where practitioner_id = practitioner and acting_operator() returning 1)
    select exists (select from changed)
$$;

-- Only in a demonstration: who can be signed in as with one click, and the mail that would have been sent.
create function demonstration_accounts() returns table (account_id uuid, name text, email text, is_practitioner boolean, is_operator boolean)
language sql stable security definer set search_path = public
as $$
    select a.id, p.name, a.email, a.is_practitioner, a.is_operator from account a join person p on p.id = a.id
    where a.demonstration and (select demonstration from installation) order by a.is_operator, a.is_practitioner desc, a.created_at
$$;

create function demonstration_mail(most int) returns setof outbox_mail
language sql stable security definer set search_path = public
as $$ select * from outbox_mail where (select demonstration from installation) order by created_at desc, id desc limit most $$;

do $$
declare f text;
begin
    grant create on schema public to visavis_lookup;
    foreach f in array array['account_of_sign_in(bytea)', 'account_of_api_key(bytea)', 'credentials_of(text)',
        'owner_of_token(bytea, text)', 'busy_times(uuid, timestamptz, timestamptz)', 'acting_operator()',
        'set_verified(uuid, boolean)', 'demonstration_accounts()', 'demonstration_mail(int)'] loop
        execute format('revoke all on function %s from public', f);
        execute format('grant execute on function %s to visavis_web, visavis_worker', f);
        execute format('alter function %s owner to visavis_lookup', f);
    end loop;
    revoke create on schema public from visavis_lookup;
end $$;
