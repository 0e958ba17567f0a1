"""What everybody sees of practitioners."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from tests.support.tabs import Meeting, Tab, words
from tests.support.world import make_offering, make_practitioner, move_to_past
from visavis.booking import actions, feedback


async def test_the_list_shows_published_practices_only(
    meeting: Meeting, stranger: Tab, owner: Any, client: Any
) -> None:
    await owner.execute(
        "update practice set published_at = null where practitioner_id = $1", stranger.person.id
    )
    for who in (client(), meeting.client.client, stranger.client):
        answer = await who.get("/practitioners")
        page = words(answer)
        assert "Dr. Sarah Johnson" in page
        assert "£80.00 per hour" in page
        assert str(stranger.person.id) not in answer.text.partition("<main")[2]


async def test_the_list_comes_in_pages(owner: Any, client: Any) -> None:
    for number in range(21):
        await make_practitioner(owner, f"Person {number:02}")
    first, second = [words(await client().get(f"/practitioners?page={page}")) for page in (1, 2)]
    assert "Person 19" in first
    assert "Person 20" not in first
    assert "Person 20" in second
    assert "Person 19" not in second
    assert (await client().get("/practitioners?page=0")).status_code == 400


async def test_a_profile_says_what_each_length_costs(meeting: Meeting, owner: Any, client: Any) -> None:
    sarah = meeting.practitioner.person
    await make_offering(owner, sarah, name="Long talk", lengths=(50, 80))
    await make_offering(owner, sarah, "nothing_to_pay", name="First talk", lengths=(20,), fixed_price_minor=0)
    await owner.execute("update practice set verified_at = now(), languages = '{English,French}'")
    page = words(await client().get(f"/practitioners/{sarah.id}"))
    for said in ("50 mins £66.67", "1 hr 20 mins £106.67", "20 mins Free", "Verified", "English, French"):
        assert said in page
    assert "There are no reviews yet" in page


async def test_a_profile_shows_reviews_without_names(meeting: Meeting, owner: Any, client: Any) -> None:
    session = await meeting.confirmed()
    await move_to_past(owner, session.id)
    words_of_praise, at = "<b>Kind</b> and clear", datetime.now(UTC)
    for step in (actions.start, actions.complete):
        await step(meeting.db, meeting.as_practitioner, session.id, at)
    await feedback.give_feedback(meeting.db, meeting.as_client, session.id, 4, words_of_praise, at)
    page = await client().get(f"/practitioners/{meeting.practitioner.person.id}")
    assert "&lt;b&gt;Kind" in page.text
    assert "4.0" in words(page)
    assert "Emma" not in page.text
    assert "4.0" in words(await client().get("/practitioners"))


async def test_a_practice_that_is_not_shown_is_its_owners_only(
    meeting: Meeting, stranger: Tab, owner: Any, client: Any
) -> None:
    await meeting.booked()
    await owner.execute("update practice set published_at = null")
    here = f"/practitioners/{meeting.practitioner.person.id}"
    for path in (here, f"{here}/book", f"{here}/book/slots"):
        for who in (client(), stranger.client, meeting.client.client):
            assert (await who.get(path)).status_code == 404
        assert (await meeting.practitioner.get(path)).status_code == 200
    assert (await client().get(f"/practitioners/{uuid4()}")).status_code == 404


async def test_an_archived_offering_is_not_shown(meeting: Meeting, owner: Any, client: Any) -> None:
    await owner.execute("update offering set archived_at = now()")
    here = f"/practitioners/{meeting.practitioner.person.id}"
    assert "Nothing can be booked" in words(await client().get(here))
    page = await client().get(f"{here}/book")
    assert page.status_code == 200
    assert "offers nothing to book" in words(page)
