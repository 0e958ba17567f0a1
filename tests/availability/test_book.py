"""Times through HTTP: what is shown is what can be booked, in everybody's own zone."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.support.tabs import Meeting, words
from tests.support.world import make_offering, make_practitioner, tomorrow_at

from .calendar_pages import buttons_on, counts, office, page_of, shown_day, starts


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lets requests happen at another time."""

    def move(instant: str) -> datetime:
        moved = datetime.fromisoformat(instant).replace(tzinfo=UTC)
        monkeypatch.setattr("visavis.main.utc_now", lambda: moved)
        return moved

    return move


def wish(meeting: Meeting, start: datetime | str, **other: str) -> dict[str, str]:
    start = start if isinstance(start, str) else start.isoformat()
    return {"offering_id": str(meeting.offering), "length": "60", "starts_at": start} | other


async def test_what_is_shown_can_be_booked_and_is_then_gone(meeting: Meeting) -> None:
    tomorrow = f"{tomorrow_at(0, 2):%F}"
    page = await meeting.client.get(page_of(meeting, f"?day={tomorrow}"))
    assert page.status_code == 200
    shown = starts(page)
    assert len(shown) == counts(page)[tomorrow] == 48
    chosen = shown[20]
    assert (await meeting.client.post("/sessions", wish(meeting, chosen, notes="Hi"))).status_code == 303
    part = await meeting.client.get(page_of(meeting, f"/slots?day={tomorrow}"))
    assert set(shown) - set(starts(part)) == {chosen + timedelta(minutes=each) for each in (-30, 0, 30)}
    assert counts(part)[tomorrow] == 45


async def test_every_time_shown_is_one_the_rules_accept(meeting: Meeting, owner: Any, at: Any) -> None:
    moved = at("2027-03-01T07:00:00")
    await office(owner, meeting.practitioner, "Europe/London", step=30)
    page = await meeting.client.get(page_of(meeting))
    for day, free in list(counts(page).items())[:15]:
        shown = starts(await meeting.client.get(page_of(meeting, f"/slots?day={day}")))
        assert len(shown) == free
        assert all(each > moved for each in shown)
        assert (await meeting.client.post("/sessions", wish(meeting, shown[-1]))).status_code == 303, day


async def test_times_are_the_viewers_and_the_practitioners(meeting: Meeting, owner: Any) -> None:
    await office(owner, meeting.practitioner, "Asia/Tokyo", hours=(9, 10))
    page = await meeting.client.get(page_of(meeting))
    shown = starts(page)
    assert {each.astimezone(ZoneInfo("Asia/Tokyo")).hour for each in shown} == {9}
    assert re.search(r">(19|20):00<small>\w{3} 09:00</small>", page.text), "in New York the evening before"
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
    days = "2027-03-12", "2027-03-15", "2027-03-26", "2027-03-29"
    assert await buttons_on(meeting.client, meeting, *days) == [["04:00"], ["05:00"], ["05:00"], ["04:00"]]
    assert await buttons_on(meeting.practitioner, meeting, *days) == [["09:00"]] * 4
    assert len(counts(await meeting.practitioner.get(page_of(meeting)))) == 17


@pytest.mark.parametrize(
    ("now", "hours", "days"),
    [  # New York at nine is, in Auckland, on the next day at …
        ("2026-10-20T00:00:00", ["02:00", "03:00", "03:00"], ["2026-10-31", "2026-11-03", "2026-11-14"]),
        ("2027-03-01T00:00:00", ["03:00", "02:00", "01:00"], ["2027-03-12", "2027-03-16", "2027-04-06"]),
        ("2026-09-10T00:00:00", ["01:00", "02:00"], ["2026-09-26", "2026-09-29"]),
    ],
)
async def test_auckland_and_new_york_across_their_clock_changes(
    meeting: Meeting, owner: Any, at: Any, now: str, hours: list[str], days: list[str]
) -> None:
    """Auckland is ahead from 27 September to 4 April, New York from 14 March to 1 November."""
    await office(owner, meeting.practitioner, "America/New_York", hours=(9, 10))
    at(now)
    zone = "Pacific/Auckland"
    assert await buttons_on(meeting.client, meeting, *days, zone=zone) == [[each] for each in hours]
    for day in days:
        page = await meeting.client.get(page_of(meeting, f"?zone={zone}&day={day}"))
        [start] = starts(page)
        assert start.astimezone(ZoneInfo("America/New_York")).strftime("%H:%M") == "09:00"
        before = datetime.fromisoformat(day) - timedelta(days=1)
        assert f"<small>{before:%a} 09:00</small>" in page.text
        assert (await meeting.client.post("/sessions", wish(meeting, start))).status_code == 303, day


async def test_a_time_in_the_gap_is_booked_as_it_is_shown(meeting: Meeting, owner: Any, at: Any) -> None:
    await owner.execute("delete from working_hours")
    await owner.execute(
        """insert into working_hours (practitioner_id, day_of_week, starts_minute, ends_minute)
        values ($1, 0, 60, 180)""",
        meeting.practitioner.person.id,
    )
    at("2027-03-20T12:00:00")
    assert await buttons_on(meeting.practitioner, meeting, "2027-03-21", "2027-03-28") == [
        ["01:00", "01:30", "02:00"],
        ["02:00"],  # from 01:00, which becomes 02:00, to 03:00
    ]
    assert (await meeting.client.post("/sessions", wish(meeting, "2027-03-28T01:00:00Z"))).status_code == 303


async def test_the_months_are_the_viewers_and_end_with_the_window(
    meeting: Meeting, owner: Any, at: Any
) -> None:
    at("2027-01-30T13:30:00")
    await owner.execute("update practice set window_days = 40")
    january = await meeting.client.get(page_of(meeting, "?zone=Pacific/Auckland"))
    assert list(counts(january)) == ["2027-01-31"], "there it is the 31st already"
    assert shown_day(january) == "2027-01-31"
    assert 'id="month-before-none"' in january.text
    february = await meeting.client.get(page_of(meeting, "?zone=Pacific/Auckland&month=2027-02"))
    assert len(counts(february)) == 28
    march = await meeting.client.get(page_of(meeting, "?zone=Pacific/Auckland&month=2027-03"))
    assert list(counts(march))[-1] == "2027-03-12", "the 11th in London ends on the 12th in Auckland"
    assert 'id="month-after-none"' in march.text
    assert "month=2027-02" in march.text


async def test_notice_window_and_buffers_hold(meeting: Meeting, owner: Any, at: Any) -> None:
    at("2027-02-01T09:10:00")
    await owner.execute(
        """update practice set notice_minutes = 1440, window_days = 3, buffer_before_minutes = 15,
            buffer_after_minutes = 15"""
    )

    async def shown(*days: str) -> list[datetime]:
        pages = [await meeting.practitioner.get(page_of(meeting, f"/slots?day={day}")) for day in days]
        return [each for page in pages for each in starts(page)]

    all_days = "2027-02-02", "2027-02-03", "2027-02-04"
    before = await shown(*all_days)
    assert before[0] == datetime(2027, 2, 2, 9, 30, tzinfo=UTC)
    assert before[-1] == datetime(2027, 2, 4, 23, 30, tzinfo=UTC)
    assert (await meeting.client.post("/sessions", wish(meeting, "2027-02-03T10:00:00Z"))).status_code == 303
    taken = datetime(2027, 2, 3, 10, tzinfo=UTC)
    gone = {taken + timedelta(minutes=minutes) for minutes in range(-60, 61, 30)}
    assert set(before) - set(await shown(*all_days)) == gone, "the session's hour and the buffers of both"


async def test_a_clients_own_sessions_elsewhere_are_not_offered(meeting: Meeting, owner: Any) -> None:
    other = await make_practitioner(owner, "Dr. Other")
    await make_offering(owner, other)
    await meeting.booked(hour=17, days=3)
    taken = tomorrow_at(17, 3)
    shown = starts(await meeting.client.get(f"/practitioners/{other.id}/book?day={taken:%F}"))
    assert taken not in shown
    assert taken + timedelta(hours=1) in shown


async def test_the_live_part_answers_itself(meeting: Meeting) -> None:
    page = await meeting.client.get(page_of(meeting, "?length=60"))
    [address] = re.findall(r'<div id="slots"[^>]* hx-get="([^"]+)"', page.text)
    part = await meeting.client.get(address.replace("&amp;", "&"))
    assert part.status_code == 200
    assert part.text.lstrip().startswith('<div id="slots"')
    assert starts(part) == starts(page)
