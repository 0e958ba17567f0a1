"""Unspent credits that were bought go back as money: once, for what they are worth, whoever holds it."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from babel.numbers import list_currencies

from tests.credits.world import check_ledger
from tests.money.world import Till, make_till, now
from tests.support.world import make_practitioner
from visavis.booking import actions
from visavis.credits.access import load_wallet
from visavis.credits.errors import CreditsMovedError, NotEnoughCreditsError
from visavis.credits.refunding import send_refund, take_back
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import ForbiddenError, NotFoundError
from visavis.money.errors import RefundSentError
from visavis.money.rules import to_card


async def purchase_of(till: Till, lot: UUID) -> UUID:
    found: UUID = await till.owner.fetchval("select purchase_id from credit_lot where id = $1", lot)
    return found


def seller_of(till: Till, platform: bool) -> Actor:
    return till.chief if platform else till.practitioner.actor


@pytest.mark.parametrize("platform", [False, True])
async def test_what_is_not_spent_is_owed_and_then_sent(till: Till, platform: bool) -> None:
    purchase = await purchase_of(till, await till.bought(platform=platform))
    await till.spent(2)
    seller, holds = seller_of(till, platform), "bank" if platform else "prepaid"
    owed = await take_back(till.db, seller, purchase, 3, now())
    assert (owed.credits, owed.amount_minor, owed.by_card, owed.sent_at) == (3, 21000, False, None)
    assert await till.balance("refunds") == 21000
    assert await till.balance("client") == 0
    assert await till.balance("prepaid") == (0 if platform else -21000)
    with pytest.raises(CreditsMovedError):
        await take_back(till.db, seller, purchase, 3, now())
    sent = await send_refund(till.db, seller, purchase, "Ref 7", now())
    assert sent.sent_at
    with pytest.raises(RefundSentError):
        await send_refund(till.db, seller, purchase, "", now())
    assert await till.balance("refunds") == 0
    assert await till.balance(holds) == (-14000 if platform else 0)  # of what was spent
    await check_ledger(till.owner)


async def test_a_credit_note_says_how_many_and_what_they_were_worth(till: Till) -> None:
    purchase = await purchase_of(till, await till.bought(many=3, price=1000))
    await till.spent(1)
    await take_back(till.db, till.practitioner.actor, purchase, 2, now())
    note = await till.owner.fetchrow("select * from paper where kind = 'credit_note'")
    assert (note["purchase_id"], note["gross_minor"]) == (purchase, 667), "a third is 333, and is spent"
    assert note["printed"]["line"]["credits"] == 2
    assert await till.owner.fetch("select * from paper_faults()") == []
    async with till.db.transaction(till.client.actor) as tx:
        entries = (await load_wallet(tx, till.client.actor)).entries
    assert (entries[0].reason, entries[0].delta) == ("refunded", -2)


async def test_who_cannot_take_them_back(till: Till) -> None:
    purchase = await purchase_of(till, await till.bought())
    other = await make_practitioner(till.owner, "Dr. Other")
    with pytest.raises(ForbiddenError):
        await take_back(till.db, till.client.actor, purchase, 5, now())
    for stranger in (other.actor, till.chief):
        with pytest.raises(NotFoundError):
            await take_back(till.db, stranger, purchase, 5, now())
    for seen in (0, 4, 6):
        with pytest.raises(CreditsMovedError):
            await take_back(till.db, till.practitioner.actor, purchase, seen, now())
    await till.owner.execute("update credit_lot set expires_at = now()")
    with pytest.raises(CreditsMovedError):
        await take_back(till.db, till.practitioner.actor, purchase, 5, now())
    assert await till.balance("client") == 35000


async def test_what_comes_back_later_is_credits_again(till: Till) -> None:
    lot = await till.bought()
    purchase, session = await purchase_of(till, lot), await till.spent(2)
    await take_back(till.db, till.practitioner.actor, purchase, 3, now())
    await till.cancel(session, till.practitioner)
    assert await till.owner.fetchval("select remaining from credit_lot where id = $1", lot) == 2
    assert await till.balance("client") == 14000
    with pytest.raises(CreditsMovedError):  # once for a purchase
        await take_back(till.db, till.practitioner.actor, purchase, 2, now())
    await till.spent(2)
    assert await till.balance("client") == 0


async def test_pressed_twice_and_spent_at_the_same_time(till: Till) -> None:
    """Whoever is first: no credit is both spent and paid back."""
    for _round in range(4):
        purchase = await purchase_of(till, await till.bought(many=2, price=7000))
        session = await till.to_approve(1)
        done = await asyncio.gather(
            _take(till.db, till.practitioner.actor, purchase),
            _approve(till.db, till.client.actor, session),
            _take(till.db, till.practitioner.actor, purchase),
        )
        await check_ledger(till.owner)
        spent, taken = done[1], [each for each in done[::2] if each]
        assert len(taken) == (0 if spent else 1), done
        back = taken or [await take_back(till.db, till.practitioner.actor, purchase, 1, now())]
        assert back[0].amount_minor == (3500 if spent else 7000)
        assert await till.balance("client") == 0


async def _take(db: Db, actor: Actor, purchase: UUID) -> Any:
    try:
        return await take_back(db, actor, purchase, 2, now())
    except CreditsMovedError:
        return None


async def _approve(db: Db, actor: Actor, session: UUID) -> bool:
    try:
        await actions.approve(db, actor, session, now())
    except NotEnoughCreditsError:
        return False
    return True


async def test_what_a_card_can_be_sent_is_the_same_here_and_there(owner: Any, db: Any) -> None:
    till = await make_till(owner, db, "KWD")
    for currency in sorted(list_currencies()):
        for amount in (1, 10, 2564, 5125):
            said = await till.owner.fetchval("select to_card($1, $2, 5130)", amount, currency)
            assert said == to_card(amount, currency, 5130)
    assert [to_card(each, "KWD", 5130) for each in (2561, 2570, 5125)] == [2570, 2570, 5130]
    assert to_card(2561, "GBP", 5130) == 2561
