"""Weekly hours through HTTP."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.support.hints import Hints
from tests.support.tabs import BUTTON, Meeting, Tab, now, words
from tests.support.world import make_offering
from visavis.availability.access import load_calendar
from visavis.availability.hours import WeeklyRange

HERE = "/practice/availability"
WEEK: dict[str, Any] = {
    "starts-1": ["09:00", "14:00", ""],
    "ends-1": ["12:30", "18:00", ""],
    "starts-5": ["22:00"],
    "ends-5": ["02:00"],
    "starts-0": ["00:00"],
    "ends-0": ["00:00"],
}
KEPT = [(0, 0, 1440), (1, 540, 750), (1, 840, 1080), (5, 1320, 120)]


async def kept(owner: Any, tab: Tab) -> list[tuple[int, int, int]]:
    rows = await owner.fetch(
        """select day_of_week, starts_minute, ends_minute from working_hours where practitioner_id = $1
        order by 1, 2""",
        tab.person.id,
    )
    return [tuple(row) for row in rows]


async def test_the_week_is_kept_shown_and_announced(
    meeting: Meeting, stranger: Tab, owner: Any, hints: Hints
) -> None:
    sarah = meeting.practitioner
    others = await kept(owner, stranger)
    answer = await sarah.post(HERE, WEEK)
    assert (answer.status_code, answer.headers["location"]) == (303, HERE)
    assert await kept(owner, sarah) == KEPT
    assert await kept(owner, stranger) == others
    assert (await hints.next())["about"] == [f"slots:{sarah.person.id}"]
    assert await owner.fetchval("select count(*) from audit_event where verb = 'set_hours'") == 1

    page = await sarah.get(HERE)
    assert page.text.count('type="time"') == 8
    assert "until the next day" in words(page)
    async with meeting.db.transaction(meeting.as_client) as tx:
        calendar = await load_calendar(tx, sarah.person.id, now(), now() + timedelta(days=7))
    assert sorted(calendar.schedule.week) == [WeeklyRange(*each) for each in KEPT]


async def test_with_scripts_the_page_comes_anew(meeting: Meeting) -> None:
    answer = await meeting.practitioner.post(HERE, WEEK, **BUTTON)
    assert (answer.status_code, answer.headers["hx-redirect"]) == (204, HERE)


async def test_an_empty_week_is_a_pause(meeting: Meeting, owner: Any) -> None:
    assert (await meeting.practitioner.post(HERE, {})).status_code == 303
    assert await kept(owner, meeting.practitioner) == []
    assert "cannot book you at the moment" in words(await meeting.practitioner.get("/practice"))


async def test_the_same_row_twice_is_kept_once(meeting: Meeting, owner: Any) -> None:
    twice = {"starts-1": ["09:00", "09:00"], "ends-1": ["12:00", "12:00"]}
    await meeting.practitioner.post(HERE, twice)
    assert await kept(owner, meeting.practitioner) == [(1, 540, 720)]


@pytest.mark.parametrize(
    ("starts", "ends", "said"),
    [
        ("09:00", "", "Please enter both times"),
        ("", "17:00", "Please enter both times"),
        ("9 am", "17:00", "Please enter both times"),
        ("24:00", "17:00", "Please enter both times"),
        ("12:00", "12:45", "too short for your shortest session of 1 hr"),
    ],
)
async def test_a_wrong_row_comes_back_with_its_sentence(
    meeting: Meeting, owner: Any, starts: str, ends: str, said: str
) -> None:
    before = await kept(owner, meeting.practitioner)
    typed = {"starts-2": ["08:00", starts], "ends-2": ["10:00", ends]}
    answer = await meeting.practitioner.post(HERE, typed)
    assert answer.status_code == 422
    assert said in words(answer)
    assert 'id="range-2-1-error"' in answer.text
    assert 'id="range-2-0-error"' not in answer.text
    assert 'value="08:00"' in answer.text
    assert await kept(owner, meeting.practitioner) == before


async def test_two_short_rows_that_touch_are_long_enough(meeting: Meeting, owner: Any) -> None:
    typed = {"starts-6": ["23:30"], "ends-6": ["00:00"], "starts-0": ["00:00"], "ends-0": ["00:30"]}
    assert (await meeting.practitioner.post(HERE, typed)).status_code == 303


async def test_a_shorter_offering_allows_shorter_hours(meeting: Meeting, owner: Any) -> None:
    await make_offering(owner, meeting.practitioner.person, lengths=(20,))
    typed = {"starts-1": "09:00", "ends-1": "09:20"}
    assert (await meeting.practitioner.post(HERE, typed)).status_code == 303


async def test_buttons_for_rows_keep_what_was_typed_and_save_nothing(meeting: Meeting, owner: Any) -> None:
    before = await kept(owner, meeting.practitioner)
    typed = {"starts-1": ["09:0"], "ends-1": ["12:30"]}
    added = await meeting.practitioner.post(HERE, typed | {"rows": "add-1"})
    assert added.status_code == 200
    assert added.text.count('name="starts-1"') == 2
    assert 'value="09:0"' in added.text
    assert added.text.count("autofocus") == 1
    removed = await meeting.practitioner.post(HERE, typed | {"rows": "remove-1-0"})
    assert 'name="starts-1"' not in removed.text
    copied = await meeting.practitioner.post(HERE, typed | {"rows": "weekdays-1"})
    assert copied.text.count('value="12:30"') == 5
    assert await kept(owner, meeting.practitioner) == before


async def test_enter_saves_rather_than_removes(meeting: Meeting) -> None:
    """The first button of a form is the one that Enter presses."""
    form = (await meeting.practitioner.get(HERE)).text.partition('id="hours"')[2]
    assert "name=" not in form.partition("<button")[2].partition(">")[0]


async def test_too_many_rows_are_refused(meeting: Meeting, owner: Any) -> None:
    many = {f"{end}-{day}": ["00:00"] * 12 for day in range(7) for end in ("starts", "ends")}
    answer = await meeting.practitioner.post(HERE, many)
    assert answer.status_code == 422
    assert "Please keep this to 70 ranges a week" in words(answer)


async def test_two_people_saving_at_once_leave_one_whole_week(meeting: Meeting, owner: Any) -> None:
    one, two = {"starts-1": "08:00", "ends-1": "12:00"}, {"starts-2": "13:00", "ends-2": "18:00"}
    await meeting.practitioner.get(HERE)
    await asyncio.gather(*(meeting.practitioner.post(HERE, week) for week in (one, two) * 3))
    assert await kept(owner, meeting.practitioner) in ([(1, 480, 720)], [(2, 780, 1080)])
