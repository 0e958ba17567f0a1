"""Nobody gives what they were not shown, in money or in credits (ASVS 2.2.1, 2.3.1)."""

from typing import Any

from tests.booking.proposals import NOON, make, met
from tests.booking.test_pages import wish
from tests.support.tabs import Meeting, words

COSTS = """update offering set policy = policy ||
    jsonb_build_object('payment', 'credits', 'credits', $1::int, 'approval', 'automatic')"""
GIFT = """with lot as (insert into credit_lot (client_id, source, name, credits, expires_at)
    values ($1, 'granted', 'A gift', 9, now() + '1 day') returning id)
    insert into credit_entry (lot_id, client_id, delta, reason, at)
    select id, $1, 9, 'granted', now() from lot"""


async def test_more_credits_than_were_shown_are_not_taken(meeting: Meeting, owner: Any) -> None:
    """What it costs changes while the client reads: nothing is booked, nothing is taken."""
    emma = meeting.client
    await owner.execute(COSTS, 2)
    refused = await emma.post("/sessions", wish(meeting, seen_price="0 GBP 2"))
    assert (refused.status_code, await owner.fetchval("select count(*) from session")) == (409, 0)
    await owner.execute(GIFT, emma.person.id)
    for costs, seen in ((2, "8000 GBP"), (2, "0 GBP"), (9, "0 GBP 2")):
        await owner.execute(COSTS, costs)
        refused = await emma.post("/sessions", wish(meeting, seen_price=seen))
        assert refused.status_code == 409, (costs, seen)
        assert f"credits now: {costs}. Nothing has been booked yet" in words(refused)
    await owner.execute(COSTS, 2)
    page = await emma.get(f"/practitioners/{meeting.practitioner.person.id}/book")
    assert ('value="0 GBP 2"' in page.text, "Book session · 2 credits" in words(page)) == (True, True)
    token = {"x-csrftoken": emma.client.cookies["visavis-csrf"]}
    body: dict[str, Any] = {name: wish(meeting)[name] for name in ("offering_id", "starts_at")}
    body |= {"length_minutes": 60, "seen_price": {"minor": 0, "currency": "GBP", "credits": 1}}
    refused = await emma.client.post("/api/sessions", json=body, headers=token)
    assert (refused.status_code, refused.json().get("credits")) == (409, 2), refused.text
    assert (await emma.post("/sessions", wish(meeting, seen_price="0 GBP 2"))).status_code == 303
    assert await owner.fetchval("select remaining from credit_lot") == 7


async def test_no_other_time_than_shown_is_approved_from_the_credits(meeting: Meeting, owner: Any) -> None:
    """The practitioner can move what they proposed while its client buys credits for it."""
    await owner.execute(GIFT, await met(meeting))
    session = await make(meeting, credits=2)
    page = await meeting.client.get(f"/credits?session={session.id}")
    assert "You have enough now" in words(page)
    assert f'name="seen" value="{NOON.isoformat()}"' in page.text
