"""Links sent by e-mail: 256 random bits, kept as a digest, good once and for a while."""

import secrets
from datetime import datetime
from uuid import UUID

from visavis.accounts import queries
from visavis.accounts.authentication import digest
from visavis.accounts.errors import LinkEndedError
from visavis.accounts.rules import LINK_LASTS, Purpose
from visavis.kit.actor import NOBODY, Actor
from visavis.kit.db import Db
from visavis.kit.sql import Tx


async def make_link(tx: Tx, account_id: UUID, purpose: Purpose, now: datetime) -> str:
    """A new token for a mail."""
    token = secrets.token_urlsafe(32)
    await queries.insert_token.run(tx, digest(token), account_id, purpose, now, now + LINK_LASTS[purpose])
    return token


async def owner_of_link(db: Db, token: str, purpose: Purpose) -> UUID:
    """The account that a link belongs to; LinkEndedError when it works no more."""
    async with db.transaction(NOBODY) as tx:
        owner: UUID | None = await queries.owner_of_token.value(tx, digest(token), purpose)
    if owner is None:
        raise LinkEndedError
    return owner


async def use_link(tx: Tx, token: str, purpose: Purpose, now: datetime) -> None:
    """Use it up, in the owner's transaction; LinkEndedError when somebody was quicker."""
    if await queries.use_token.value(tx, digest(token), purpose, now) is None:
        raise LinkEndedError


def as_owner(actor: Actor, account_id: UUID) -> Actor:
    """Whoever came with a link or a password, as the account that it opens."""
    return Actor(account_id=account_id, via="cookie", time_zone=actor.time_zone, address=actor.address)
