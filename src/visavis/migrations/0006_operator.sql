-- Operators look after every practice, also one that is not published yet; nobody else gets a row.

create function practices_to_verify(most int, skip int)
returns table (practitioner_id uuid, name text, email text, title text, location text, published_at timestamptz,
    verified_at timestamptz)
language sql stable security definer set search_path = public, pg_temp
as $$
    select p.practitioner_id, n.name, a.email, p.title, p.location, p.published_at, p.verified_at
    from practice p join person n on n.id = p.practitioner_id join account a on a.id = p.practitioner_id
    where (select acting_operator()) and a.disabled_at is null
    order by p.verified_at is not null, p.published_at is null, n.name, p.practitioner_id
    limit most offset skip
$$;

grant create on schema public to visavis_lookup;
revoke all on function practices_to_verify(int, int) from public;
grant execute on function practices_to_verify(int, int) to visavis_web;
alter function practices_to_verify(int, int) owner to visavis_lookup;
revoke create on schema public from visavis_lookup;
