"""SQL of accounts: people, sign-ins, links sent by e-mail, API keys."""

from datetime import datetime
from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement


class Credentials(msgspec.Struct, frozen=True):
    """What a sign-in is checked against."""

    account_id: UUID
    password_hash: str | None
    email_confirmed_at: datetime | None
    name: str


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


class SignInRow(msgspec.Struct, frozen=True):
    """A device that is signed in."""

    id: UUID
    created_at: datetime
    last_seen_at: datetime
    user_agent: str
    address: str


class KeyRow(msgspec.Struct, frozen=True):
    """An API key without its secret; `hint` is its last characters."""

    id: UUID
    name: str
    hint: str
    created_at: datetime
    last_used_at: datetime | None


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

find_credentials = Query(
    Credentials,
    "The account that an address opens, whatever its letter case; none for a disabled one.",
    "select account_id, password_hash, email_confirmed_at, name from credentials_of($1)",
)
owner_of_token = Statement(
    "Whose link this is, while it is unused and in time.", "select owner_of_token($1, $2)"
)

# Accounts --------------------------------------------------------------------------------------------------

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
find_email = Statement("The address as the account has it.", "select email from account where id = $1")
is_confirmed = Statement(
    "Whether the account's address is confirmed.",
    "select exists (select from account where id = $1 and email_confirmed_at is not null)",
)
set_confirmed = Statement(
    "The address is the account's: somebody opened the link sent to it.",
    "update account set email_confirmed_at = $2 where id = $1 and email_confirmed_at is null",
)
set_password = Statement("A new password.", "update account set password_hash = $2 where id = $1")
set_client = Statement(
    "The account books sessions, too.", "update account set is_client = true where id = $1 and not is_client"
)
set_person = Statement("Name and zone.", "update person set name = $2, time_zone = $3 where id = $1")
lock_picture = Statement(
    "The picture in force, until this transaction ends.",
    "select picture_key from person where id = $1 for update",
)
set_picture = Statement("Another picture, or none.", "update person set picture_key = $2 where id = $1")
find_picture = Statement(
    "The picture of somebody whom the acting account may see.", "select picture_key from person where id = $1"
)

# Links sent by e-mail --------------------------------------------------------------------------------------

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
delete_sign_in = Statement(
    "End one sign-in.", "delete from sign_in where account_id = $1 and id = $2 returning id"
)
delete_other_sign_ins = Statement(
    "End every sign-in but one (null: every one).",
    "delete from sign_in where account_id = $1 and id is distinct from $2 returning id",
)

# API keys --------------------------------------------------------------------------------------------------

insert_key = Statement(
    "A new API key; only a digest of it is kept.",
    "insert into api_key (account_id, name, hint, token_hash) values ($1, $2, $3, $4) returning id",
)
keys_of = Query(
    KeyRow,
    "The account's keys that work, the newest first.",
    """
    select id, name, hint, created_at, last_used_at from api_key
    where account_id = $1 and revoked_at is null order by id desc
    """,
)
count_keys = Statement(
    "How many keys work.", "select count(*) from api_key where account_id = $1 and revoked_at is null"
)
revoke_key = Statement(
    "End one key.",
    """
    update api_key set revoked_at = $3
    where account_id = $1 and id = $2 and revoked_at is null returning id
    """,
)
revoke_all_keys = Statement(
    "End every key.", "update api_key set revoked_at = $2 where account_id = $1 and revoked_at is null"
)

# Demonstration and operator --------------------------------------------------------------------------------

demonstration_accounts = Query(
    DemonstrationRow,
    "Whom a demonstration lets anybody be; nobody elsewhere.",
    "select account_id, name, email, is_practitioner, is_operator from demonstration_accounts()",
)
demonstration_mail = Query(
    MailRow,
    "The latest mail of a demonstration; none elsewhere.",
    "select id, to_address, subject, text_body, created_at from demonstration_mail($1)",
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
forget_sign_ins = Statement("Sign-ins that ended by themselves.", "delete from sign_in where expires_at < $1")
forget_tokens = Statement("Links that ended.", "delete from account_token where expires_at < $1")
forget_attempts = Statement(
    "Counts of windows that ended.", "delete from rate_limit where window_ends_at < $1"
)
