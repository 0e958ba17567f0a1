"""Sessions that the practitioner makes: for whom, when, what they cost; the client's answer; the room."""

from datetime import timedelta
from typing import Any

import pytest

from tests.booking.proposals import NEW, NOON, form, make, met, verify
from tests.support.tabs import BUTTON, Meeting, Tab, now, words
from tests.support.world import make_offering, make_person, make_practitioner, tomorrow_at
from visavis.booking.errors import SlotTakenError
from visavis.booking.phrases import cost
from visavis.kit.errors import ConflictError, InvalidInputError, NotFoundError, TooManyRequestsError


async def test_a_client_is_found_by_address_and_a_strangers_is_kept(meeting: Meeting, owner: Any) -> None:
    client = (await meeting.approved(days=9)).client_id
    address = await owner.fetchval("select email from account where id = $1", client)
    assert "Emma Clarke" in words(await meeting.practitioner.get(f"{NEW}?person={address}"))
    unknown = await meeting.practitioner.get(f"{NEW}?person=liam@example.org")
    assert f"{NEW}?kind=regular&amp;client=new&amp;person=liam%40example.org" in unknown.text
    typed = await meeting.practitioner.get(f"{NEW}?client=new&person=liam@example.org")
    assert 'value="liam@example.org"' in typed.text


async def test_regular_from_choosing_the_client_to_approval(meeting: Meeting, owner: Any) -> None:
    client = await met(meeting)
    first = await meeting.practitioner.get(f"{NEW}?person=emm")
    assert "Emma Clarke" in words(first)
    assert "None of your clients" in words(await meeting.practitioner.get(f"{NEW}?person=liam"))
    page = await meeting.practitioner.get(f"{NEW}?client={client}")
    assert f'value="{NOON:%Y-%m-%dT%H:%M:%SZ}"' in page.text
    assert "Propose · £80.00" in words(page)
    made = await meeting.practitioner.post(NEW, form(meeting))
    assert made.status_code == 303
    path = made.headers["location"].partition("?")[0]
    assert "It is proposed" in words(await meeting.practitioner.get(made.headers["location"]))
    row = await owner.fetchrow("select * from session where starts_at = $1", NOON)
    assert (row["created_by"], row["status"], row["price_minor"], row["needs_approval"], row["notes"]) == (
        "practitioner", "pending_approval", 8000, True, "As we said",
    )  # fmt: skip
    home = await meeting.client.get("/dashboard/client")
    seen = words(home)
    assert "Dr. Sarah Johnson proposes a session" in seen
    assert "in London" in seen
    assert "£80.00, by transfer once you have approved" in seen
    assert seen.index("proposes a session") < seen.index("Pending approval")
    assert home.text.count("Approve session") == 1
    assert "Awaiting approval" in words(await meeting.practitioner.get("/dashboard/practitioner"))
    own = await meeting.practitioner.post(f"{path}/approval", {}, **BUTTON)
    assert own.status_code == 403, "nobody approves what they proposed"
    stale = {"seen": tomorrow_at(9, 3).isoformat()}
    assert (await meeting.client.post(f"{path}/approval", stale, **BUTTON)).status_code == 409
    yes = {"seen": NOON.isoformat()}
    assert (await meeting.client.post(f"{path}/approval", yes, **BUTTON)).status_code == 204
    assert (await meeting.client.post(f"{path}/approval", yes, **BUTTON)).status_code == 409
    assert await owner.fetchval("select status from session where starts_at = $1", NOON) == "approved"
    unwanted = await make(meeting, starts_at=NOON + timedelta(hours=2))
    assert (await meeting.client.post(f"/sessions/{unwanted.id}/decline", {}, **BUTTON)).status_code == 204


async def test_custom_has_its_own_length_price_name_and_any_time(meeting: Meeting, owner: Any) -> None:
    await met(meeting)
    await owner.execute("delete from working_hours")
    await owner.execute("update practice set notice_minutes = 600")
    at = (now() + timedelta(minutes=30)).replace(second=0, microsecond=0)
    typed = {"kind": "custom", "minutes": "25", "name": "Crisis talk", "pay": "price", "price": "33.50"}
    typed |= {"on": f"{at:%Y-%m-%d}", "at": f"{at:%H:%M}"}
    made = await meeting.practitioner.post(NEW, form(meeting, **typed))
    assert made.status_code == 303, words(made)
    row = await owner.fetchrow("select * from session where created_by = 'practitioner'")
    assert (row["starts_at"], row["length_minutes"], row["price_minor"]) == (at, 25, 3350)
    assert (row["offering_name"], row["due_at"], row["policy"]["payment"]) == ("Crisis talk", at, "transfer")
    free = await make(meeting, price_minor=0, starts_at=NOON)
    assert (free.price_minor, free.terms.payment, free.terms.approval) == (0, "none", "required")
    paid = await make(meeting, credits=3, starts_at=NOON + timedelta(hours=2))
    assert (paid.price_minor, paid.credits, paid.terms.payment) == (0, 3, "credits")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"price": "-5"}, "price"),
        ({"price": "much"}, "price"),
        ({"minutes": "3"}, "minutes"),
        ({"minutes": "-60"}, "minutes"),
        ({"pay": "credits", "credits": "-1"}, "credits"),
        ({"pay": "credits", "credits": "1001"}, "credits"),
        ({"at": "25:00"}, "on"),
        ({"on": "2020-01-01"}, "starts_at"),
        ({"on": "9999-12-31"}, "starts_at"),
        ({"message": "x" * 2001}, "message"),
        ({"name": "x" * 81}, "name"),
        ({"offering": "nothing"}, "offering"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    meeting: Meeting, owner: Any, typed: dict[str, str], field: str
) -> None:
    await met(meeting)
    good = {"kind": "custom", "minutes": "50", "pay": "price", "price": "10", "on": f"{NOON:%Y-%m-%d}"}
    refused = await meeting.practitioner.post(NEW, form(meeting, **good | {"at": "12:00"} | typed))
    assert refused.status_code == 422
    if field != "offering":
        assert f'id="{field}-error"' in refused.text or f'id="{field}s-error"' in refused.text
    assert typed.get("message", "As we said") in refused.text
    assert await owner.fetchval("select count(*) from session where created_by = 'practitioner'") == 0


async def test_what_overlaps_is_refused_and_says_with_what(meeting: Meeting, owner: Any) -> None:
    await met(meeting)
    liam = Tab(await make_person(owner, "Liam Murphy"), meeting.client.client)
    other = await make_practitioner(owner, "Dr. Else Where")
    offering = await make_offering(owner, other)
    await owner.execute("update practice set buffer_after_minutes = 15 where practitioner_id = $1",
                        meeting.practitioner.person.id)  # fmt: skip
    as_liam = Meeting(meeting.db, meeting.store, meeting.practitioner, liam, meeting.offering)
    hers = await as_liam.booked(hour=15)
    with pytest.raises(SlotTakenError, match="You have a session with Liam Murphy then") as refused:
        await make(meeting, starts_at=hers.starts_at)
    assert refused.value.alternatives
    with pytest.raises(SlotTakenError, match="The time around your session with Liam Murphy"):
        await make(meeting, starts_at=hers.ends_at)
    elsewhere = Meeting(
        meeting.db, meeting.store, Tab(other, meeting.practitioner.client), meeting.client, offering
    )
    meeting.practitioner.person.sign_in(meeting.practitioner.client)
    theirs = await elsewhere.booked(hour=18)
    typed = form(meeting, starts_at=theirs.starts_at.isoformat())  # type: ignore[union-attr]
    page = await meeting.practitioner.post(NEW, typed)
    assert page.status_code == 409
    said = words(page)
    assert "They have another session at this time." in said
    assert "Else Where" not in said
    assert "Near to it are:" in said
    assert "As we said</textarea>" in page.text


async def test_strangers_are_not_there_and_addresses_tell_little(
    meeting: Meeting, owner: Any, stranger: Tab
) -> None:
    lara = await make_person(owner, "Lara Late")
    with pytest.raises(NotFoundError):
        await make(meeting, client_id=lara.id)
    assert (await meeting.practitioner.get(f"{NEW}?client={lara.id}")).status_code == 404
    assert (await meeting.practitioner.post(NEW, form(meeting, client=str(lara.id)))).status_code == 404
    await met(meeting)
    theirs = await make_offering(owner, stranger.person)
    with pytest.raises(NotFoundError):
        await make(meeting, offering_id=theirs)
    address = await owner.fetchval("select email from account where id = $1", lara.id)
    with pytest.raises(InvalidInputError) as refused:
        await make(meeting, email=address)
    assert "verified" in refused.value.fields["email"]
    assert (await stranger.client.get(NEW)).status_code == 200
    assert (await meeting.client.get(NEW)).status_code == 403


async def test_by_exact_address_for_verified_practices(meeting: Meeting, owner: Any) -> None:
    address = await verify(owner, meeting)
    await owner.execute("update account set email_confirmed_at = null where id = $1",
                        (quiet := await make_person(owner, "Not Confirmed")).id)  # fmt: skip
    unconfirmed = await owner.fetchval("select email from account where id = $1", quiet.id)
    own = await owner.fetchval("select email from account where id = $1", meeting.practitioner.person.id)
    said = set()
    for wrong in ("nobody@example.org", unconfirmed, own, address[1:], f"%{address[4:]}"):
        with pytest.raises(InvalidInputError) as refused:
            await make(meeting, email=wrong)
        said.add(str(refused.value.fields))
    assert len(said) == 1, "one sentence, whatever the reason"
    made = await make(meeting, email=address.upper())
    assert made.client_name == "Emma Clarke"
    assert (await make(meeting, starts_at=NOON + timedelta(hours=3))).client_id == made.client_id
    for _again in range(4):
        with pytest.raises(InvalidInputError):
            await make(meeting, email="nobody@example.org", starts_at=NOON + timedelta(hours=6))
    with pytest.raises(TooManyRequestsError):
        await make(meeting, email=address)


async def test_asked_for_bank_details_where_money_is_asked_for_and_only_there(
    meeting: Meeting, owner: Any
) -> None:
    client = await met(meeting)
    asked, missing = f"{NEW}?client={client}", "You have not said how to pay you"
    waits = await owner.fetchval("select id from session")
    approval = f"/sessions/{waits}/approval"
    for path in (asked, f"{asked}&kind=custom", approval):
        assert missing in words(await meeting.practitioner.get(path)), path
    assert missing not in words(await meeting.practitioner.get(f"{asked}&kind=instant"))
    await owner.execute(
        """update session set price_minor = 0, credits = 2, policy = policy || '{"payment": "credits"}'"""
    )
    await owner.execute("""update offering set policy = policy || '{"payment": "credits"}'""")
    for path in (asked, approval):
        assert missing not in words(await meeting.practitioner.get(path)), path
    await meeting.practitioner.post("/practice/payment", {"words": "Account 12345678"})
    assert missing not in words(await meeting.practitioner.get(f"{asked}&kind=custom"))


async def test_what_is_settled_elsewhere_is_not_nothing(meeting: Meeting, owner: Any) -> None:
    await met(meeting)
    preset = "accept_or_decline"
    offering = await make_offering(owner, meeting.practitioner.person, preset, fixed_price_minor=8000)
    made = [await make(meeting, offering_id=offering, starts_at=at) for at in (NOON, None)]
    assert [each.price_minor for each in made] == [8000, 8000]
    for each in made:
        assert cost(meeting.as_client, each) == "£80.00, settled outside Visavis"  # as mails say it
    home = words(await meeting.client.get("/dashboard/client"))
    assert home.count("£80.00, settled outside Visavis") == 2
    practitioner = meeting.practitioner.person.id
    page = words(await meeting.client.get(f"/practitioners/{practitioner}/book?offering={offering}"))
    assert "What it costs is settled outside Visavis." in page
    assert "nothing to pay here" not in page


async def test_not_more_than_one_can_answer(meeting: Meeting) -> None:
    await met(meeting)
    await make(meeting, starts_at=None, credits=1)
    with pytest.raises(ConflictError, match="before them already"):
        await make(meeting, starts_at=None, credits=1)
    for hour in range(4):
        await make(meeting, starts_at=NOON + timedelta(hours=hour))
    with pytest.raises(TooManyRequestsError):
        await make(meeting, starts_at=NOON + timedelta(hours=8))
