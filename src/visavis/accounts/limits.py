"""How often a person may try: each limit in one line, counted by digests (kit/throttle.py)."""

from uuid import UUID

from visavis.kit import throttle
from visavis.kit.actor import Actor
from visavis.kit.db import Db

_QUARTER = 15 * 60
_HOUR = 60 * 60


async def count_password(db: Db, actor: Actor, email: str) -> None:
    """One try at a password: few for one address from one place, more for each alone."""
    await throttle.count(db, "password", f"{actor.address} {email}", most=10, seconds=_QUARTER)
    await throttle.count(db, "password from", actor.address, most=60, seconds=_QUARTER)
    await throttle.count(db, "password for", email, most=100, seconds=_HOUR)


async def forgive_password(db: Db, actor: Actor, email: str) -> None:
    """The try was right, so it was no guess."""
    await throttle.give_back(db, "password", f"{actor.address} {email}")
    await throttle.give_back(db, "password from", actor.address)
    await throttle.give_back(db, "password for", email)


async def count_sign_up(db: Db, actor: Actor, email: str) -> None:
    """A new account, and the mail that it sends."""
    await throttle.count(db, "sign up from", actor.address, most=30, seconds=_HOUR)
    await count_mail(db, actor, email)


async def count_mail(db: Db, actor: Actor, email: str) -> None:
    """A mail that anybody can make us send to anybody: counted whether the address has an account or not."""
    await throttle.count(db, "mail from", actor.address, most=60, seconds=_HOUR)
    await throttle.count(db, "mail to", email, most=5, seconds=_HOUR)


async def count_link(db: Db, actor: Actor) -> None:
    """Opening a link sent by e-mail."""
    await throttle.count(db, "link", actor.address, most=60, seconds=_QUARTER)


async def count_change(db: Db, what: str, account_id: UUID) -> None:
    """A change of one's own account that costs work: a picture, a key."""
    await throttle.count(db, what, account_id, most=30, seconds=_HOUR)
