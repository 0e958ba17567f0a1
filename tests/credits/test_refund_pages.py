"""A purchase of credits that goes back, as its two sides meet it without scripts."""

from typing import Any

from tests.credits.test_pages import SLIP, bought, sold
from tests.support.tabs import Meeting, Tab, words


async def test_given_back_and_sent(meeting: Meeting, owner: Any, stranger: Tab) -> None:
    seller, client = meeting.practitioner, meeting.client
    path = await bought(client, await sold(meeting, owner))
    assert (await client.get(f"{path}/refund")).status_code == 404
    assert (await seller.get(f"{path}/refund")).status_code == 200
    await client.post(f"{path}/payment", {}, SLIP)
    await seller.post(f"{path}/verification")
    assert f'href="{path}"' in (await seller.get("/practice/credits")).text
    assert "5 of 5 credits are not spent. Give them back" in words(await seller.get(path))
    asked = words(await seller.get(f"{path}/refund"))
    assert "Paid £350.00 Not spent 5 of 5 credits Comes back £350.00" in asked
    seen_before = await seller.post(f"{path}/refund", {"credits": "4"})
    assert seen_before.status_code == 409
    assert "It is not so many credits any more" in words(seen_before)
    assert (await client.post(f"{path}/refund", {"credits": "5"})).status_code == 403
    assert (await stranger.post(f"{path}/refund", {"credits": "5"})).status_code == 404
    assert (await seller.post(f"{path}/refund", {"credits": "5"})).status_code == 303
    assert (await seller.post(f"{path}/refund", {"credits": "5"})).status_code == 409
    assert await owner.fetchval("select sum(remaining) from credit_lot") == 0
    for page in ("/practice/credits", "/practice/earnings"):
        assert "Refunds to send 1" in words(await seller.get(page))
    assert "5 credits went back. £350.00 is sent back to you" in words(await client.get(path))
    assert "Refunded: 5 sessions" in words(await client.get("/credits"))
    assert "took unspent credits back" in words(await client.get("/notifications"))
    too_long = await seller.post(f"{path}/refund/sending", {"note": "x" * 1001})
    assert too_long.status_code == 422
    assert "x" * 1001 in too_long.text
    assert (await seller.post(f"{path}/refund/sending", {"note": "Ref 7"})).status_code == 303
    assert (await seller.post(f"{path}/refund/sending", {"note": "Ref 7"})).status_code == 409
    assert "£350.00 was sent back." in words(await client.get(path))
    assert "Ref 7" in words(await client.get(f"{path}/refund"))
    assert "sent your refund" in words(await client.get("/notifications"))
