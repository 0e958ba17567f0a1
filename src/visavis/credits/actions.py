"""Credits change hands: given, taken for a session, given back, expired. The whole ledger moves here."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from visavis.credits import rules
from visavis.credits.access import load_seller
from visavis.credits.errors import NotEnoughCreditsError
from visavis.credits.queries import ledger, people
from visavis.credits.rules import Grant
from visavis.kit import audit, throttle
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import NotFoundError
from visavis.kit.sql import Tx
from visavis.money.actions import book_expired_credits, book_payment
from visavis.notifications.actions import tell

_ABOUT = ("credits", "dashboard")
_AT_ONCE = 100  # lots written off in one transaction


async def take_for(
    tx: Tx,
    session_id: UUID,
    practitioner_id: UUID,
    now: datetime,
    *,
    by_client: bool,
    waits: bool = True,
) -> None:
    """Take what the practitioner's session costs from its client, in the transaction that makes it certain;
    what the credits are worth is booked with it.

    Raises NotEnoughCreditsError (who asks reads it: `by_client` or not; `waits`: it is still there to be
    approved later). Then the transaction must not be committed, and the database would not let it.
    """
    found = await ledger.take_credits.one(tx, session_id, now)
    if found.missing:
        waiting = session_id if waits else None
        raise NotEnoughCreditsError(
            found.missing, found.balance, waiting, practitioner_id, by_client=by_client
        )
    await book_payment(tx, session_id, now)


async def give_back(tx: Tx, session_id: UUID, now: datetime) -> int:
    """Give back what a session took that was cancelled in this transaction; how many credits.

    None to a client who was late, unless the session's policy says always.
    """
    back: int = await ledger.give_back_credits.value(tx, session_id, now)
    return back


async def grant(
    db: Db,
    actor: Actor,
    client_id: UUID,
    wanted: Grant,
    now: datetime,
    *,
    platform: bool = False,
    form: str = "",
) -> UUID:
    """A practitioner gives credits to her client; an operator, of the platform's, to anybody else.

    `form` is what one form alone says: sent twice, it gives once.

    Raises InvalidInputError, NotFoundError for who is no client of hers and for oneself, NoPracticeError,
    TooManyRequestsError.
    """
    rules.check(wanted)
    await throttle.count(db, "give credits", f"{actor.known_id} {client_id}", most=20, seconds=24 * 3600)
    async with db.transaction(actor) as tx:
        seller_id = (await load_seller(tx, actor, platform=platform)).practitioner_id
        if client_id == actor.account_id:
            raise NotFoundError
        if form and (before := await _given_already(tx, client_id, seller_id, form)):
            return before
        until = rules.after_months(now, wanted.valid_months)
        lot_id: UUID | None = await ledger.grant_credits.value(
            tx, client_id, seller_id, wanted.credits, until, wanted.name, now
        )
        if lot_id is None:
            raise NotFoundError
        details: dict[str, Any] = {"credits": wanted.credits, "name": wanted.name}
        details |= {"expires_at": until.isoformat()} | ({"form": form} if form else {})
        details |= {"platform": True} if platform else {}
        await announce(tx, actor, "grant_credits", ("credit_lot", lot_id), client_id, seller_id, details, now)
        return lot_id


async def _given_already(tx: Tx, client_id: UUID, practitioner_id: UUID | None, form: str) -> UUID | None:
    await ledger.lock_gift.run(tx, form)
    lot_id: UUID | None = await ledger.given_already.value(tx, client_id, practitioner_id, form)
    return lot_id


async def expire(db: Db, system: Actor, now: datetime) -> int:
    """Write off what has expired (it has not counted since), and tell whose it was; how many lots."""
    async with db.transaction(system) as tx:
        gone = await ledger.expire_credits.all(tx, now, _AT_ONCE)
        for each in gone:
            await book_expired_credits(tx, each.lot_id, now)
            concerned = _people(each.client_id, [each.practitioner_id] if each.practitioner_id else [])
            subject, details = ("credit_lot", each.lot_id), {"credits": each.amount}
            event = await audit.record(tx, system, "expire_credits", subject, concerned, details, now)
            await tell(tx, event, about=_ABOUT)
        return len(gone)


async def announce(
    tx: Tx,
    actor: Actor,
    verb: str,
    subject: tuple[str, UUID],
    client_id: UUID,
    practitioner_id: UUID | None,
    details: dict[str, Any],
    now: datetime,
) -> None:
    """The audit row of a change between a client and a seller, and whoever did not do it is told."""
    sellers = [practitioner_id] if practitioner_id else await people.operators_to_tell.values(tx)
    event = await audit.record(tx, actor, verb, subject, _people(client_id, sellers), details, now)
    await tell(tx, event, about=[*_ABOUT, f"{subject[0]}:{subject[1]}"])


def _people(client_id: UUID, sellers: Iterable[UUID]) -> list[UUID]:
    """Sellers first, as in every audit row."""
    return [*(each for each in sellers if each != client_id), client_id]
