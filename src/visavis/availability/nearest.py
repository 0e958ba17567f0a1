"""The free starts nearest to a wished one."""

from datetime import datetime, timedelta
from uuid import UUID

from visavis.availability.access import AHEAD, Calendar, load_calendar
from visavis.kit.sql import Tx

NEAR = timedelta(days=7)
"""Nearly always three free starts lie within so many days: then it is cheap."""
_LONGEST = timedelta(days=1)  # no session with its buffers is longer
_COUNT = 3


async def load_nearest(
    tx: Tx,
    practitioner_id: UUID,
    offering_id: UUID,
    length: int,
    start: datetime,
    now: datetime,
    calendar: Calendar | None = None,
) -> list[datetime]:
    """Up to three starts, UTC; `length` in minutes; `calendar` was just read, for NEAR before and after."""
    around, ahead = start - NEAR, start + NEAR
    calendar = calendar or await load_calendar(tx, practitioner_id, around, ahead)
    nearest = calendar.nearest_free(length, start, now, offering_id=offering_id)
    if len(nearest) == _COUNT and around <= nearest[0] and nearest[-1] + _LONGEST <= ahead:
        return nearest
    calendar = await load_calendar(tx, practitioner_id, now, now + AHEAD)
    return calendar.nearest_free(length, start, now, offering_id=offering_id)
