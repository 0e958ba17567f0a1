-- A slot is held for a person while they fill in the form; what an offering asks; who else may have time.

-- One at a time for each person. It counts from held_at until expires_at: once it has run out it stands in nobody's way,
-- also while its row is still there.
create table slot_hold (
    holder_id uuid primary key references account on delete cascade,
    practitioner_id uuid not null references practice on delete cascade,
    during tstzrange not null,
    blocked tstzrange not null, -- `during` and the practitioner's buffers around it
    held_at timestamptz not null default now(),
    expires_at timestamptz not null,
    check (not isempty(during) and not isempty(blocked) and blocked @> during),
    check (held_at < expires_at and expires_at <= held_at + interval '10 minutes'),
    constraint slot_hold_once exclude using gist
        (practitioner_id with =, blocked with &&, tstzrange(held_at, expires_at) with &&)
);

alter table slot_hold enable row level security, force row level security;
create policy worker on slot_hold to visavis_worker using (true) with check (true);
grant select, insert, delete on slot_hold to visavis_web, visavis_worker; -- none is ever made longer
create policy own on slot_hold to visavis_web
    using (holder_id = (select current_account())) with check (holder_id = (select current_account()));
grant select on slot_hold to visavis_lookup;
create policy lookup on slot_hold for select to visavis_lookup using (true);

-- When what others hold of a practitioner's time runs out, without a word about who they are.
create function hold_ends(practitioner uuid, from_at timestamptz, to_at timestamptz, at timestamptz) returns setof timestamptz
language sql stable security definer set search_path = public, pg_temp
as $$
    select expires_at from slot_hold where practitioner_id = practitioner and blocked && tstzrange(from_at, to_at)
        and expires_at > at and holder_id is distinct from current_account()
$$;

-- What is asked when somebody books: [{"key", "label", "kind": "text" | "choice" | "yes_no", "required", "choices"}]
alter table offering add column questions jsonb not null default '[]' check (jsonb_typeof(questions) = 'array');
grant update (questions) on offering to visavis_web;
-- What was answered, with the questions as they were: [{"label", "kind", "answer"}]
alter table session add column answers jsonb not null default '[]' check (jsonb_typeof(answers) = 'array');
grant insert (answers) on session to visavis_web;

-- Public practices like another one, likest first: those that share a speciality before those that share a language.
-- Looks at no more than a hundred of them, however many there are.
create index practice_specialities on practice using gin (specialities) where published_at is not null;
create index practice_languages on practice using gin (languages) where published_at is not null;
create function similar_practices(practitioner uuid, most int) returns setof uuid
language sql stable security definer set search_path = public, pg_temp
as $$
    with given as (select specialities, languages from practice where practitioner_id = practitioner),
    alike as (
        (select p.practitioner_id, 2 as weight from practice p, given g
            where p.published_at is not null and p.specialities && g.specialities limit 50)
        union all
        (select p.practitioner_id, 1 from practice p, given g
            where p.published_at is not null and p.languages && g.languages limit 50)
    )
    select a.practitioner_id from alike a join practice p using (practitioner_id)
    where a.practitioner_id <> practitioner
    group by a.practitioner_id, p.verified_at is null
    order by sum(a.weight) desc, p.verified_at is null, a.practitioner_id limit most
$$;

do $$
declare f text;
begin
    grant create on schema public to visavis_lookup;
    foreach f in array array['hold_ends(uuid, timestamptz, timestamptz, timestamptz)', 'similar_practices(uuid, int)'] loop
        execute format('revoke all on function %s from public', f);
        execute format('grant execute on function %s to visavis_web, visavis_worker', f);
        execute format('alter function %s owner to visavis_lookup', f);
    end loop;
    revoke create on schema public from visavis_lookup;
end $$;
