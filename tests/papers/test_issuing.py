"""A paper is made with each payment, keeps what it says, and its number has no gap."""

import asyncio
from typing import Any

import asyncpg
import pytest

from tests.money.world import Till, make_till, now
from visavis.kit.db import Db
from visavis.money.refunds import send_refund
from visavis.papers.actions import set_issuer, set_recipient
from visavis.papers.rules import Issuer, Side
from visavis.payments.actions import verify_payment

SARAH = Issuer(
    legal_name="Johnson Ltd", address="1 Long Street\nLondon", tax_number="GB 1", tax_bp=2000,
    tax_name="VAT", prefix="SJ-",
)  # fmt: skip


async def papers(till: Till) -> list[tuple[Any, ...]]:
    """Number, gross and tax of all papers, in their order."""
    rows = await till.owner.fetch("select number, gross_minor, tax_minor from paper order by id")
    assert [dict(row) for row in await till.owner.fetch("select * from paper_faults()")] == []
    return [tuple(row) for row in rows]


async def say(till: Till, issuer: Issuer = SARAH) -> None:
    await set_issuer(till.db, till.practitioner.actor, issuer, now(), platform=False)


async def test_a_transfer_is_invoiced_and_a_refund_credited(till: Till) -> None:
    await say(till)
    session = await till.paid(late_fee_percent=25)
    assert await papers(till) == [("SJ-INV-00001", 8000, 1333)]
    await till.late(session)
    await till.cancel(session, till.client)
    await send_refund(till.db, till.practitioner.actor, session, "Ref 7", now())
    assert await papers(till) == [("SJ-INV-00001", 8000, 1333), ("SJ-CN-00001", 6000, 1000)]
    note = await till.owner.fetchrow(
        "select printed, corrects_id, session_id from paper where kind = 'credit_note'"
    )
    assert note["printed"]["corrects"]["number"] == "SJ-INV-00001"
    assert note["session_id"] == session


async def test_what_is_printed_stays_as_it_was(till: Till) -> None:
    await set_recipient(
        till.db, till.client.actor, Side(name="Emma C.", address="2 Road", tax_number=""), now()
    )
    await say(till)
    first = await till.paid()
    await say(till, Issuer(legal_name="Another", tax_note="Exempt under Article 132."))
    await till.paid()
    assert await papers(till) == [("SJ-INV-00001", 8000, 1333), ("INV-00002", 8000, 0)]
    printed = await till.owner.fetchval("select printed from paper where session_id = $1", first)
    assert printed["issuer"]["name"] == "Johnson Ltd"
    assert printed["recipient"] == {"name": "Emma C.", "address": "2 Road", "tax_number": ""}
    assert (printed["line"]["name"], printed["way"]) == ("Talking session", "transfer")
    await till.cancel(first, till.practitioner)
    latest = await till.owner.fetchrow("select number, tax_bp, printed from paper order by id desc limit 1")
    assert (latest["number"], latest["tax_bp"]) == ("SJ-CN-00001", 2000), "as the invoice that it corrects"
    assert latest["printed"]["issuer"]["name"] == "Johnson Ltd"
    for statement in ("update paper set number = 'X'", "delete from paper", "truncate paper cascade"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="stay as they were issued"):
            await till.owner.execute(statement)


async def test_a_practices_credits_are_taxed_when_bought(till: Till) -> None:
    await say(till)
    await till.bought()
    session = await till.spent(2)
    assert await papers(till) == [("SJ-INV-00001", 35000, 5833), ("SJ-CONF-00001", 0, 0)]
    confirmed = await till.owner.fetchval("select printed from paper where session_id = $1", session)
    assert (confirmed["way"], confirmed["line"]["credits"], confirmed["prepaid_minor"]) == (
        "credits",
        2,
        14000,
    )
    await till.cancel(session, till.practitioner)
    back = await till.owner.fetchrow(
        "select number, gross_minor, printed from paper order by id desc limit 1"
    )
    assert (back["number"], back["gross_minor"], back["printed"]["line"]["credits"]) == ("SJ-CN-00001", 0, 2)


async def test_the_platforms_credits_are_taxed_with_the_session(till: Till) -> None:
    await say(till)
    await till.bought(platform=True)
    session = await till.spent(1)
    assert await papers(till) == [("INV-00001", 35000, 0), ("SJ-INV-00001", 7000, 1167)]
    await till.cancel(session, till.practitioner)
    assert (await papers(till))[2:] == [("SJ-CN-00001", 7000, 1167)]


async def test_credits_that_were_given_are_no_payment(till: Till) -> None:
    await till.owner.execute(
        """with lot as (insert into credit_lot (client_id, practitioner_id, source, name, credits, expires_at)
            values ($1, $2, 'granted', 'A gift', 5, now() + interval '1 year') returning *)
        insert into credit_entry (lot_id, client_id, delta, reason, at)
        select id, client_id, credits, 'granted', now() from lot""",
        till.client.id, till.practitioner.id,
    )  # fmt: skip
    await till.spent()
    assert await papers(till) == []


@pytest.mark.parametrize("currency", ["JPY", "KWD"])
async def test_currencies_without_two_decimals(owner: Any, db: Any, currency: str) -> None:
    till = await make_till(owner, db, currency)
    await say(till)
    await till.paid(5000)
    assert await papers(till) == [("SJ-INV-00001", 5000, 833)]


async def test_many_at_once_and_some_that_fail_leave_no_gap(till: Till, database: Any) -> None:
    """Whoever is first: the numbers are those from 1 on, and what was rolled back has none."""
    sessions = [await till.to_verify() for _ in range(8)]

    async def pay(session: Any, fails: bool) -> None:
        db = Db(till.db._pool)
        try:
            async with db.transaction(till.practitioner.actor) as tx:
                await verify_payment(db, till.practitioner.actor, session, now())
                await tx.execute("set constraints all immediate")  # it has its number now
                if fails:
                    raise LookupError
        except LookupError:
            pass

    async with asyncio.timeout(60):
        await asyncio.gather(*(pay(each, place % 2 == 1) for place, each in enumerate(sessions)))
    assert [each[0] for each in await papers(till)] == [f"INV-0000{n}" for n in range(1, 5)]
    await pay(sessions[1], False)
    assert (await papers(till))[-1][0] == "INV-00005"


async def test_no_payment_without_its_paper(till: Till) -> None:
    """Where the paper cannot be made, the payment is not booked either."""
    session = await till.to_verify()
    await till.owner.execute("alter table paper add constraint never check (false) not valid")
    with pytest.raises(asyncpg.CheckViolationError):
        await verify_payment(till.db, till.practitioner.actor, session, now())
    assert await till.owner.fetchval("select count(*) from money_posting") == 0
    assert (
        await till.owner.fetchval("select status from session where id = $1", session) == "payment_submitted"
    )
    assert await till.owner.fetchval("select count(*) from paper_counter") == 0


async def test_cash_stands_on_the_paper(till: Till) -> None:
    session = await till.in_cash()
    printed = await till.owner.fetchval("select printed from paper where session_id = $1", session)
    assert (printed["way"], printed["reference"]) == ("cash", "")
    assert [each[1] for each in await papers(till)] == [8000]
