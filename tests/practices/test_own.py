"""A practitioner's own pages: what can be changed, by whom, and what it never touches."""

from typing import Any

import pytest

from tests.support.hints import Hints
from tests.support.tabs import DIALOG, Meeting, Tab, words
from tests.support.world import make_offering, make_person
from visavis.booking.access import load_session

from .typed import OFFERING, PROFILE


async def test_a_client_opens_a_practice_and_shows_it(owner: Any, client: Any) -> None:
    ada = Tab(await make_person(owner, time_zone="Asia/Tokyo"), client())
    assert "Open a practice" in words(await ada.get("/practice"))
    assert (await ada.post("/practice")).status_code == 303
    page = words(await ada.get("/practice"))
    home = await ada.get("/dashboard/practitioner")
    for asked in ("Say who you are", "Set your rate", "Add something to book", "Say when you work"):
        assert asked in page
        assert asked in words(home)
    assert 'href="/practice/rate" data-dialog' in home.text, "each step leads to where it is done"
    parts = ("Profile", "Rate", "Offerings", "Working hours", "How clients pay you", "Where you meet")
    places = [page.index(f" {each} ") for each in parts]
    assert places == sorted(places), "in the order in which they are done"
    refused = await ada.post("/practice/publication")
    assert refused.status_code == 409
    assert "Some things are still missing" in words(refused)

    assert (await ada.post("/practice/profile", PROFILE)).status_code == 303
    assert (await ada.post("/practice/offerings", OFFERING)).status_code == 303
    assert (
        await ada.post("/practice/availability", {"starts-1": "09:00", "ends-1": "17:00"})
    ).status_code == 303
    page = words(await ada.get("/practice"))
    assert "Everything is ready" in page, "a rate is not needed where every price is fixed"
    await owner.execute("update account set email_confirmed_at = null where id = $1", ada.person.id)
    refused = await ada.post("/practice/publication")
    assert refused.status_code == 403
    assert "confirm your e-mail address" in words(refused)
    await owner.execute("update account set email_confirmed_at = now() where id = $1", ada.person.id)
    assert (await ada.post("/practice/publication")).status_code == 303
    assert "Clients can see your practice" in words(await ada.get("/practice"))
    assert "Ada Client" in words(await client().get("/practitioners"))

    assert (await ada.post("/practice/withdrawal")).status_code == 303
    assert "Ada Client" not in words(await client().get("/practitioners"))


async def test_the_live_part_answers_itself(meeting: Meeting, owner: Any) -> None:
    page = await meeting.practitioner.get("/practice")
    assert 'hx-get="/practice/overview"' in page.text
    assert f"slots:{meeting.practitioner.person.id}" in page.text
    part = await meeting.practitioner.get("/practice/overview")
    assert part.text.lstrip().startswith('<div id="practice"')
    assert "Monday–Sunday 00:00–00:00" in words(part)
    await owner.execute(
        "insert into payment_instructions values ($1, 'Sort code 00-00-00')", meeting.practitioner.person.id
    )
    assert "Sort code 00-00-00" in words(await meeting.practitioner.get("/practice"))


async def test_opening_twice_changes_nothing(meeting: Meeting, owner: Any) -> None:
    await meeting.practitioner.post("/practice")
    assert await owner.fetchval("select count(*) from practice") == 1
    assert await owner.fetchval("select rate_minor from practice") == 8000
    assert await owner.fetchval("select count(*) from audit_event where verb = 'open_practice'") == 0


async def test_nobody_is_asked_to_sign_in(meeting: Meeting, owner: Any, client: Any) -> None:
    anybody = client()
    for path in (
        "",
        "/profile",
        "/rate",
        "/offerings/new",
        f"/offerings/{meeting.offering}",
        "/availability",
    ):
        assert (await anybody.get(f"/practice{path}")).status_code in (303, 401)


async def test_somebody_without_a_practice_is_refused(meeting: Meeting) -> None:
    for path in ("/profile", "/rate", "/offerings/new", f"/offerings/{meeting.offering}", "/availability"):
        assert (await meeting.client.get(f"/practice{path}")).status_code == 403
    for path in ("/profile", "/rate", "/offerings", "/publication", "/withdrawal", "/availability"):
        answer = await meeting.client.post(
            f"/practice{path}", PROFILE | OFFERING | {"rate": "1", "currency": "GBP"}
        )
        assert answer.status_code == 403, path


async def test_the_profile_is_kept_and_audited(meeting: Meeting, owner: Any, hints: Hints) -> None:
    sarah = meeting.practitioner
    answer = await sarah.post("/practice/profile", PROFILE, **DIALOG)
    assert (answer.status_code, answer.headers["hx-trigger"]) == (204, "visavis:changed")
    kept = await owner.fetchrow("select * from practice")
    assert (kept["title"], kept["about"]) == ("Psychologist", "First.\n\nSecond.")
    assert (kept["languages"], kept["time_zone"]) == (["English", "French"], "Europe/Paris")
    audited = await owner.fetchrow("select * from audit_event where verb = 'update_profile'")
    assert (audited["actor_id"], audited["concerns"]) == (sarah.person.id, [sarah.person.id])
    assert f"slots:{sarah.person.id}" in (await hints.next())["about"]


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("title", "", "Please say what you are"),
        ("headline", "x" * 161, "Please keep this to 160 characters"),
        ("time_zone", "Mars/Olympus", "Please choose a time zone"),
        ("time_zone", "/etc/passwd", "Please choose a time zone"),
        ("languages", ",".join(f"word {n}" for n in range(13)), "Please name at most 12"),
        ("specialities", "x" * 41, "Please name at most 12"),
    ],
)
async def test_a_wrong_profile_comes_back_as_it_was_typed(
    meeting: Meeting, owner: Any, name: str, typed: str, said: str
) -> None:
    answer = await meeting.practitioner.post(
        "/practice/profile", PROFILE | {name: typed, "about": "My <words>"}
    )
    assert answer.status_code == 422
    assert said in words(answer)
    assert f'id="{name}-error"' in answer.text
    assert "My &lt;words&gt;" in answer.text
    assert await owner.fetchval("select about from practice") == ""


@pytest.mark.parametrize("rate", ["", "abc", "-1", "80.001", "1e9", "NaN", "99999999"])
async def test_a_wrong_rate_comes_back(meeting: Meeting, owner: Any, rate: str) -> None:
    answer = await meeting.practitioner.post("/practice/rate", {"rate": rate, "currency": "GBP"})
    assert answer.status_code == 422
    assert "Please enter an amount" in words(answer)
    assert f'value="{rate}"' in answer.text
    assert await owner.fetchval("select rate_minor from practice") == 8000


@pytest.mark.parametrize("currency", ["", "ZZZ", "gbp", "DEM", "GBPP"])
async def test_a_currency_nobody_uses_is_refused(meeting: Meeting, currency: str) -> None:
    answer = await meeting.practitioner.post("/practice/rate", {"rate": "80", "currency": currency})
    assert answer.status_code == 422
    assert "Please choose a currency" in words(answer)


async def test_a_new_rate_never_alters_a_session(meeting: Meeting, owner: Any) -> None:
    before = await meeting.booked()
    answer = await meeting.practitioner.post("/practice/rate", {"rate": "95,50", "currency": "EUR"})
    assert answer.status_code == 303
    async with meeting.db.transaction(meeting.as_client) as tx:
        seat = await load_session(tx, meeting.as_client, before.id)
    assert (seat.session.price_minor, seat.session.currency) == (8000, "GBP")
    page = words(await meeting.client.get(f"/practitioners/{meeting.practitioner.person.id}"))
    assert "€95.50 per hour" in page
    assert (await meeting.booked(hour=14)).price_minor == 9550


async def test_yen_have_no_pence(meeting: Meeting, owner: Any) -> None:
    refused = await meeting.practitioner.post("/practice/rate", {"rate": "9000.50", "currency": "JPY"})
    assert refused.status_code == 422
    await meeting.practitioner.post("/practice/rate", {"rate": "9000", "currency": "JPY"})
    assert await owner.fetchval("select rate_minor from practice") == 9000
    assert 'value="9000"' in (await meeting.practitioner.get("/practice/rate")).text


async def test_fixed_prices_keep_their_currency(meeting: Meeting, owner: Any) -> None:
    await make_offering(owner, meeting.practitioner.person, fixed_price_minor=5000)
    refused = await meeting.practitioner.post("/practice/rate", {"rate": "80", "currency": "JPY"})
    assert refused.status_code == 422
    assert "fixed price are in GBP" in words(refused)


async def test_nothing_is_changed_by_reading(meeting: Meeting) -> None:
    for path in (
        "/practice/publication",
        "/practice/withdrawal",
        f"/practice/offerings/{meeting.offering}/archival",
    ):
        assert (await meeting.practitioner.get(path)).status_code == 405
