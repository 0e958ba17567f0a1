"""No free time in a month: the next dates at once, and who else has time (mission C9)."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.tabs import Meeting, words
from tests.support.world import make_offering, make_practitioner

from .calendar_pages import counts, office, page_of, shown_day, starts

NOW = datetime(2027, 1, 12, 9, tzinfo=UTC)


@pytest.fixture
async def away(meeting: Meeting, owner: Any, monkeypatch: pytest.MonkeyPatch) -> Meeting:
    """It is January; she works from ten to twelve on weekdays, and is away for all of it."""
    monkeypatch.setattr("visavis.main.utc_now", lambda: NOW)
    await office(owner, meeting.practitioner, "Europe/London", hours=(10, 12))
    await owner.execute(
        """insert into date_override (practitioner_id, on_date, name)
        select $1, day::date, 'Away' from generate_series('2027-01-12'::date, '2027-02-09', '1 day') day""",
        meeting.practitioner.person.id,
    )
    return meeting


async def test_the_first_month_with_free_times_is_shown_instead(away: Meeting) -> None:
    page = await away.client.get(page_of(away))
    [address] = re.findall(r'<div id="slots"[^>]* hx-get="([^"]+)"', page.text)
    for shown in (page, await away.client.get(address.replace("&amp;", "&"))):
        assert "Nothing is free in January 2027 any more" in words(shown)
        assert shown_day(shown) == "2027-02-10"
        assert len(starts(shown)) == 2


async def test_a_month_that_was_asked_for_names_the_next_dates(away: Meeting) -> None:
    page = await away.client.get(page_of(away, "/slots?month=2027-01"))
    assert "No time is free in January 2027" in words(page)
    assert re.findall(r'href="[^"]*day=([\d-]+)#day"', page.text) == [
        "2027-02-10", "2027-02-11", "2027-02-12", "2027-02-15",
    ]  # fmt: skip
    assert counts(page) == {}
    assert starts(page) == []


async def test_a_day_that_has_become_full_stays_and_says_so(away: Meeting) -> None:
    page = await away.client.get(page_of(away, "/slots?day=2027-02-09"))
    assert "Nothing is free on this day any more" in words(page)
    assert counts(page)


async def test_nothing_at_all_is_said_kindly(meeting: Meeting, owner: Any) -> None:
    await owner.execute("delete from working_hours")
    page = await meeting.client.get(page_of(meeting))
    assert "No time is free until" in words(page)
    assert f"slots:{meeting.practitioner.person.id}" in page.text, "the page follows when one becomes free"
    assert "Others who have time" not in words(page)


async def test_others_with_a_speciality_or_language_who_are_free(away: Meeting, owner: Any) -> None:
    about = "update practice set specialities = $2, languages = $3 where practitioner_id = $1"
    await owner.execute(about, away.practitioner.person.id, ["Anxiety", "Grief"], ["English"])
    alike = {
        "Ann Anxiety": (["Anxiety"], ["French"]),
        "Ben Both": (["Anxiety"], ["English"]),
        "Eve English": ([], ["English"]),
        "Finn Farther": ([], ["English"]),
        "Olga Other": (["Sleep"], ["German"]),
        "Will Withdrawn": (["Grief"], ["English"]),
        "Una Unfree": (["Grief"], ["English"]),
    }
    ids = {}
    for name, what in alike.items():
        other = await make_practitioner(owner, name)
        ids[name] = other.id
        await make_offering(owner, other, lengths=(90, 30))
        await owner.execute(about, other.id, *what)
    await owner.execute(
        "update practice set published_at = null where practitioner_id = $1", ids["Will Withdrawn"]
    )
    await owner.execute("delete from working_hours where practitioner_id = $1", ids["Una Unfree"])
    page = await away.client.get(page_of(away, "?month=2027-01"))
    shown = re.findall(r'aria-label="See free times of ([^"]+)"', page.text)
    assert shown[:2] == ["Ben Both", "Ann Anxiety"], "likest first"
    assert len(shown) == 3
    assert shown[2] in ("Eve English", "Finn Farther")
    assert "From Tue 12 Jan 2027, 04:00" in words(page), "on the reader's clock"


async def test_the_search_for_others_is_bounded(away: Meeting, owner: Any, statements: Any) -> None:
    for number in range(30):
        other = await make_practitioner(owner, f"Number {number}")
        await make_offering(owner, other)
        await owner.execute("delete from working_hours where practitioner_id = $1", other.id)
    await owner.execute("update practice set languages = '{English}'")
    with statements() as made:
        await away.client.get(page_of(away, "/slots?month=2027-01"))
    assert len(made) < 20, "six are looked at, however many there are"
