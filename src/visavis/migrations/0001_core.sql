-- People, practices, availability, sessions, payment proofs; and who may read or write which row of them.
--
-- Three roles besides the owner (made before migrations run):
--   visavis_web     web processes: sees a row only when a policy below says so for the acting account
--   visavis_worker  jobs: sees every row
--   visavis_lookup  cannot log in: owns the few functions that answer before anybody is known
-- The acting account is set for one transaction with SET LOCAL visavis.account.

create function current_account() returns uuid
    language sql stable parallel safe
    return nullif(current_setting('visavis.account', true), '')::uuid;

-- The installation ------------------------------------------------------------------------------------------------

create table installation (
    only_row boolean primary key default true check (only_row),
    demonstration boolean not null default false,
    created_at timestamptz not null default now()
);
insert into installation default values;

-- Accounts --------------------------------------------------------------------------------------------------------

create table account (
    id uuid primary key default uuidv7(),
    email text not null check (length(email) between 3 and 254),
    email_confirmed_at timestamptz,
    password_hash text,
    is_client boolean not null default true,
    is_practitioner boolean not null default false,
    is_operator boolean not null default false,
    demonstration boolean not null default false,
    disabled_at timestamptz,
    created_at timestamptz not null default now()
);
create unique index account_email_once on account (lower(email));

-- What the other side of a session may see of an account.
create table person (
    id uuid primary key references account on delete cascade,
    name text not null check (length(name) between 1 and 100),
    time_zone text not null,
    locale text not null default 'en',
    picture_key text
);

create table sign_in (
    id uuid primary key default uuidv7(),
    token_hash bytea not null unique,
    account_id uuid not null references account on delete cascade,
    created_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    expires_at timestamptz not null,
    user_agent text not null default '',
    address text not null default ''
);
create index sign_in_of_account on sign_in (account_id);

-- One-time links sent by e-mail.
create table account_token (
    token_hash bytea primary key,
    account_id uuid not null references account on delete cascade,
    purpose text not null check (purpose in ('confirm_email', 'reset_password')),
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz
);
create index account_token_of_account on account_token (account_id);

create table api_key (
    id uuid primary key default uuidv7(),
    account_id uuid not null references account on delete cascade,
    name text not null check (length(name) between 1 and 100),
    hint text not null,
    token_hash bytea not null unique,
    created_at timestamptz not null default now(),
    last_used_at timestamptz,
    revoked_at timestamptz
);
create index api_key_of_account on api_key (account_id);

-- Practices -------------------------------------------------------------------------------------------------------

create table practice (
    practitioner_id uuid primary key references account on delete cascade,
    title text not null default '' check (length(title) <= 60),
    headline text not null default '' check (length(headline) <= 160),
    about text not null default '' check (length(about) <= 5000),
    location text not null default '' check (length(location) <= 120),
    time_zone text not null,
    languages text[] not null default '{}',
    specialities text[] not null default '{}',
    currency text not null default 'GBP' check (currency ~ '^[A-Z]{3}$'),
    rate_minor bigint not null default 0 check (rate_minor between 0 and 100000000),
    slot_step_minutes int not null default 30 check (slot_step_minutes between 5 and 240),
    buffer_before_minutes int not null default 0 check (buffer_before_minutes between 0 and 240),
    buffer_after_minutes int not null default 0 check (buffer_after_minutes between 0 and 240),
    notice_minutes int not null default 120 check (notice_minutes between 0 and 43200),
    window_days int not null default 60 check (window_days between 1 and 366),
    published_at timestamptz,
    verified_at timestamptz,
    created_at timestamptz not null default now()
);
create index practice_published on practice (published_at) where published_at is not null;

create table offering (
    id uuid primary key default uuidv7(),
    practitioner_id uuid not null references practice on delete cascade,
    name text not null check (length(name) between 1 and 80),
    description text not null default '' check (length(description) <= 1000),
    lengths_minutes int[] not null
        check (cardinality(lengths_minutes) between 1 and 8 and 5 <= all (lengths_minutes) and 720 >= all (lengths_minutes)),
    pricing text not null check (pricing in ('rate', 'fixed')),
    fixed_price_minor bigint check (fixed_price_minor between 0 and 100000000),
    policy jsonb not null,
    position int not null default 0,
    archived_at timestamptz,
    created_at timestamptz not null default now(),
    check ((pricing = 'fixed') = (fixed_price_minor is not null))
);
create index offering_of_practitioner on offering (practitioner_id, position);

-- Availability ----------------------------------------------------------------------------------------------------

create table working_hours (
    id uuid primary key default uuidv7(),
    practitioner_id uuid not null references practice on delete cascade,
    day_of_week smallint not null check (day_of_week between 0 and 6),       -- 0 = Sunday
    starts_minute smallint not null check (starts_minute between 0 and 1439), -- wall clock of the practice
    ends_minute smallint not null check (ends_minute between 0 and 1440)      -- not after the start: next day
);
create index working_hours_of_practitioner on working_hours (practitioner_id, day_of_week, starts_minute);

-- Sessions --------------------------------------------------------------------------------------------------------

create table session (
    id uuid primary key default uuidv7(),
    practitioner_id uuid not null references practice,
    client_id uuid not null references account,
    offering_id uuid not null references offering,
    offering_name text not null,
    created_by text not null check (created_by in ('client', 'practitioner')),
    status text not null check (status in ('pending_approval', 'approved', 'payment_submitted', 'confirmed',
        'in_progress', 'completed', 'declined', 'cancelled', 'expired', 'no_show')),
    during tstzrange not null,
    blocked tstzrange not null, -- `during` and the practitioner's buffers around it
    starts_at timestamptz not null generated always as (lower(during)) stored,
    ends_at timestamptz not null generated always as (upper(during)) stored,
    price_minor bigint not null check (price_minor between 0 and 100000000),
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    policy jsonb not null, -- as it was when the session was made
    notes text not null default '' check (length(notes) <= 2000),
    meeting_url text check (meeting_url ~ '^https://' and length(meeting_url) <= 500),
    reason text not null default '' check (length(reason) <= 1000), -- of the latest decline, cancellation or rejection
    due_at timestamptz, -- when the approval or payment that is awaited now lapses
    created_at timestamptz not null default now(),
    status_changed_at timestamptz not null default now(),
    check (client_id <> practitioner_id),
    check (not isempty(during) and not isempty(blocked) and blocked @> during),
    check (lower_inc(during) and not upper_inc(during) and lower_inc(blocked) and not upper_inc(blocked)),
    constraint session_practitioner_free exclude using gist (practitioner_id with =, blocked with &&)
        where (status in ('pending_approval', 'approved', 'payment_submitted', 'confirmed', 'in_progress')),
    constraint session_client_free exclude using gist (client_id with =, during with &&)
        where (status in ('pending_approval', 'approved', 'payment_submitted', 'confirmed', 'in_progress'))
);
create index session_of_practitioner on session (practitioner_id, starts_at desc);
create index session_of_client on session (client_id, starts_at desc);
create index session_overdue on session (due_at) where status in ('pending_approval', 'approved');
create index session_to_start on session (starts_at) where status = 'confirmed';

-- The same table as booking/rules.py (a test compares them): the database refuses any other step.
create table session_transition (
    from_status text not null,
    to_status text not null,
    primary key (from_status, to_status)
);
insert into session_transition values
    ('pending_approval', 'approved'), ('pending_approval', 'confirmed'), ('pending_approval', 'declined'),
    ('pending_approval', 'expired'), ('pending_approval', 'cancelled'),
    ('approved', 'payment_submitted'), ('approved', 'expired'), ('approved', 'cancelled'),
    ('payment_submitted', 'confirmed'), ('payment_submitted', 'approved'), ('payment_submitted', 'cancelled'),
    ('confirmed', 'in_progress'), ('confirmed', 'cancelled'),
    ('in_progress', 'completed'), ('in_progress', 'no_show');

create function refuse_unknown_transition() returns trigger language plpgsql as $$
begin
    if not exists (select from session_transition t where t.from_status = old.status and t.to_status = new.status) then
        raise check_violation using message = format('a session cannot go from %s to %s', old.status, new.status);
    end if;
    return new;
end $$;
create trigger session_transition_known before update of status on session
    for each row when (old.status is distinct from new.status) execute function refuse_unknown_transition();

create table feedback (
    session_id uuid primary key references session,
    practitioner_id uuid not null references practice,
    rating smallint not null check (rating between 1 and 5),
    text text not null default '' check (length(text) <= 2000),
    created_at timestamptz not null default now()
);
create index feedback_of_practitioner on feedback (practitioner_id, created_at desc);

create table payment_proof (
    id uuid primary key default uuidv7(),
    session_id uuid not null references session,
    submitted_by uuid not null references account,
    reference text not null default '' check (length(reference) <= 100),
    note text not null default '' check (length(note) <= 1000),
    file_key text not null unique,
    content_type text not null check (content_type in ('image/jpeg', 'image/png', 'image/webp', 'application/pdf')),
    size_bytes int not null check (size_bytes > 0),
    submitted_at timestamptz not null default now(),
    decision text check (decision in ('verified', 'rejected')),
    decided_at timestamptz
);
create index payment_proof_of_session on payment_proof (session_id, submitted_at desc);
create unique index payment_proof_one_undecided on payment_proof (session_id) where decision is null;

-- What happened, repeated requests, too many requests, mail ----------------------------------------------------------

create table audit_event (
    id bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    actor_id uuid, -- null: the system
    verb text not null,
    subject_type text not null,
    subject_id uuid not null,
    concerns uuid[] not null, -- the accounts that may read it
    details jsonb not null default '{}',
    address text not null default ''
);
create index audit_event_of_subject on audit_event (subject_id, id);

create table idempotency_key (
    account_id uuid not null references account on delete cascade,
    key text not null check (length(key) between 1 and 255),
    request_hash bytea not null,
    status int,
    content_type text,
    body bytea,
    created_at timestamptz not null default now(),
    primary key (account_id, key)
);
create index idempotency_key_age on idempotency_key (created_at);

-- Counters of the last minutes; losing them in a crash costs nothing.
create unlogged table rate_limit (
    key text primary key,
    window_ends_at timestamptz not null,
    count int not null
);
create index rate_limit_age on rate_limit (window_ends_at);

create table outbox_mail (
    id uuid primary key default uuidv7(),
    to_address text not null,
    subject text not null,
    text_body text not null,
    html_body text not null default '',
    created_at timestamptz not null default now(),
    sent_at timestamptz,
    attempts int not null default 0,
    last_error text
);
create index outbox_mail_age on outbox_mail (created_at desc);
