"""SQL of the week and of how starts are offered."""

from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement


class SlotRow(msgspec.Struct, frozen=True):
    """One range of a week, in minutes after midnight on the practice's clock; what rests offers nothing."""

    id: UUID
    practitioner_id: UUID
    day_of_week: int
    starts_minute: int
    ends_minute: int
    is_available: bool
    offering_ids: list[UUID] | None


_SLOT = """
    select id, practitioner_id, day_of_week, starts_minute, ends_minute, is_available, offering_ids
    from working_hours
"""
slots_of = Query(
    SlotRow,
    "The ranges of a practitioner's week, or of one day of it ($2), those that rest too.",
    f"""{_SLOT} where practitioner_id = $1 and ($2::int is null or day_of_week = $2)
        order by day_of_week, starts_minute, id""",
)
find_slot = Query(SlotRow, "One range of somebody's week.", f"{_SLOT} where id = $1")
update_slot = Statement(
    "Change one range of a week.",
    """
    update working_hours set starts_minute = $3, ends_minute = $4, is_available = $5
    where id = $1 and practitioner_id = $2
    """,
)
delete_slot = Statement(
    "Remove one range of a week.", "delete from working_hours where id = $1 and practitioner_id = $2"
)

lock_practice = Statement(
    "One change of a practice's hours at a time.",
    "select practitioner_id from practice where practitioner_id = $1 for no key update",
)
delete_hours = Statement(
    "Remove these ranges of the week.",
    "delete from working_hours where practitioner_id = $1 and id = any ($2)",
)
insert_hours = Statement(
    "One range of the week.",
    """
    insert into working_hours (practitioner_id, day_of_week, starts_minute, ends_minute, offering_ids)
    values ($1, $2, $3, $4, $5)
    """,
)
update_settings = Statement(
    "How starts are offered from now on.",
    """
    update practice set slot_step_minutes = $2, buffer_before_minutes = $3, buffer_after_minutes = $4,
        notice_minutes = $5, window_days = $6, most_sessions_a_day = $7, most_sessions_a_week = $8,
        default_length_minutes = $9
    where practitioner_id = $1
    """,
)
