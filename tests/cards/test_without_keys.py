"""Without keys nothing of cards is there, and nothing pretends to be."""

from typing import Any
from uuid import uuid4

from tests.support.meetings import meeting, stranger
from tests.support.stripes import event, signed
from tests.support.tabs import Meeting, words

__all__ = ["meeting", "stranger"]


async def test_no_page_of_cards_without_keys(meeting: Meeting, client: Any) -> None:
    session = (await meeting.approved()).id
    for path in (f"/sessions/{session}/card", f"/credits/purchases/{uuid4()}/card", "/account/cards"):
        assert (await meeting.client.get(path)).status_code == 404, path
    assert (await meeting.client.post(f"/sessions/{session}/card/attempt")).status_code == 404
    body = event("pi_1")
    answer = await client().post("/webhooks/stripe", content=body, headers=signed(body))
    assert answer.status_code == 404
    assert "Pay by transfer or credits" in words(await client().get("/"))
    assert "Cards" not in words(await meeting.client.get("/account"))
    assert "by card" not in words(await meeting.client.get(f"/sessions/{session}"))
