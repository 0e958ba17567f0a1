-- Open streams ask from time to time whether what they were opened with still counts, in case word of its end got lost.

-- Which of these digests still belong to a sign-in or API key that opens the door; digests only, no person's data.
create function still_valid(digests bytea[]) returns setof bytea
language sql stable security definer set search_path = public, pg_temp
as $$
    select s.token_hash from sign_in s join account a on a.id = s.account_id
        where s.token_hash = any (digests) and s.expires_at > now() and a.disabled_at is null
    union all
    select k.token_hash from api_key k join account a on a.id = k.account_id
        where k.token_hash = any (digests) and k.revoked_at is null and a.disabled_at is null
$$;

grant create on schema public to visavis_lookup;
revoke all on function still_valid(bytea[]) from public;
grant execute on function still_valid(bytea[]) to visavis_web;
alter function still_valid(bytea[]) owner to visavis_lookup;
revoke create on schema public from visavis_lookup;
