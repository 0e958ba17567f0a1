"""The one way to a practitioner's calendar."""

from bisect import bisect_left
from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from visavis.availability import memory, queries, rules
from visavis.availability.hours import Override, Schedule, expand, ranges_from, utc
from visavis.availability.queries import ClashRow, SlotRow, TravelRow
from visavis.availability.queries.agenda import AgendaRow, sessions_between
from visavis.kit.actor import Actor
from visavis.kit.sql import Tx
from visavis.practices.access import load_practice

__all__ = ["AHEAD", "Calendar", "ClashRow", "SlotRow", "clashes", "load_calendar", "load_calendar_to_take"]

AHEAD = timedelta(days=400)
"""No booking window is wider."""
_AROUND = timedelta(days=1)  # buffers and sessions reach at most this far beyond a range
_HOUR = 3600


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """What decides which starts are free: pure facts, ready for `rules`. `length` is in minutes.

    Hours may be for some offerings only; `offering_id` None asks for what any of them could start at.
    Epoch seconds are in `taken`, starts and ends of what blocks, and in `counted`, see `booked`.
    """

    practitioner_id: UUID
    schedule: Schedule
    settings: rules.SlotSettings
    taken: memory.Taken
    counted: tuple[int, ...] = ()

    @property
    def busy(self) -> list[tuple[datetime, datetime]]:
        """What blocks, buffers included."""
        return [(utc(a), utc(b)) for a, b in zip(*self.taken, strict=True)]

    @property
    def booked(self) -> list[datetime]:
        """Starts of the sessions that count for the most a day and a week."""
        return [utc(each) for each in self.counted]

    @property
    def limited(self) -> bool:
        """Whether days or weeks can be full."""
        return self.settings.most_a_day is not None or self.settings.most_a_week is not None

    def free_starts(
        self, length: int, start: datetime, end: datetime, now: datetime, *, offering_id: UUID | None = None
    ) -> list[datetime]:
        """Bookable starts in [start, end), ascending, UTC."""
        low, high = rules.reach(self.schedule, self.settings, start, end, now)
        if low >= high:
            return []
        # To whole hours, so that the next second asks for the same again.
        around = low // _HOUR * _HOUR, -(-high // _HOUR) * _HOUR
        facts = self.schedule, self.settings, self.taken, self.counted
        found = memory.starts_between(*facts, length, around, offering_id)
        return found.starts[bisect_left(found.seconds, low) : bisect_left(found.seconds, high)]

    def why_not(
        self, length: int, start: datetime, now: datetime, *, offering_id: UUID | None = None
    ) -> rules.Reason | None:
        """None when `start` is free, else the reason."""
        given = self.settings, self.busy, length
        reasons = [
            rules.why_not(each, *given, start=start, now=now, booked=self.booked)
            for each in self.schedule.for_any(offering_id)
        ]
        return None if None in reasons else reasons[0]

    def nearest_free(
        self, length: int, start: datetime, now: datetime, *, offering_id: UUID | None = None
    ) -> list[datetime]:
        """The three free starts nearest to `start`."""
        given = self.settings, self.busy, length
        found = {
            near
            for each in self.schedule.for_any(offering_id)
            for near in rules.nearest_free(each, *given, start=start, now=now, booked=self.booked)
        }
        return sorted(sorted(found, key=lambda each: (abs(each - start), each))[:3])

    def blocked(self, start: datetime, length: int) -> tuple[datetime, datetime]:
        """What a session of `length` minutes at `start` blocks: itself and the buffers."""
        before = timedelta(minutes=self.settings.buffer_before_min)
        after = timedelta(minutes=self.settings.buffer_after_min)
        return start - before, start + timedelta(minutes=length) + after


async def load_calendar(
    tx: Tx, practitioner_id: UUID, start: datetime, end: datetime, *, moving: UUID | None = None
) -> Calendar:
    """A practitioner's calendar between two instants; NotFoundError unless public, own or of a session.

    `moving` is a session of the acting account that shall get another time: what it takes now does not block.
    """
    row = await queries.calendar_of.one(tx, practitioner_id, start - _AROUND, end + _AROUND, moving)
    schedule, settings = memory.known(row.facts)
    return Calendar(
        practitioner_id=row.practitioner_id,
        schedule=schedule,
        settings=settings,
        taken=(tuple(row.busy_from), tuple(row.busy_to)),
        counted=tuple(row.booked),
    )


async def load_calendar_to_take(
    tx: Tx, practitioner_id: UUID, start: datetime, end: datetime, *, moving: UUID | None = None
) -> Calendar:
    """The same, to take a time at once: what `why_not` says holds until the commit.

    That no two sessions overlap is the database's promise; that no day gets too many needs turns.
    """
    calendar = await load_calendar(tx, practitioner_id, start, end, moving=moving)
    if not calendar.limited:
        return calendar
    await queries.take_turn.value(tx, practitioner_id)
    return await load_calendar(tx, practitioner_id, start, end, moving=moving)


async def load_ahead(tx: Tx, actor: Actor, now: datetime) -> Calendar:
    """The acting practitioner's own calendar, as far as anything can be booked; NotFoundError without one."""
    return await load_calendar(tx, actor.known_id, now, now + AHEAD)


Change = Callable[[Schedule], Schedule]
"""What a change would make of a schedule: see `availability.changes`."""


async def clashes(tx: Tx, actor: Actor, change: Change, now: datetime) -> list[ClashRow]:
    """The acting practitioner's open sessions that the change would leave outside the hours, by time.

    They stay as they are, whatever is changed. Sessions that are outside already are not told again.
    """
    sessions = await queries.open_sessions.all(tx, now)
    if not sessions:
        return []
    before = (await load_ahead(tx, actor, now)).schedule
    after = change(before)
    return [each for each in sessions if _inside(before, each) and not _inside(after, each)]


async def load_outside(tx: Tx, actor: Actor, now: datetime) -> list[ClashRow]:
    """The acting practitioner's open sessions that are outside the hours as they are, by time."""
    sessions = await queries.open_sessions.all(tx, now)
    if not sessions:
        return []
    schedule = (await load_ahead(tx, actor, now)).schedule
    return [each for each in sessions if not _inside(schedule, each)]


async def load_week(
    tx: Tx, actor: Actor, practitioner_id: UUID, day_of_week: int | None = None
) -> list[SlotRow]:
    """The ranges of a week or of one day (0 is Sunday), resting ones too; NotFoundError unless public."""
    await load_practice(tx, actor, practitioner_id)
    return await queries.slots_of.all(tx, practitioner_id, day_of_week)


async def load_booked(tx: Tx, start: datetime, end: datetime) -> list[AgendaRow]:
    """The acting practitioner's sessions that touch [start, end): open ones, and those whose time came."""
    return await sessions_between.all(tx, start, end)


async def load_overrides(tx: Tx, first: date) -> list[Override]:
    """The acting practitioner's dates with hours of their own, from `first` on."""
    rows = await queries.overrides_of.all(tx, first)
    return [Override(row.on_date, ranges_from(row.minutes), row.name) for row in rows]


async def load_travels(tx: Tx, first: date) -> list[TravelRow]:
    """The acting practitioner's travels that are not over on `first`."""
    return await queries.travels_of.all(tx, first)


def _inside(schedule: Schedule, session: ClashRow) -> bool:
    return expand(schedule, session.starts_at, session.ends_at) == [(session.starts_at, session.ends_at)]
