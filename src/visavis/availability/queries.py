"""SQL of availability: when a practitioner works, and when somebody is taken."""

from datetime import datetime
from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement


class CalendarRow(msgspec.Struct, frozen=True):
    """A practice's settings, its weekly hours as (day, start, end) and what blocks in the asked range."""

    practitioner_id: UUID
    time_zone: str
    slot_step_minutes: int
    buffer_before_minutes: int
    buffer_after_minutes: int
    notice_minutes: int
    window_days: int
    hours: list[tuple[int, int, int]]
    busy_from: list[datetime]
    busy_to: list[datetime]

    def busy_intervals(self) -> list[tuple[datetime, datetime]]:
        """Blocked ranges as pairs."""
        return list(zip(self.busy_from, self.busy_to, strict=True))


calendar_of = Query(
    CalendarRow,
    "All that decides which starts are free between two instants, for a practitioner as the acting account "
    "sees it: the acting account's own sessions block too, since nobody can be in two.",
    """
    select p.practitioner_id, p.time_zone, p.slot_step_minutes, p.buffer_before_minutes,
        p.buffer_after_minutes, p.notice_minutes, p.window_days,
        coalesce((select array_agg(array[h.day_of_week, h.starts_minute, h.ends_minute])
            from working_hours h where h.practitioner_id = p.practitioner_id), '{}') as hours,
        busy.starts as busy_from, busy.ends as busy_to
    from practice p
    cross join lateral (
        select coalesce(array_agg(lower(each)), '{}') as starts,
            coalesce(array_agg(upper(each)), '{}') as ends
        from (select busy_times($1, $2, $3) as each
            union all
            select s.during from session s
            where s.client_id = (select current_account()) and s.during && tstzrange($2, $3)
                and s.status in ('pending_approval', 'approved', 'payment_submitted', 'confirmed',
                    'in_progress')) as taken
    ) as busy
    where p.practitioner_id = $1
    """,
)

lock_practice = Statement(
    "One change of a practice's hours at a time.",
    "select practitioner_id from practice where practitioner_id = $1 for no key update",
)
delete_hours = Statement("Clear the week.", "delete from working_hours where practitioner_id = $1")
insert_hours = Statement(
    "One range of the week.",
    """
    insert into working_hours (practitioner_id, day_of_week, starts_minute, ends_minute)
    values ($1, $2, $3, $4)
    """,
)
