-- Availability beyond the week: dates of their own, single slots, travels, limits, and slots held for a moment.

alter table practice
    add column default_length_minutes int not null default 50 check (default_length_minutes between 5 and 720),
    add column most_sessions_a_day int check (most_sessions_a_day between 1 and 50),   -- null: no limit
    add column most_sessions_a_week int check (most_sessions_a_week between 1 and 200); -- null: no limit
grant update (default_length_minutes, most_sessions_a_day, most_sessions_a_week) on practice to visavis_web;

alter table working_hours
    add column offering_ids uuid[] check (cardinality(offering_ids) between 1 and 50), -- null: for every offering
    add column is_available boolean not null default true; -- a range that rests is kept, and offers nothing

-- What holds on one date in place of the weekly hours; no ranges is a day off.
create table date_override (
    practitioner_id uuid not null references practice on delete cascade,
    on_date date not null,
    name text not null default '' check (length(name) <= 80), -- 'Easter', 'Conference'
    -- start, end, start, end …: minutes after midnight as in working_hours
    minutes int[] not null default '{}'
        check (cardinality(minutes) % 2 = 0 and cardinality(minutes) <= 20 and 0 <= all (minutes) and 1440 >= all (minutes)),
    primary key (practitioner_id, on_date)
);

-- One stretch of time switched off inside the hours, or on outside them.
create table slot_switch (
    id uuid primary key default uuidv7(),
    practitioner_id uuid not null references practice on delete cascade,
    during tstzrange not null check (not isempty(during) and lower_inc(during) and not upper_inc(during)
        and upper(during) - lower(during) <= interval '12 hours'),
    is_available boolean not null,
    constraint slot_switch_once exclude using gist (practitioner_id with =, during with &&)
);

-- Where the practice is meanwhile: its hours are on the clock of this zone on these dates, both included.
create table travel (
    id uuid primary key default uuidv7(),
    practitioner_id uuid not null references practice on delete cascade,
    time_zone text not null,
    dates daterange not null check (not isempty(dates) and lower_inc(dates) and not upper_inc(dates)
        and lower(dates) is not null and upper(dates) is not null),
    constraint travel_once exclude using gist (practitioner_id with =, dates with &&)
);

do $$
declare t text;
begin
    foreach t in array array['date_override', 'slot_switch', 'travel'] loop
        execute format('alter table %I enable row level security, force row level security', t);
        execute format('create policy worker on %I to visavis_worker using (true) with check (true)', t);
        execute format('grant select, insert, update, delete on %I to visavis_web, visavis_worker', t);
        execute format('create policy own on %I to visavis_web using (practitioner_id = (select current_account()))
            with check (practitioner_id = (select current_account()))', t);
        execute format('create policy in_public on %I for select to visavis_web using (exists (select from practice p
            where p.practitioner_id = %I.practitioner_id and p.published_at is not null))', t, t);
    end loop;
end $$;

-- When a practitioner's sessions start that count for the most a day and a week, without a word about with whom.
grant select (starts_at) on session to visavis_lookup;
create function booked_starts(practitioner uuid, from_at timestamptz, to_at timestamptz) returns setof timestamptz
language sql stable security definer set search_path = public, pg_temp
as $$
    select starts_at from session where practitioner_id = practitioner and starts_at >= from_at and starts_at < to_at
        and status in ('pending_approval', 'approved', 'payment_submitted', 'confirmed', 'in_progress', 'completed')
$$;
grant create on schema public to visavis_lookup;
revoke all on function booked_starts(uuid, timestamptz, timestamptz) from public;
grant execute on function booked_starts(uuid, timestamptz, timestamptz) to visavis_web, visavis_worker;
alter function booked_starts(uuid, timestamptz, timestamptz) owner to visavis_lookup;
revoke create on schema public from visavis_lookup;
