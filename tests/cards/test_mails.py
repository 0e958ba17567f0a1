"""What becomes of a payment of credits by card, its payer reads by mail: once, if it is still true."""

from typing import Any

import msgspec

from tests.cards.world import Counter
from tests.credits.test_mails import work
from tests.money.world import now
from tests.support.world import Somebody
from visavis.cards import mails
from visavis.cards.bouncing import TELL, SentByHand
from visavis.cards.rules import OfPurchase
from visavis.credits.mails import PurchaseAsked
from visavis.credits.mails import send as send_purchase_mail
from visavis.credits.refunding import take_back
from visavis.notifications.mail import MAIL, MailAsked
from visavis.operations.jobs import Work

__all__ = ["work"]


async def told_of_sending(counter: Counter, work: Work) -> None:
    """What an operator has sent by hand is told, and told once."""
    for row in await counter.till.owner.fetch(
        "delete from jobs.pgqueuer where entrypoint = 'cards.tell_sent' returning payload"
    ):
        for _twice in range(2):
            await TELL.work(work, msgspec.json.decode(row["payload"], type=SentByHand))


async def delivered(counter: Counter, work: Work, to: Somebody | None = None) -> list[str]:
    """Runs what was asked for, each twice; the subjects of all mails to the client, or to somebody else."""
    await told_of_sending(counter, work)
    asked = await counter.till.owner.fetch(
        "delete from jobs.pgqueuer where entrypoint like '%mail' returning entrypoint, payload"
    )
    read: dict[str, Any] = {
        mails.MAIL.name: (mails.CardMailAsked, mails.send),
        "credits.mail": (PurchaseAsked, send_purchase_mail),
        MAIL.name: (MailAsked, MAIL.work),
    }
    for row in asked:
        shape, send = read.get(row["entrypoint"], (None, None))
        for _twice in range(2 if send else 0):
            await send(work, msgspec.json.decode(row["payload"], type=shape))
    rows = await counter.till.owner.fetch(
        "select subject from outbox_mail m join account a on a.email = m.to_address where a.id = $1"
        " order by m.created_at, subject",
        (to or counter.till.client).id,
    )
    return [row["subject"] for row in rows]


async def test_credits_failed_bought_and_given_back(counter: Counter, work: Work) -> None:
    purchase = await counter.to_buy()
    intent = await counter.begin(OfPurchase(purchase))
    counter.cards.decline(intent)
    await counter.look(intent)
    assert await delivered(counter, work) == ["Your payment for credits did not go through"]
    assert counter.cards.pay(intent)
    await counter.look(intent)
    assert (await delivered(counter, work))[1:] == ["Your credits are there"]
    await take_back(counter.till.db, counter.till.practitioner.actor, purchase, 5, now())
    await counter.send_refunds()
    assert "Your refund is on its way" in await delivered(counter, work)


async def test_what_failed_and_was_paid_meanwhile_is_not_written(counter: Counter, work: Work) -> None:
    intent = await counter.begin(OfPurchase(await counter.to_buy()))
    counter.cards.decline(intent)
    await counter.look(intent)
    assert counter.cards.pay(intent)
    await counter.look(intent)
    assert await delivered(counter, work) == ["Your credits are there"]


async def test_too_late_for_credits_and_for_a_session(counter: Counter, work: Work) -> None:
    purchase = await counter.to_buy()
    intent = await counter.begin(OfPurchase(purchase))
    await counter.till.owner.execute("update credit_purchase set status = 'withdrawn'")
    assert counter.cards.pay(intent)
    await counter.look(intent)
    assert await delivered(counter, work) == ["Your payment for credits came too late"]
    session = await counter.awaited()
    late = await counter.begin(session)
    await counter.till.owner.execute("update session set status = 'expired' where id = $1", session)
    await counter.somebody_takes(session)
    assert counter.cards.pay(late)
    await counter.look(late)
    await counter.send_refunds()
    subjects = await delivered(counter, work)
    assert sum("came too late" in each for each in subjects) == 2
    assert sum("is on its way" in each for each in subjects) == 2


async def test_a_late_payment_that_took_its_time_again(counter: Counter, work: Work) -> None:
    session = await counter.awaited()
    intent = await counter.begin(session)
    await counter.till.owner.execute("update session set status = 'expired' where id = $1", session)
    assert counter.cards.pay(intent)
    await counter.look(intent)
    [subject] = await delivered(counter, work)
    assert subject.endswith("is certain after all")
