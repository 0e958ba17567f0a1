"""Another password: by who knows the present one, or by who reads the owner's mail."""

from datetime import datetime
from uuid import UUID

from visavis.accounts import limits, mails, passwords, queries
from visavis.accounts.access import load_account
from visavis.accounts.actions.confirming import mark_confirmed
from visavis.accounts.actions.links import as_owner, make_link, owner_of_link, use_link
from visavis.accounts.actions.signing_in import (
    WrongPasswordError,
    add_sign_in,
    check_password,
    hold_password,
)
from visavis.accounts.pace import even_pace
from visavis.accounts.rules import clean_password, why_weak
from visavis.kit import audit
from visavis.kit.actor import NOBODY, Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.sql import Tx
from visavis.kit.words import _
from visavis.live.actions import end_streams, hint


async def ask_for_reset(db: Db, actor: Actor, email: str, site: str, now: datetime) -> None:
    """Send a link to a new password, if the address has an account; the answer and its time are the same.

    Raises TooManyRequestsError.
    """
    await limits.count_mail(db, actor, email)
    async with even_pace():
        async with db.transaction(NOBODY) as tx:
            found = await queries.find_credentials.maybe(tx, email)
        if found is None:
            return
        owner = as_owner(actor, found.account_id)
        async with db.transaction(owner) as tx:
            token = await make_link(tx, found.account_id, "reset_password", now)
            await mails.send_reset(tx, await queries.find_email.value(tx, found.account_id), site, token)
            await audit.record(
                tx, owner, "ask_for_reset", ("account", found.account_id), [found.account_id], at=now
            )


async def reset_password(db: Db, actor: Actor, token: str, password: str, site: str, now: datetime) -> None:
    """Set a password with a link from the mail. Everybody who was in is out: sign-ins, API keys, other links.

    Raises LinkEndedError, InvalidInputError (password), TooManyRequestsError.
    """
    await limits.count_link(db, actor)
    owner = as_owner(actor, await owner_of_link(db, token, "reset_password"))
    async with db.transaction(owner) as tx:
        account = await load_account(tx, owner)
    fresh = await _new_hash(password, account.email, account.name)
    async with db.transaction(owner) as tx:
        await use_link(tx, token, "reset_password", now)
        await _change(tx, owner, fresh, "reset_password", now)
        await queries.revoke_all_keys.run(tx, owner.account_id, now)
        await mark_confirmed(tx, owner, now)
        await mails.send_password_changed(tx, account.email, site)
        ended: list[UUID] = await queries.delete_other_sign_ins.values(tx, owner.account_id, None)
        await hint(tx, to=[owner.known_id], about=["sign-ins", "keys"])
        await end_streams(tx, ended)


async def change_password(
    db: Db, actor: Actor, current: str, password: str, site: str, user_agent: str, now: datetime
) -> str:
    """Set another password; every sign-in ends but the one that asks, which gets a new token: the returned.

    Raises InvalidInputError (current, password), TooManyRequestsError.
    """
    async with db.transaction(actor) as tx:
        account = await load_account(tx, actor)
    try:
        checked = await check_password(db, actor, account.email, current)
        fresh = await _new_hash(password, account.email, account.name)
        async with db.transaction(actor) as tx:
            await hold_password(tx, account.email, checked)
            await _change(tx, actor, fresh, "change_password", now)
            ended: list[UUID] = await queries.delete_other_sign_ins.values(tx, actor.account_id, None)
            token = await add_sign_in(tx, actor, user_agent, now)
            await mails.send_password_changed(tx, account.email, site)
            # The stream of the page that asks must not end under it: the page goes on with the new token.
            await end_streams(tx, [each for each in ended if each != actor.sign_in_id])
    except WrongPasswordError:
        raise InvalidInputError(fields={"current": _("This is not your present password.")}) from None
    return token


async def _new_hash(password: str, email: str, name: str) -> str:
    plain = clean_password(password)
    weakness = why_weak(plain, email, name)
    if weakness:
        raise InvalidInputError(fields={"password": weakness})
    return await passwords.hashed(plain)


async def _change(tx: Tx, actor: Actor, fresh: str, verb: str, now: datetime) -> None:
    await queries.set_password.run(tx, actor.account_id, fresh)
    await queries.use_all_tokens.run(tx, actor.account_id, "reset_password", now)
    await audit.record(tx, actor, verb, ("account", actor.known_id), [actor.known_id], at=now)
