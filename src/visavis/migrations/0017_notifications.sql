-- What happened, for each person it concerns except who did it; how far each person has counted; and who wants to
-- hear of what, how.

create table notification (
    id uuid primary key default uuidv7(),
    account_id uuid not null references account on delete cascade,
    event_id bigint not null references audit_event on delete cascade,
    kind text not null, -- the event's verb
    session_id uuid references session on delete cascade,
    number bigint, -- of this person's; grows in the order of commits, so that "after N" misses nothing
    created_at timestamptz not null,
    read_at timestamptz,
    unique (account_id, event_id)
);
create unique index notification_in_order on notification (account_id, number);
create index notification_unread on notification (account_id, number) where read_at is null;
create index notification_unnumbered on notification (account_id) where number is null; -- one transaction's at most

create table notification_count (
    account_id uuid primary key references account on delete cascade,
    latest bigint not null
) with (fillfactor = 50); -- one row a person, changed again and again

create table notification_choice (
    account_id uuid primary key references account on delete cascade,
    sound_on boolean not null default true,
    volume smallint not null default 60 check (volume between 0 and 100),
    quiet_from time, -- wall clock of the person; over midnight when it is later than quiet_to
    quiet_to time,
    sound_off text[] not null default '{}', -- groups of kinds
    browser_off text[] not null default '{}',
    mail_off text[] not null default '{}',
    check ((quiet_from is null) = (quiet_to is null) and quiet_from is distinct from quiet_to or quiet_from is null),
    check (cardinality(sound_off) <= 20 and cardinality(browser_off) <= 20 and cardinality(mail_off) <= 20)
);

do $$
declare t text;
begin
    foreach t in array array['notification', 'notification_count', 'notification_choice'] loop
        execute format('alter table %I enable row level security, force row level security', t);
        execute format('grant select, insert, update, delete on %I to visavis_worker', t);
        execute format('create policy worker on %I to visavis_worker using (true) with check (true)', t);
    end loop;
end $$;

-- Numbers are given by the commit, when every other lock of the transaction is taken: each transaction counts for its
-- people in one order, so two never wait for each other; and who counts later commits later. A row without a number is
-- its own transaction's, because no other one can see it yet.
create function number_notifications() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare person record; upto bigint;
begin
    for person in select account_id, count(*) as many from notification where number is null
            group by account_id order by account_id loop
        insert into notification_count as c (account_id, latest) values (person.account_id, person.many)
            on conflict (account_id) do update set latest = c.latest + excluded.latest returning latest into upto;
        update notification n set number = upto - person.many + o.nth
            from (select id, row_number() over (order by created_at, event_id) as nth from notification
                where account_id = person.account_id and number is null) o
            where n.id = o.id;
    end loop;
    return null;
end $$;
create constraint trigger notification_numbered after insert on notification deferrable initially deferred
    for each row when (new.number is null) execute function number_notifications();

-- Whether the acting account did what the event says, to somebody else whom it concerns.
create function concerned_by_my_act(event bigint, account uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp
as $$
    select exists (select from audit_event e where e.id = $1 and e.actor_id = current_account()
        and $2 = any (e.concerns) and $2 <> e.actor_id)
$$;

grant select on notification to visavis_web;
grant insert (id, account_id, event_id, kind, session_id, created_at), update (read_at) on notification to visavis_web;
create policy read_own on notification for select to visavis_web using (account_id = (select current_account()));
create policy tell_others on notification for insert to visavis_web
    with check (concerned_by_my_act(event_id, account_id) and (session_id is null or exists (select from session s
        where s.id = session_id and notification.account_id in (s.client_id, s.practitioner_id))));
create policy mark_own on notification for update to visavis_web using (account_id = (select current_account()));

grant select, insert, update on notification_choice to visavis_web;
create policy own on notification_choice to visavis_web
    using (account_id = (select current_account())) with check (account_id = (select current_account()));

grant select on notification, notification_choice, audit_event to visavis_lookup;
grant update (number) on notification to visavis_lookup;
grant select, insert, update on notification_count to visavis_lookup;
create policy lookup on notification to visavis_lookup using (true);
create policy lookup on notification_count to visavis_lookup using (true) with check (true);
create policy lookup on notification_choice for select to visavis_lookup using (true);
create policy lookup on audit_event for select to visavis_lookup using (true);

-- Every page shows how many are unread and knows how loud to be: it is said with who asks, without a statement more.
alter type acting_account add attribute unread int, add attribute latest bigint, add attribute volume int;

grant create on schema public to visavis_lookup;
set local role visavis_lookup; -- their owner
create or replace function account_of_sign_in(token_hash bytea) returns setof acting_account
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare found_id uuid; seen timestamptz;
begin
    select s.id, s.last_seen_at into found_id, seen from sign_in s
        where s.token_hash = account_of_sign_in.token_hash and s.expires_at > now();
    if found_id is null then return; end if;
    if seen < now() - interval '5 minutes' then
        update sign_in set last_seen_at = now() where id = found_id;
    end if;
    return query select a.id, p.name, p.time_zone, p.locale, a.is_client, a.is_practitioner, a.is_operator, s.id,
            (select count(*)::int from (select from notification n
                where n.account_id = a.id and n.read_at is null limit 100) few), -- "99+"
            coalesce((select c.latest from notification_count c where c.account_id = a.id), 0),
            coalesce((select case when h.sound_on then h.volume::int else 0 end
                from notification_choice h where h.account_id = a.id), 60)
        from sign_in s join account a on a.id = s.account_id join person p on p.id = a.id
        where s.id = found_id and a.disabled_at is null;
end $$;

create or replace function account_of_api_key(token_hash bytea) returns setof acting_account
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare found_id uuid; used timestamptz;
begin
    select k.id, k.last_used_at into found_id, used from api_key k
        where k.token_hash = account_of_api_key.token_hash and k.revoked_at is null;
    if found_id is null then return; end if;
    if used is null or used < now() - interval '5 minutes' then
        update api_key set last_used_at = now() where id = found_id;
    end if;
    return query select a.id, p.name, p.time_zone, p.locale, a.is_client, a.is_practitioner, a.is_operator, null::uuid,
            0, 0::bigint, 0
        from api_key k join account a on a.id = k.account_id join person p on p.id = a.id
        where k.id = found_id and a.disabled_at is null;
end $$;
reset role;

revoke all on function number_notifications(), concerned_by_my_act(bigint, uuid) from public;
grant execute on function concerned_by_my_act(bigint, uuid) to visavis_web;
alter function number_notifications() owner to visavis_lookup;
alter function concerned_by_my_act(bigint, uuid) owner to visavis_lookup;
revoke create on schema public from visavis_lookup;
