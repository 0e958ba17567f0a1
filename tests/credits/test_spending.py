"""Approval and deduction are one act: whoever approves, never twice, and nothing when there are too few."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from tests.credits.world import Practice, make_practice
from tests.support.tabs import BUTTON, Tab, now, words
from tests.support.world import tomorrow_at
from visavis.booking import actions
from visavis.credits.actions import grant
from visavis.credits.errors import NotEnoughCreditsError
from visavis.credits.rules import Grant
from visavis.kit.db import Database
from visavis.kit.errors import NotFoundError, VisavisError


@pytest.fixture
async def practice(owner: Any) -> Practice:
    return await make_practice(owner)


@pytest.mark.parametrize("by", ["practitioner", "client"])
async def test_who_approves_does_not_matter(practice: Practice, db: Database, by: str) -> None:
    session, lot = await practice.proposed(by=by), await practice.given(5)
    approver = practice.client if by == "practitioner" else practice.practitioner
    seat = await actions.approve(db.handle(), approver.actor, session, now())
    assert (seat.session.status, await practice.left(lot)) == ("confirmed", 3)
    assert await practice.balance() == 3


async def test_too_few_says_how_many_are_missing_and_leaves_it_pending(
    practice: Practice, db: Database
) -> None:
    session, lot = await practice.proposed(), await practice.given(1)
    with pytest.raises(NotEnoughCreditsError) as refused:
        await actions.approve(db.handle(), practice.client.actor, session, now())
    assert refused.value.extra == {
        "missing": 1,
        "balance": 1,
        "get_more": f"/credits?session={session}",
    }
    assert await practice.status(session) == "pending_approval"
    assert (await practice.left(lot), await practice.balance()) == (1, 1)
    by_client = await practice.proposed(by="client", hour=12)
    with pytest.raises(NotEnoughCreditsError) as refused:
        await actions.approve(db.handle(), practice.practitioner.actor, by_client, now())
    assert (refused.value.get_more, refused.value.extra) == ("", {})
    assert "It takes 2 credits, and the client has too few" in refused.value.message, "how few is their own"


async def test_an_instant_session_begins_with_its_credits_or_not_at_all(
    practice: Practice, db: Database
) -> None:
    session = await practice.proposed()
    await practice.owner.execute(
        "update session set instant = true, during = null, blocked = null where id = $1", session
    )
    with pytest.raises(NotEnoughCreditsError):
        await actions.approve(db.handle(), practice.client.actor, session, now())
    row = await practice.owner.fetchrow("select status, during from session where id = $1", session)
    assert tuple(row) == ("pending_approval", None)
    await practice.given(2)
    seat = await actions.approve(db.handle(), practice.client.actor, session, now())
    assert (seat.session.status, await practice.balance()) == ("in_progress", 0)


async def test_a_double_click_and_two_tabs_spend_once(practice: Practice, db: Database) -> None:
    session = await practice.proposed()
    await practice.given(5)
    clicks = [actions.approve(db.handle(), practice.client.actor, session, now()) for _ in range(6)]
    answers = await asyncio.gather(*clicks, return_exceptions=True)
    assert sum(not isinstance(each, BaseException) for each in answers) == 1
    assert all(isinstance(each, VisavisError) for each in answers if isinstance(each, BaseException))
    assert await practice.balance() == 3


async def test_the_practitioners_go_before_the_platforms_and_what_expires_first_before_the_rest(
    practice: Practice, db: Database
) -> None:
    soon, later = now() + timedelta(days=9), now() + timedelta(days=90)
    platform = await practice.given(1, platform=True, until=soon)
    last, first = await practice.given(2, until=later), await practice.given(1, until=soon)
    gone = await practice.given(9, until=now() + timedelta(milliseconds=1))
    for hour in (10, 12):
        await actions.approve(db.handle(), practice.client.actor, await practice.proposed(hour=hour), now())
        if hour == 10:
            assert [await practice.left(lot) for lot in (first, last, platform)] == [0, 1, 1]
    assert [await practice.left(lot) for lot in (first, last, platform, gone)] == [0, 0, 0, 9]
    with pytest.raises(NotEnoughCreditsError):
        await actions.approve(db.handle(), practice.client.actor, await practice.proposed(hour=15), now())


async def test_called_off_in_time_it_all_comes_back(practice: Practice, db: Database) -> None:
    session, lot = await practice.proposed(), await practice.given(2)
    await actions.approve(db.handle(), practice.client.actor, session, now())
    await actions.cancel(db.handle(), practice.client.actor, session, "", now())
    assert (await practice.left(lot), await practice.balance()) == (2, 2)


async def test_what_comes_back_in_time_can_be_spent_although_its_lot_has_expired(
    practice: Practice, db: Database
) -> None:
    """And is good for as long as was left when it was taken: called off at once, no day is won."""
    session, lot = await practice.proposed(days=25), await practice.given(2, until=now() + timedelta(days=9))
    for later in (timedelta(minutes=1), timedelta(days=20)):
        await actions.approve(db.handle(), practice.client.actor, session, now())
        await actions.cancel(db.handle(), practice.client.actor, session, "", now() + later)
        assert await practice.balance() == 2
        if later < timedelta(hours=1):
            assert await practice.left(lot) == 2
            session = await practice.proposed(days=26)
    until = await practice.owner.fetchval("select expires_at from credit_lot where remaining > 0")
    assert timedelta(days=28) < until - now() < timedelta(days=29)


@pytest.mark.parametrize(("who", "back"), [("client", 0), ("practitioner", 2)])
async def test_called_off_late_it_comes_back_from_the_practitioner_only(
    practice: Practice, db: Database, who: str, back: int
) -> None:
    session = await practice.proposed(days=5)
    await practice.given(2, until=now() + timedelta(days=9))
    await actions.approve(db.handle(), practice.client.actor, session, now())
    by, late = getattr(practice, who).actor, tomorrow_at(9, 5)
    await actions.cancel(db.handle(), by, session, "I am ill.", late)
    assert await practice.balance() == back
    if back:
        soonest = await practice.owner.fetchval("select min(expires_at) from credit_lot where remaining > 0")
        assert soonest >= late + timedelta(days=29), "for somebody else's cancellation nobody loses them"


async def test_who_is_a_client_is_asked_of_the_database_and_of_no_list(
    practice: Practice, db: Database
) -> None:
    gift, giver = Grant(name="Thank you", credits=1, valid_months=1), practice.practitioner
    with pytest.raises(NotFoundError):
        await grant(db.handle(), giver.actor, practice.client.id, gift, now())
    await practice.given(1)
    await grant(db.handle(), giver.actor, practice.client.id, gift, now())
    assert await practice.balance() == 2


async def test_the_database_holds_one_to_the_other(practice: Practice, database: Any) -> None:
    """The second lock: by hand, an approval without the credits, credits without the approval, and twice."""
    session = await practice.proposed()
    await practice.given(5)
    web = await asyncpg.connect(database.url)
    begin = f"begin; set local visavis.account = '{practice.client.id}'; "
    approve = f"update session set status = 'confirmed' where id = '{session}'; "
    take = f"select take_credits('{session}', now()); "
    for alone in (approve, take, approve + take + take):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await web.execute(begin + alone + "commit")
        await web.execute("rollback")
    assert await practice.balance() == 5
    await web.execute(begin + approve + take + "commit")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await web.execute(begin + f"select give_back_credits('{session}', now()); commit")
    await web.close()
    assert await practice.balance() == 3
    for rewriting in (
        "update credit_entry set delta = 1",
        "delete from credit_entry",
        "truncate credit_entry",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await practice.owner.execute(rewriting)
    with pytest.raises(asyncpg.CheckViolationError):
        await practice.owner.execute(
            """insert into credit_entry (lot_id, client_id, delta, reason, at)
            select id, client_id, -4, 'expired', now() from credit_lot"""
        )


async def test_the_page_leads_from_too_few_to_more_and_back(practice: Practice, client: Any) -> None:
    session = await practice.proposed()
    await practice.given(1)
    emma = Tab(practice.client, client())
    refused = await emma.post(f"/sessions/{session}/approval")
    assert (refused.status_code, refused.headers["location"]) == (303, f"/credits?session={session}")
    pressed = await emma.post(f"/sessions/{session}/approval", **BUTTON)
    assert pressed.headers["hx-redirect"] == f"/credits?session={session}"
    page = await emma.get(f"/credits?session={session}")
    assert "1 credit is missing" in words(page)
    assert await practice.status(session) == "pending_approval"
    await practice.given(1)
    page = await emma.get(f"/credits/wallet?session={session}")
    assert "You have enough now" in words(page)
    assert f"/sessions/{session}" in page.text
    assert (await emma.post(f"/sessions/{session}/approval")).status_code == 303
    assert await practice.balance() == 0
