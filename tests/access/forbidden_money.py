"""What nobody does to the books, whoever they are: neither by a statement nor through a function."""

FORBIDDEN_IN_MONEY = [
    "insert into money_account (kind, holder_id, currency) values ('practitioner', current_account(), 'GBP')",
    "update money_account set balance_minor = 100",
    """insert into money_posting (cause, cause_id, step, currency, month, at)
    values ('settlement', gen_random_uuid(), 'settled', 'GBP', '2026-11-01', now())""",
    "update money_posting set words = 'x'",
    "delete from money_posting",
    """insert into money_line (posting_id, account_id, currency, part, amount_minor)
    select posting_id, account_id, currency, part, 100 from money_line""",
    "update money_line set amount_minor = 1",
    "delete from money_line",
    "truncate money_line",
    "update money_month set amount_minor = 0",
    "update refund set amount_minor = 1",
    "update refund set sent_at = now()",
    "delete from refund",
    "update payout set amount_minor = 100000",
    "update payout set status = 'paid', decided_at = now()",
    """insert into payout (run_id, practitioner_id, currency, amount_minor, made_at)
    select gen_random_uuid(), current_account(), 'GBP', 5, now()""",
    "update session set commission_bp = 0",
    "update installation set commission_bp = 0",
    "delete from commission_rate",
    "update commission_rate set basis_points = 0",
    """select book_money('settlement', gen_random_uuid(), 'settled', 'GBP', current_account(), now(), '',
        array[('practitioner', current_account(), 'settlement', 5, null)::money_piece])""",
    "select book_transfer(id, now()) from session",
    "select book_bought_credits(id, now(), 1) from credit_purchase",
    "select book_expired_credits(id, now()) from credit_lot",
    "select money_faults()",
    "delete from money_check",
    "select book_payment(gen_random_uuid(), now())",
    "select book_refund(gen_random_uuid(), now())",
    "select send_refund(gen_random_uuid(), '', now())",
    "select book_purchase(gen_random_uuid(), now())",
]
