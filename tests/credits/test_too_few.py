"""Too few credits is never a dead end: nothing typed is lost, and there is a way to more."""

from typing import Any

import pytest

from tests.credits.world import Practice, make_practice
from tests.support.tabs import Tab, now, words
from tests.support.world import tomorrow_at
from visavis.booking.rescheduling import propose_time
from visavis.booking.taking import Wish, book_slot
from visavis.credits.errors import NotEnoughCreditsError
from visavis.kit.db import Database


@pytest.fixture
async def practice(owner: Any) -> Practice:
    return await make_practice(owner)


async def test_a_first_client_is_led_to_the_packages_of_whom_they_have_not_met(
    practice: Practice, db: Database, client: Any
) -> None:
    await practice.owner.execute(
        """update offering set policy = policy || '{"payment": "credits", "approval": "automatic"}'"""
    )
    await practice.owner.execute(
        """insert into credit_package (practitioner_id, name, credits, price_minor, currency, valid_months)
        values ($1, 'Ten talks', 10, 70000, 'GBP', 12)""",
        practice.practitioner.id,
    )
    wish = Wish(offering_id=practice.offering_id, starts_at=tomorrow_at(9), length_minutes=60)
    with pytest.raises(NotEnoughCreditsError) as refused:
        await book_slot(db.handle(), practice.client.actor, wish, now())
    more = refused.value.get_more
    assert more == f"/credits?practitioner={practice.practitioner.id}"
    emma = Tab(practice.client, client())
    page = await emma.get(more)
    assert "Ten talks" in words(page)
    live = more.replace("/credits", "/credits/wallet")
    assert f'"{live}"' in page.text, "and still after the page has read itself again"
    assert "Ten talks" in words(await emma.get(live))
    assert "Ten talks" not in words(await emma.get("/credits"))


async def test_a_practitioner_who_accepts_too_early_keeps_what_she_wrote(
    practice: Practice, client: Any
) -> None:
    session = await practice.proposed(by="client")
    sarah, emma = Tab(practice.practitioner, client()), Tab(practice.client, client())
    typed = {"answer": "yes", "message": "With pleasure!", "meeting_url": "https://meet.example.org/x"}
    refused = await sarah.post(f"/sessions/{session}/response", typed)
    assert refused.status_code == 409
    assert "the client has too few. It still waits, and they are told." in words(refused)
    assert "With pleasure!</textarea>" in refused.text
    assert typed["meeting_url"] in refused.text
    assert "Get more credits" not in words(refused)
    assert (await sarah.post(f"/sessions/{session}/approval")).status_code == 409
    told = await emma.get("/notifications")
    assert words(told).count("wants to approve your session: credits are missing") == 1, "pressed twice"
    assert f'href="/credits?session={session}"' in told.text
    for page in ("/dashboard/client", f"/sessions/{session}"):
        assert "2 credits are missing. Get credits" in words(await emma.get(page)), page
        assert "Get credits" not in words(await sarah.get(page.replace("client", "practitioner"))), page
    theirs = await practice.proposed(hour=12)
    refused = await emma.post(f"/sessions/{theirs}/response", {"answer": "yes"})
    assert f'href="/credits?session={theirs}"' in refused.text


async def test_a_client_who_agrees_to_the_proposed_time_is_led_to_more_and_back(
    practice: Practice, db: Database, client: Any
) -> None:
    """The approval is the practitioner's; the refusal is read by the client."""
    session, start = await practice.proposed(by="client"), tomorrow_at(15, 3)
    await propose_time(db.handle(), practice.practitioner.actor, session, start, "", now())
    emma = Tab(practice.client, client())
    agreement, seen = f"/sessions/{session}/new-time/agreement", {"seen": start.isoformat()}
    refused = await emma.post(agreement, seen)
    assert (refused.status_code, refused.headers["location"]) == (303, f"/credits?session={session}")
    refused = await emma.client.put(
        f"/api/sessions/{session}/reschedule/accept",
        headers={"x-csrftoken": emma.client.cookies["visavis-csrf"]},
    )
    assert (refused.json()["missing"], refused.json()["get_more"]) == (2, f"/credits?session={session}")
    assert "you have 0: 2 missing" in refused.json()["detail"]
    assert await practice.status(session) == "pending_approval"
    page = words(await emma.get(f"/credits?session={session}"))
    assert "It can be certain once you have them" in page
    assert "then approve it" not in page, "it is not theirs to approve"
    await practice.given(2)
    assert (await emma.post(agreement, seen)).status_code == 303
    assert (await practice.status(session), await practice.balance()) == ("confirmed", 0)
