"""A database with very many sessions, and how it finds what is asked for."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from tests.support.pools import shelf

_PLAN = re.compile(r"^[^\t\n]*duration: [\d.]+ ms  plan:\n((?:\t.*\n)+)", re.MULTILINE)
_SETTINGS = {
    "session_preload_libraries": "auto_explain",
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_nested_statements": "on",
    "auto_explain.log_format": "json",
}

# Most are over, as in life; the rest is spread over the coming weeks.
_CROWD = """
    with made as (insert into account (email, email_confirmed_at, is_practitioner)
        select 'crowd.' || n || '@example.org', now(), n <= $1 from generate_series(1, $2::int) n
        returning id, is_practitioner),
    named as (insert into person (id, name, time_zone) select id, 'Somebody', 'Europe/London' from made)
    insert into practice (practitioner_id, title, time_zone, published_at)
    select id, 'Psychologist', 'Europe/London', now() from made where is_practitioner
"""
_OFFERINGS = """
    insert into offering (practitioner_id, name, lengths_minutes, pricing, policy)
    select p.practitioner_id, 'Talk', '{60}', 'rate', (select policy from offering limit 1) from practice p
    where not exists (select from offering o where o.practitioner_id = p.practitioner_id);
    insert into working_hours (practitioner_id, day_of_week, starts_minute, ends_minute)
    select practitioner_id, day, 540, 1020 from practice p, generate_series(1, 5) day
    where not exists (select from working_hours h where h.practitioner_id = p.practitioner_id)
"""
_SESSIONS = """
    with offers as (select array_agg(o.id order by o.practitioner_id) as ids,
            array_agg(o.practitioner_id order by o.practitioner_id) as whose
            from (select distinct on (practitioner_id) * from offering order by practitioner_id, id) o),
        clients as (select array_agg(id order by id) as ids from account where not is_practitioner),
        each as (select n, 1 + n % cardinality(o.ids) as offer, n / cardinality(o.ids) as turn,
            1 + n % cardinality(c.ids) as client, o.ids as offers, o.whose, c.ids as clients
            from generate_series(1, $1::int) n, offers o, clients c)
    insert into session (practitioner_id, client_id, offering_id, offering_name, created_by, status, during,
        blocked, length_minutes, price_minor, currency, policy, due_at)
    select whose[offer], clients[client], offers[offer], 'Talk', 'client', status, d, d, 60, 8000, 'GBP',
        '{"preset": "", "approval": "required", "payment": "transfer"}',
        case when status = 'approved' then upper(d) end
    from each,
        lateral (select case when turn >= 3 then (array['completed', 'cancelled', 'no_show'])[1 + turn % 3]
            else (array['pending_approval', 'approved', 'confirmed'])[1 + turn] end as status,
            date_trunc('day', now()) + make_interval(days => 5 - turn, hours => 9) as at) as it,
        lateral (select tstzrange(at, at + interval '1 hour') as d) as time
    where whose[offer] <> clients[client]
"""
_TRACES = """
    insert into audit_event (actor_id, verb, subject_type, subject_id, concerns)
    select client_id, 'book', 'session', id, array[client_id, practitioner_id] from session;
    insert into feedback (session_id, practitioner_id, rating)
    select id, practitioner_id, 5 from session where status = 'completed' on conflict do nothing;
    insert into payment_proof (session_id, submitted_by, file_key, content_type, size_bytes, decision)
    select id, client_id, id::text, 'image/png', 1, 'verified' from session where status = 'completed'
"""

# Half of each posting: it is asked for, not checked.
_BOOKS = """
    insert into money_account (kind, holder_id, currency)
    select distinct 'practitioner', practitioner_id, 'GBP' from session where status = 'completed'
    union select distinct 'client', client_id, 'GBP' from session where status = 'completed'
    on conflict do nothing;
    insert into money_posting (cause, cause_id, step, currency, month, at)
    select 'session', id, 'paid', 'GBP', date_trunc('month', listed_at)::date, listed_at from session
    where status = 'completed' order by listed_at limit 6000 on conflict do nothing;
    insert into money_line (posting_id, account_id, currency, part, amount_minor)
    select p.id, a.id, 'GBP', 'price', case a.kind when 'client' then -8000 else 8000 end
    from money_posting p join session s on s.id = p.cause_id join money_account a on a.currency = 'GBP'
        and (a.kind, a.holder_id) in (('client', s.client_id), ('practitioner', s.practitioner_id))
"""


class Scan(msgspec.Struct, frozen=True):
    """A table that was read without an index, and by which statement."""

    table: str
    statement: str


async def fill(owner: asyncpg.Connection, sessions: int) -> None:
    """So many sessions, one practitioner for each 500, two clients for each; who is there has a share."""
    practitioners = max(20, sessions // 500)
    await owner.execute("set session_replication_role = replica")  # the same rows, without a check of each
    await owner.execute(_CROWD, practitioners, practitioners * 3)
    await owner.execute(_OFFERINGS)
    await owner.execute(_SESSIONS, sessions)
    await owner.execute(_TRACES)
    await owner.execute(_BOOKS)
    await owner.execute("reset session_replication_role")
    await owner.execute("vacuum analyze")


async def watch(owner: asyncpg.Connection) -> None:
    """Let the server log the plan of whatever web processes run from now on, functions' insides too.

    Connections that are open have the settings of before, so none of those that rest is used again.
    """
    shelf.clear()
    name = await owner.fetchval("select current_database()")
    for setting, value in _SETTINGS.items():
        await owner.execute(f"alter role visavis_web in database {name} set {setting} = '{value}'")


async def many(owner: asyncpg.Connection, most: int = 5000) -> set[str]:
    """The tables with more rows than that."""
    rows = await owner.fetch("select relname from pg_class where relkind = 'r' and reltuples > $1", most)
    return {row[0] for row in rows}


def read(log: Path, offset: int) -> list[dict[str, Any]]:
    """The plans that were logged since. What stands before is not read: many tests share a log."""
    with log.open("rb") as file:
        file.seek(offset)
        text = file.read().decode()
    return [msgspec.json.decode(found[1].replace("\n\t", "\n")) for found in _PLAN.finditer(text)]


def scans(plan: dict[str, Any], tables: set[str]) -> Iterator[Scan]:
    """Where one of these tables is read from end to end."""
    for node in _nodes(plan["Plan"]):
        if node.get("Relation Name") not in tables:
            continue
        by_index = "Index Cond" in node or node["Node Type"] == "Bitmap Heap Scan"
        if not by_index and "Scan" in node["Node Type"]:
            yield Scan(node["Relation Name"], " ".join(plan["Query Text"].split())[:300])


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)
