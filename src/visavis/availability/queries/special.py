"""SQL of what holds on some dates and times only: dates of their own, switched stretches, travels."""

from datetime import date
from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement


class OverrideRow(msgspec.Struct, frozen=True):
    """What holds on one date; minutes are start, end, start, end …"""

    on_date: date
    name: str
    minutes: list[int]


overrides_of = Query(
    OverrideRow,
    "The acting practitioner's dates of their own, from $1 on.",
    """
    select on_date, name, minutes from date_override
    where practitioner_id = (select current_account()) and on_date >= $1 order by on_date
    """,
)
put_override = Statement(
    "What holds on one date from now on.",
    """
    insert into date_override (practitioner_id, on_date, name, minutes) values ($1, $2, $3, $4)
    on conflict (practitioner_id, on_date) do update set name = excluded.name, minutes = excluded.minutes
    """,
)
delete_overrides = Statement(
    "The weekly hours hold again on these dates, from the first to the last.",
    "delete from date_override where practitioner_id = $1 and on_date between $2 and $3",
)
count_ahead = Statement(
    "How many dates of their own and switched stretches the acting practitioner has from $1 on.",
    """
    select (select count(*) from date_override o where o.practitioner_id = (select current_account())
            and o.on_date >= $1::timestamptz::date)
        + (select count(*) from slot_switch w where w.practitioner_id = (select current_account())
            and w.during && tstzrange($1, null))
    """,
)
delete_switches = Statement(
    "Forget what was switched in a stretch and reaches into it.",
    "delete from slot_switch where practitioner_id = $1 and during && tstzrange($2, $3)",
)
insert_switch = Statement(
    "A stretch is on, or off.",
    """
    insert into slot_switch (practitioner_id, during, is_available) values ($1, tstzrange($2, $3), $4)
    """,
)


class TravelRow(msgspec.Struct, frozen=True):
    """From the first to the last date, both included."""

    id: UUID
    first: date
    last: date
    time_zone: str


travels_of = Query(
    TravelRow,
    "The acting practitioner's travels that are not over on $1.",
    """
    select id, lower(dates) as first, upper(dates) - 1 as last, time_zone from travel
    where practitioner_id = (select current_account()) and upper(dates) > $1 order by dates
    """,
)
insert_travel = Statement(
    "A travel; no row when it overlaps another.",
    """
    insert into travel (practitioner_id, time_zone, dates) values ($1, $2, daterange($3, $4, '[]'))
    on conflict do nothing returning id
    """,
)
delete_travel = Statement(
    "A travel that does not take place.", "delete from travel where id = $1 and practitioner_id = $2"
)
