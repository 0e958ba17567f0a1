"""What people say of themselves on papers, from the next one on; those that were issued stay."""

from datetime import datetime

from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.live.actions import hint
from visavis.papers import queries
from visavis.papers.access import load_owner
from visavis.papers.rules import Issuer, Side


async def set_issuer(db: Db, actor: Actor, issuer: Issuer, now: datetime, *, platform: bool) -> None:
    """The details of the acting practitioner's practice, or of the platform; already checked.

    Raises NoPracticeError, NotFoundError for who is no operator.
    """
    async with db.transaction(actor) as tx:
        owner = await load_owner(tx, actor, platform=platform)
        await queries.put_issuer.run(
            tx, owner.practitioner_id, issuer.legal_name, issuer.address, issuer.tax_number, issuer.tax_bp,
            issuer.tax_name, issuer.tax_note, issuer.prefix, now,
        )  # fmt: skip
        subject = ("practice", owner.practitioner_id or actor.known_id)
        details = {"tax_basis_points": issuer.tax_bp, "prefix": issuer.prefix, "platform": platform}
        await audit.record(tx, actor, "set_paper_issuer", subject, [actor.known_id], details, now)
        await hint(tx, to=[actor.known_id], about=["money"])


async def set_recipient(db: Db, actor: Actor, recipient: Side, now: datetime) -> None:
    """The acting client's details; already checked."""
    async with db.transaction(actor) as tx:
        mine = actor.known_id
        await queries.put_recipient.run(
            tx, mine, recipient.name, recipient.address, recipient.tax_number, now
        )
        await audit.record(tx, actor, "set_paper_recipient", ("account", mine), [mine], at=now)
        await hint(tx, to=[mine], about=["account"])
