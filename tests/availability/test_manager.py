"""The availability manager through HTTP: counted before it is kept, listed before it clashes, taken back."""

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.support.hints import Hints
from tests.support.tabs import BUTTON, DIALOG, Meeting, now, words
from tests.support.world import tomorrow_at

HOME = "/practice/availability"
CALENDAR, SETTINGS = f"{HOME}/calendar", f"{HOME}/settings"
SOON = now().date() + timedelta(days=5)
MORNINGS = {f"starts-{day}": "09:00" for day in range(7)} | {f"ends-{day}": "10:00" for day in range(7)}
CHOSEN = {
    "step_min": "60",
    "buffer_before_min": "0",
    "buffer_after_min": "15",
    "notice_min": "0",
    "window_days": "60",
    "most_a_day": "",
    "most_a_week": "9",
    "default_length_min": "60",
}


@pytest.fixture(autouse=True)
async def on_utc(meeting: Meeting, owner: Any) -> None:
    """Sessions are made by UTC, in summer too."""
    await owner.execute("update practice set time_zone = 'UTC'")


def figures(page: Any) -> list[int]:
    """Working days, slots, free slots."""
    return [int(each) for each in re.findall(r"</dt><dd>(\d+)</dd>", page.text)]


def form_of(page: Any, name: str) -> str:
    """The value of a hidden field or a button."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, name
    return found[1]


async def test_the_old_address_leads_on(meeting: Meeting) -> None:
    moved = await meeting.practitioner.get("/practice/hours")
    assert (moved.status_code, moved.headers["location"]) == (301, HOME)


async def test_figures_follow_what_is_typed_and_nothing_is_kept(meeting: Meeting, owner: Any) -> None:
    sarah = meeting.practitioner
    await owner.execute("update practice set default_length_minutes = 60, slot_step_minutes = 60")
    kept = figures(await sarah.get(HOME))
    assert kept[0] == 28
    typed = await sarah.client.get(f"{HOME}/statistics", params=MORNINGS | {"week": "typed"})
    assert typed.text.lstrip().startswith("<section")
    assert 27 <= figures(typed)[1] <= 28
    assert figures(await sarah.get(f"{HOME}/statistics")) == kept
    wrong = await sarah.client.get(f"{HOME}/statistics", params=MORNINGS | {"week": "typed", "ends-1": "x"})
    assert figures(wrong)[0] == 24, "what nobody can read yet counts as closed"
    longer = await sarah.client.get(f"{SETTINGS}/statistics", params=CHOSEN | {"step_min": "120"})
    assert abs(figures(longer)[1] - kept[1] / 2) <= 1
    half_chosen = await sarah.client.get(f"{SETTINGS}/statistics", params={"step_min": "120"})
    assert figures(half_chosen) == kept


async def test_settings_are_kept_and_refused_with_a_sentence(meeting: Meeting, owner: Any) -> None:
    sarah = meeting.practitioner
    assert (await sarah.post(SETTINGS, CHOSEN)).status_code == 303
    row = await owner.fetchrow(
        "select most_sessions_a_day, most_sessions_a_week, buffer_after_minutes from practice"
    )
    assert tuple(row) == (None, 9, 15)
    refused = await sarah.post(SETTINGS, CHOSEN | {"most_a_day": "many", "step_min": ""})
    assert refused.status_code == 422
    assert "Please enter a whole number" in words(refused)
    assert 'value="many"' in refused.text
    unusual = await sarah.get(SETTINGS)
    assert '<option value="15" selected>15 mins' in unusual.text


@pytest.mark.parametrize(
    ("path", "form"),
    [
        (HOME, MORNINGS),
        (f"{HOME}/days/{{on}}", {"starts": "20:00", "ends": "22:00"}),
        (f"{HOME}/days-off", {"first": "{on}", "last": "{on}"}),
        (f"{HOME}/stretch", {"on": "{on}", "starts": "10:00", "ends": "11:00", "available": "no"}),
        (f"{HOME}/travel", {"first": "{on}", "time_zone": "Pacific/Auckland"}),
    ],
)
async def test_clashes_are_listed_first_and_stay(
    meeting: Meeting, owner: Any, path: str, form: dict[str, str]
) -> None:
    session = await meeting.confirmed(days=5)
    if "travel" in path:
        await owner.execute("update working_hours set starts_minute = 540, ends_minute = 1320")
    on = session.starts_at.date()
    path, form = path.format(on=on), {name: value.format(on=on) for name, value in form.items()}
    asked = await meeting.practitioner.post(path, form)
    assert asked.status_code == 409
    assert "1 session would then be outside your hours" in words(asked)
    assert meeting.client.person.name in words(asked)
    assert await owner.fetchval("select count(*) from availability_before") == 0, "nothing is saved yet"
    seen = form_of(asked, "seen")
    assert seen == str(session.id)
    assert (await meeting.practitioner.post(path, form | {"seen": seen})).status_code == 303
    assert await owner.fetchval("select status from session") == "confirmed"


async def test_the_last_change_is_taken_back_and_brought_back(
    meeting: Meeting, owner: Any, hints: Hints
) -> None:
    sarah = meeting.practitioner
    everything = """select jsonb_build_array((select jsonb_agg(h order by h.id) from working_hours h),
        (select jsonb_agg(o) from date_override o), (select jsonb_agg(s) from slot_switch s),
        (select jsonb_agg(t) from travel t), (select jsonb_agg(p) from practice p))"""
    stood = [await owner.fetchval(everything)]
    for path, form in (
        (f"{HOME}/days-off", {"first": f"{SOON}", "name": "Easter"}),
        (f"{HOME}/travel", {"first": f"{SOON}", "time_zone": "Europe/Lisbon"}),
        (f"{HOME}/stretch", {"on": f"{SOON}", "starts": "10:00", "ends": "11:00"}),
        (HOME, MORNINGS),
        (SETTINGS, CHOSEN),
    ):
        assert (await sarah.post(path, form)).status_code == 303
        stood.append(await owner.fetchval(everything))
        address = re.search(rf"{HOME}/undo/[0-9a-f-]+", (await sarah.get(f"{HOME}/undo")).text)
        assert address
        assert (await sarah.post(address[0])).status_code == 303
        assert await owner.fetchval(everything) == stood[-2]
        gone = await sarah.post(address[0])
        assert (gone.status_code, "changed something else since" in words(gone)) == (409, True)
        page = await sarah.get(CALENDAR)
        assert "You took back a change" in words(page)
        back = re.search(rf"{HOME}/undo/[0-9a-f-]+", page.text)
        assert back
        assert (await sarah.post(back[0], **BUTTON)).status_code == 204
        assert await owner.fetchval(everything) == stood[-1]
    assert (await hints.next())["about"] == [f"slots:{sarah.person.id}"]


async def test_a_single_slot_is_switched_and_said(meeting: Meeting, owner: Any) -> None:
    sarah = meeting.practitioner
    at = tomorrow_at(10, 5)
    slot = f"{at:%Y-%m-%dT%H:%MZ} 30 off"
    week = f"{CALENDAR}?view=week&on={at.date()}"
    assert slot in (await sarah.get(week)).text
    assert (await sarah.post(f"{HOME}/switches", {"slot": slot}, **BUTTON)).status_code == 204
    page = await sarah.get(week)
    assert slot.replace("off", "on") in page.text
    assert "off 10:00–10:30" in words(page)
    again = await sarah.post(f"{HOME}/days/{at.date()}/slots", {"slot": slot.replace("off", "on")}, **DIALOG)
    assert again.status_code == 200
    assert slot in again.text
    assert await owner.fetchval("select count(*) from slot_switch") == 0
    for nonsense in ("", "x 30 off", f"{at:%FT%R} 30 off", slot.replace("off", "gone"), f"{at:%FT%RZ} 0 on"):
        assert (await sarah.post(f"{HOME}/switches", {"slot": nonsense})).status_code == 422


async def test_a_date_gets_hours_of_its_own_and_its_week_back(meeting: Meeting, owner: Any) -> None:
    sarah, here = meeting.practitioner, f"{HOME}/days/{SOON}"
    form = {"starts": ["10:00", ""], "ends": ["12:00", ""], "name": " Open   house "}
    added = await sarah.post(here, form | {"rows": "add"})
    assert added.text.count('name="starts"') == 3
    assert (await sarah.post(here, form)).status_code == 303
    assert tuple(await owner.fetchrow("select name, minutes from date_override")) == (
        "Open house",
        [600, 720],
    )
    assert "Open house" in words(await sarah.get(f"{CALENDAR}/days?view=week&on={SOON}"))
    refused = await sarah.post(here, {"starts": ["10:00", "13:00"], "ends": ["12:00", ""], "name": "x" * 81})
    assert (refused.status_code, "Please keep this to 80" in words(refused)) == (422, True)
    assert (await sarah.post(f"{here}/removal")).status_code == 303
    assert (await sarah.post(f"{here}/removal")).status_code == 404
    assert (await sarah.get(f"{HOME}/days/2999-01-01")).status_code == 404


async def test_a_whole_holiday_is_removed_at_once(meeting: Meeting, owner: Any) -> None:
    last = SOON + timedelta(days=9)
    await meeting.practitioner.post(
        f"{HOME}/days-off", {"first": f"{SOON}", "last": f"{last}", "name": "Easter"}
    )
    page = await meeting.practitioner.get(CALENDAR)
    assert words(page).count("Easter") >= 1
    assert f'name="last" value="{last}"' in page.text
    assert (
        await meeting.practitioner.post(f"{HOME}/days/{SOON}/removal", {"last": f"{last}"})
    ).status_code == 303
    assert await owner.fetchval("select count(*) from date_override") == 0


async def test_a_range_for_one_offering_says_so(meeting: Meeting, owner: Any) -> None:
    week = MORNINGS | {"for-1-0": str(meeting.offering)}
    assert (await meeting.practitioner.post(HOME, week)).status_code == 303
    assert await owner.fetchval("select offering_ids from working_hours where day_of_week = 1") == [
        meeting.offering
    ]
    assert "Only Talking session" in words(await meeting.practitioner.get(HOME))


async def test_only_the_calendar_opens_the_policy_and_only_for_its_styles(meeting: Meeting) -> None:
    page = await meeting.practitioner.get(CALENDAR)
    nonce = re.search(r'name="csp-nonce" content="([\w-]+)"', page.text)
    assert nonce
    policy = page.headers["content-security-policy"]
    assert f"style-src 'self' 'nonce-{nonce[1]}';" in policy
    assert "script-src 'self';" in policy
    other = await meeting.practitioner.get(CALENDAR)
    assert nonce[1] not in other.text
    assert "nonce" not in (await meeting.practitioner.get(HOME)).headers["content-security-policy"]


@pytest.mark.parametrize(
    "query", ["?view=week&on=x", "?view=year", "?on=9999-12-31", "?view=month&on=2026-02-31"]
)
async def test_an_odd_address_shows_today(meeting: Meeting, query: str) -> None:
    assert f'id="on-{now().date()}"' in (await meeting.practitioner.get(CALENDAR + query)).text
