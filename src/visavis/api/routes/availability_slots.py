"""The ranges of practitioners' weeks one by one, under the names of a table of slots."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import delete, get, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, QueryParameter

from visavis.api.problems import problems
from visavis.api.shapes.availability import minute_of
from visavis.api.shapes.availability_slots import AvailabilitySlot, AvailabilitySlotChange, slot_of
from visavis.availability import ranges
from visavis.availability.access import load_week
from visavis.kit.actor import Actor
from visavis.kit.db import Db


@get(
    "/availability_slots",
    operation_id="listAvailabilitySlots",
    summary="The ranges of a practitioner's week",
    tags=["Availability"],
    responses=problems(404),
)
async def list_all(
    db: Db,
    actor: Actor,
    therapist_id: Annotated[UUID, QueryParameter(description="Whose week")],
    day_of_week: Annotated[
        int | None, QueryParameter(ge=0, le=6, description="Only this day; 0 is Sunday")
    ] = None,
) -> list[AvailabilitySlot]:
    """By day and time, on the clock of the practice. Also at `/availability_slots`. No key needed."""
    async with db.transaction(actor) as tx:
        return [slot_of(each) for each in await load_week(tx, actor, therapist_id, day_of_week)]


@put(
    "/availability_slots/{slot_id:uuid}",
    operation_id="changeAvailabilitySlot",
    summary="Change one range of your week",
    tags=["Availability"],
    responses=problems(403, 404, 413),
)
async def change(
    db: Db, actor: Actor, now: datetime, slot_id: FromPath[UUID], data: AvailabilitySlotChange
) -> AvailabilitySlot:
    """Other times, or whether it is available. Also at `/availability_slots/{slot_id}`."""
    starts, ends = (None if each is None else minute_of(each) for each in (data.start_time, data.end_time))
    return slot_of(await ranges.change_slot(db, actor, slot_id, starts, ends, data.is_available, now))


@delete(
    "/availability_slots/{slot_id:uuid}",
    operation_id="removeAvailabilitySlot",
    summary="Remove one range of your week",
    tags=["Availability"],
    responses=problems(403, 404),
)
async def remove(db: Db, actor: Actor, now: datetime, slot_id: FromPath[UUID]) -> None:
    """Sessions that are made already stay. Also at `/availability_slots/{slot_id}`."""
    await ranges.remove_slot(db, actor, slot_id, now)


CHANGES: list[HTTPRouteHandler] = [change, remove]
