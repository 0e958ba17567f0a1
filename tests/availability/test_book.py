"""Times through HTTP: what is shown is what can be booked, in everybody's own zone."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.support.tabs import Meeting, words
from tests.support.world import make_offering, make_practitioner, tomorrow_at

from .calendar_pages import buttons, office, page_of, starts


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


async def test_a_clients_own_sessions_elsewhere_are_not_offered(meeting: Meeting, owner: Any) -> None:
    other = await make_practitioner(owner, "Dr. Other")
    await make_offering(owner, other)
    await meeting.booked(hour=10, days=3)
    taken = tomorrow_at(10, 3)
    shown = starts(await meeting.client.get(f"/practitioners/{other.id}/book"))
    assert taken not in shown
    assert taken + timedelta(hours=1) in shown


async def test_the_live_part_answers_itself(meeting: Meeting) -> None:
    page = await meeting.client.get(page_of(meeting, "?length=60"))
    [address] = re.findall(r'<div id="slots" data-live="[^"]+" hx-get="([^"]+)"', page.text)
    part = await meeting.client.get(address.replace("&amp;", "&"))
    assert part.status_code == 200
    assert part.text.startswith('<div id="slots"')
    assert starts(part) == starts(page)
