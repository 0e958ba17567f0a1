"""A month of one practitioner's free starts as a web process finds it: transaction, SQL and rules."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.databases import Databases, FreshDatabase, connect, short_folder
from tests.support.world import Somebody, make_offering, make_person, make_practitioner

from bench.timing import line, timed_async
from visavis.availability.access import load_calendar
from visavis.availability.booking_page import Choice, booking_page
from visavis.kit.db import Database
from visavis.operations.cluster import Cluster

MONTH = timedelta(days=30)
HOURS = """
    insert into working_hours (practitioner_id, day_of_week, starts_minute, ends_minute)
    select $1, day, part.a, part.b
    from generate_series(0, 6) day, (values (480, 720), (780, 1200)) part (a, b)
"""
SESSIONS = """
    insert into session (practitioner_id, client_id, offering_id, offering_name, created_by, status, during,
        blocked, price_minor, currency, policy)
    select $1, ($2::uuid[])[1 + n % cardinality($2)], $3, 'Session', 'client', $4, tstzrange(at, at + '1 hour'),
        tstzrange(at, at + '1 hour'), 8000, 'GBP', '{}'
    from generate_series(1, $5::int) n,
        lateral (select date_trunc('hour', now()) + make_interval(hours => n * $6::int) as at) t
"""


async def fill(owner: Any, past: int) -> tuple[Somebody, Somebody]:
    """A practitioner with 200 sessions in the month ahead and `past` that are over; a client who looks."""
    practitioner = await make_practitioner(owner)
    clients = [(await make_person(owner, f"Client {number}")).id for number in range(50)]
    offering = await make_offering(owner, practitioner, lengths=(50,))
    await owner.execute("delete from working_hours where practitioner_id = $1", practitioner.id)
    await owner.execute(HOURS, practitioner.id)
    people = practitioner.id, clients, offering
    await owner.execute(SESSIONS, *people, "confirmed", 200, 3)
    await owner.execute(SESSIONS, *people, "completed", past, -2)
    await owner.execute("vacuum analyze session")
    return practitioner, await make_person(owner, "Ada Looks", time_zone="America/New_York")


async def measure(fresh: FreshDatabase, past: int) -> None:
    """Print the lines for a history of `past` sessions."""
    owner = await connect(fresh.superuser_url)
    practitioner, looks = await fill(owner, past)
    await owner.close()
    database = await Database.open(fresh.url)
    now = datetime.now(UTC)

    async def month() -> list[datetime]:
        async with database.handle().transaction(looks.actor) as tx:
            calendar = await load_calendar(tx, practitioner.id, now, now + MONTH)
        return calendar.free_starts(50, now, now + MONTH, now)

    async def page() -> Any:
        return await booking_page(database.handle(), looks.actor, practitioner.id, Choice(), now)

    print(f"{len(await month())} free starts; {past} past sessions")
    print(line("a month of slots, in the server", await timed_async(month, 500), most=3))
    print(line("the whole booking page, before its template", await timed_async(page, 200)))
    await database.close()


def main() -> None:
    with short_folder() as home, Cluster(home, durable=False) as cluster:
        supply = Databases(cluster)
        for past in (100, 20_000):
            with supply.migrated() as fresh:
                asyncio.run(measure(fresh, past))
        supply.close()


if __name__ == "__main__":
    main()
