"""API keys: shown once, kept as a digest, ended at any time."""

import secrets
from datetime import datetime
from uuid import UUID

from visavis.accounts import limits, queries
from visavis.accounts.access import require_confirmed
from visavis.accounts.actions.signing_in import hold_sign_in
from visavis.accounts.authentication import digest
from visavis.accounts.rules import MOST_KEYS
from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError, NotFoundError
from visavis.kit.words import _
from visavis.live.actions import hint

PREFIX = "vv_"


async def make_key(db: Db, actor: Actor, name: str, now: datetime) -> str:
    """A new key of the acting account; the returned text is nowhere else.

    Raises UnconfirmedError, InvalidInputError (name), TooManyRequestsError, SignInRequiredError.
    """
    await limits.count_change(db, "key", actor.known_id)
    secret = PREFIX + secrets.token_urlsafe(32)
    async with db.transaction(actor) as tx:
        await hold_sign_in(tx, actor)
        await require_confirmed(tx, actor)
        if await queries.count_keys.value(tx, actor.account_id) >= MOST_KEYS:
            raise InvalidInputError(fields={"name": _("You have 20 keys. Please revoke one first.")})
        key_id: UUID = await queries.insert_key.value(tx, actor.account_id, name, secret[-4:], digest(secret))
        await audit.record(tx, actor, "make_key", ("api_key", key_id), [actor.known_id], {"name": name}, now)
        await hint(tx, to=[actor.known_id], about=["keys"])
    return secret


async def revoke_key(db: Db, actor: Actor, key_id: UUID, now: datetime) -> None:
    """From now on the key opens nothing; NotFoundError for others' keys and for revoked ones."""
    async with db.transaction(actor) as tx:
        if await queries.revoke_key.value(tx, actor.account_id, key_id, now) is None:
            raise NotFoundError
        await audit.record(tx, actor, "revoke_key", ("api_key", key_id), [actor.known_id], at=now)
        await hint(tx, to=[actor.known_id], about=["keys"])
