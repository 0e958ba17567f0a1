"""A new account, and the proof that its e-mail address is the owner's."""

from datetime import datetime
from uuid import uuid4

import msgspec

from visavis.accounts import limits, mails, passwords, queries
from visavis.accounts.actions.links import as_owner, make_link
from visavis.accounts.pace import even_pace
from visavis.accounts.rules import Role
from visavis.kit import audit
from visavis.kit.actor import NOBODY, Actor
from visavis.kit.db import Db
from visavis.kit.sql import Tx
from visavis.practices.actions import open_practice


class Newcomer(msgspec.Struct, frozen=True, kw_only=True):
    """What a new person tells us, already checked; `time_zone` is an IANA name."""

    name: str
    email: str
    password: str
    time_zone: str
    role: Role


async def sign_up(db: Db, actor: Actor, newcomer: Newcomer, site: str, now: datetime) -> None:
    """Make the account and send the link that confirms its address.

    An address that has an account gets a mail instead, and the asker the same answer after the same time.
    Raises TooManyRequestsError.
    """
    await limits.count_sign_up(db, actor, newcomer.email)
    async with even_pace():
        password_hash = await passwords.hashed(newcomer.password)
        new = Actor(account_id=uuid4(), via="cookie", time_zone=newcomer.time_zone, address=actor.address)
        async with db.transaction(new) as tx:
            made = await _insert(tx, new, newcomer, password_hash)
            if made:
                await _welcome(db, tx, new, newcomer, site, now)
        if not made:
            await _tell_owner(db, actor, newcomer.email, site)


async def _insert(tx: Tx, new: Actor, newcomer: Newcomer, password_hash: str) -> bool:
    is_client = newcomer.role == "client"
    made = await queries.insert_account.value(tx, new.account_id, newcomer.email, password_hash, is_client)
    return made is not None


async def _welcome(db: Db, tx: Tx, new: Actor, newcomer: Newcomer, site: str, now: datetime) -> None:
    await queries.insert_person.run(tx, new.account_id, newcomer.name, newcomer.time_zone, new.locale)
    await audit.record(
        tx, new, "sign_up", ("account", new.known_id), [new.known_id], {"role": newcomer.role}, now
    )
    if newcomer.role == "practitioner":
        await open_practice(db, new, newcomer.time_zone, now)
    token = await make_link(tx, new.known_id, "confirm_email", now)
    await mails.send_confirmation(tx, newcomer.email, site, token)


async def _tell_owner(db: Db, actor: Actor, email: str, site: str) -> None:
    """To the address as the account has it: letters that only look alike must not redirect the mail."""
    async with db.transaction(NOBODY) as tx:
        found = await queries.find_credentials.maybe(tx, email)
    if found is None:
        return
    async with db.transaction(as_owner(actor, found.account_id)) as tx:
        await mails.send_known(tx, await queries.find_email.value(tx, found.account_id), site)
