-- How a practitioner's availability stood before the last change of it, whole: the change can be taken back.

create table availability_before (
    practitioner_id uuid primary key references practice on delete cascade,
    change_id uuid not null default uuidv7(),
    verb text not null,          -- what was done
    changed_at timestamptz not null,
    stood jsonb not null         -- {"settings": {…}, "hours": […], "dates": […], "switches": […], "travels": […]}: rows
);
alter table availability_before enable row level security, force row level security;
create policy worker on availability_before to visavis_worker using (true) with check (true);
create policy own on availability_before to visavis_web using (practitioner_id = (select current_account()))
    with check (practitioner_id = (select current_account()));
grant select, insert, update, delete on availability_before to visavis_web, visavis_worker;
