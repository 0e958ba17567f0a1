-- Under which name the card provider knows who has agreed to keep a card. The cards themselves are there, never here.

create table card_customer (
    account_id uuid primary key references account,
    customer_id text not null unique check (length(customer_id) between 1 and 255),
    agreed_at timestamptz not null
);
alter table card_customer enable row level security, force row level security;
create policy own on card_customer to visavis_web
    using (account_id = (select current_account())) with check (account_id = (select current_account()));
grant select, insert on card_customer to visavis_web;
