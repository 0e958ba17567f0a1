"""Signing in and out, and ending sign-ins elsewhere."""

import secrets
from datetime import datetime
from uuid import UUID

import msgspec
import structlog

from visavis.accounts import limits, passwords, queries
from visavis.accounts.actions.links import as_owner
from visavis.accounts.authentication import digest
from visavis.accounts.queries import Credentials
from visavis.accounts.rules import SIGN_IN_LASTS, clean_password
from visavis.kit import audit
from visavis.kit.actor import NOBODY, Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError, NotFoundError, SignInRequiredError
from visavis.kit.sql import Tx
from visavis.kit.words import _
from visavis.live.actions import end_streams, hint

_log = structlog.get_logger(__name__)


class WrongPasswordError(InvalidInputError):
    """Says neither whether the address has an account nor which of the two was wrong."""

    type = "wrong-password"
    title = _("Address and password do not belong together")


class Entry(msgspec.Struct, frozen=True):
    """A new sign-in: `token` goes into the cookie and is kept nowhere."""

    token: str
    confirmed: bool


async def sign_in(db: Db, actor: Actor, email: str, password: str, user_agent: str, now: datetime) -> Entry:
    """Sign in with address and password, in place of whoever was signed in with this browser.

    Raises WrongPasswordError, TooManyRequestsError.
    """
    found = await check_password(db, actor, email, password)
    owner = as_owner(actor, found.account_id)
    async with db.transaction(owner) as tx:
        await hold_password(tx, email, found)
        await sign_out(db, actor, now, quietly=True)
        return await enter(db, owner, user_agent, now)


async def check_password(db: Db, actor: Actor, email: str, password: str) -> Credentials:
    """The account that address and password open together; each try is counted before it is looked at."""
    await limits.count_password(db, actor, email)
    async with db.transaction(NOBODY) as tx:
        found = await queries.find_credentials.maybe(tx, email)
    plain = clean_password(password)
    if not await passwords.matches(found.password_hash if found else None, plain) or found is None:
        _log.info("sign_in_refused", address=actor.address)
        raise WrongPasswordError
    await limits.forgive_password(db, actor, email)
    try:
        return await _renewed(db, as_owner(actor, found.account_id), email, found, plain)
    except WrongPasswordError:  # it was renewed, or changed, just now
        return await check_password(db, actor, email, password)


async def hold_password(tx: Tx, email: str, checked: Credentials) -> None:
    """What was checked is still so, and stays so until the transaction ends: who changes a password puts
    everybody out, also who was just coming in with the old one. Raises WrongPasswordError."""
    await queries.lock_account.run(tx, checked.account_id)
    found = await queries.find_credentials.maybe(tx, email)
    if found is None or (found.account_id, found.password_hash) != (
        checked.account_id,
        checked.password_hash,
    ):
        raise WrongPasswordError


async def hold_sign_in(tx: Tx, actor: Actor) -> None:
    """The sign-in that asks has not ended, and nobody puts everybody out until the transaction ends: what it
    makes goes with the rest. Raises SignInRequiredError."""
    await queries.lock_account.run(tx, actor.account_id)
    if not await queries.has_sign_in.value(tx, actor.account_id, actor.sign_in_id):
        raise SignInRequiredError


async def enter(db: Db, owner: Actor, user_agent: str, now: datetime) -> Entry:
    """A new sign-in of `owner` with a token of its own: nothing that the browser sent becomes part of it."""
    async with db.transaction(owner) as tx:
        token = await add_sign_in(tx, owner, user_agent, now)
        confirmed: bool = await queries.is_confirmed.value(tx, owner.account_id)
    return Entry(token, confirmed)


async def add_sign_in(tx: Tx, actor: Actor, user_agent: str, now: datetime) -> str:
    """Keep a new sign-in; returns its token."""
    token = secrets.token_urlsafe(32)
    ends = now + SIGN_IN_LASTS
    sign_in_id = await queries.insert_sign_in.value(
        tx, digest(token), actor.account_id, now, ends, user_agent[:300], actor.address
    )
    await audit.record(tx, actor, "sign_in", ("sign_in", sign_in_id), [actor.known_id], at=now)
    await hint(tx, to=[actor.known_id], about=["sign-ins"])
    return token


async def sign_out(db: Db, actor: Actor, now: datetime, *, quietly: bool = False) -> None:
    """End the sign-in that asks, and its live streams on every process; nothing happens when there is none.

    `quietly` leaves the streams to find out: the page that asks is about to become somebody else's.
    """
    if actor.sign_in_id is None:
        return
    async with db.transaction(actor) as tx:
        if await queries.delete_sign_in.value(tx, actor.account_id, actor.sign_in_id) is None:
            return
        await _keep_ending(tx, actor, "sign_out", actor.sign_in_id, now)
        if not quietly:
            await end_streams(tx, [actor.sign_in_id])


async def end_sign_in(db: Db, actor: Actor, sign_in_id: UUID, now: datetime) -> None:
    """End one of the actor's own sign-ins; NotFoundError for others' and for ended ones."""
    async with db.transaction(actor) as tx:
        if await queries.delete_sign_in.value(tx, actor.account_id, sign_in_id) is None:
            raise NotFoundError
        await _keep_ending(tx, actor, "end_sign_in", sign_in_id, now)
        await end_streams(tx, [sign_in_id])


async def end_other_sign_ins(db: Db, actor: Actor, now: datetime) -> int:
    """End every sign-in but the one that asks; how many."""
    async with db.transaction(actor) as tx:
        ended: list[UUID] = await queries.delete_other_sign_ins.values(tx, actor.account_id, actor.sign_in_id)
        if ended:
            details = {"count": len(ended)}
            subject = ("account", actor.known_id)
            await audit.record(tx, actor, "end_other_sign_ins", subject, [actor.known_id], details, now)
            await hint(tx, to=[actor.known_id], about=["sign-ins"])
            await end_streams(tx, ended)
        return len(ended)


async def _renewed(db: Db, owner: Actor, email: str, found: Credentials, password: str) -> Credentials:
    """A right password is the one moment to hash it anew, when the settings have become stronger."""
    if not found.password_hash or not passwords.is_outdated(found.password_hash):
        return found
    fresh = await passwords.hashed(password)
    async with db.transaction(owner) as tx:
        await hold_password(tx, email, found)
        await queries.set_password.run(tx, owner.account_id, fresh)
    return msgspec.structs.replace(found, password_hash=fresh)


async def _keep_ending(tx: Tx, actor: Actor, verb: str, sign_in_id: UUID, now: datetime) -> None:
    await audit.record(tx, actor, verb, ("sign_in", sign_in_id), [actor.known_id], at=now)
    await hint(tx, to=[actor.known_id], about=["sign-ins"])
