"""Taking back the last change of one's availability; doing it twice brings the change back."""

from datetime import datetime, timedelta
from uuid import UUID

from visavis.availability.queries import undo
from visavis.availability.queries.undo import BeforeRow
from visavis.kit.errors import ConflictError
from visavis.kit.sql import Tx
from visavis.kit.words import _

__all__ = [
    "TAKEN_BACK",
    "BeforeRow",
    "ChangedSinceError",
    "find_before",
    "load_last_change",
    "put_back",
    "remember",
]

TAKEN_BACK = "undo_availability"
"""The verb of a change that takes another one back."""
_OFFERED_FOR = timedelta(days=1)


class ChangedSinceError(ConflictError):
    type = "changed-since"
    title = _("You have changed something else since. Only the last change can be taken back.")


async def remember(tx: Tx, verb: str, now: datetime) -> None:
    """Keep how everything stands before the acting practitioner does `verb`, in the same transaction."""
    await undo.remember.run(tx, verb, now)


async def load_last_change(tx: Tx, now: datetime) -> BeforeRow | None:
    """What the acting practitioner can take back; after a day nothing is offered any more."""
    return await undo.last_change.maybe(tx, now - _OFFERED_FOR)


async def find_before(tx: Tx, change_id: UUID) -> object:
    """How things stood. ChangedSinceError when this is not the last change."""
    stood: object = await undo.stood_before.value(tx, change_id)
    if stood is None:
        raise ChangedSinceError
    return stood


async def put_back(tx: Tx, practitioner_id: UUID, stood: object) -> None:
    """Everything as it stood; sessions made meanwhile stay, whatever the hours say."""
    await undo.put_settings_back.run(tx, stood)
    for clear in (undo.clear_hours, undo.clear_dates, undo.clear_switches, undo.clear_travels):
        await clear.run(tx, practitioner_id)
    for put in (undo.put_hours_back, undo.put_dates_back, undo.put_switches_back, undo.put_travels_back):
        await put.run(tx, stood)
