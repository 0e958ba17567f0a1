"""What one press changes is listed first, too: a travel or a date's own hours removed, a single slot off."""

from typing import Any

import pytest

from tests.support.tabs import BUTTON, DIALOG, Meeting, words
from tests.support.world import tomorrow_at
from visavis.booking.access import SessionRow

HOME = "/practice/availability"


@pytest.fixture
async def session(meeting: Meeting, owner: Any) -> SessionRow:
    """At ten, inside the hours only for a travel to the night of California and hours of the day's own."""
    made = await meeting.confirmed(days=5)
    await owner.execute("update practice set time_zone = 'UTC'")
    return made


async def travel(meeting: Meeting, owner: Any, session: SessionRow) -> tuple[str, dict[str, str]]:
    await owner.execute("update working_hours set starts_minute = 0, ends_minute = 420")
    statement = """insert into travel (practitioner_id, time_zone, dates)
        values ($1, 'America/Los_Angeles', daterange($2, $2, '[]')) returning id"""
    person, day = meeting.practitioner.person.id, session.starts_at.date()
    return f"{HOME}/travel/{await owner.fetchval(statement, person, day)}/removal", {}


async def own_hours(meeting: Meeting, owner: Any, session: SessionRow) -> tuple[str, dict[str, str]]:
    await owner.execute("update working_hours set starts_minute = 0, ends_minute = 420")
    day = session.starts_at.date()
    statement = "insert into date_override (practitioner_id, on_date, minutes) values ($1, $2, '{540,720}')"
    await owner.execute(statement, meeting.practitioner.person.id, day)
    return f"{HOME}/days/{tomorrow_at(0, 4).date()}/removal", {"last": f"{day}"}


async def slot(_meeting: Meeting, _owner: Any, session: SessionRow) -> tuple[str, dict[str, str]]:
    day = session.starts_at.date()
    return f"{HOME}/switches", {"slot": f"{session.starts_at:%FT%RZ} 30 off", "on": f"{day}"}


async def slot_of_day(meeting: Meeting, owner: Any, session: SessionRow) -> tuple[str, dict[str, str]]:
    _, form = await slot(meeting, owner, session)
    return f"{HOME}/days/{form.pop('on')}/slots", form


@pytest.mark.parametrize("change", [travel, own_hours, slot, slot_of_day])
async def test_one_press_is_asked_about_first(
    meeting: Meeting, owner: Any, session: SessionRow, change: Any
) -> None:
    path, form = await change(meeting, owner, session)
    asked = await meeting.practitioner.post(path, form)
    assert asked.status_code == 409
    assert "1 session would then be outside your hours" in words(asked)
    assert await owner.fetchval("select count(*) from availability_before") == 0, "nothing is saved yet"
    seen = {"seen": str(session.id)}
    for name, value in (form | seen).items():
        assert f'name="{name}" value="{value}"' in asked.text
    assert f'action="{path}"' in asked.text

    within = await meeting.practitioner.post(path, form, **DIALOG)
    assert (within.status_code, 'hx-target="#dialog"' in within.text) == (409, True)
    assert "<main" not in within.text
    saved = await meeting.practitioner.post(path, form | seen, **DIALOG)
    assert saved.status_code == (200 if change is slot_of_day else 204)
    assert await owner.fetchval("select count(*) from availability_before") == 1
    assert await owner.fetchval("select status from session") == "confirmed"


async def test_what_leaves_nobody_outside_is_done_at_once(
    meeting: Meeting, owner: Any, session: SessionRow
) -> None:
    sarah, day = meeting.practitioner, session.starts_at.date()
    free = f"{session.starts_at.replace(hour=13):%FT%RZ} 30 off"
    assert (await sarah.post(f"{HOME}/switches", {"slot": free}, **BUTTON)).status_code == 204
    never = "9999-12-31T23:59Z 30 off"
    assert (await sarah.post(f"{HOME}/switches", {"slot": never})).status_code == 422
    await sarah.post(f"{HOME}/travel", {"first": f"{day}", "time_zone": "Africa/Abidjan"})
    travel_id = await owner.fetchval("select id from travel")
    assert (await sarah.post(f"{HOME}/travel/{travel_id}/removal")).status_code == 303
