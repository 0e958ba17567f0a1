"""The verbs of single ranges of the week; the whole week is in `actions`."""

from datetime import datetime
from uuid import UUID

from visavis.availability import checks, queries
from visavis.availability.changing import changing, shortest
from visavis.availability.hours import DAY_MIN, WeeklyRange
from visavis.availability.queries import SlotRow
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import NotFoundError
from visavis.practices.access import load_offerings


async def change_slot(
    db: Db,
    actor: Actor,
    slot_id: UUID,
    starts_min: int | None,
    ends_min: int | None,
    available: bool | None,
    now: datetime,
) -> SlotRow:
    """One range of the week: other times (minutes after midnight), or let it rest; None leaves as it is.

    Raises NotFoundError for others', InvalidInputError (field "range-0").
    """
    async with changing(db, actor, "change_slot", now, {"slot": slot_id}) as tx:
        slot = await queries.find_slot.one(tx, slot_id)
        if slot.practitioner_id != actor.account_id:
            raise NotFoundError
        starts = slot.starts_minute if starts_min is None else starts_min
        ends = (slot.ends_minute if ends_min is None else ends_min) or DAY_MIN
        works = slot.is_available if available is None else available
        offerings = await load_offerings(tx, actor.known_id)
        checks.check_hours([WeeklyRange(slot.day_of_week, starts, ends)], shortest(offerings))
        await queries.update_slot.run(tx, slot_id, actor.account_id, starts, ends, works)
        return await queries.find_slot.one(tx, slot_id)


async def remove_slot(db: Db, actor: Actor, slot_id: UUID, now: datetime) -> None:
    """One range of the week less. NotFoundError for others'."""
    async with changing(db, actor, "remove_slot", now, {"slot": slot_id}) as tx:
        if not await queries.delete_slot.run(tx, slot_id, actor.account_id):
            raise NotFoundError
