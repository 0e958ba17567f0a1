"""A practitioner's offerings: added, changed, removed, and never by others."""

from typing import Any

import pytest

from tests.support.hints import Hints
from tests.support.tabs import DIALOG, Meeting, Tab, words

from .typed import OFFERING


async def test_an_offering_is_added_changed_and_removed(meeting: Meeting, owner: Any, hints: Hints) -> None:
    sarah = meeting.practitioner
    assert (await sarah.post("/practice/offerings", OFFERING, **DIALOG)).status_code == 204
    assert f"slots:{sarah.person.id}" in (await hints.next())["about"]
    kept = await owner.fetchrow("select * from offering where name = 'Pair talk'")
    assert (kept["lengths_minutes"], kept["fixed_price_minor"], kept["position"]) == ([45, 90], 12050, 1)
    assert kept["policy"]["preset"] == "approve_then_transfer"
    one = f"/practice/offerings/{kept['id']}"
    form = await sarah.get(one)
    assert 'value="120.50"' in form.text
    assert 'value="45" checked' in form.text

    changed = OFFERING | {
        "pricing": "rate",
        "price": "ignored",
        "preset": "nothing_to_pay",
        "lengths": ["33"],
    }
    assert (await sarah.post(one, changed)).status_code == 303
    kept = await owner.fetchrow("select * from offering where name = 'Pair talk'")
    assert (kept["lengths_minutes"], kept["fixed_price_minor"]) == ([33], None)
    assert "33 mins £44.00" in words(await sarah.get("/practice"))

    assert (await sarah.post(f"{one}/archival")).status_code == 303
    assert (await sarah.post(f"{one}/archival")).status_code == 404
    assert (await sarah.get(one)).status_code == 404
    assert "Pair talk" not in words(await sarah.get("/practice"))


async def test_deadlines_and_changes_are_the_practitioners_to_set(meeting: Meeting, owner: Any) -> None:
    sarah = meeting.practitioner
    terms = {
        "approve_within_hours": "12",
        "pay_within_hours": "6",
        "cancel_until_hours": "48",
        "reschedule": "at_once",
        "reschedule_until_hours": "72",
    }
    assert (await sarah.post("/practice/offerings", OFFERING | terms)).status_code == 303
    kept = await owner.fetchrow("select id, policy from offering where name = 'Pair talk'")
    assert {name: str(kept["policy"][name]) for name in terms} == terms
    form = await sarah.get(f"/practice/offerings/{kept['id']}")
    assert 'name="cancel_until_hours"' in form.text
    assert 'value="48"' in form.text
    assert 'value="at_once" checked' in form.text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "Please give it a name"),
        ({"name": "x" * 81}, "Please keep this to 80 characters"),
        ({"lengths": []}, "Please choose at least one length"),
        ({"lengths": ["0"]}, "Please choose at least one length"),
        ({"lengths": ["50", "721"]}, "Please choose at least one length"),
        ({"lengths": ["fifty"]}, "Please choose at least one length"),
        ({"lengths": [str(n) for n in range(10, 19)]}, "Please choose at most eight lengths"),
        ({"price": ""}, "Please enter an amount"),
        ({"price": "-5"}, "Please enter an amount"),
        ({"cancel_until_hours": "721"}, "Please enter whole hours"),
        ({"pay_within_hours": "0"}, "Please enter whole hours"),
        ({"approve_within_hours": "soon"}, "Please enter whole hours"),
        ({"reschedule": "never"}, "Please choose how it gets another time"),
        ({"instant_within_minutes": "121"}, "Please enter whole minutes"),
        ({"payment": "credits", "credits": "0"}, "Please enter a whole number of credits"),
        ({"payment": "cash"}, "Please choose how it is paid"),
        ({"payment": "card"}, "Cards are not set up here yet"),
        ({"other_way": "card"}, "Cards are not set up here yet"),
        ({"booking": "request", "approval": "automatic"}, "A request without a time needs your answer"),
        ({"preset": "book_and_pay_by_card"}, "Cards are not set up here yet"),
        ({"preset": "by_magic"}, "Please choose how it is booked and paid"),
    ],
)
async def test_a_wrong_offering_comes_back_as_it_was_typed(
    meeting: Meeting, owner: Any, change: dict[str, Any], said: str
) -> None:
    answer = await meeting.practitioner.post("/practice/offerings", OFFERING | change)
    assert answer.status_code == 422
    assert said in words(answer)
    assert "For two" in answer.text
    assert await owner.fetchval("select count(*) from offering") == 1


async def test_every_complaint_comes_at_once(meeting: Meeting) -> None:
    wrong = {"name": "", "lengths": [], "pricing": "fixed", "price": "x", "preset": "?"}
    answer = await meeting.practitioner.post("/practice/offerings", wrong)
    for field in ("name", "lengths", "price", "preset"):
        assert f'id="{field}-error"' in answer.text


async def test_another_preset_takes_what_was_left_as_the_first_one_said(meeting: Meeting, owner: Any) -> None:
    """Also without scripts: the fields of the form still say what the preset before said."""
    shown = {"booking": "slots", "approval": "required", "payment": "transfer", "credits": "1"}
    form = OFFERING | shown | {"shown_preset": "approve_then_transfer", "cancel_until_hours": "48"}
    other = {"preset": "practitioner_proposes", "credits": "2"}
    assert (await meeting.practitioner.post("/practice/offerings", form | other)).status_code == 303
    kept = await owner.fetchval("select policy from offering where name = 'Pair talk'")
    assert {name: kept[name] for name in ("booking", "payment", "credits", "cancel_until_hours")} == {
        "booking": "proposal", "payment": "credits", "credits": 2, "cancel_until_hours": 48,
    }  # fmt: skip


async def test_without_a_provider_the_preset_says_how_there_is_one(meeting: Meeting, owner: Any) -> None:
    page = "/practice/offerings/new"
    assert "Cards are not set up here yet." in words(await meeting.practitioner.get(page))
    await owner.execute("update account set is_operator = true where id = $1", meeting.practitioner.person.id)
    assert "VISAVIS_STRIPE_SECRET_KEY" in words(await meeting.practitioner.get(page))
    await owner.execute("update installation set takes_cards = true")
    assert 'value="book_and_pay_by_card"' in (await meeting.practitioner.get(page)).text


async def test_only_presets_that_work_are_offered(meeting: Meeting) -> None:
    page = words(await meeting.practitioner.get("/practice/offerings/new"))
    assert "Approve, then transfer" in page
    assert "Book, nothing to pay" in page
    assert "Clients choose a time and pay by card at once" not in page


async def test_anothers_offering_stays_as_it_is(meeting: Meeting, stranger: Tab, owner: Any) -> None:
    one = f"/practice/offerings/{meeting.offering}"
    before = await owner.fetchrow("select * from offering where id = $1", meeting.offering)
    assert (await stranger.get(one)).status_code == 404
    assert (await stranger.post(one, OFFERING)).status_code == 404
    assert (await stranger.post(f"{one}/archival")).status_code == 404
    assert await owner.fetchrow("select * from offering where id = $1", meeting.offering) == before
    assert await owner.fetchval("select count(*) from audit_event") == 0
