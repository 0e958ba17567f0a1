"""SQL of credentials, sign-ins and one-time links."""

from datetime import datetime
from uuid import UUID

import msgspec

from visavis.kit.as_of import KNOWN
from visavis.kit.sql import Query, Statement


class Credentials(msgspec.Struct, frozen=True):
    """What a sign-in is checked against."""

    account_id: UUID
    password_hash: str | None
    email_confirmed_at: datetime | None
    name: str


class SignInRow(msgspec.Struct, frozen=True):
    """A device that is signed in."""

    id: UUID
    created_at: datetime
    last_seen_at: datetime
    user_agent: str
    address: str


find_credentials = Query(
    Credentials,
    "The account that an address opens, whatever its letter case; none for a disabled one.",
    "select account_id, password_hash, email_confirmed_at, name from credentials_of($1)",
)

owner_of_token = Statement(
    "Whose link this is, while it is unused and in time.", "select owner_of_token($1, $2)"
)

# Accounts --------------------------------------------------------------------------------------------------

insert_token = Statement(
    "A link that works once, until it expires.",
    """
    insert into account_token (token_hash, account_id, purpose, created_at, expires_at)
    values ($1, $2, $3, $4, $5)
    """,
)

use_token = Statement(
    "Use a link up; no row when it was used in the meantime.",
    """
    update account_token set used_at = $3
    where token_hash = $1 and purpose = $2 and used_at is null and expires_at > $3 returning account_id
    """,
)

use_all_tokens = Statement(
    "Links of this kind that are still open work no more.",
    "update account_token set used_at = $3 where account_id = $1 and purpose = $2 and used_at is null",
)

# Sign-ins --------------------------------------------------------------------------------------------------

insert_sign_in = Statement(
    "A device is signed in.",
    """
    insert into sign_in (token_hash, account_id, created_at, last_seen_at, expires_at, user_agent, address)
    values ($1, $2, $3, $3, $4, $5, $6) returning id
    """,
)

sign_ins_of = Query(
    SignInRow,
    "Where the account is signed in, the latest use first.",
    """
    select id, created_at, last_seen_at, user_agent, address from sign_in
    where account_id = $1 and expires_at > $2 order by last_seen_at desc, id desc
    """,
)

has_sign_in = Statement(
    "Whether the account is still signed in with this one.",
    "select exists (select from sign_in where account_id = $1 and id = $2)",
)

delete_sign_in = Statement(
    "End one sign-in.", "delete from sign_in where account_id = $1 and id = $2 returning id"
)

delete_other_sign_ins = Statement(
    "End every sign-in but one (null: every one).",
    "delete from sign_in where account_id = $1 and id is distinct from $2 returning id",
)

# API keys --------------------------------------------------------------------------------------------------

forget_sign_ins = Statement("Sign-ins that ended by themselves.", "delete from sign_in where expires_at < $1")

forget_tokens = Statement("Links that ended.", "delete from account_token where expires_at < $1")

forget_attempts = Statement(
    "Counts of windows that ended.", "delete from rate_limit where window_ends_at < $1"
)

account_of_sign_in = Statement(
    "Who holds this sign-in; the first statement of a page, which knows so much from here on.",
    f"select *, {KNOWN} as known from account_of_sign_in($1)",
)
