"""SQL for operators and demonstrations."""

from datetime import datetime
from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement


class DemonstrationRow(msgspec.Struct, frozen=True):
    """Somebody to sign in as with one click."""

    account_id: UUID
    name: str
    email: str
    is_practitioner: bool
    is_operator: bool


class MailRow(msgspec.Struct, frozen=True):
    """A mail that the demonstration shows instead of sending it."""

    id: UUID
    to_address: str
    subject: str
    text_body: str
    created_at: datetime
    calendar: str
    calendar_method: str


class PractitionerRow(msgspec.Struct, frozen=True):
    """A practice as an operator looks after it."""

    practitioner_id: UUID
    name: str
    email: str
    title: str
    location: str
    published_at: datetime | None
    verified_at: datetime | None


# Before anybody is known -----------------------------------------------------------------------------------

demonstration_accounts = Query(
    DemonstrationRow,
    "Whom a demonstration lets anybody be; nobody elsewhere.",
    "select account_id, name, email, is_practitioner, is_operator from demonstration_accounts()",
)

demonstration_mail = Query(
    MailRow,
    "The latest mail of a demonstration; none elsewhere.",
    """
    select id, to_address, subject, text_body, created_at, calendar, calendar_method
    from demonstration_mail($1)
    """,
)

is_demonstration = Statement(
    "Whether this database is a demonstration.", "select demonstration from installation"
)

practices_to_verify = Query(
    PractitionerRow,
    "Every practice, for operators only: first those that wait for the mark.",
    """
    select practitioner_id, name, email, title, location, published_at, verified_at
    from practices_to_verify($1, $2)
    """,
)

set_verified = Statement(
    "Give or take the verified mark; false unless an operator acts.", "select set_verified($1, $2)"
)

# Upkeep, as the worker -------------------------------------------------------------------------------------

make_operator = Statement(
    "An account with this address that is an operator's; what it was before stays.",
    """
    insert into account (email, email_confirmed_at, password_hash, is_client, is_operator)
    values ($1, $2, $3, false, true)
    on conflict (lower(email)) do update set is_operator = true, password_hash = excluded.password_hash,
        email_confirmed_at = coalesce(account.email_confirmed_at, excluded.email_confirmed_at)
    returning id
    """,
)

name_operator = Statement(
    "Its name; one that is there already stays.",
    "insert into person (id, name, time_zone) values ($1, $2, 'UTC') on conflict (id) do nothing",
)
