"""What somebody would try with cards, and what comes of it (ASVS 2.3.4, 8.2.2, 11.1.1)."""

import asyncio
from typing import Any

import asyncpg
import msgspec
import pytest

from tests.access.rows import act_as, attempt
from tests.cards.world import Counter
from tests.money.world import now
from tests.support.databases import FreshDatabase, connect
from tests.support.world import make_offering, make_practitioner
from visavis.booking.rules import WrongStateError
from visavis.cards import actions
from visavis.cards.errors import NothingToPayError
from visavis.cards.looking import look
from visavis.cards.rules import OfSession
from visavis.cards.settling import settle
from visavis.kit.actor import SYSTEM
from visavis.kit.errors import ForbiddenError, NotFoundError


async def test_nobody_says_what_it_costs(counter: Counter, database: FreshDatabase) -> None:
    """Neither with the rights of web processes, nor by an intent of one's own."""
    session = await counter.awaited()
    intent = await counter.begin(session)
    web = await connect(database.url)
    await act_as(web, counter.till.client.id)
    for column in ("amount_minor = 1", "amount_minor = -8000", "currency = 'JPY'", "commission_minor = 0"):
        refused = await attempt(web, f"update card_payment set {column}")
        assert isinstance(refused, asyncpg.InsufficientPrivilegeError), column
    await web.close()
    true = counter.cards.intents[intent]
    paid = msgspec.structs.replace(true, status="succeeded", charge="ch_cheap")
    other = await counter.begin(await counter.awaited(price=100))
    for forged in (
        msgspec.structs.replace(paid, amount_minor=1),
        msgspec.structs.replace(paid, amount_minor=-8000),
        msgspec.structs.replace(paid, currency="JPY"),
        msgspec.structs.replace(paid, payment_id=counter.cards.intents[other].payment_id),
        msgspec.structs.replace(paid, payment_id=None),
        msgspec.structs.replace(paid, id="pi_of_somebody_else"),
    ):
        await settle(counter.worker.handle(), SYSTEM, forged, now())
        assert await counter.status(session) == "approved", forged
    assert await counter.balances() == {}


async def test_a_payment_is_of_one_session_and_of_its_client(counter: Counter) -> None:
    dear, cheap = await counter.awaited(), await counter.awaited(price=100)
    intent = await counter.begin(cheap)
    payment = await counter.till.owner.fetchval("select id from card_payment")
    async with counter.till.db.transaction(counter.till.client.actor) as tx:
        mine = await tx.fetchval("select begin_card_payment($1, null, now())", dear)
        refused = await attempt(tx, f"select keep_card_intent('{mine}', '{intent}', null)")
        assert isinstance(refused, asyncpg.UniqueViolationError)
    stranger = await make_practitioner(counter.till.owner, "Dr. Other")
    with pytest.raises(NotFoundError):
        await actions.begin(counter.till.db, stranger.actor, counter.cards, OfSession(dear), now())
    practitioner = counter.till.practitioner.actor
    with pytest.raises(ForbiddenError):
        await actions.begin(counter.till.db, practitioner, counter.cards, OfSession(dear), now())
    async with counter.till.db.transaction(stranger.actor) as tx:
        assert not await tx.fetchval("select keep_card_intent($1, 'pi_mine', null)", payment)
    with pytest.raises(NotFoundError):
        await actions.ask_look(counter.till.db, stranger.actor, OfSession(cheap), now())


async def test_an_event_is_heard_once_and_pays_nothing(counter: Counter) -> None:
    session = await counter.awaited()
    intent = await counter.begin(session)
    heard = [
        await actions.keep_event(counter.till.db, event, "payment_intent.succeeded", intent_id, now())
        for event, intent_id in (
            ("evt_1", intent),
            ("evt_1", intent),
            ("evt_2", "pi_unknown"),
            ("evt_3", intent),
        )
    ]
    assert heard == [True, False, False, True]
    payment = await counter.till.owner.fetchval("select id from card_payment")
    await look(counter.worker.handle(), SYSTEM, counter.cards, payment, now())
    assert await counter.status(session) == "approved"


async def test_two_who_settle_at_once_settle_once(counter: Counter) -> None:
    session = await counter.awaited()
    intent = await counter.begin(session)
    assert counter.cards.pay(intent)
    await asyncio.gather(*(counter.look(intent) for _each in range(4)))
    assert await counter.status(session) == "confirmed"
    assert await counter.balances() == {"practitioner": 5600, "platform": 2400, "provider": -8000}


async def test_two_tabs_that_begin_at_once_begin_once(counter: Counter) -> None:
    session = await counter.awaited()
    db = counter.worker  # each tab has a connection of its own

    async def tab() -> str:
        begun = await actions.begin(
            db.handle(), counter.till.client.actor, counter.cards, OfSession(session), now()
        )
        return begun.intent.id

    assert len(set(await asyncio.gather(*(tab() for _each in range(4))))) == 1


async def test_calling_off_while_it_is_settled_keeps_no_money(counter: Counter) -> None:
    """Whichever comes first: the money is a session's, or on its way back."""
    session = await counter.awaited()
    intent = await counter.begin(session)
    assert counter.cards.pay(intent)
    both = counter.look(intent), counter.till.cancel(session, counter.till.practitioner)
    for outcome in await asyncio.gather(*both, return_exceptions=True):
        assert outcome is None or isinstance(outcome, WrongStateError), outcome
    await counter.look(intent)
    if await counter.status(session) != "cancelled":
        await counter.till.cancel(session, counter.till.practitioner)
    await counter.send_refunds()
    assert await counter.balances() == {}
    assert counter.cards.sent_back(counter.cards.charges()[0].charge or "") == 8000


async def test_without_a_provider_nothing_is_offered_to_be_paid_by_card(counter: Counter, owner: Any) -> None:
    session = await counter.awaited()
    await make_offering(owner, counter.till.practitioner, "book_and_pay_by_card")
    await owner.execute("update installation set takes_cards = false")
    with pytest.raises(NothingToPayError):
        await counter.begin(session)
    async with counter.till.db.transaction(counter.till.client.actor) as tx:
        offered = await tx.fetchval("select count(*) from offering where policy ->> 'payment' <> 'card'")
    assert offered == 1
