"""The one way to a practitioner's calendar."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from visavis.availability import queries, rules
from visavis.availability.hours import Schedule, WeeklyRange
from visavis.kit.clock import zone
from visavis.kit.sql import Tx

_AROUND = timedelta(days=1)  # buffers and sessions reach at most this far beyond a range


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """What decides which starts are free: pure facts, ready for `rules`."""

    practitioner_id: UUID
    schedule: Schedule
    settings: rules.SlotSettings
    busy: list[tuple[datetime, datetime]]

    def free_starts(self, length: int, start: datetime, end: datetime, now: datetime) -> list[datetime]:
        """Bookable starts in [start, end), UTC; `length` in minutes."""
        return rules.free_starts(
            self.schedule, self.settings, self.busy, length, start=start, end=end, now=now
        )

    def why_not(self, length: int, start: datetime, now: datetime) -> rules.Reason | None:
        """None when `start` is free, else the reason."""
        return rules.why_not(self.schedule, self.settings, self.busy, length, start=start, now=now)

    def nearest_free(self, length: int, start: datetime, now: datetime) -> list[datetime]:
        """The three free starts nearest to `start`."""
        return rules.nearest_free(self.schedule, self.settings, self.busy, length, start=start, now=now)

    def blocked(self, start: datetime, length: int) -> tuple[datetime, datetime]:
        """What a session of `length` minutes at `start` blocks: itself and the buffers."""
        before = timedelta(minutes=self.settings.buffer_before_min)
        after = timedelta(minutes=self.settings.buffer_after_min)
        return start - before, start + timedelta(minutes=length) + after


async def load_calendar(tx: Tx, practitioner_id: UUID, start: datetime, end: datetime) -> Calendar:
    """A practitioner's calendar between two instants; NotFoundError unless public, own or of a session."""
    row = await queries.calendar_of.one(tx, practitioner_id, start - _AROUND, end + _AROUND)
    return Calendar(
        practitioner_id=row.practitioner_id,
        schedule=Schedule(zone(row.time_zone), tuple(WeeklyRange(*each) for each in row.hours)),
        settings=rules.SlotSettings(
            step_min=row.slot_step_minutes,
            buffer_before_min=row.buffer_before_minutes,
            buffer_after_min=row.buffer_after_minutes,
            notice_min=row.notice_minutes,
            window_days=row.window_days,
        ),
        busy=row.busy_intervals(),
    )
