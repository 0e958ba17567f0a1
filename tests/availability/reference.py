"""The rules once more, slow and obviously right: a table of every minute, and sets of minutes."""

from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo

from visavis.availability.hours import DayRange, Schedule, WeeklyRange
from visavis.availability.intervals import Interval
from visavis.availability.rules import SlotSettings

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Minutes:
    """Every minute (or every `step`) of some days, and two more on both sides, with what the clock shows."""

    def __init__(self, zone: ZoneInfo, first: date, last: date, step: timedelta = MINUTE) -> None:
        self.first, self.last, self.step = first, last, step
        start = datetime(first.year, first.month, first.day, tzinfo=UTC) - 2 * DAY
        count = ((last - first) + 5 * DAY) // step
        self.wall: dict[datetime, datetime] = {}
        self.first_shown: dict[datetime, datetime] = {}
        for place in range(count):
            at = start + place * step
            shown = at.astimezone(zone).replace(tzinfo=None, fold=0)
            self.wall[at] = shown
            self.first_shown.setdefault(shown, at)

    @cached_property
    def jumps(self) -> list[tuple[datetime, datetime]]:
        """The wall times before and after each gap: [before, after) is never shown."""
        shown = list(self.wall.values())
        pairs = pairwise(shown)
        return [(a + self.step, b) for a, b in pairs if b > a + self.step]

    def instant(self, wall: datetime) -> datetime:
        """The first time the clock shows `wall`; when it never does, as much later as the clock jumped."""
        if wall in self.first_shown:
            return self.first_shown[wall]
        [(before, after)] = [(a, b) for a, b in self.jumps if a <= wall < b]
        return self.first_shown[wall + (after - before)]


class Reference:
    """What a schedule offers, by asking every minute."""

    def __init__(self, schedule: Schedule, minutes: Minutes) -> None:
        self.schedule, self.minutes = schedule, minutes
        self.abroad = {
            each: Minutes(each.zone, minutes.first, minutes.last, minutes.step) for each in schedule.travels
        }
        self.ranges = sorted(self._ranges())
        hours = {at for a, b in self.ranges for at in span(a, b)}
        added = {at for a, b in schedule.switched_on for at in span(a, b)} - hours
        self.anchors = sorted([a for a, _ in self.ranges] + [at for at in added if at - MINUTE not in added])
        self.working = (hours | added) - {at for a, b in schedule.switched_off for at in span(a, b)}

    def _clock(self, day: date) -> Minutes:
        """The clock that hangs where the practitioner is on this date."""
        away = [clock for each, clock in self.abroad.items() if each.first <= day <= each.last]
        return away[0] if away else self.minutes

    def date_of(self, at: datetime) -> date:
        """The date that the practitioner writes then."""
        for each in self.schedule.travels:
            day = at.astimezone(each.zone).date()
            if each.first <= day <= each.last:
                return day
        return at.astimezone(self.schedule.zone).date()

    def is_full(self, start: datetime, settings: SlotSettings, booked: list[datetime]) -> bool:
        """Whether the day or the week of this start has its most sessions."""
        days, here = [self.date_of(each) for each in booked], self.date_of(start)
        same_week = [day for day in days if monday(day) == monday(here)]
        return (settings.most_a_day is not None and days.count(here) >= settings.most_a_day) or (
            settings.most_a_week is not None and len(same_week) >= settings.most_a_week
        )

    def _ranges(self) -> list[Interval[datetime]]:
        day, found = self.minutes.first, []
        while day <= self.minutes.last:
            midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 (a wall time)
            for a, b in runs({minute for each in self._of(day) for minute in wall_minutes(each)}):
                start = self._clock(day).instant(midnight + a * MINUTE)
                end = self._clock(day).instant(midnight + b * MINUTE)
                if start < end:
                    found.append((start, end))
            day += DAY
        return found

    def _of(self, day: date) -> list[DayRange | WeeklyRange]:
        for override in self.schedule.overrides:
            if override.date == day:
                return list(override.ranges)
        sunday_first = (day.weekday() + 1) % 7
        return [each for each in self.schedule.week if each.day == sunday_first]

    def is_free(
        self, start: datetime, settings: SlotSettings, busy: set[datetime], length_min: int, now: datetime
    ) -> bool:
        """Whether a session may start at this minute."""
        today = now.astimezone(self.schedule.zone).date()
        last_day = today + settings.window_days * DAY
        if start < now + settings.notice_min * MINUTE or self.minutes.wall[start].date() > last_day:
            return False
        if start not in self.working:
            return False
        anchor = max(each for each in self.anchors if each <= start)
        if (start - anchor) % (settings.step_min * MINUTE):
            return False
        end = start + length_min * MINUTE
        if not self.working.issuperset(span(start, end)):
            return False
        blocks = span(start - settings.buffer_before_min * MINUTE, end + settings.buffer_after_min * MINUTE)
        return busy.isdisjoint(blocks)


def monday(day: date) -> date:
    return day - day.weekday() * DAY


def wall_minutes(each: DayRange | WeeklyRange) -> range:
    overnight = each.ends_min <= each.starts_min
    return range(each.starts_min, each.ends_min + (1440 if overnight else 0))


def runs(points: set[int]) -> list[Interval[int]]:
    """The unbroken runs of a set of integers, as half-open ranges."""
    starts = sorted(each for each in points if each - 1 not in points)
    ends = sorted(each + 1 for each in points if each + 1 not in points)
    return list(zip(starts, ends, strict=True))


def span(start: datetime, end: datetime) -> list[datetime]:
    """Every whole minute of [start, end)."""
    first = EPOCH + -(-(start - EPOCH) // MINUTE) * MINUTE
    return [first + place * MINUTE for place in range(max(0, -(-(end - first) // MINUTE)))]


def touched(start: datetime, end: datetime) -> set[datetime]:
    """Every minute of which [start, end) takes any part."""
    return set(span(EPOCH + (start - EPOCH) // MINUTE * MINUTE, end)) if start < end else set()
