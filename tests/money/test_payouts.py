"""Payouts: what can be paid out is set aside once, arrives or comes back once; debts are paid once."""

import asyncio
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest

from tests.money.world import Till, now
from visavis.kit.db import Database
from visavis.kit.errors import InvalidInputError, NotFoundError
from visavis.kit.tables import table_csv
from visavis.money import mails, operating
from visavis.money.access import Transfer, load_run
from visavis.money.errors import NothingToPayOutError, PayoutDecidedError
from visavis.money.routes.payouts import HEADER, rows_of
from visavis.operations.jobs import Work


async def test_a_payout_leaves_the_balance_and_arrives_once(till: Till, db: Database) -> None:
    await till.bought(platform=True)
    await till.over(await till.spent(2))
    [payout] = await till.run()
    assert (await till.balance(), await till.balance("payouts")) == (0, 9800)
    settle = operating.settle_payout
    paid = (settle(db.handle(), till.chief, payout, "paid", "", now()) for _ in range(5))
    answers = await asyncio.gather(*paid, return_exceptions=True)
    assert Counter(type(each) for each in answers) == {Transfer: 1, PayoutDecidedError: 4}
    for to in ("paid", "failed"):
        with pytest.raises(PayoutDecidedError):
            await settle(till.db, till.chief, payout, to, "again", now())  # type: ignore[arg-type]
    assert (await till.balance("payouts"), await till.balance("bank")) == (0, -35000 + 9800)


async def test_a_payout_that_failed_can_be_made_again(till: Till) -> None:
    await till.bought(platform=True)
    await till.over(await till.spent())
    [payout] = await till.run()
    with pytest.raises(NothingToPayOutError):
        await till.run()  # one on its way at a time
    with pytest.raises(InvalidInputError):
        await operating.settle_payout(till.db, till.chief, payout, "failed", " ", now())
    await operating.settle_payout(till.db, till.chief, payout, "failed", "No such account", now())
    assert await till.balance() == 4900
    assert len(await till.run()) == 1


async def test_the_same_form_makes_one_run(till: Till) -> None:
    await till.bought(platform=True)
    await till.over(await till.spent())
    form = uuid4()
    assert await till.run(form=form) == await till.run(form=form)
    assert await till.balance("payouts") == 4900


async def test_sessions_to_come_stay_until_they_are_over(till: Till) -> None:
    await till.bought(platform=True)
    session = await till.spent()
    with pytest.raises(NothingToPayOutError):
        await till.run()
    await till.over(session)
    with pytest.raises(NothingToPayOutError):
        await till.run(least=4901)
    assert len(await till.run(least=4900)) == 1


async def test_what_is_owed_is_set_against_it_and_can_be_paid(till: Till) -> None:
    await till.over(await till.paid())
    pay = operating.settle_debt
    whose = till.practitioner.id, "GBP"
    for wrong in (0, -5, 2401):
        with pytest.raises(InvalidInputError):
            await pay(till.db, till.chief, uuid4(), *whose, wrong, "", now())
    with pytest.raises(NotFoundError):
        await pay(till.db, till.chief, uuid4(), till.client.id, "GBP", 5, "", now())
    form = uuid4()
    for _ in range(2):
        await pay(till.db, till.chief, form, *whose, 1000, "Ref", now())
    assert (await till.balance(), await till.balance("bank")) == (-1400, -1000)


@pytest.mark.parametrize("who", ["practitioner", "client"])
async def test_only_operators_pay_out(till: Till, who: str) -> None:
    await till.bought(platform=True)
    await till.over(await till.spent())
    actor = getattr(till, who).actor
    with pytest.raises(NotFoundError):
        await operating.make_payouts(till.db, actor, uuid4(), "GBP", 0, now())
    [payout] = await till.run()
    with pytest.raises(NotFoundError):
        await operating.settle_payout(till.db, actor, payout, "paid", "", now())
    with pytest.raises(NotFoundError):
        await operating.set_commission(till.db, actor, 0, now())


@pytest.mark.parametrize("sign", ["=", "\uff1d"])
async def test_the_file_has_what_is_on_its_way_and_calculates_nothing(
    till: Till, owner: Any, sign: str
) -> None:
    said = f"{sign}1+1; IBAN 5"
    await owner.execute("insert into payment_instructions values ($1, $2)", till.practitioner.id, said)
    await till.bought(platform=True)
    await till.over(await till.spent())
    [payout] = await till.run()
    async with till.db.transaction(till.chief) as tx:
        run_id = await owner.fetchval("select run_id from payout")
        _run, transfers = await load_run(tx, till.chief, run_id)
    head, line, *rest = table_csv(HEADER, rows_of(transfers)).splitlines()
    assert head == "reference,name,email,account,amount,currency"
    assert line.startswith(f"{payout},Dr. Sarah Johnson,")
    assert line.endswith(f",'{said},49.00,GBP")
    assert rest == []


async def test_a_payout_is_told_and_written_about_as_it_stands(
    till: Till, database: Any, settings: Any
) -> None:
    await till.bought(platform=True)
    await till.over(await till.spent())
    (payout,) = await till.run()
    worker = await Database.open(database.worker_url)
    work = Work(worker, settings, now())
    for to, subject in (("", "A payout is on its way to you"), ("paid", "You were paid out")):
        if to:
            await operating.settle_payout(till.db, till.chief, payout, "paid", "", now())
        for _ in range(2):  # a job runs at least once
            await mails.send(work, mails.PayoutAsked(payout))
        letters = await till.owner.fetch("select subject, text_body from outbox_mail order by created_at")
        assert letters[-1]["subject"] == subject
        assert "/practice/earnings" in letters[-1]["text_body"]
    assert len(letters) == 2
    await worker.close()
    kinds = await till.owner.fetch(
        "select kind from notification where account_id = $1 order by number", till.practitioner.id
    )
    assert [row["kind"] for row in kinds][-2:] == ["begin_payout", "pay_out"]
