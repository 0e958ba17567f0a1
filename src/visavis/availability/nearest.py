"""The free starts nearest to a wished one."""

from datetime import datetime, timedelta
from uuid import UUID

from visavis.availability.access import AHEAD, load_calendar
from visavis.kit.sql import Tx

_NEAR = timedelta(days=7)
_LONGEST = timedelta(days=1)  # no session with its buffers is longer
_COUNT = 3


async def load_nearest(
    tx: Tx, practitioner_id: UUID, offering_id: UUID, length: int, start: datetime, now: datetime
) -> list[datetime]:
    """Up to three starts, UTC; `length` in minutes. Nearly always they lie within days: then it is cheap."""
    around, ahead = start - _NEAR, start + _NEAR
    calendar = await load_calendar(tx, practitioner_id, around, ahead)
    nearest = calendar.nearest_free(length, start, now, offering_id=offering_id)
    if len(nearest) == _COUNT and around <= nearest[0] and nearest[-1] + _LONGEST <= ahead:
        return nearest
    calendar = await load_calendar(tx, practitioner_id, now, now + AHEAD)
    return calendar.nearest_free(length, start, now, offering_id=offering_id)
