-- A practitioner makes a session for somebody: for their own clients, and for who gave them their e-mail address.

-- Whom a practitioner has reached by e-mail address: it opens the way to a first session, and says nothing else.
create table introduction (
    practitioner_id uuid not null references account on delete cascade,
    client_id uuid not null references account on delete cascade,
    created_at timestamptz not null default now(),
    primary key (practitioner_id, client_id),
    check (practitioner_id <> client_id)
);
alter table introduction enable row level security, force row level security;
create policy worker on introduction to visavis_worker using (true) with check (true);
grant select, insert, update, delete on introduction to visavis_worker;
grant select on introduction to visavis_web; -- made by introduce() alone
create policy own on introduction for select to visavis_web using (practitioner_id = (select current_account()));
grant select, insert, update (created_at) on introduction to visavis_lookup;
create policy lookup on introduction to visavis_lookup using (true) with check (true);
grant select (id, practitioner_id) on offering to visavis_lookup;
create policy lookup on offering for select to visavis_lookup using (true);

grant create on schema public to visavis_lookup;
set local role visavis_lookup; -- the owner of what looks across accounts

-- The account that signs in with exactly this address, for a practitioner whom the operator has verified and who shows
-- a practice; for every practitioner when the two have met. Null is the one answer to everything else: nobody there,
-- not confirmed, closed, or oneself.
create function introduce(address text) returns uuid
language sql security definer set search_path = public, pg_temp
as $$
    insert into introduction (practitioner_id, client_id)
    select p.practitioner_id, a.id
    from practice p join account me on me.id = p.practitioner_id, account a
    where p.practitioner_id = current_account() and me.email_confirmed_at is not null and me.disabled_at is null
        and lower(a.email) = lower(address) and a.email_confirmed_at is not null and a.disabled_at is null
        and a.is_client and a.id <> p.practitioner_id
        and ((p.published_at is not null and p.verified_at is not null) or exists (select from session s
            where s.practitioner_id = p.practitioner_id and s.client_id = a.id))
    on conflict (practitioner_id, client_id) do update set created_at = now()
    returning client_id
$$;

-- Whether the acting practitioner has met this person, or was given their address, and the offering is their own.
create function may_propose(client uuid, offering uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp
as $$
    select exists (select from offering o where o.id = may_propose.offering and o.practitioner_id = current_account())
        and (exists (select from session s where s.practitioner_id = current_account() and s.client_id = client)
            or exists (select from introduction i where i.practitioner_id = current_account() and i.client_id = client))
$$;
revoke all on function introduce(text), may_propose(uuid, uuid) from public;
grant execute on function introduce(text), may_propose(uuid, uuid) to visavis_web;
reset role;
revoke create on schema public from visavis_lookup;

-- What a practitioner makes waits for the client, is of their own offerings, and is for nobody they have not met.
drop policy make_own on session;
create policy make_own on session for insert to visavis_web
    with check ((created_by = 'client' and client_id = (select current_account())
            and (status = 'pending_approval' or (status in ('approved', 'confirmed') and policy ->> 'approval' = 'automatic')))
        or (created_by = 'practitioner' and practitioner_id = (select current_account()) and status = 'pending_approval'
            and may_propose(client_id, offering_id)));
