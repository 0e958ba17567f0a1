"""Reads the page on which a time is chosen."""

import re
from collections import defaultdict
from datetime import datetime
from typing import Any

import httpx

from tests.support.tabs import Meeting, Tab


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
