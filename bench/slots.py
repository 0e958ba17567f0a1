"""A month of one practitioner's free starts as a web process finds it: transaction, SQL and rules."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
from tests.support.world import Somebody, make_offering, make_person, make_practitioner

from bench.site import Site, run, site
from bench.table import Row, show
from bench.timing import p50, p99, timed_async
from visavis.availability.access import load_calendar
from visavis.availability.booking_page import booking_page
from visavis.availability.choices import Choice
from visavis.kit.db import Database

MONTH = timedelta(days=30)
_HOURS = """
    insert into working_hours (practitioner_id, day_of_week, starts_minute, ends_minute)
    select $1, day, part.a, part.b
    from generate_series(0, 6) day, (values (480, 720), (780, 1200)) part (a, b)
"""
_SESSIONS = """
    insert into session (practitioner_id, client_id, offering_id, offering_name, created_by, status, during,
        blocked, price_minor, currency, policy)
    select $1, ($2::uuid[])[1 + n % cardinality($2)], $3, 'Session', 'client', $4,
        tstzrange(at, at + '1 hour'), tstzrange(at, at + '1 hour'), 8000, 'GBP', '{}'
    from generate_series(1, $5::int) n,
        lateral (select date_trunc('hour', now()) + make_interval(hours => n * $6::int) as at) t
"""


async def fill(owner: asyncpg.Connection, past: int) -> tuple[Somebody, Somebody, UUID]:
    """A practitioner with 200 sessions in the month ahead and `past` that are over; a client who looks."""
    practitioner = await make_practitioner(owner)
    clients = [(await make_person(owner, f"Client {number}")).id for number in range(50)]
    offering = await make_offering(owner, practitioner, lengths=(50,))
    await owner.execute("delete from working_hours where practitioner_id = $1", practitioner.id)
    await owner.execute(_HOURS, practitioner.id)
    people = practitioner.id, clients, offering
    await owner.execute(_SESSIONS, *people, "confirmed", 200, 3)
    await owner.execute(_SESSIONS, *people, "completed", past, -2)
    await owner.execute("vacuum analyze session")
    return practitioner, await make_person(owner, "Ada Looks", time_zone="America/New_York"), offering


def measure(site: Site, rounds: int = 500) -> list[Row]:
    """For a practitioner with a short history and for one with a long one."""
    return [row for past in (100, 20_000) for row in run(_measure(site, past, rounds))]


async def _measure(site: Site, past: int, rounds: int) -> list[Row]:
    owner = await site.owner()
    practitioner, looks, _ = await fill(owner, past)
    await owner.close()
    database, now = await Database.open(site.database.url), datetime.now(UTC)

    async def month() -> list[datetime]:
        async with database.handle().transaction(looks.actor) as tx:
            calendar = await load_calendar(tx, practitioner.id, now, now + MONTH)
        return calendar.free_starts(50, now, now + MONTH, now)

    async def page() -> object:
        return await booking_page(database.handle(), looks.actor, practitioner.id, Choice(), now)

    alone, whole = await timed_async(month, rounds), await timed_async(page, rounds // 2)
    note = f"200 sessions ahead, {past} past, {len(await month())} free, p99 {p99(alone):.1f} ms"
    await database.close()
    return [
        Row("a month of slots in the server, p50", p50(alone), 3, note=note, unit="ms"),
        Row(
            "the booking page but its template, p50",
            p50(whole),
            None,
            note=f"p99 {p99(whole):.1f} ms",
            unit="ms",
        ),
    ]


if __name__ == "__main__":
    with site() as here:
        show(measure(here))
