"""One range of a week as a row of a table of slots."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from visavis.api.shapes.availability import Clock, Weekday, clock_of
from visavis.api.shapes.bodies import Asked
from visavis.availability.access import SlotRow


class AvailabilitySlot(msgspec.Struct, frozen=True, kw_only=True):
    """A range of a practitioner's week. One that is not available rests: it is kept, and offers nothing."""

    id: UUID
    therapist_id: UUID
    day_of_week: Weekday
    start_time: Clock
    end_time: Clock
    is_available: bool
    offering_ids: Annotated[list[UUID], Meta(description="Empty: for every offering")]


class AvailabilitySlotChange(Asked, frozen=True, kw_only=True):
    """What is not sent stays as it is."""

    is_available: bool | None = None
    start_time: Clock | None = None
    end_time: Clock | None = None


def slot_of(row: SlotRow) -> AvailabilitySlot:
    return AvailabilitySlot(
        id=row.id,
        therapist_id=row.practitioner_id,
        day_of_week=row.day_of_week,
        start_time=clock_of(row.starts_minute),
        end_time=clock_of(row.ends_minute),
        is_available=row.is_available,
        offering_ids=row.offering_ids or [],
    )
