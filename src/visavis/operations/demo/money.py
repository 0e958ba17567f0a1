"""The made-up money of a demonstration: sessions paid with the platform's credits, and a payout to come."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from visavis.booking import actions
from visavis.booking.access import load_offer
from visavis.booking.inserting import NewSession, insert_session, sold
from visavis.booking.policies import PRESETS
from visavis.credits.access import load_packages
from visavis.credits.purchasing import request_purchase, submit_proof, verify
from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.money.operating import make_payouts
from visavis.notifications.actions import tell
from visavis.operations.demo import queries
from visavis.operations.demo.people import MAYA, NOAH, OPERATOR, SARAH
from visavis.operations.demo.telling import Teller, slip
from visavis.papers.actions import set_issuer
from visavis.papers.rules import Issuer
from visavis.payments.proofs import Proof

_HOUR = timedelta(hours=1)
_SARAHS = Issuer(
    legal_name="Johnson Psychotherapy Ltd",
    address="14 Made-up Mews\nLondon",
    tax_note="Exempt: health care by a registered professional (made up, as all of this is).",
    prefix="SJ-",
)
_MAYAS = Issuer(
    legal_name="Maya’s Practice", address="2 Invented Road", tax_number="VAT 000 0000 00", tax_bp=2000
)
_PLATFORMS = Issuer(legal_name="Visavis Demonstration", address="1 Example Street", prefix="V-")


async def tell_money(teller: Teller) -> None:
    """Noah bought credits of the platform and spent two with Maya, whom the operator is about to pay."""
    db, now, actors = teller.db, teller.now, teller.cast.actors
    noah, maya = actors[NOAH.name], actors[MAYA.name]
    operator = msgspec.structs.replace(actors[OPERATOR.name], is_operator=True)
    ago = now - timedelta(days=15)
    for person, issuer, platform in (
        (actors[SARAH.name], _SARAHS, False),
        (maya, _MAYAS, False),
        (operator, _PLATFORMS, True),
    ):
        await set_issuer(db, person, issuer, ago, platform=platform)
    [package] = await load_packages(teller.tx, None)
    purchase = await request_purchase(db, noah, package.id, ago)
    proof = Proof(data=slip(NOAH.name), reference=NOAH.name)
    await submit_proof(db, noah, teller.store, purchase, proof, ago + _HOUR)
    await verify(db, operator, purchase, ago + 3 * _HOUR)
    offering: UUID = await queries.insert_offering.value(
        teller.tx, maya.known_id, "Steady work", "Once a week, paid with credits.", [50], "rate", None,
        msgspec.to_builtins(PRESETS["practitioner_proposes"].policy), 2,
    )  # fmt: skip
    for day in (-11, -3):
        await _held(teller, offering, maya, noah, teller.at(MAYA, day, 15))
    await make_payouts(db, operator, uuid4(), package.currency, 0, now - _HOUR)


async def _held(
    teller: Teller, offering_id: UUID, practitioner: Actor, client: Actor, starts_at: datetime
) -> None:
    """Proposed, approved with a credit, held."""
    db, proposed = teller.db, starts_at - timedelta(days=2)
    made = NewSession(
        sold=sold(await load_offer(teller.tx, offering_id), 50),
        client_id=client.known_id,
        created_by="practitioner",
        length_minutes=50,
        starts_at=starts_at,
        blocked=(starts_at, starts_at + timedelta(minutes=50)),
    )
    session_id = await insert_session(teller.tx, made, proposed)
    if session_id is None:
        raise LookupError("two stories of the demonstration want the same time")
    people = [practitioner.known_id, client.known_id]
    subject = ("session", session_id)
    event = await audit.record(teller.tx, practitioner, "propose_session", subject, people, at=proposed)
    await tell(teller.tx, event)
    await actions.approve(db, client, session_id, proposed + _HOUR)
    await actions.start(db, practitioner, session_id, starts_at)
    await actions.complete(db, practitioner, session_id, starts_at + _HOUR)
