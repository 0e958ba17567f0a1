"""SQL of taking back the last change: everything as it stood before, in one row."""

from datetime import datetime
from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement

_SETTINGS = (
    "slot_step_minutes",
    "buffer_before_minutes",
    "buffer_after_minutes",
    "notice_minutes",
    "window_days",
    "most_sessions_a_day",
    "most_sessions_a_week",
    "default_length_minutes",
)
_TABLES = {"hours": "working_hours", "dates": "date_override", "switches": "slot_switch", "travels": "travel"}

_PICKED = ", ".join(f"'{name}', p.{name}" for name in _SETTINGS)
_ROWS = ", ".join(
    f"""'{name}', coalesce((select jsonb_agg(to_jsonb(t)) from {table} t
        where t.practitioner_id = p.practitioner_id), '[]')"""
    for name, table in _TABLES.items()
)
remember = Statement(
    "Keep how the acting practitioner's availability stands, before $1 is done at $2.",
    f"""
    insert into availability_before (practitioner_id, verb, changed_at, stood)
    select p.practitioner_id, $1, $2, jsonb_build_object('settings', jsonb_build_object({_PICKED}), {_ROWS})
    from practice p where p.practitioner_id = (select current_account())
    on conflict (practitioner_id) do update set change_id = uuidv7(), verb = excluded.verb,
        changed_at = excluded.changed_at, stood = excluded.stood
    """,
)


class BeforeRow(msgspec.Struct, frozen=True):
    """The last change, without how things stood."""

    change_id: UUID
    verb: str
    changed_at: datetime


last_change = Query(
    BeforeRow,
    "The last change of the acting practitioner's availability that is not older than $1.",
    """
    select change_id, verb, changed_at from availability_before
    where practitioner_id = (select current_account()) and changed_at >= $1
    """,
)
stood_before = Statement(
    "How things stood before the acting practitioner's last change, if that is $1.",
    """
    select stood from availability_before
    where practitioner_id = (select current_account()) and change_id = $1
    """,
)
put_settings_back = Statement(
    "The settings of $1, as they stood.",
    f"""
    update practice set {", ".join(f"{name} = s.{name}" for name in _SETTINGS)}
    from jsonb_populate_record(null::practice, $1::jsonb -> 'settings') s
    where practice.practitioner_id = (select current_account())
    """,
)


def _clear(table: str) -> Statement:
    return Statement(f"Forget all rows of {table}.", f"delete from {table} where practitioner_id = $1")


def _put_back(name: str, table: str) -> Statement:
    return Statement(
        f"The rows of {table} as they stood in $1.",
        f"insert into {table} select * from jsonb_populate_recordset(null::{table}, $1::jsonb -> '{name}')",
    )


clear_hours = _clear("working_hours")
clear_dates = _clear("date_override")
clear_switches = _clear("slot_switch")
clear_travels = _clear("travel")
put_hours_back = _put_back("hours", "working_hours")
put_dates_back = _put_back("dates", "date_override")
put_switches_back = _put_back("switches", "slot_switch")
put_travels_back = _put_back("travels", "travel")
