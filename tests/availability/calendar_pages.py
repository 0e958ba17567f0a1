"""Reads the page on which a time is chosen."""

import re
from datetime import datetime
from typing import Any

import httpx

from tests.support.tabs import Meeting, Tab


def page_of(tab: Tab | Meeting, rest: str = "") -> str:
    person = tab.practitioner.person if isinstance(tab, Meeting) else tab.person
    return f"/practitioners/{person.id}/book{rest}"


def starts(page: httpx.Response) -> list[datetime]:
    """The times of the day that is shown (and those near to a wished one that is gone)."""
    found = re.findall(r'type="radio"[^>]* name="starts_at" value="([^"]+)"', page.text)
    return [datetime.fromisoformat(each) for each in found]


def counts(page: httpx.Response) -> dict[str, int]:
    """How many times are free on each date of the month that is shown."""
    found = re.findall(r'<a id="day-([\d-]{10})"[^>]* aria-label="[^"]*: (\d+) free times?"', page.text)
    return {day: int(free) for day, free in found}


def shown_day(page: httpx.Response) -> str:
    """The date whose times are shown."""
    found = re.search(r'<a id="day-([\d-]{10})"[^>]* aria-current="date"', page.text)
    return found[1] if found else ""


def buttons(page: httpx.Response) -> list[str]:
    """The words on the time buttons, the other's clock left out."""
    return re.findall(r'name="starts_at"[^>]*><span>([^<]+)', page.text)


async def buttons_on(tab: Tab, meeting: Meeting, *days: str, zone: str = "") -> list[list[str]]:
    """The same of several dates."""
    query = f"&zone={zone}" if zone else ""
    pages = [await tab.get(page_of(meeting, f"/slots?day={day}{query}")) for day in days]
    return [buttons(page) for page in pages]


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
