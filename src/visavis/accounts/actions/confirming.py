"""The proof that an account's e-mail address is its owner's.

The link alone does not do: a stranger may have made the account with this address and a password of his own.
It counts together with the account's sign-in or password; whoever has only the mail asks for a new password,
which puts everybody else out.
"""

from datetime import datetime
from uuid import UUID

from visavis.accounts import limits, mails, queries
from visavis.accounts.access import load_account
from visavis.accounts.actions.links import as_owner, make_link, owner_of_link, use_link
from visavis.accounts.actions.signing_in import (
    Entry,
    WrongPasswordError,
    check_password,
    enter,
    hold_password,
    sign_out,
)
from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.sql import Tx
from visavis.kit.words import _
from visavis.live.actions import hint


async def send_confirmation_again(db: Db, actor: Actor, site: str, now: datetime) -> None:
    """Another link to the same address; nothing happens when it is confirmed. Raises TooManyRequestsError."""
    async with db.transaction(actor) as tx:
        account = await load_account(tx, actor)
    if account.email_confirmed_at is not None:
        return
    await limits.count_mail(db, actor, account.email)
    async with db.transaction(actor) as tx:
        token = await make_link(tx, account.id, "confirm_email", now)
        await mails.send_confirmation(tx, account.email, site, token)


async def address_of_link(db: Db, actor: Actor, token: str) -> tuple[str, bool]:
    """The address that a link would confirm, and whether its account is signed in here; LinkEndedError."""
    owner = await owner_of_link(db, token, "confirm_email")
    return await _email_of(db, actor, owner), owner == actor.account_id


async def confirm_email(
    db: Db, actor: Actor, token: str, password: str, user_agent: str, now: datetime
) -> Entry | None:
    """Confirm the address; who was not signed in yet is so afterwards (the returned entry).

    Raises LinkEndedError, InvalidInputError (password), TooManyRequestsError.
    """
    await limits.count_link(db, actor)
    owner = as_owner(actor, await owner_of_link(db, token, "confirm_email"))
    if owner.account_id != actor.account_id:
        return await _come_in(db, actor, owner, token, password, user_agent, now)
    async with db.transaction(owner) as tx:
        await queries.lock_account.run(tx, owner.account_id)
        await _use(tx, owner, token, now)
    return None


async def _come_in(
    db: Db, actor: Actor, owner: Actor, token: str, password: str, user_agent: str, now: datetime
) -> Entry:
    """With the password that holds until the commit: a reset at this moment puts out who comes in, too."""
    email = await _email_of(db, actor, owner.known_id)
    try:
        checked = await check_password(db, actor, email, password)
        async with db.transaction(owner) as tx:
            await hold_password(tx, email, checked)
            await _use(tx, owner, token, now)
            await sign_out(db, actor, now, quietly=True)
            return await enter(db, owner, user_agent, now)
    except WrongPasswordError:
        sentence = _("This is not the password that the account was made with.")
        raise InvalidInputError(fields={"password": sentence}) from None


async def _use(tx: Tx, owner: Actor, token: str, now: datetime) -> None:
    await use_link(tx, token, "confirm_email", now)
    await mark_confirmed(tx, owner, now)


async def mark_confirmed(tx: Tx, owner: Actor, now: datetime) -> None:
    """Whoever reads the mail owns the address; the open links for it are used up."""
    if await queries.set_confirmed.run(tx, owner.account_id, now):
        await audit.record(tx, owner, "confirm_email", ("account", owner.known_id), [owner.known_id], at=now)
        await hint(tx, to=[owner.known_id], about=["account", "dashboard"])
    await queries.use_all_tokens.run(tx, owner.account_id, "confirm_email", now)


async def _email_of(db: Db, actor: Actor, owner: UUID) -> str:
    async with db.transaction(as_owner(actor, owner)) as tx:
        return (await load_account(tx, as_owner(actor, owner))).email
