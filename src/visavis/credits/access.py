"""The only ways to packages, balances and purchases: they check who asks (row-level security agrees)."""

from collections.abc import Collection, Iterable
from uuid import UUID

import msgspec

from visavis.accounts.access import require_operator
from visavis.credits import queries
from visavis.credits.queries import PackageRow, PurchaseRow, ledger, people
from visavis.credits.queries.ledger import EntryRow, LotRow, SumRow
from visavis.credits.queries.people import PersonRow
from visavis.kit.actor import Actor
from visavis.kit.errors import NotFoundError
from visavis.kit.sql import Tx
from visavis.money.access import CreditsRefundRow, load_credits_refunds
from visavis.payments.access import load_instructions
from visavis.practices.access import load_own_practice

__all__ = ["EntryRow", "LotRow", "PackageRow", "PersonRow", "PurchaseRow", "SumRow"]

LATEST = 50
MOST_SUMS = 100  # clients on a seller's page
MOST_LOTS = 20  # of one client and one seller
_PLATFORM_CURRENCY = "GBP"  # offered first as long as the platform sells nothing


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """What is left: whole sums, and of each the first `MOST_LOTS` lots to expire as its detail."""

    sums: list[SumRow]
    lots: list[LotRow]


class Wallet(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one's own credits; `more`: there are entries before these."""

    left: Left
    entries: list[EntryRow]
    more: bool
    purchases: list[PurchaseRow]
    packages: list[PackageRow]
    people: dict[UUID, PersonRow]


class Seller(msgspec.Struct, frozen=True, kw_only=True):
    """Who gives and sells credits: a practitioner, or (none) the platform. Only `load_seller` makes one."""

    practitioner_id: UUID | None
    currency: str


class Shop(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about the credits that a practitioner, or the platform, sells and gives."""

    packages: list[PackageRow]
    purchases: list[PurchaseRow]
    refunds: list[CreditsRefundRow]
    left: Left
    entries: list[EntryRow]
    people: dict[UUID, PersonRow]
    instructions: str


async def load_balances(tx: Tx, actor: Actor, practitioner_ids: Collection[UUID]) -> dict[UUID, int]:
    """What the acting account can spend now at each of the practitioners, the platform's credits included."""
    if not practitioner_ids:
        return {}
    rows = await ledger.balances.all(tx, actor.known_id, list(practitioner_ids))
    return {row.practitioner_id: row.credits for row in rows}


async def load_left(tx: Tx, actor: Actor) -> Left:
    """What the acting account can spend, what expires first coming first."""
    mine = actor.known_id
    sums = await ledger.sums_of_client.all(tx, mine)
    return Left(sums=sums, lots=await ledger.lots_of_client.all(tx, mine, MOST_LOTS))


async def load_wallet(
    tx: Tx, actor: Actor, practitioner_id: UUID | None = None, before: int | None = None
) -> Wallet:
    """The acting account's credits, its ledger before an entry; packages of `practitioner_id` too, whom they
    may not have met yet."""
    left, mine = await load_left(tx, actor), actor.known_id
    entries = await ledger.entries_of_client.all(tx, mine, before, LATEST + 1)
    purchases = await queries.purchases_of_client.all(tx, mine)
    packages = await queries.packages_for.all(tx, mine, practitioner_id)
    sellers = {each.practitioner_id for each in left.sums} | {each.practitioner_id for each in packages}
    sellers |= {each.practitioner_id for each in purchases}
    sellers |= {entry.session_practitioner_id for entry in entries}
    return Wallet(
        left=left,
        entries=entries[:LATEST],
        more=len(entries) > LATEST,
        purchases=purchases,
        packages=packages,
        people=await load_people(tx, sellers),
    )


async def load_entries(tx: Tx, actor: Actor, before: int | None, most: int) -> list[EntryRow]:
    """The acting account's ledger, latest first."""
    return await ledger.entries_of_client.all(tx, actor.known_id, before, most)


async def load_packages(tx: Tx, practitioner_id: UUID | None) -> list[PackageRow]:
    """What a practitioner, or (none) the platform, sells to everybody who may see the practice."""
    return await queries.packages_of.all(tx, practitioner_id)


async def load_package(tx: Tx, package_id: UUID) -> PackageRow:
    """A package that is sold, or one's own; NotFoundError for others."""
    return await queries.find_package.one(tx, package_id)


async def load_purchase(tx: Tx, actor: Actor, purchase_id: UUID) -> PurchaseRow:
    """A purchase, for who buys and who sells; NotFoundError for everybody else. For the platform operators
    sell, with a browser as with everything that is the operator's (NotWithAKeyError)."""
    found = await queries.find_purchase.one(tx, purchase_id)
    if found.client_id == actor.account_id:
        return found
    if found.practitioner_id is None:
        require_operator(actor)
    elif found.practitioner_id != actor.account_id:
        raise NotFoundError
    return found


async def load_purchases(tx: Tx, actor: Actor) -> list[PurchaseRow]:
    """What the acting account buys and bought, open ones first."""
    return await queries.purchases_of_client.all(tx, actor.known_id)


async def load_seller(tx: Tx, actor: Actor, *, platform: bool) -> Seller:
    """For whom the acting account sells, and in which currency.

    Raises NoPracticeError; NotFoundError when it is not an operator.
    """
    if platform:
        require_operator(actor)
        sold = await queries.packages_of.all(tx, None)
        return Seller(practitioner_id=None, currency=sold[0].currency if sold else _PLATFORM_CURRENCY)
    practice = await load_own_practice(tx, actor)
    return Seller(practitioner_id=practice.practitioner_id, currency=practice.currency)


async def load_shop(tx: Tx, actor: Actor, *, platform: bool) -> Shop:
    """The acting practitioner's or operator's side of credits. Raises as `load_seller` does."""
    seller_id = (await load_seller(tx, actor, platform=platform)).practitioner_id
    purchases = await load_to_check(tx, actor, platform=platform)
    sums = await ledger.sums_given.all(tx, seller_id, MOST_SUMS)
    lots = await ledger.lots_given.all(tx, seller_id, [each.client_id for each in sums], MOST_LOTS)
    entries = await ledger.entries_given.all(tx, seller_id, LATEST // 2)
    clients = {each.client_id for each in sums} | {each.client_id for each in entries}
    refunds = await load_credits_refunds(tx, actor, seller_id)
    clients |= {each.client_id for each in purchases} | {each.client_id for each in refunds}
    return Shop(
        packages=await queries.packages_of.all(tx, seller_id),
        purchases=purchases,
        refunds=refunds,
        left=Left(sums=sums, lots=lots),
        entries=entries,
        people=await load_people(tx, clients),
        instructions=await load_how_to_pay(tx, seller_id),
    )


async def load_to_check(tx: Tx, actor: Actor, *, platform: bool = False) -> list[PurchaseRow]:
    """Purchases whose payment the acting practitioner, or operator, has to check; never one of their own."""
    seller_id = None if platform else actor.known_id
    if platform:
        require_operator(actor)
    return await queries.purchases_to_check.all(tx, seller_id, actor.known_id)


async def load_how_to_pay(tx: Tx, seller_id: UUID | None) -> str:
    """How a practitioner, or the platform, wants to be paid; of practitioners, for who has to pay."""
    if seller_id is None:
        words: str = await people.platform_instructions.value(tx)
        return words
    return (await load_instructions(tx, [seller_id])).get(seller_id, "")


async def load_people(tx: Tx, ids: Iterable[UUID | None]) -> dict[UUID, PersonRow]:
    """Names of whom the acting account gives credits to, has them from, or may buy them from."""
    wanted = [each for each in ids if each is not None]
    if not wanted:
        return {}
    return {row.id: row for row in await people.people.all(tx, wanted)}


async def find_account(tx: Tx, actor: Actor, address: str) -> UUID | None:
    """Who has this e-mail address; for operators."""
    require_operator(actor)
    found: UUID | None = await people.client_at.value(tx, address.strip())
    return found
