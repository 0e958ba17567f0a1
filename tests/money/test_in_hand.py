"""Money in hand: cash, and transfers that nobody had found when their session was called off."""

import pytest

from tests.money.world import Till, now
from tests.support.tabs import Meeting
from visavis.booking.rules import WrongStateError
from visavis.kit.errors import ForbiddenError, InvalidInputError
from visavis.money.errors import TransferAnsweredError
from visavis.money.late import answer_transfer
from visavis.money.refunds import send_refund
from visavis.payments.actions import take_cash


async def test_cash_is_booked_as_a_transfer_is(till: Till) -> None:
    session = await till.to_pay()
    with pytest.raises(InvalidInputError):
        await take_cash(till.db, till.practitioner.actor, session, "gold", "", now())
    seat = await take_cash(till.db, till.practitioner.actor, session, "cash", "Thank you", now())
    assert (seat.session.status, seat.session.paid_in_hand) == ("confirmed", "cash")
    assert (await till.balance(), await till.balance("platform")) == (-2400, 2400)
    with pytest.raises(WrongStateError):
        await take_cash(till.db, till.practitioner.actor, session, "cash", "", now())
    assert await till.balance("platform") == 2400


async def test_cash_is_the_practitioners_to_mark(till: Till) -> None:
    session = await till.to_pay()
    with pytest.raises(ForbiddenError):
        await take_cash(till.db, till.client.actor, session, "cash", "", now())
    assert await till.owner.fetchval("select paid_in_hand from session where id = $1", session) is None


async def test_cash_comes_back_by_the_policy(till: Till) -> None:
    session = await till.in_cash(cancel_fee_percent=25)
    await till.cancel(session, till.client)
    assert (await till.balance("refunds"), await till.balance("platform")) == (6000, 600)
    await send_refund(till.db, till.practitioner.actor, session, "In cash", now())
    assert (await till.balance("refunds"), await till.balance()) == (0, -600)


@pytest.mark.parametrize(
    ("who", "late", "back"), [("practitioner", True, 8000), ("client", False, 6000), ("client", True, 0)]
)
async def test_a_transfer_is_looked_for_after_all(till: Till, who: str, late: bool, back: int) -> None:
    session = await till.to_verify(cancel_fee_percent=25)
    if late:
        await till.late(session)
    await till.cancel(session, getattr(till, who))
    assert await till.balance("refunds") == 0  # nobody knows yet whether it came
    with pytest.raises(ForbiddenError):
        await answer_transfer(till.db, till.client.actor, session, True, now())
    row = await answer_transfer(till.db, till.practitioner.actor, session, False, now())
    assert (row.arrived, row.back_minor, await till.balance("platform")) == (False, back, 0)
    row = await answer_transfer(till.db, till.practitioner.actor, session, True, now())
    assert row.arrived
    assert await till.balance("refunds") == back
    assert await till.balance("platform") == (8000 - back) * 3 // 10
    for again in (True, False):
        with pytest.raises(TransferAnsweredError):
            await answer_transfer(till.db, till.practitioner.actor, session, again, now())
    assert await till.balance("refunds") == back


async def test_both_see_what_was_paid_in_cash(meeting: Meeting) -> None:
    session = await meeting.approved()
    path = f"/sessions/{session.id}"
    assert "Paid in cash" in (await meeting.practitioner.get("/dashboard/practitioner")).text
    assert "£80.00" in (await meeting.practitioner.get(f"{path}/cash")).text
    refused = await meeting.practitioner.post(f"{path}/cash", data={"reason": "Thanks"})
    assert refused.status_code == 422
    assert "Thanks" in refused.text
    paid = await meeting.practitioner.post(f"{path}/cash", data={"how": "cash", "reason": "Thanks"})
    assert paid.status_code == 303
    for page in ("/dashboard/client", path):
        assert "Paid in cash" in (await meeting.client.get(page)).text
    assert "marked it as paid in cash" in (await meeting.client.get(path)).text
    assert "marked your session as paid" in (await meeting.client.get("/notifications")).text
    gone = await meeting.practitioner.get(f"{path}/cash")
    assert "This is done already" in gone.text


async def test_the_practitioner_is_asked_where_they_look(meeting: Meeting) -> None:
    session = await meeting.paid()
    path = f"/sessions/{session.id}"
    await meeting.client.post(f"{path}/cancellation", data={"reason": "I am ill"})
    assert "says whether it came" in (await meeting.client.get(path)).text
    assert "Did it come?" in (await meeting.practitioner.get(path)).text
    assert "Did these transfers come?" in (await meeting.practitioner.get("/practice/earnings")).text
    assert (await meeting.practitioner.post(f"{path}/transfer")).status_code == 422
    answer = await meeting.practitioner.post(f"{path}/transfer", data={"came": "yes"})
    assert answer.status_code == 303
    page = (await meeting.client.get(path)).text
    assert "owes you" in page
    assert "Waits to be checked" not in page
    assert "Did these transfers" not in (await meeting.practitioner.get("/practice/earnings")).text
