-- How a practitioner wants to be paid by transfer: bank details and the like.
-- A table of its own, because a published practice is readable by everybody, column by column; this is for the
-- practitioner, and for clients who have an approved session to pay.

create table payment_instructions (
    practitioner_id uuid primary key references practice on delete cascade,
    words text not null check (length(words) between 1 and 1000)
);

alter table payment_instructions enable row level security, force row level security;
create policy worker on payment_instructions to visavis_worker using (true) with check (true);
grant select, insert, update, delete on payment_instructions to visavis_worker, visavis_web;
create policy own on payment_instructions to visavis_web
    using (practitioner_id = (select current_account())) with check (practitioner_id = (select current_account()));
create policy for_who_pays on payment_instructions for select to visavis_web
    using (exists (select from session s where s.practitioner_id = payment_instructions.practitioner_id
        and s.client_id = (select current_account()) and s.status in ('approved', 'payment_submitted')));
