"""The one way to a practitioner's calendar."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from visavis.availability import queries, rules
from visavis.availability.hours import (
    DayRange,
    Override,
    Schedule,
    Travel,
    WeeklyRange,
    expand,
    utc,
)
from visavis.availability.queries import CalendarRow, ClashRow, SlotRow
from visavis.kit.actor import Actor
from visavis.kit.clock import zone
from visavis.kit.sql import Tx
from visavis.practices.access import load_practice

__all__ = ["AHEAD", "Calendar", "ClashRow", "SlotRow", "clashes", "load_calendar", "load_calendar_to_take"]

AHEAD = timedelta(days=400)
"""No booking window is wider."""
_AROUND = timedelta(days=1)  # buffers and sessions reach at most this far beyond a range
_ANY = UUID(int=0)  # of no offering


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """What decides which starts are free: pure facts, ready for `rules`. `length` is in minutes.

    Hours may be for some offerings only; `offering_id` None asks for what any of them could start at.
    """

    practitioner_id: UUID
    schedule: Schedule
    settings: rules.SlotSettings
    busy: list[tuple[datetime, datetime]]
    booked: list[datetime] = []

    @property
    def limited(self) -> bool:
        """Whether days or weeks can be full."""
        return self.settings.most_a_day is not None or self.settings.most_a_week is not None

    def free_starts(
        self, length: int, start: datetime, end: datetime, now: datetime, *, offering_id: UUID | None = None
    ) -> list[datetime]:
        """Bookable starts in [start, end), ascending, UTC."""
        found = [
            rules.free_starts(
                schedule, self.settings, self.busy, length, start=start, end=end, now=now, booked=self.booked
            )
            for schedule in self._schedules(offering_id)
        ]
        return found[0] if len(found) == 1 else sorted({each for starts in found for each in starts})

    def why_not(
        self, length: int, start: datetime, now: datetime, *, offering_id: UUID | None = None
    ) -> rules.Reason | None:
        """None when `start` is free, else the reason."""
        reasons = [
            rules.why_not(
                schedule, self.settings, self.busy, length, start=start, now=now, booked=self.booked
            )
            for schedule in self._schedules(offering_id)
        ]
        return None if None in reasons else reasons[0]

    def nearest_free(
        self, length: int, start: datetime, now: datetime, *, offering_id: UUID | None = None
    ) -> list[datetime]:
        """The three free starts nearest to `start`."""
        found = {
            each
            for schedule in self._schedules(offering_id)
            for each in rules.nearest_free(
                schedule, self.settings, self.busy, length, start=start, now=now, booked=self.booked
            )
        }
        return sorted(sorted(found, key=lambda each: (abs(each - start), each))[:3])

    def blocked(self, start: datetime, length: int) -> tuple[datetime, datetime]:
        """What a session of `length` minutes at `start` blocks: itself and the buffers."""
        before = timedelta(minutes=self.settings.buffer_before_min)
        after = timedelta(minutes=self.settings.buffer_after_min)
        return start - before, start + timedelta(minutes=length) + after

    def _schedules(self, offering_id: UUID | None) -> list[Schedule]:
        if offering_id is not None:
            return [self.schedule.for_offering(offering_id)]
        named = sorted({each for hours in self.schedule.week for each in hours.offerings})
        return [self.schedule.for_offering(each) for each in (_ANY, *named)] if named else [self.schedule]


async def load_calendar(
    tx: Tx, practitioner_id: UUID, start: datetime, end: datetime, *, moving: UUID | None = None
) -> Calendar:
    """A practitioner's calendar between two instants; NotFoundError unless public, own or of a session.

    `moving` is a session of the acting account that shall get another time: what it takes now does not block.
    """
    row = await queries.calendar_of.one(tx, practitioner_id, start - _AROUND, end + _AROUND, moving)
    return Calendar(
        practitioner_id=row.practitioner_id,
        schedule=_schedule(row),
        settings=rules.SlotSettings(
            step_min=row.slot_step_minutes,
            buffer_before_min=row.buffer_before_minutes,
            buffer_after_min=row.buffer_after_minutes,
            notice_min=row.notice_minutes,
            window_days=row.window_days,
            most_a_day=row.most_sessions_a_day,
            most_a_week=row.most_sessions_a_week,
            default_length_min=row.default_length_minutes,
        ),
        busy=row.busy_intervals(),
        booked=row.booked,
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


def _inside(schedule: Schedule, session: ClashRow) -> bool:
    return expand(schedule, session.starts_at, session.ends_at) == [(session.starts_at, session.ends_at)]


def _schedule(row: CalendarRow) -> Schedule:
    return Schedule(
        zone(row.time_zone),
        tuple(
            WeeklyRange(day, a, b, tuple(UUID(each) for each in offerings or ()))
            for day, a, b, offerings in row.hours
        ),
        tuple(
            Override(date.fromisoformat(day), _pairs(minutes), name) for day, minutes, name in row.overrides
        ),
        tuple(
            Travel(date.fromisoformat(first), date.fromisoformat(last), zone(name), UUID(travel_id))
            for travel_id, first, last, name in row.travels
        ),
        tuple((utc(a), utc(b)) for a, b, on in row.switches if on),
        tuple((utc(a), utc(b)) for a, b, on in row.switches if not on),
    )


def _pairs(minutes: list[int]) -> tuple[DayRange, ...]:
    return tuple(DayRange(*pair) for pair in zip(minutes[::2], minutes[1::2], strict=True))
