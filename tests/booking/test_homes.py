"""Both homes: today, figures beside those before, what happened lately, what is next and when."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.tabs import Meeting, Tab, now, words
from tests.support.world import move_to_past
from visavis.booking import actions
from visavis.booking.homes import day_of, spans_of
from visavis.kit.format import format_countdown
from visavis.kit.remembering import Lasting, Remembered

HOUR = timedelta(hours=1)


def part(page: Any, key: str) -> str:
    """The words of what is labelled by that id."""
    found = re.search(rf'<section[^>]*aria-labelledby="{key}(?:-title)?".*?</section>', page.text, re.S)
    assert found, key
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


async def held(meeting: Meeting, owner: Any, hour: int, days_ago: float) -> Any:
    """A paid session that took place."""
    session = await meeting.confirmed(hour=hour, days=20)
    await move_to_past(owner, session.id, hours=24 * days_ago)
    await actions.start(meeting.db, meeting.as_practitioner, session.id, now())
    await actions.complete(meeting.db, meeting.as_practitioner, session.id, now())
    return session


async def test_today_is_the_practitioners_whole_day(meeting: Meeting, owner: Any) -> None:
    await owner.execute("update person set time_zone = 'UTC' where id = $1", meeting.practitioner.person.id)
    midnight = now().replace(hour=0, minute=0, second=0, microsecond=0)
    for hour, status in ((0, "completed"), (23, "confirmed"), (22, "cancelled"), (24, "confirmed")):
        session = await meeting.booked(hour=hour, days=20)
        moment = midnight + hour * HOUR
        async with owner.transaction():
            await owner.execute("set local session_replication_role = replica")
            await owner.execute(
                """update session set status = $2, during = tstzrange($3, $4), blocked = tstzrange($3, $4),
                    length_minutes = 30
                where id = $1""",
                session.id,
                status,
                moment,
                moment + HOUR / 2,
            )
    today = part(await meeting.practitioner.get("/dashboard/practitioner"), "today")
    assert re.findall(r"\d\d:\d\d", today) == ["00:00", "00:30", "23:00", "23:30"]


async def test_figures_stand_beside_those_before(meeting: Meeting, owner: Any) -> None:
    await meeting.booked(hour=9)
    page = await meeting.practitioner.get("/dashboard/practitioner")
    assert "This week and last week Sessions 0 was 0 Hours 0 was 0 Revenue – was –" in words(page)
    first, _end = spans_of(now(), "Europe/London")["last week"]
    for hour, at in ((1, first), (2, first + 30 * HOUR)):
        session = await meeting.confirmed(hour=hour, days=20)
        await owner.execute(
            "update session set during = d, blocked = d from (select tstzrange($2, $3) d) it where id = $1",
            session.id,
            at,
            at + HOUR,
        )
    page = await meeting.practitioner.get("/dashboard/practitioner")
    assert "Sessions 0 was 2 Hours 0 was 2 Revenue – was £160.00" in words(page)


async def test_what_happened_lately_is_told_latest_first(meeting: Meeting) -> None:
    session = await meeting.paid()
    told = part(await meeting.practitioner.get("/dashboard/practitioner"), "activity")
    order = [
        told.index(said) for said in ("sent a proof of payment", "You approved it", "asked for this session")
    ]
    assert order == sorted(order)
    page = await meeting.practitioner.get("/dashboard/practitioner")
    assert f'href="/sessions/{session.id}">Emma Clarke</a>' in page.text


async def test_activity_is_of_ones_own_practice(meeting: Meeting, stranger: Any) -> None:
    await meeting.paid()
    assert "Recent activity" not in words(await stranger.get("/dashboard/practitioner"))
    assert "Recent activity" not in words(await meeting.client.get("/dashboard/client"))


async def test_a_client_sees_what_is_next_and_when(meeting: Meeting) -> None:
    await meeting.approved(hour=9)
    page = await meeting.client.get("/dashboard/client")
    assert 'aria-labelledby="next"' not in page.text  # nothing is certain yet
    session = await meeting.confirmed(hour=12, days=5)
    page = await meeting.client.get("/dashboard/client")
    assert f'<time datetime="{session.starts_at.isoformat()}" data-countdown>' in page.text
    assert "Your next session begins in" in part(page, "next")
    assert f'href="/sessions/{session.id}/calendar.ics"' in page.text


async def test_a_session_that_is_on_is_next(meeting: Meeting, owner: Any) -> None:
    session = await meeting.linked()
    await move_to_past(owner, session.id, hours=0.5)
    shown = part(await meeting.client.get("/dashboard/client"), "next")
    assert "Your session is on, for another" in shown
    assert "Join" in shown
    await move_to_past(owner, session.id, hours=1.5)
    assert 'aria-labelledby="next"' not in (await meeting.client.get("/dashboard/client")).text


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (59, "1 minute"), (60, "1 minute"), (119, "1 minute"), (3_600, "1 hour"), (3_660, "1 hour 1 minute"),
        (86_399, "23 hours 59 minutes"), (86_400, "1 day"), (86_460, "1 day"), (190_800, "2 days 5 hours"),
        (-5, "1 minute"),
    ],
)  # fmt: skip
def test_a_countdown_has_two_units(seconds: int, said: str) -> None:
    begin = datetime(2026, 11, 24, 18, tzinfo=UTC)
    assert format_countdown(begin + timedelta(seconds=seconds), begin) == said


def test_weeks_and_months_are_those_of_the_readers_clock() -> None:
    spans = spans_of(datetime(2026, 3, 1, 11, 30, tzinfo=UTC), "Pacific/Auckland")  # Monday 2 March there
    assert spans["week"][0] == datetime(2026, 3, 1, 11, tzinfo=UTC)
    assert spans["last month"] == (
        datetime(2026, 1, 31, 11, tzinfo=UTC),
        datetime(2026, 2, 28, 11, tzinfo=UTC),
    )
    first, end = day_of(datetime(2026, 3, 29, 12, tzinfo=UTC), "Europe/London")
    assert end - first == 23 * HOUR


async def test_out_of_memory_a_home_is_as_if_made_anew(
    meeting: Meeting, owner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After every change both read what they would read had nothing been remembered."""
    clock = [now()]
    monkeypatch.setattr("visavis.kit.pages.utc_now", lambda: clock[-1])
    monkeypatch.setattr("visavis.main.utc_now", lambda: clock[-1])

    async def read(tab: Tab, side: str) -> str:
        """All but when it was read, and what its stream has to know."""
        page = await tab.get(f"/dashboard/{side}")
        return re.sub(r' data-(known|now)="[^"]*"', "", page.text)

    async def agree() -> None:
        for tab, side in ((meeting.practitioner, "practitioner"), (meeting.client, "client")):
            remembered = await read(tab, side)
            with monkeypatch.context() as forgetful:
                forgetful.setattr("visavis.booking.remembered_cards._cards", Lasting(9))
                forgetful.setattr("visavis.kit.remembering._parts", Remembered(9, len))
                assert await read(tab, side) == remembered
            assert await read(tab, side) == remembered

    first, second = await meeting.booked(hour=9), await meeting.confirmed(hour=11)
    await agree()
    await actions.approve(meeting.db, meeting.as_practitioner, first.id, now())
    await agree()
    await actions.set_meeting_link(
        meeting.db, meeting.as_practitioner, second.id, "https://example.org/room", now()
    )
    await agree()
    await actions.cancel(meeting.db, meeting.as_client, first.id, "Ill", now())
    await agree()
    for change in ("time_zone = 'Asia/Kolkata'", "name = 'Somebody Else'"):
        await owner.execute(f"update person set {change}")
        await agree()
    assert second.starts_at is not None
    for hours in (-30, -5, -3, -1, 0, 30):
        clock.append(second.starts_at + hours * HOUR)
        await agree()
