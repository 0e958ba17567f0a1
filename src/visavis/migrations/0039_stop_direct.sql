-- Who is paid directly may want it no more: what begins from then on goes to the platform, and their account stays theirs.

alter table card_account add column stopped_at timestamptz; -- by its owner, until they want it again
grant update (stopped_at) on card_account to visavis_lookup;

grant create on schema public to visavis_lookup;
set local role visavis_lookup; -- the owner of the functions

-- The acting practitioner wants to be paid directly, or not any more; false where nothing is to change.
create function want_direct(wanted boolean, moment timestamptz) returns boolean
language sql security definer set search_path = public, pg_temp
as $$
    update card_account a set stopped_at = case when not wanted then moment end
    where a.practitioner_id = current_account() and (a.stopped_at is null) <> wanted and a.status = 'ready' returning true
$$;

-- As before; a new account begins as every one did.
create or replace function begin_card_account(moment timestamptz) returns setof card_account
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into card_account as a (practitioner_id, begun_at)
        select p.practitioner_id, moment from practice p
        where p.practitioner_id = current_account() and (select i.pays_directly from installation i)
        on conflict (practitioner_id) do update
            set id = uuidv7(), account_id = null, status = 'wanting', begun_at = moment, looked_at = null, stopped_at = null
            where a.status = 'gone';
    return query select * from card_account a where a.practitioner_id = current_account()
        and (select i.pays_directly from installation i);
end $$;

-- As before; nobody's who has stopped it.
create or replace function card_destination(practitioner uuid, its_currency text) returns text
language sql stable security definer set search_path = public, pg_temp
as $$
    select a.account_id from card_account a, installation i
    where a.practitioner_id = practitioner and a.status = 'ready' and a.stopped_at is null and i.pays_directly and i.takes_cards
        and its_currency not in ('BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND')
$$;

revoke all on function want_direct(boolean, timestamptz) from public;
grant execute on function want_direct(boolean, timestamptz) to visavis_web, visavis_worker;
reset role;
revoke create on schema public from visavis_lookup;
