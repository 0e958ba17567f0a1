"""SQL of reminders: whose moment has come, and that it was used. For jobs only."""

from datetime import datetime
from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement


class ReminderRow(msgspec.Struct, frozen=True):
    """A confirmed session, one of its two people, and how long before it they want to hear of it."""

    session_id: UUID
    account_id: UUID
    before_minutes: int
    email: str
    time_zone: str
    locale: str
    other_name: str
    offering_name: str
    starts_at: datetime
    ends_at: datetime


reminded_until = Statement(
    "Until when reminders have been looked at; one job at a time does.",
    "select reminded_until from installation for update",
)
set_reminded_until = Statement("Reminders until $1 are done.", "update installation set reminded_until = $1")

due_reminders = Query(
    ReminderRow,
    "Reminders whose moment lies after $1 and not after $2, for sessions still ahead; of several choices "
    "($3: minutes before) whose moments were missed, the last.",
    """
    select distinct on (s.id, me.id) s.id as session_id, me.id as account_id,
        choice.minutes as before_minutes, a.email, me.time_zone, me.locale, other.name as other_name,
        s.offering_name, s.starts_at, s.ends_at
    from unnest($3::int[]) choice (minutes)
    join session s on s.status = 'confirmed' and s.starts_at > $2::timestamptz
        and s.starts_at > $1::timestamptz + make_interval(mins => choice.minutes)
        and s.starts_at <= $2::timestamptz + make_interval(mins => choice.minutes)
    cross join lateral (values (s.practitioner_id, s.client_id), (s.client_id, s.practitioner_id))
        seat (mine, theirs)
    join account a on a.id = seat.mine and choice.minutes = any (a.remind_before_minutes)
        and a.disabled_at is null and a.email_confirmed_at is not null
    join person me on me.id = seat.mine
    join person other on other.id = seat.theirs
    order by s.id, me.id, choice.minutes
    """,
)

insert_reminder = Statement(
    "This reminder is used; no row when it was before.",
    """
    insert into reminder_sent (session_id, account_id, before_minutes, starts_at, sent_at)
    values ($1, $2, $3, $4, $5) on conflict do nothing returning session_id
    """,
)
