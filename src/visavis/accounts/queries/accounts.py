"""SQL of accounts and their public faces."""

from datetime import datetime
from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement


class AccountRow(msgspec.Struct, frozen=True):
    """One's own account."""

    id: UUID
    email: str
    email_confirmed_at: datetime | None
    is_client: bool
    is_practitioner: bool
    is_operator: bool
    demonstration: bool
    created_at: datetime
    name: str
    time_zone: str
    locale: str
    picture_key: str | None


insert_account = Statement(
    "A new account; no row when the address has one.",
    """
    insert into account (id, email, password_hash, is_client, is_practitioner) values ($1, $2, $3, $4, false)
    on conflict (lower(email)) do nothing returning id
    """,
)

insert_person = Statement(
    "What others may see of it.", "insert into person (id, name, time_zone, locale) values ($1, $2, $3, $4)"
)

find_account = Query(
    AccountRow,
    "The acting account.",
    """
    select a.id, a.email, a.email_confirmed_at, a.is_client, a.is_practitioner, a.is_operator,
        a.demonstration, a.created_at, p.name, p.time_zone, p.locale, p.picture_key
    from account a join person p on p.id = a.id where a.id = $1
    """,
)

find_reminders = Statement(
    "How many minutes before a session the acting account is reminded of it.",
    "select minutes from account a, unnest(a.remind_before_minutes) minutes where a.id = $1 order by 1 desc",
)
set_reminders = Statement(
    "Remind the account so many minutes before.",
    "update account set remind_before_minutes = $2 where id = $1",
)
set_clock = Statement(
    "On which clock and in which language a person reads.",
    "update person set time_zone = $2, locale = $3 where id = $1",
)

find_email = Statement("The address as the account has it.", "select email from account where id = $1")

is_confirmed = Statement(
    "Whether the account's address is confirmed.",
    "select exists (select from account where id = $1 and email_confirmed_at is not null)",
)

set_confirmed = Statement(
    "The address is the account's: somebody opened the link sent to it.",
    "update account set email_confirmed_at = $2 where id = $1 and email_confirmed_at is null",
)

lock_account = Statement(
    "Who changes the password of an account, or comes in with it, does so one after the other.",
    "select id from account where id = $1 for no key update",
)
set_password = Statement("A new password.", "update account set password_hash = $2 where id = $1")

set_client = Statement(
    "The account books sessions, too.", "update account set is_client = true where id = $1 and not is_client"
)

set_person = Statement("Name and zone.", "update person set name = $2, time_zone = $3 where id = $1")

named_pictures = Statement(
    "Which of these files are somebody's picture.",
    "select picture_key from person where picture_key = any ($1::text[])",
)
lock_picture = Statement(
    "The picture in force, until this transaction ends.",
    "select picture_key from person where id = $1 for update",
)

set_picture = Statement("Another picture, or none.", "update person set picture_key = $2 where id = $1")

find_picture = Statement(
    "The picture of somebody whom the acting account may see.", "select picture_key from person where id = $1"
)

# Links sent by e-mail --------------------------------------------------------------------------------------
