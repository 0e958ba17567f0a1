"""What every page of the availability manager begins with, and how it asks before sessions end up outside."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from visavis.availability.access import Calendar, Change, ClashRow, clashes, load_calendar
from visavis.availability.statistics import horizon
from visavis.availability.undo import BeforeRow, load_last_change
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.sql import Tx
from visavis.practices.access import OfferingRow, load_offerings, load_own_practice

HOME = "/practice/availability"
CALENDAR, SETTINGS = f"{HOME}/calendar", f"{HOME}/settings"
PLACES = (HOME, CALENDAR, SETTINGS)


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """A practitioner's own calendar for the coming weeks, what is offered in it, and what was changed last.

    `zone` is the practice's; `length` is the usual one of its sessions, in minutes.
    """

    calendar: Calendar
    offerings: list[OfferingRow]
    zone: str
    last: BeforeRow | None

    @property
    def length(self) -> int:
        return self.calendar.settings.default_length_min

    @property
    def about(self) -> str:
        """The tokens of hints at which these pages look again."""
        return f"slots:{self.calendar.practitioner_id} practitioner:{self.calendar.practitioner_id}"


async def load_desk(tx: Tx, actor: Actor, now: datetime) -> Desk:
    """The acting account's, as far as it is counted; NoPracticeError when it has none."""
    practice = await load_own_practice(tx, actor)
    mine: UUID = practice.practitioner_id
    return Desk(
        calendar=await load_calendar(tx, mine, now, horizon(now)),
        offerings=await load_offerings(tx, mine),
        zone=practice.time_zone,
        last=await load_last_change(tx, now),
    )


def around(first: date, last: date) -> tuple[datetime, datetime]:
    """Instants wide enough for these dates in any zone."""
    midnight = datetime.min.time()
    return (
        datetime.combine(first - timedelta(days=2), midnight, UTC),
        datetime.combine(last + timedelta(days=3), midnight, UTC),
    )


async def unseen_clashes(
    db: Db, actor: Actor, change: Change, data: Mapping[str, Any], now: datetime
) -> list[ClashRow]:
    """All clashes, when one of them was not on the list that came with the form; else none."""
    async with db.transaction(actor) as tx:
        found = await clashes(tx, actor, change, now)
    seen = set(str(data.get("seen", "")).split())
    return found if {str(each.id) for each in found} - seen else []
