-- A slot is held for a person while they fill in the form; and what an offering asks.

-- One at a time for each person. Whether it still counts is decided by expires_at, not by its being there.
create table slot_hold (
    holder_id uuid primary key references account on delete cascade,
    practitioner_id uuid not null references practice on delete cascade,
    during tstzrange not null,
    blocked tstzrange not null, -- `during` and the practitioner's buffers around it
    expires_at timestamptz not null,
    check (not isempty(during) and not isempty(blocked) and blocked @> during),
    constraint slot_hold_once exclude using gist (practitioner_id with =, blocked with &&)
);
create index slot_hold_age on slot_hold (expires_at);

alter table slot_hold enable row level security, force row level security;
create policy worker on slot_hold to visavis_worker using (true) with check (true);
grant select, insert, update, delete on slot_hold to visavis_web, visavis_worker;
create policy own on slot_hold to visavis_web
    using (holder_id = (select current_account())) with check (holder_id = (select current_account()));

-- What is asked when somebody books: [{"key", "label", "kind": "text" | "choice" | "yes_no", "required", "choices"}]
alter table offering add column questions jsonb not null default '[]';
grant update (questions) on offering to visavis_web;
-- What was answered, with the questions as they were: [{"label", "answer"}]
alter table session add column answers jsonb not null default '[]';
grant insert (answers) on session to visavis_web;
