"""The made-up credits of a demonstration, and a session that waits for some."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from visavis.booking.access import load_offer
from visavis.booking.inserting import NewSession, insert_session, sold
from visavis.booking.policies import PRESETS
from visavis.credits.actions import grant
from visavis.credits.packages import add_package, set_instructions
from visavis.credits.purchasing import request_purchase, submit_proof, verify
from visavis.credits.rules import Grant, Package
from visavis.kit import audit
from visavis.notifications.actions import tell
from visavis.operations.demo import queries
from visavis.operations.demo.people import EMMA, GRACE, OPERATOR, PRIYA, SARAH
from visavis.operations.demo.telling import Teller, slip
from visavis.payments.proofs import Proof

_FIVE = Package(name="5 sessions", credits=5, price_minor=35000, currency="GBP", valid_months=12)
_TEN = Package(name="10 sessions", credits=10, price_minor=65000, currency="GBP", valid_months=18)
_ANYWHERE = Package(name="3 credits", credits=3, price_minor=24000, currency="GBP", valid_months=6)
_GIFT = Grant(name="A welcome", credits=2, valid_months=3)


async def tell_credits(teller: Teller) -> None:
    """Sarah and the platform sell packages; Emma has credits, Priya bought some, Grace has sent a proof."""
    db, now, actors = teller.db, teller.now, teller.cast.actors
    sarah, operator = actors[SARAH.name], actors[OPERATOR.name]
    ago = now - timedelta(days=20)
    five = await add_package(db, sarah, _FIVE, ago)
    await add_package(db, sarah, _TEN, ago)
    await add_package(db, operator, _ANYWHERE, ago, platform=True)
    words = "Transfer to Visavis, sort code 00-00-00, account 87654321.\nReference: your name."
    await set_instructions(db, operator, words, ago)
    await grant(db, sarah, actors[EMMA.name].known_id, _GIFT, ago)
    await verify(db, sarah, await _bought(teller, PRIYA.name, five, ago), ago + timedelta(hours=5))
    await _bought(teller, GRACE.name, five, now - timedelta(hours=3))
    await _proposed(teller)


async def _bought(teller: Teller, name: str, package_id: UUID, at: datetime) -> UUID:
    """A purchase whose proof is sent."""
    actor = teller.cast.actors[name]
    purchase_id = await request_purchase(teller.db, actor, package_id, at)
    proof = Proof(data=slip(name), reference=name)
    await submit_proof(teller.db, actor, teller.store, purchase_id, proof, at + timedelta(hours=1))
    return purchase_id


async def _proposed(teller: Teller) -> None:
    """Sarah has an offering that costs a credit, and proposes such a session to Emma."""
    sarah, emma = teller.cast.actors[SARAH.name], teller.cast.actors[EMMA.name]
    offering_id: UUID = await queries.insert_offering.value(
        teller.tx, sarah.known_id, "Continuing work", "For clients who come regularly.", [50], "rate", None,
        msgspec.to_builtins(PRESETS["practitioner_proposes"].policy), 2,
    )  # fmt: skip
    starts_at = teller.at(SARAH, 9, 11)
    made = NewSession(
        sold=sold(await load_offer(teller.tx, offering_id), 50),
        client_id=emma.known_id,
        created_by="practitioner",
        length_minutes=50,
        starts_at=starts_at,
        blocked=(starts_at, starts_at + timedelta(minutes=50)),
        notes="Shall we go on where we stopped?",
    )
    session_id = await insert_session(teller.tx, made, teller.now - timedelta(hours=2))
    if session_id is None:
        raise LookupError("two stories of the demonstration want the same time")
    people = [sarah.known_id, emma.known_id]
    subject, ago = ("session", session_id), teller.now - timedelta(hours=2)
    event = await audit.record(teller.tx, sarah, "propose_session", subject, people, at=ago)
    await tell(teller.tx, event)
