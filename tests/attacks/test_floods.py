"""Whoever is told of something is not told of it without end (ASVS 2.4.1, 6.3.1)."""

import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.support.tabs import Meeting, now
from tests.support.world import tomorrow_at
from visavis.booking import actions
from visavis.booking.creating import create_session
from visavis.booking.plans import Plan
from visavis.credits.actions import grant
from visavis.credits.packages import add_package
from visavis.credits.purchasing import request_purchase, withdraw
from visavis.credits.rules import Grant, Package
from visavis.kit.errors import TooManyRequestsError

_MOST = 20


async def again(act: Callable[[], Awaitable[object]]) -> None:
    for _ in range(_MOST):
        await act()
    with pytest.raises(TooManyRequestsError):
        await act()


async def test_links_gifts_and_proposals_without_end(meeting: Meeting, owner: Any) -> None:
    """Each would send the client a mail, or ring."""
    db, sarah, session = meeting.db, meeting.as_practitioner, await meeting.confirmed()

    async def link() -> None:
        await actions.set_meeting_link(db, sarah, session.id, "https://meet.example.org/a", now())

    async def give() -> None:
        one = Grant(name="A gift", credits=1, valid_months=1)
        await grant(db, sarah, session.client_id, one, now())

    async def propose() -> None:
        plan = Plan(
            offering_id=meeting.offering,
            length_minutes=60,
            client_id=session.client_id,
            starts_at=tomorrow_at(12, 5),
        )
        made = (await create_session(db, sarah, plan, now())).session
        await actions.cancel(db, sarah, made.id, "Not so", now())

    for act in (link, give, propose):
        await again(act)


async def test_purchases_without_end(meeting: Meeting) -> None:
    """Begun and withdrawn again and again: each would ring at the seller's."""
    db, sarah, emma = meeting.db, meeting.as_practitioner, meeting.as_client
    five = Package(name="Five", credits=5, price_minor=35000, currency="GBP", valid_months=12)
    package = await add_package(db, sarah, five, now())

    async def buy() -> None:
        await withdraw(db, emma, await request_purchase(db, emma, package, now()), now())

    await again(buy)


async def test_accents_without_end_are_not_brought_into_order(client: Any) -> None:
    """Nobody has to sign in to send them, and each form stopped its process for twenty seconds."""
    accents, browser = "a" + "\u0315\u0300" * 50_000, client()
    await browser.get("/sign-in")
    token = {"_csrf_token": (None, browser.cookies["visavis-csrf"])}
    before = time.process_time()
    for path, typed in (
        ("/sign-up", {"email": "a@example.org", "password": accents}),
        ("/sign-in", {"email": "a@example.org", "password": accents}),
        ("/forgot-password", {"email": f"a@{accents}.example.org"}),
    ):
        files = token | {name: (None, value) for name, value in typed.items()}
        assert (await browser.post(path, files=files)).status_code == 422
    assert time.process_time() - before < 5
