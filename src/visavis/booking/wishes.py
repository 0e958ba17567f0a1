"""When a client would like to meet: a free wish on the client's own clock, no promise and no slot. Pure."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

import msgspec

from visavis.availability.access import AHEAD
from visavis.availability.hours import instant, utc
from visavis.booking.queries import SessionRow
from visavis.kit.clock import zone
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import date_in, time_in
from visavis.kit.words import _


class FreeWish(msgspec.Struct, frozen=True):
    """A date, a time of the day, both or none; on the wall clock of whoever wishes."""

    on: date | None = None
    at: time | None = None

    def instant(self, time_zone: str) -> datetime | None:
        """The instant wished for, UTC; None unless both are given."""
        if self.on is None or self.at is None:
            return None
        return wall_clock(self.on, self.at, time_zone)


def wall_clock(on: date, at: time, time_zone: str) -> datetime:
    """The instant, UTC; one that does not exist moves on by the gap, of two equal ones it is the first."""
    return utc(instant(zone(time_zone), on.toordinal(), at.hour * 60 + at.minute))


def read_wish(typed: Mapping[str, str], errors: dict[str, str]) -> FreeWish:
    """From the fields `wished_on` and `wished_at`; complaints go to `errors`."""
    on, at = date_in(typed.get("wished_on", "")), time_in(typed.get("wished_at", ""))
    if typed.get("wished_on") and on is None:
        errors["wished_on"] = _("Please enter a date, or leave this empty.")
    if typed.get("wished_at") and at is None:
        errors["wished_at"] = _("Please enter a time, or leave this empty.")
    return FreeWish(on, at)


def check_wish(wish: FreeWish, time_zone: str, now: datetime) -> None:
    """Refuses dates that are over, or farther than anything can be arranged: InvalidInputError by field."""
    if wish.on is None:
        return
    today = now.astimezone(zone(time_zone)).date()
    if wish.on < today:
        raise InvalidInputError(fields={"wished_on": _("This day is over. Please choose a later one.")})
    if wish.on > today + timedelta(days=AHEAD.days):
        raise InvalidInputError(fields={"wished_on": _("Please choose a day within the next 400 days.")})


def wished(session: SessionRow) -> FreeWish:
    """What was wished for with a session."""
    return FreeWish(session.wished_on, session.wished_at)
