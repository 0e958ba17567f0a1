"""The only ways to packages, balances and purchases: they check who asks (row-level security agrees)."""

from collections.abc import Collection, Iterable
from uuid import UUID

import msgspec

from visavis.accounts.access import require_operator
from visavis.credits import queries
from visavis.credits.queries import PackageRow, PurchaseRow, ledger
from visavis.credits.queries.ledger import ClientRow, EntryRow, LotRow, PersonRow
from visavis.kit.actor import Actor
from visavis.kit.sql import Tx
from visavis.payments.access import load_instructions
from visavis.practices.access import load_own_practice

__all__ = ["ClientRow", "EntryRow", "LotRow", "PackageRow", "PersonRow", "PurchaseRow"]

LATEST = 50


class Wallet(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one's own credits."""

    lots: list[LotRow]
    entries: list[EntryRow]
    purchases: list[PurchaseRow]
    packages: list[PackageRow]
    people: dict[UUID, PersonRow]


class Shop(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about the credits that a practitioner, or the platform, sells and gives."""

    practitioner_id: UUID | None
    currency: str
    packages: list[PackageRow]
    purchases: list[PurchaseRow]
    lots: list[LotRow]
    entries: list[EntryRow]
    people: dict[UUID, PersonRow]
    instructions: str


async def load_balance(tx: Tx, client_id: UUID, practitioner_id: UUID) -> int:
    """What the client can spend at the practitioner now, platform credits included.

    Asked by the practitioner: of her own credits only, for the others are none of her business.
    """
    found: int = await ledger.balance.value(tx, client_id, practitioner_id)
    return found


async def load_balances(tx: Tx, actor: Actor, practitioner_ids: Collection[UUID]) -> dict[UUID, int]:
    """The same of the acting account, at each of the practitioners, in one statement (none for nobody)."""
    if not practitioner_ids:
        return {}
    rows = await ledger.balances.all(tx, actor.known_id, list(practitioner_ids))
    return {row.practitioner_id: row.credits for row in rows}


async def load_wallet(tx: Tx, actor: Actor, practitioner_id: UUID | None = None) -> Wallet:
    """The acting account's credits; packages of `practitioner_id` too, whom they may not have met yet."""
    mine = actor.known_id
    lots = await ledger.lots_of_client.all(tx, mine)
    entries = await ledger.entries_of_client.all(tx, mine, None, LATEST)
    purchases = await queries.purchases_of_client.all(tx, mine)
    packages = await queries.packages_for.all(tx, mine, practitioner_id)
    sellers = {lot.practitioner_id for lot in lots} | {entry.session_practitioner_id for entry in entries}
    sellers |= {each.practitioner_id for each in purchases} | {each.practitioner_id for each in packages}
    people = await load_people(tx, sellers)
    return Wallet(lots=lots, entries=entries, purchases=purchases, packages=packages, people=people)


async def load_lots(tx: Tx, actor: Actor) -> list[LotRow]:
    """What the acting account can spend, what expires first coming first."""
    return await ledger.lots_of_client.all(tx, actor.known_id)


async def load_entries(tx: Tx, actor: Actor, before: int | None, most: int) -> list[EntryRow]:
    """The acting account's ledger, latest first."""
    return await ledger.entries_of_client.all(tx, actor.known_id, before, most)


async def load_packages(tx: Tx, practitioner_id: UUID | None) -> list[PackageRow]:
    """What a practitioner, or (none) the platform, sells."""
    return await queries.packages_of.all(tx, practitioner_id)


async def load_purchase(tx: Tx, purchase_id: UUID) -> PurchaseRow:
    """A purchase, for who buys and who sells; NotFoundError for everybody else."""
    return await queries.find_purchase.one(tx, purchase_id)


async def load_seller(tx: Tx, actor: Actor, *, platform: bool) -> tuple[UUID | None, str]:
    """For whom the acting account sells, and in which currency.

    Raises NoPracticeError; NotFoundError when it is not an operator.
    """
    if platform:
        require_operator(actor)
        sold = await queries.packages_of.all(tx, None)
        return None, sold[0].currency if sold else "GBP"
    practice = await load_own_practice(tx, actor)
    return practice.practitioner_id, practice.currency


async def load_shop(tx: Tx, actor: Actor, *, platform: bool) -> Shop:
    """The acting practitioner's or operator's side of credits."""
    seller, currency = await load_seller(tx, actor, platform=platform)
    purchases = await load_to_check(tx, actor, seller)
    lots = await ledger.lots_given.all(tx, seller)
    entries = await ledger.entries_given.all(tx, seller, LATEST // 2)
    clients = {lot.client_id for lot in lots} | {entry.client_id for entry in entries}
    clients |= {each.client_id for each in purchases}
    return Shop(
        practitioner_id=seller,
        currency=currency,
        packages=await queries.packages_of.all(tx, seller),
        purchases=purchases,
        lots=lots,
        entries=entries,
        people=await load_people(tx, clients),
        instructions=await load_how_to_pay(tx, seller),
    )


async def load_to_check(tx: Tx, actor: Actor, seller: UUID | None) -> list[PurchaseRow]:
    """Purchases whose payment the acting account has to check; never one of its own."""
    return await queries.purchases_to_check.all(tx, seller, actor.known_id)


async def load_how_to_pay(tx: Tx, seller: UUID | None) -> str:
    """How a practitioner, or the platform, wants to be paid; of practitioners, for who has to pay."""
    if seller is None:
        words: str = await ledger.platform_instructions.value(tx)
        return words
    return (await load_instructions(tx, [seller])).get(seller, "")


async def load_people(tx: Tx, ids: Iterable[UUID | None]) -> dict[UUID, PersonRow]:
    """Names of whom the acting account gives credits to, has them from, or may buy them from."""
    wanted = [each for each in ids if each is not None]
    if not wanted:
        return {}
    return {row.id: row for row in await ledger.people.all(tx, wanted)}


async def load_own_clients(tx: Tx, actor: Actor) -> list[ClientRow]:
    """Everybody the acting practitioner has a session with, by name."""
    return await ledger.own_clients.all(tx, actor.known_id)


async def find_client(tx: Tx, actor: Actor, address: str) -> ClientRow | None:
    """Who has this e-mail address; for operators."""
    require_operator(actor)
    return await ledger.client_at.maybe(tx, address.strip())
