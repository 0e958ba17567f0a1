"""A month of one practitioner's free starts as a web process finds it: transaction, SQL and rules."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
from tests.support.world import Somebody, make_offering, make_person, make_practitioner

from bench.site import Site, run, site
from bench.table import Row, show
from bench.timing import p50, p99, timed_async
from visavis.availability import memory
from visavis.availability.access import load_calendar
from visavis.availability.booking_page import booking_page
from visavis.availability.choices import Choice
from visavis.kit.db import Database

MONTH = timedelta(days=30)
SHORT, LONG = 100, 100_000  # past sessions
_HOURS = """
    insert into working_hours (practitioner_id, day_of_week, starts_minute, ends_minute)
    select $1, day, part.a, part.b
    from generate_series(0, 6) day, (values (480, 720), (780, 1200)) part (a, b)
"""
_SESSIONS = """
    insert into session (practitioner_id, client_id, offering_id, offering_name, created_by, status, during,
        blocked, length_minutes, price_minor, currency, policy)
    select $1, ($2::uuid[])[1 + n % cardinality($2)], $3, 'Session', 'client', $4,
        tstzrange(at, at + '1 hour'), tstzrange(at, at + '1 hour'), 60, 8000, 'GBP', '{}'
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
    # A long past is not lived through again: each session's card would wait for its room.
    await owner.execute("set session_replication_role = replica")
    await owner.execute(_SESSIONS, *people, "completed", past, -2)
    await owner.execute("reset session_replication_role")
    await owner.execute("vacuum analyze session")
    return practitioner, await make_person(owner, "Ada Looks", time_zone="America/New_York"), offering


def measure(site: Site, rounds: int = 500) -> list[Row]:
    """For a practitioner with a short history and for one with a long one, by turns."""
    return run(_measure(site, rounds))


class Looker:
    """A client who looks at one practitioner's month."""

    def __init__(self, database: Database, practitioner: Somebody, client: Somebody) -> None:
        self.database, self.practitioner, self.client = database, practitioner, client
        self.now = datetime.now(UTC)

    async def month(self) -> list[datetime]:
        """As a web process that has not seen these facts."""
        memory.found_starts.cache_clear()
        return await self.again()

    async def again(self) -> list[datetime]:
        """As one that has."""
        async with self.database.handle().transaction(self.client.actor) as tx:
            calendar = await load_calendar(tx, self.practitioner.id, self.now, self.now + MONTH)
        return calendar.free_starts(50, self.now, self.now + MONTH, self.now)

    async def page(self) -> object:
        return await booking_page(
            self.database.handle(), self.client.actor, self.practitioner.id, Choice(), self.now
        )


async def _measure(site: Site, rounds: int) -> list[Row]:
    owner = await site.owner()
    database = await Database.open(site.database.url)
    pairs = [await fill(owner, past) for past in (SHORT, LONG)]
    await owner.close()
    short, long = (Looker(database, practitioner, client) for practitioner, client, _ in pairs)
    took: dict[str, list[float]] = {"short": [], "long": [], "again": [], "page": []}
    acts = {"short": short.month, "long": long.month, "again": long.again, "page": long.page}
    for _ in range(rounds // 10):
        for name, act in acts.items():
            took[name] += await timed_async(act, 10)
    found = {name: sorted(each) for name, each in took.items()}
    free = len(await short.month())
    await database.close()
    return [
        _row("a month of slots in the server, p50", found["short"], 3, f"200 sessions ahead, {free} free"),
        _row("the same, the facts seen before, p50", found["again"], None, "same answer, not computed"),
        Row(
            f"a history of {LONG:,} sessions ÷ one of {SHORT}",
            p50(found["long"]) / p50(found["short"]),
            1.1,
            note=f"p50 {p50(found['long']):.2f} ms ÷ {p50(found['short']):.2f} ms, by turns",
        ),
        _row("the booking page but its template, p50", found["page"], None, f"{LONG:,} past sessions"),
    ]


def _row(what: str, took: list[float], target: float | None, note: str) -> Row:
    return Row(what, p50(took), target, note=f"{note}, p99 {p99(took):.1f} ms", unit="ms")


if __name__ == "__main__":
    with site() as here:
        show(measure(here))
