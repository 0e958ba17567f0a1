"""What is sold: packages of credits. None is ever changed; another takes its place."""

from datetime import datetime
from uuid import UUID

from visavis.credits import queries, rules
from visavis.credits.access import load_seller
from visavis.credits.queries import people
from visavis.credits.rules import MOST_PACKAGES, Package
from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError, NotFoundError
from visavis.kit.words import _
from visavis.live.actions import hint_everyone


async def add_package(
    db: Db, actor: Actor, wanted: Package, now: datetime, *, platform: bool = False
) -> UUID:
    """Sell a package from now on, a practitioner's in the currency of their practice.

    Raises InvalidInputError, NoPracticeError, NotFoundError for who is no operator.
    """
    rules.check(wanted)
    async with db.transaction(actor) as tx:
        seller = await load_seller(tx, actor, platform=platform)
        if not platform and wanted.currency != seller.currency:
            raise InvalidInputError(fields={"currency": _("Please use the currency of your practice.")})
        if len(await queries.packages_of.all(tx, seller.practitioner_id)) >= MOST_PACKAGES:
            raise InvalidInputError(_("There are 30 packages already. Please remove one first."))
        package_id: UUID = await queries.insert_package.value(
            tx,
            seller.practitioner_id,
            wanted.name,
            wanted.credits,
            wanted.price_minor,
            wanted.currency,
            wanted.valid_months,
            now,
        )
        details = {"name": wanted.name, "credits": wanted.credits, "price_minor": wanted.price_minor}
        await audit.record(
            tx, actor, "add_package", ("credit_package", package_id), [actor.known_id], details, now
        )
        await hint_everyone(tx, about=["packages"])
        return package_id


async def archive_package(
    db: Db, actor: Actor, package_id: UUID, now: datetime, *, platform: bool = False
) -> None:
    """Sell it no longer; purchases that are begun go on. Raises NotFoundError, NoPracticeError."""
    async with db.transaction(actor) as tx:
        seller = await load_seller(tx, actor, platform=platform)
        if await queries.archive_package.value(tx, package_id, seller.practitioner_id, now) is None:
            raise NotFoundError
        await audit.record(
            tx, actor, "archive_package", ("credit_package", package_id), [actor.known_id], at=now
        )
        await hint_everyone(tx, about=["packages"])


async def set_instructions(db: Db, actor: Actor, words: str, now: datetime) -> None:
    """How the platform wants to be paid, from now on; for operators. Raises InvalidInputError."""
    words = words.strip()
    if len(words) > 1000:
        raise InvalidInputError(fields={"words": _("Please keep this to 1000 characters.")})
    async with db.transaction(actor) as tx:
        if not await people.set_platform_instructions.value(tx, words):
            raise NotFoundError
        subject = ("account", actor.known_id)
        await audit.record(tx, actor, "set_credit_instructions", subject, [actor.known_id], at=now)
        await hint_everyone(tx, about=["packages"])
