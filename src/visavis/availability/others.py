"""Who else may have time: public practitioners like this one who are free soon. At most six are looked at."""

from datetime import datetime, timedelta

import msgspec

from visavis.availability.access import load_calendar
from visavis.availability.days import Clocks
from visavis.kit.format import format_when
from visavis.kit.sql import Tx
from visavis.practices.access import PracticeRow, load_similar
from visavis.practices.views import picture_of

_LOOKED_AT = 6
_SHOWN = 3
_SOON = timedelta(days=14)


class Other(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody else, and their first free time in words."""

    practice: PracticeRow
    picture: str
    when: str


async def load_others(tx: Tx, practice: PracticeRow, clocks: Clocks, now: datetime) -> list[Other]:
    """Up to three, likest first, free within two weeks for their shortest session."""
    found: list[Other] = []
    for other, shortest in await load_similar(tx, practice.practitioner_id, _LOOKED_AT):
        calendar = await load_calendar(tx, other.practitioner_id, now, now + _SOON)
        starts = calendar.free_starts(shortest, now, now + _SOON, now)
        if starts:
            when = format_when(starts[0], clocks.here.key, clocks.locale)
            found.append(Other(practice=other, picture=picture_of(other), when=when))
        if len(found) == _SHOWN:
            break
    return found
