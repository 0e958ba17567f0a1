"""Who may: the only ways to one's account, to an operator's page and to somebody's picture."""

from datetime import datetime
from uuid import UUID

from visavis.accounts import queries
from visavis.accounts.authentication import require_account
from visavis.accounts.errors import NotWithAKeyError, UnconfirmedError
from visavis.accounts.queries import AccountRow, KeyRow, PractitionerRow, SignInRow
from visavis.kit.actor import Actor
from visavis.kit.errors import NotFoundError
from visavis.kit.sql import Tx


def require_browser(actor: Actor) -> Actor:
    """The actor, signed in with a browser; SignInRequiredError for nobody, NotWithAKeyError for a program."""
    if require_account(actor).via != "cookie":
        raise NotWithAKeyError
    return actor


def require_operator(actor: Actor) -> Actor:
    """The actor, when an operator; NotFoundError for others: the page is not there for them."""
    if not require_browser(actor).is_operator:
        raise NotFoundError
    return actor


async def require_confirmed(tx: Tx, actor: Actor) -> None:
    """Raises UnconfirmedError until the acting account's e-mail address is confirmed."""
    if not await queries.is_confirmed.value(tx, require_account(actor).account_id):
        raise UnconfirmedError


async def load_account(tx: Tx, actor: Actor) -> AccountRow:
    """The acting account."""
    return await queries.find_account.one(tx, require_account(actor).account_id)


async def load_reminders(tx: Tx, actor: Actor) -> list[int]:
    """How many minutes before a session the acting account is reminded, the longest first."""
    return await queries.find_reminders.values(tx, require_account(actor).account_id)


async def load_sign_ins(tx: Tx, actor: Actor, now: datetime) -> list[SignInRow]:
    """Where the acting account is signed in."""
    return await queries.sign_ins_of.all(tx, actor.account_id, now)


async def load_keys(tx: Tx, actor: Actor) -> list[KeyRow]:
    """The acting account's API keys that work."""
    return await queries.keys_of.all(tx, actor.account_id)


async def load_practices(tx: Tx, actor: Actor, most: int, skip: int) -> list[PractitionerRow]:
    """Every practice, for an operator; NotFoundError for others (and no row, says the database)."""
    require_operator(actor)
    return await queries.practices_to_verify.all(tx, most, skip)


async def load_picture_key(tx: Tx, person_id: UUID) -> str:
    """The picture of somebody whom the actor may see; NotFoundError else, and when there is none."""
    key: str | None = await queries.find_picture.value(tx, person_id)
    if key is None:
        raise NotFoundError
    return key


def picture_address(person_id: UUID, key: str | None) -> str:
    """Where a page finds somebody's picture, empty without one; another picture has another address."""
    return f"/people/{person_id}/picture?v={key.partition('/')[2][:8]}" if key else ""
