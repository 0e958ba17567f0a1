"""A ledger of very many lines, made by one statement for each table: as transfers that were found book."""

from uuid import UUID

import asyncpg

from bench.site import CLIENTS, Crowd

CROWD = Crowd("f")
LINES = 6  # of one session that was paid by transfer

# Postings are numbered as they come: month after month.
_SESSIONS = """
    create temp table made as
    select gen_random_uuid() as id, ($2::uuid[])[1 + n % cardinality($2::uuid[])] as practitioner,
        ($3::uuid[])[1 + n % cardinality($3::uuid[])] as client, month,
        (extract(year from month) * 12 + extract(month from month))::bigint * 1000000 + 1
            + row_number() over (partition by month)
            + (select count(*) from money_posting p where p.month = it.month) as posting
    from generate_series(0, $1::int - 1) n, lateral (select (date_trunc('month', now() at time zone 'UTC')
        - make_interval(months => 1 + $4 + n / $5))::date as month) it
"""
_KEPT = """
    insert into session (id, practitioner_id, client_id, offering_id, offering_name, created_by, status,
        during, blocked, length_minutes, price_minor, currency, policy, commission_bp)
    select m.id, practitioner, client, o.id, 'Talking session', 'client', 'completed', d, d, 60, 8000,
        'GBP', o.policy, 3000
    from made m join offering o on o.practitioner_id = practitioner,
        lateral (select tstzrange(month, month + interval '1 hour') as d) time;
    insert into money_posting (id, cause, cause_id, step, currency, month, at) overriding system value
    select posting, 'session', id, 'paid', 'GBP', month, month + interval '10 days' from made
    order by posting;
    insert into money_account (kind, holder_id, currency)
    select distinct 'practitioner', practitioner, 'GBP' from made
    union select distinct 'client', client, 'GBP' from made union select 'platform', null, 'GBP'
    on conflict do nothing;
    insert into money_line (posting_id, account_id, currency, part, amount_minor)
    select m.posting, a.id, 'GBP', l.part, l.amount
    from made m cross join (values ('client', 'paid', 8000), ('practitioner', 'received', -8000),
            ('client', 'price', -8000), ('practitioner', 'price', 8000),
            ('practitioner', 'commission', -2400), ('platform', 'commission', 2400)) l (kind, part, amount)
        join money_account a on a.currency = 'GBP' and a.kind = l.kind
            and a.holder_id is not distinct from case l.kind when 'client' then m.client
                when 'practitioner' then m.practitioner end
    order by m.posting;
    drop table made;
"""
_SUMS = """
    truncate money_month;
    insert into money_month (account_id, month, part, amount_minor)
    select l.account_id, p.month, l.part, sum(l.amount_minor)
    from money_line l join money_posting p on p.id = l.posting_id group by 1, 2, 3;
    update money_account a set balance_minor = l.amount
    from (select account_id, sum(amount_minor) as amount from money_line group by 1) l
    where l.account_id = a.id;
    select setval(pg_get_serial_sequence('money_posting', 'id'), (select max(id) from money_posting));
"""


async def add(
    owner: asyncpg.Connection, sessions: int, practitioners: list[UUID], *, before: int, months: int
) -> None:
    """So many paid sessions, spread over so many months that end `before` months ago; sums are kept too."""
    clients = [CROWD.client(number) for number in range(CLIENTS)]
    await owner.execute("set session_replication_role = replica")  # the same rows, without a check of each
    each = -(-sessions // months)
    await owner.execute(_SESSIONS, sessions, practitioners, clients, before, each)
    await owner.execute(_KEPT)
    await owner.execute(_SUMS)
    await owner.execute("reset session_replication_role")
    await owner.execute("vacuum analyze")


async def faults(owner: asyncpg.Connection) -> list[asyncpg.Record]:
    """What the hourly check finds: nothing."""
    return await owner.fetch("select fault, many from money_faults()")
