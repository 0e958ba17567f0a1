"""Practitioners who always meet at a link of their own."""

from typing import Any

import pytest

from tests.access.rows import act_as
from tests.support.databases import FreshDatabase, connect
from tests.support.tabs import Meeting, now, words
from visavis.booking import actions as booking
from visavis.booking.access import load_session
from visavis.payments.actions import verify_payment

PLACE = "https://meet.example.org/dr-johnson"


async def meet_there(owner: Any, meeting: Meeting) -> None:
    await owner.execute(
        "insert into meeting_place (practitioner_id, url) values ($1, $2)",
        meeting.practitioner.person.id,
        PLACE,
    )


async def test_the_link_comes_with_the_certainty(meeting: Meeting, owner: Any) -> None:
    await meet_there(owner, meeting)
    assert (await meeting.paid()).meeting_url is None, "who only asks does not learn it"
    assert (await meeting.confirmed(hour=12)).meeting_url == PLACE


async def test_what_was_set_for_a_session_stays(meeting: Meeting, owner: Any) -> None:
    await meet_there(owner, meeting)
    paid = await meeting.paid()
    other = "https://other.example.org"
    await booking.set_meeting_link(meeting.db, meeting.as_practitioner, paid.id, other, now())
    await verify_payment(meeting.db, meeting.as_practitioner, paid.id, now())
    session = await meeting.confirmed(hour=13)
    await booking.set_meeting_link(meeting.db, meeting.as_practitioner, session.id, "", now())
    async with meeting.db.transaction(meeting.as_client) as tx:
        assert (await load_session(tx, meeting.as_client, paid.id)).session.meeting_url == other
        assert (await load_session(tx, meeting.as_client, session.id)).session.meeting_url is None


@pytest.mark.parametrize("person", ["client", "stranger"])
async def test_nobody_else_reads_it(
    meeting: Meeting, owner: Any, stranger: Any, database: FreshDatabase, person: str
) -> None:
    await meet_there(owner, meeting)
    await meeting.booked()
    web = await connect(database.url)
    try:
        who = meeting.client.person if person == "client" else stranger.person
        await act_as(web, who.id)
        assert await web.fetch("select url from meeting_place") == []
    finally:
        await web.close()


async def test_said_on_the_page_of_the_practice(meeting: Meeting, owner: Any) -> None:
    tab = meeting.practitioner
    assert "Each session has a room of its own." in words(await tab.get("/practice"))
    refused = await tab.post("/practice/meeting-place", {"meeting_url": "http://meet.example.org"})
    assert refused.status_code == 422
    assert 'value="http://meet.example.org"' in refused.text
    assert (await tab.post("/practice/meeting-place", {"meeting_url": f" {PLACE} "})).status_code == 303
    assert "Always at meet.example.org/dr-johnson" in words(await tab.get("/practice"))
    assert (await meeting.confirmed()).meeting_url == PLACE
    assert (await tab.post("/practice/meeting-place", {"meeting_url": ""})).status_code == 303
    assert (await meeting.confirmed(hour=12)).meeting_url is None
    assert await owner.fetchval("select count(*) from meeting_place") == 0
