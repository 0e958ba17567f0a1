"""SQL of mail about notifications. For jobs only, but for the way out."""

from typing import Any
from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement


class ToMailRow(msgspec.Struct, frozen=True):
    """A notification about a session, and who did what it tells of; `actor_id` is None for the system."""

    account_id: UUID
    session_id: UUID
    verb: str
    details: dict[str, Any]
    actor_id: UUID | None


class ReaderRow(msgspec.Struct, frozen=True):
    """Somebody who can be written to, and the groups of which they want no mail."""

    account_id: UUID
    email: str
    name: str
    time_zone: str
    locale: str
    mail_off: list[str]


to_mail = Query(
    ToMailRow,
    "The notification with this id, if it is about a session.",
    """
    select n.account_id, n.session_id, e.verb, e.details, e.actor_id
    from notification n join audit_event e on e.id = n.event_id
    where n.id = $1 and n.session_id is not null
    """,
)
find_reader = Query(
    ReaderRow,
    "An account as a reader of mail, while it is open and its address is proved.",
    """
    select a.id as account_id, a.email, p.name, p.time_zone, p.locale, coalesce(c.mail_off, '{}') as mail_off
    from account a join person p on p.id = a.id left join notification_choice c on c.account_id = a.id
    where a.id = $1 and a.disabled_at is null and a.email_confirmed_at is not null
    """,
)
turn_mail_off = Statement(
    "The acting account wants no more mail of group $2; its id, when that is a change.",
    """
    insert into notification_choice as c (account_id, mail_off) values ($1, array[$2::text])
    on conflict (account_id) do update set mail_off = c.mail_off || $2
    where not $2 = any (c.mail_off)
    returning account_id
    """,
)
