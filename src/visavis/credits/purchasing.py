"""Buying a package by bank transfer: ask, show a proof, be verified or refused.

What it costs and gives was copied from the package when the purchase began; nobody sends an amount.
"""

from datetime import datetime
from uuid import UUID

from visavis.accounts.access import require_confirmed
from visavis.credits import queries
from visavis.credits.access import load_purchase
from visavis.credits.actions import announce
from visavis.credits.errors import PackageGoneError, PurchaseMovedError
from visavis.credits.mails import MAIL, WORDS, PurchaseAsked
from visavis.credits.queries import PackageRow, PurchaseRow
from visavis.credits.rules import PAYABLE, PurchaseStatus
from visavis.kit import throttle
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import ForbiddenError, InvalidInputError, TooManyRequestsError
from visavis.kit.files import FileStore
from visavis.kit.reasons import checked_reason
from visavis.kit.sql import Tx
from visavis.kit.words import _
from visavis.money.actions import book_purchase
from visavis.payments import proofs
from visavis.payments.proofs import Proof

_MOST_OPEN = 20


async def request_purchase(db: Db, actor: Actor, package_id: UUID, now: datetime) -> UUID:
    """Begin to buy; the same purchase again when it is begun already. What a package costs never changes:
    another takes its place, so its id says which price was seen.

    Raises NotFoundError, PackageGoneError, InvalidInputError, UnconfirmedError, TooManyRequestsError.
    """
    await throttle.count(db, "buy credits", actor.known_id, most=20, seconds=3600)  # sellers hear of each
    async with db.transaction(actor) as tx:
        await require_confirmed(tx, actor)
        package = await queries.find_package.one(tx, package_id)
        _check_package(actor, package)
        if await queries.purchases_begun.value(tx, actor.known_id) >= _MOST_OPEN:
            raise TooManyRequestsError(_("Please finish or withdraw some of your purchases first."))
        purchase_id: UUID | None = await queries.insert_purchase.value(tx, actor.known_id, package_id, now)
        if purchase_id is None:
            begun: UUID | None = await queries.open_purchase.value(tx, actor.known_id, package_id)
            if begun is None:
                raise PackageGoneError
            return begun
        await _tell(tx, actor, "request_credits", await load_purchase(tx, actor, purchase_id), now)
        return purchase_id


def _check_package(actor: Actor, package: PackageRow) -> None:
    if package.archived_at is not None:
        raise PackageGoneError
    if package.practitioner_id == actor.account_id:
        raise InvalidInputError(_("This is your own practice: nobody sells to themselves."))


async def submit_proof(
    db: Db, actor: Actor, store: FileStore, purchase_id: UUID, proof: Proof, now: datetime
) -> PurchaseRow:
    """The client shows that the transfer was made. Raises InvalidInputError, PurchaseMovedError."""
    proofs.check_words(proof)
    async with db.transaction(actor) as tx:  # before the costly look at the file
        found = await load_purchase(tx, actor, purchase_id)
        _only(found.client_id == actor.account_id)
        if found.status not in PAYABLE:
            raise PurchaseMovedError
    clean = await proofs.clean(proof)
    async with store.keep(clean.data, clean.extension) as key, db.transaction(actor) as tx:
        moved = await _settle(tx, actor, found, PurchaseStatus.SUBMITTED, now)
        await proofs.insert(tx, actor, proof, clean, key, now, purchase_id=purchase_id)
        await _tell(tx, actor, "submit_credits_payment", moved, now)
        return moved


async def withdraw(db: Db, actor: Actor, purchase_id: UUID, now: datetime) -> PurchaseRow:
    """The client thinks better of it, before paying."""
    async with db.transaction(actor) as tx:
        found = await load_purchase(tx, actor, purchase_id)
        _only(found.client_id == actor.account_id)
        moved = await _settle(tx, actor, found, PurchaseStatus.WITHDRAWN, now)
        await _tell(tx, actor, "withdraw_credits_purchase", moved, now)
        return moved


async def verify(db: Db, actor: Actor, purchase_id: UUID, now: datetime) -> PurchaseRow:
    """The seller has found the money: the client has the credits with the same commit."""
    async with db.transaction(actor) as tx:
        found = await load_purchase(tx, actor, purchase_id)
        _only(found.client_id != actor.account_id)
        moved = await _settle(tx, actor, found, PurchaseStatus.PAID, now)
        await book_purchase(tx, purchase_id, now)
        await proofs.decide(tx, "verified", now, purchase_id=purchase_id)
        await _tell(tx, actor, "verify_credits_payment", moved, now)
        return moved


async def refuse(db: Db, actor: Actor, purchase_id: UUID, reason: str, now: datetime) -> PurchaseRow:
    """The seller has not found the money, and says so; another proof can be sent."""
    reason = checked_reason(reason, needed=True)
    async with db.transaction(actor) as tx:
        found = await load_purchase(tx, actor, purchase_id)
        _only(found.client_id != actor.account_id)
        moved = await _settle(tx, actor, found, PurchaseStatus.REFUSED, now, reason)
        await proofs.decide(tx, "rejected", now, purchase_id=purchase_id)
        await _tell(tx, actor, "refuse_credits_payment", moved, now)
        return moved


def _only(mine: bool) -> None:
    if not mine:
        raise ForbiddenError(_("This step is the other side's to take."))


async def _settle(
    tx: Tx, actor: Actor, found: PurchaseRow, to: PurchaseStatus, now: datetime, reason: str = ""
) -> PurchaseRow:
    if not await queries.settle_purchase.value(tx, found.id, to.value, reason, now):
        raise PurchaseMovedError
    return await load_purchase(tx, actor, found.id)


async def _tell(tx: Tx, actor: Actor, verb: str, purchase: PurchaseRow, now: datetime) -> None:
    details = {"credits": purchase.credits, "name": purchase.name, "price_minor": purchase.price_minor}
    details |= {"currency": purchase.currency} | ({"reason": purchase.reason} if purchase.reason else {})
    subject = ("credit_purchase", purchase.id)
    if purchase.status in WORDS:
        await MAIL.ask(tx, PurchaseAsked(purchase.id))
    await announce(tx, actor, verb, subject, purchase.client_id, purchase.practitioner_id, details, now)
