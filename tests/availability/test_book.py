"""Choosing a time through HTTP: what is shown is what can be booked, in everybody's own zone."""

import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.support.tabs import Meeting, Tab, words
from tests.support.world import make_offering, make_practitioner, tomorrow_at


def page_of(tab: Tab | Meeting, rest: str = "") -> str:
    person = tab.practitioner.person if isinstance(tab, Meeting) else tab.person
    return f"/practitioners/{person.id}/book{rest}"


def starts(page: httpx.Response) -> list[datetime]:
    found = re.findall(r'name="starts_at" value="([^"]+)"', page.text)
    return [datetime.fromisoformat(each) for each in found]


def buttons(page: httpx.Response) -> dict[str, list[str]]:
    """The words on the time buttons by date of the viewer."""
    found = defaultdict(list)
    for day in re.split(r'<div class="day" id="day-', page.text)[1:]:
        found[day[:10]] += re.findall(r'name="starts_at"[^>]*>([^<]+)', day)
    return dict(found)


async def office(
    owner: Any, tab: Tab, zone: str, *, hours: tuple[int, int] = (9, 11), step: int = 60
) -> None:
    """Monday to Friday, on that zone's clock."""
    person = tab.person.id
    await owner.execute("delete from working_hours where practitioner_id = $1", person)
    await owner.execute(
        """insert into working_hours (practitioner_id, day_of_week, starts_minute, ends_minute)
        select $1, day, $2, $3 from generate_series(1, 5) day""",
        person,
        hours[0] * 60,
        hours[1] * 60,
    )
    await owner.execute(
        "update practice set time_zone = $2, slot_step_minutes = $3 where practitioner_id = $1",
        person,
        zone,
        step,
    )


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lets requests happen at another time."""

    def move(instant: str) -> datetime:
        moved = datetime.fromisoformat(instant).replace(tzinfo=UTC)
        monkeypatch.setattr("visavis.main.utc_now", lambda: moved)
        return moved

    return move


async def test_what_is_shown_can_be_booked_and_is_then_gone(meeting: Meeting, owner: Any) -> None:
    page = await meeting.client.get(page_of(meeting))
    assert page.status_code == 200
    shown = starts(page)
    assert len(shown) > 1000
    chosen = shown[100]
    form = {
        "offering_id": str(meeting.offering),
        "length": "60",
        "starts_at": chosen.isoformat(),
        "notes": "Hi",
    }
    assert (await meeting.client.post("/sessions", form)).status_code == 303
    left = starts(await meeting.client.get(page_of(meeting, "/slots")))
    gone = set(shown) - set(left)
    assert gone == {chosen + timedelta(minutes=minutes) for minutes in (-30, 0, 30)}


async def test_every_time_shown_is_one_the_rules_accept(meeting: Meeting, owner: Any) -> None:
    await meeting.booked(hour=10, days=7)
    await office(owner, meeting.practitioner, "Europe/London", step=30)
    page = await meeting.client.get(page_of(meeting))
    for number, chosen in enumerate(starts(page)[::25]):
        form = {"offering_id": str(meeting.offering), "length": "60", "starts_at": chosen.isoformat()}
        answer = await meeting.client.post("/sessions", form)
        assert answer.status_code == 303, (number, chosen)


async def test_times_are_the_viewers_and_the_practitioners(meeting: Meeting, owner: Any) -> None:
    await office(owner, meeting.practitioner, "Asia/Tokyo", hours=(9, 10))
    page = await meeting.client.get(page_of(meeting))
    shown = starts(page)
    assert {each.astimezone(ZoneInfo("Asia/Tokyo")).hour for each in shown} == {9}
    assert re.search(r">1[89]:00<small>\w{3} 09:00</small>", page.text), "18:00 or 19:00 the day before"
    assert "Times in New York (GMT-" in words(page)
    assert "The small ones are in Tokyo (GMT+9)" in words(page)


async def test_another_zone_can_be_chosen(meeting: Meeting, owner: Any, client: Any) -> None:
    await office(owner, meeting.practitioner, "Europe/London", hours=(9, 10))
    page = await meeting.client.get(page_of(meeting, "?zone=Asia/Kolkata"))
    assert "Times in Kolkata (GMT+5:30)" in words(page)
    anybody = await client().get(page_of(meeting))
    assert "Times in London" in words(anybody)
    assert "The small ones" not in words(anybody)
    odd = await meeting.client.get(page_of(meeting, "?zone=../../etc/passwd"))
    assert "Times in New York" in words(odd)


async def test_a_clock_change_moves_only_the_other_side(meeting: Meeting, owner: Any, at: Any) -> None:
    """London changes on 28 March 2027, New York on the 14th: the client's clock shows it, the other not."""
    await office(owner, meeting.practitioner, "Europe/London", hours=(9, 10))
    at("2027-03-09T00:00:00")
    hers = buttons(await meeting.client.get(page_of(meeting)))
    assert hers["2027-03-12"] == ["04:00"]
    assert hers["2027-03-15"] == hers["2027-03-26"] == ["05:00"]
    assert hers["2027-03-29"] == ["04:00"]
    his = buttons(await meeting.practitioner.get(page_of(meeting)))
    assert {tuple(each) for each in his.values()} == {("09:00",)}
    assert len(his) == 20


async def test_a_time_in_the_gap_is_booked_as_it_is_shown(meeting: Meeting, owner: Any, at: Any) -> None:
    await owner.execute("delete from working_hours")
    await owner.execute(
        """insert into working_hours (practitioner_id, day_of_week, starts_minute, ends_minute)
        values ($1, 0, 60, 180)""",
        meeting.practitioner.person.id,
    )
    at("2027-03-20T12:00:00")
    his = buttons(await meeting.practitioner.get(page_of(meeting)))
    assert his["2027-03-21"] == ["01:00", "01:30", "02:00"]
    assert his["2027-03-28"] == ["02:00"], "from 01:00, which becomes 02:00, to 03:00"
    form = {"offering_id": str(meeting.offering), "length": "60", "starts_at": "2027-03-28T01:00:00Z"}
    assert (await meeting.client.post("/sessions", form)).status_code == 303


async def test_four_weeks_of_the_viewers_calendar(meeting: Meeting, at: Any) -> None:
    moved = at("2027-01-10T23:30:00")
    page = await meeting.client.get(page_of(meeting, "?zone=Pacific/Auckland"))
    zone = ZoneInfo("Pacific/Auckland")
    dates = {each.astimezone(zone).date() for each in starts(page)}
    today = moved.astimezone(zone).date()
    assert (min(dates), max(dates)) == (today, today + timedelta(days=27))


async def test_notice_window_and_buffers_hold(meeting: Meeting, owner: Any, at: Any) -> None:
    at("2027-02-01T09:10:00")
    await owner.execute(
        """update practice set notice_minutes = 1440, window_days = 3, buffer_before_minutes = 15,
            buffer_after_minutes = 15"""
    )
    shown = starts(await meeting.client.get(page_of(meeting)))
    assert shown[0] == datetime(2027, 2, 2, 9, 30, tzinfo=UTC)
    assert shown[-1] == datetime(2027, 2, 4, 23, 30, tzinfo=UTC)
    form = {"offering_id": str(meeting.offering), "length": "60", "starts_at": "2027-02-03T10:00:00Z"}
    assert (await meeting.client.post("/sessions", form)).status_code == 303
    left = set(starts(await meeting.client.get(page_of(meeting))))
    taken = datetime(2027, 2, 3, 10, tzinfo=UTC)
    gone = {taken + timedelta(minutes=minutes) for minutes in range(-60, 61, 30)}
    assert set(shown) - left == gone, "the session's hour and the buffers of both"


async def test_the_price_is_shown_before_booking(meeting: Meeting, owner: Any) -> None:
    talk = await make_offering(owner, meeting.practitioner.person, name="Long talk", lengths=(50, 80))
    free = await make_offering(
        owner,
        meeting.practitioner.person,
        "nothing_to_pay",
        name="First talk",
        lengths=(20,),
        fixed_price_minor=0,
    )
    first = words(await meeting.client.get(page_of(meeting)))
    assert "Book session · £80.00" in first
    assert "Your request is answered first; you pay by transfer afterwards." in first
    long = words(await meeting.client.get(page_of(meeting, f"?offering={talk}&length=80")))
    assert "Book session · £106.67" in long
    nothing = await meeting.client.get(page_of(meeting, f"?offering={free}"))
    assert "Book session ·" not in words(nothing)
    assert "There is nothing to pay here." in words(nothing)
    assert 'name="length" value="20"' in nothing.text


@pytest.mark.parametrize(
    "query",
    [
        "?offering=01a1fc46-208d-7d37-82cd-0a8d1f7d40bf",
        "?offering=x'; drop table session; --",
        "?length=-1&starts_at=yesterday&zone=Mars",
        "?starts_at=0001-01-01T00:00:00%2B14:00",
        "?starts_at=9999-12-31T23:59:59-14:00",
        "?length=%00&offering=%F0%9F%98%80",
    ],
)
async def test_an_odd_address_falls_back(meeting: Meeting, query: str) -> None:
    for path in ("", "/slots"):
        page = await meeting.client.get(page_of(meeting, path + query))
        assert page.status_code == 200
        assert starts(page)


async def test_anothers_offering_cannot_be_chosen_here(meeting: Meeting, stranger: Tab, owner: Any) -> None:
    theirs = await make_offering(owner, stranger.person, name="Elsewhere")
    page = await meeting.client.get(page_of(meeting, f"?offering={theirs}"))
    assert "Elsewhere" not in page.text
    assert f'name="offering_id" value="{meeting.offering}"' in page.text


async def test_a_wish_that_is_gone_brings_the_nearest(meeting: Meeting, stranger: Tab) -> None:
    taken = tomorrow_at(10, 3)
    await meeting.booked(hour=10, days=3)
    page = await stranger.get(page_of(meeting, f"?starts_at={taken:%Y-%m-%dT%H:%M:%SZ}"))
    assert "This time is no longer free" in words(page)
    near = starts(page)[:3]
    assert near == sorted({taken + timedelta(minutes=minutes) for minutes in (-90, -60, 60)})
    free = await stranger.get(page_of(meeting, f"?starts_at={near[0]:%Y-%m-%dT%H:%M:%SZ}"))
    assert "no longer free" not in words(free)
    assert free.text.count(" checked") == 1


async def test_a_choice_survives_the_sign_in(meeting: Meeting, client: Any) -> None:
    anybody = client()
    page = await anybody.get(page_of(meeting))
    assert "Sign in to book · £80.00" in words(page)
    assert 'name="notes"' not in page.text, "words about oneself never stand in an address"
    chosen = starts(page)[40].strftime("%Y-%m-%dT%H:%M:%SZ")
    typed = {
        "offering": str(meeting.offering),
        "length": "60",
        "zone": "",
        "starts_at": chosen,
        "sign-in": "yes",
    }
    answer = await anybody.get(page_of(meeting), params=typed)
    assert answer.status_code == 303
    address = urlsplit(answer.headers["location"])
    assert address.path == "/sign-in"
    [back] = parse_qs(address.query)["next"]
    assert back.startswith(page_of(meeting))
    again = await meeting.client.get(back)
    assert re.search(rf'value="{chosen}"[^>]* checked', again.text)


async def test_a_clients_own_sessions_elsewhere_are_not_offered(meeting: Meeting, owner: Any) -> None:
    other = await make_practitioner(owner, "Dr. Other")
    await make_offering(owner, other)
    await meeting.booked(hour=10, days=3)
    taken = tomorrow_at(10, 3)
    shown = starts(await meeting.client.get(f"/practitioners/{other.id}/book"))
    assert taken not in shown
    assert taken + timedelta(hours=1) in shown


async def test_no_free_time_is_said_kindly(meeting: Meeting, owner: Any) -> None:
    await owner.execute("delete from working_hours")
    page = await meeting.client.get(page_of(meeting))
    assert "No time is free in the next four weeks" in words(page)
    assert f"slots:{meeting.practitioner.person.id}" in page.text, (
        "and the page follows when one becomes free"
    )


async def test_the_practitioner_cannot_book_here(meeting: Meeting) -> None:
    page = await meeting.practitioner.get(page_of(meeting))
    assert "Sessions with yourself cannot be booked" in words(page)
    assert "Book session ·" not in words(page)


async def test_the_live_part_answers_itself(meeting: Meeting) -> None:
    page = await meeting.client.get(page_of(meeting, "?length=60"))
    [address] = re.findall(r'<div id="slots" data-live="[^"]+" hx-get="([^"]+)"', page.text)
    part = await meeting.client.get(address.replace("&amp;", "&"))
    assert part.status_code == 200
    assert part.text.startswith('<div id="slots"')
    assert starts(part) == starts(page)
