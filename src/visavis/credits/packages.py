"""What is sold: packages of credits. None is ever changed; another takes its place."""

from datetime import datetime
from uuid import UUID

from visavis.credits import queries, rules
from visavis.credits.queries import ledger
from visavis.credits.rules import MOST_PACKAGES, Package
from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError, NotFoundError
from visavis.kit.words import _
from visavis.live.actions import hint_everyone


async def add_package(
    db: Db, actor: Actor, practitioner_id: UUID | None, wanted: Package, now: datetime
) -> UUID:
    """Sell a package from now on; without a practitioner it is the platform's. Raises InvalidInputError."""
    rules.check(wanted)
    async with db.transaction(actor) as tx:
        if len(await queries.packages_of.all(tx, practitioner_id)) >= MOST_PACKAGES:
            raise InvalidInputError(_("There are 30 packages already. Please remove one first."))
        package_id: UUID = await queries.insert_package.value(
            tx,
            practitioner_id,
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
    db: Db, actor: Actor, practitioner_id: UUID | None, package_id: UUID, now: datetime
) -> None:
    """Sell it no longer; purchases that are begun go on. Raises NotFoundError."""
    async with db.transaction(actor) as tx:
        if await queries.archive_package.value(tx, package_id, practitioner_id, now) is None:
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
        if not await ledger.set_platform_instructions.value(tx, words):
            raise NotFoundError
        subject = ("account", actor.known_id)
        await audit.record(tx, actor, "set_credit_instructions", subject, [actor.known_id], at=now)
        await hint_everyone(tx, about=["packages"])
