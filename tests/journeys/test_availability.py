"""A practitioner plans, and a client sees it at once: by mouse, on a phone, without scripts."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from playwright.async_api import expect

from tests.journeys.screens import PATIENCE, Screen, open_screen, problems_by_now, utc_now
from tests.support.browsers import People
from tests.support.servers import Server
from tests.support.tabs import Meeting
from tests.support.world import tomorrow_at

HOME = "/practice/availability"
AHEAD = next(days for days in range(8, 15) if tomorrow_at(10, days).weekday() < 5)
TEN = tomorrow_at(10, AHEAD)
DAY, NEXT = TEN.date(), TEN.date() + timedelta(days=1)


@pytest.fixture(autouse=True)
async def nine_to_noon(meeting: Meeting, owner: asyncpg.Connection) -> None:
    """Every day, a start on the hour."""
    await owner.execute("update working_hours set starts_minute = 540, ends_minute = 720")
    await owner.execute(
        """update practice set slot_step_minutes = 60, default_length_minutes = 60, window_days = 366,
        time_zone = 'UTC'"""
    )


async def looks(people: People, site: Server, meeting: Meeting, **options: Any) -> Screen:
    """The client at that day's times, on the practice's clock."""
    screen = await open_screen(people, site, meeting.client.person, **options)
    await screen.go(f"/practitioners/{meeting.practitioner.person.id}/book?zone=UTC&day={DAY}")
    await screen.connected()
    return screen


def time_of(screen: Screen, hour: int) -> Any:
    """The client's button for that hour of the day."""
    return screen.page.locator(f"#at-{TEN:%Y%m%d}T{hour:02}0000Z")


async def plans(people: People, site: Server, meeting: Meeting, path: str, **options: Any) -> Screen:
    """The practitioner at a page of the manager."""
    screen = await open_screen(people, site, meeting.practitioner.person, **options)
    await screen.go(f"{HOME}{path}")
    return screen


async def test_what_is_drawn_is_what_clients_see(
    people: People, site: Server, meeting: Meeting, owner: asyncpg.Connection
) -> None:
    emma = await looks(people, site, meeting, width=390, height=844)
    await time_of(emma, 10).wait_for()
    sarah = await plans(people, site, meeting, f"/calendar?view=week&on={DAY}", height=1600)
    await sarah.connected()
    column = sarah.page.locator(f'.drawn .fc-timegrid-col[data-date="{DAY}"]')

    await press_while_the_list_is_read(sarah, owner, column.locator(".is-cell.is-free", has_text="10:00"))
    await time_of(emma, 10).wait_for(state="detached", timeout=PATIENCE)
    await column.locator(".is-cell.is-off", has_text="10:00").wait_for()
    await sarah.sees("You switched a slot")
    await sarah.click("Undo")
    await time_of(emma, 10).wait_for(timeout=PATIENCE)
    await column.locator(".is-cell.is-free", has_text="10:00").wait_for()

    await drag(sarah, '.fc-timegrid-slot-lane[data-time="15:00:00"]', '[data-time="16:30:00"]', column)
    await sarah.sees("Add or remove hours", "dialog[open]")
    await sarah.click("Save")
    await time_of(emma, 16).wait_for(timeout=PATIENCE)
    await sarah.page.locator("dialog[open]").wait_for(state="detached")
    await column.locator(".is-cell", has_text="16:00").wait_for()

    top = '.fc-daygrid-day[data-date="{}"]'
    await drag(sarah, top.format(DAY), top.format(NEXT))
    dialog = await sarah.dialog()
    assert await dialog.locator("[name=first]").input_value() == f"{DAY}"
    assert await dialog.locator("[name=last]").input_value() == f"{NEXT}"
    await sarah.fill(name="Easter")
    await sarah.click("Take them off")
    await time_of(emma, 10).wait_for(state="detached", timeout=PATIENCE)
    await emma.page.locator(f"#day-{NEXT}").wait_for(state="detached", timeout=PATIENCE)
    await sarah.page.locator(".drawn .is-name", has_text="Easter").first.wait_for()
    assert not people.complaints


async def press_while_the_list_is_read(screen: Screen, owner: asyncpg.Connection, cell: Any) -> None:
    """The days are read again between the mouse's press and its release: still a click."""
    await screen.page.evaluate(
        """() => document.addEventListener("htmx:afterRequest", ({ detail }) =>
            detail.requestConfig.elt.id === "agenda" && setTimeout(() => console.log("read again")))"""
    )
    await cell.hover()
    await screen.page.mouse.down()
    async with screen.page.expect_event("console", lambda said: said.text == "read again"):
        await owner.execute("""select pg_notify('visavis', '{"everyone": true, "about": ["*"]}')""")
    await screen.page.mouse.up()


async def drag(screen: Screen, one: str, other: str, column: Any = None) -> None:
    """From the middle of one to the middle of the other, in a column when it is given."""
    boxes = [await screen.page.locator(f".drawn {each}").first.bounding_box() for each in (one, other)]
    across = await column.bounding_box() if column else None
    for place, box in enumerate(boxes):
        assert box
        x = across["x"] + across["width"] / 2 if across else box["x"] + box["width"] / 2
        await screen.page.mouse.move(x, box["y"] + box["height"] / 2, steps=8)
        await (screen.page.mouse.up() if place else screen.page.mouse.down())


async def test_figures_change_while_one_types_and_hours_reach_clients_when_saved(
    people: People, site: Server, meeting: Meeting, owner: asyncpg.Connection
) -> None:
    emma = await looks(people, site, meeting)
    sarah = await plans(people, site, meeting, "")
    numbers = sarah.page.locator("#statistics dd")
    before = [int(each) for each in await numbers.all_inner_texts()]
    number = DAY.isoweekday() % 7
    await sarah.page.locator(f"[name=ends-{number}]").fill("15:00")
    await numbers.nth(1).filter(has_text=f"{before[1] + 3 * 4}").wait_for(timeout=PATIENCE)
    assert await owner.fetchval("select max(ends_minute) from working_hours") == 720, "nothing is kept yet"
    await sarah.click("Save hours")
    await time_of(emma, 14).wait_for(timeout=PATIENCE)
    await sarah.sees("You changed your weekly hours")
    await sarah.click("Undo")
    await time_of(emma, 14).wait_for(state="detached", timeout=PATIENCE)
    await sarah.page.wait_for_function(
        "(name) => document.querySelector(`[name=${name}]`).value === '12:00'", arg=f"ends-{number}"
    )
    assert not people.complaints


async def test_on_a_phone_days_are_a_list_with_forms(people: People, site: Server, meeting: Meeting) -> None:
    emma = await looks(people, site, meeting)
    sarah = await plans(people, site, meeting, f"/calendar?view=week&on={DAY}", width=390, height=844)
    assert await sarah.page.locator(".drawn").is_hidden()
    await sarah.page.locator(f"#on-{DAY} h3 a").click()
    dialog = await sarah.dialog()
    await dialog.locator(".slot", has_text="10:00").click()
    await dialog.locator(".slot.off", has_text="10:00").wait_for()
    await time_of(emma, 10).wait_for(state="detached", timeout=PATIENCE)
    await expect(sarah.page.locator("*:focus")).to_contain_text("10:00")
    assert not await problems_by_now(sarah)
    await sarah.page.set_viewport_size({"width": 390, "height": 844})
    await dialog.locator("[name=ends]").fill("11:00")
    await sarah.click("Save this day")
    await sarah.sees("09:00–11:00", f"#on-{DAY}")
    await time_of(emma, 11).wait_for(state="detached", timeout=PATIENCE)
    await expect(time_of(emma, 9)).to_have_count(1)


async def test_a_press_that_leaves_somebody_outside_asks_in_the_dialog(
    people: People, site: Server, meeting: Meeting, owner: asyncpg.Connection
) -> None:
    await meeting.confirmed(days=AHEAD)
    await owner.execute("update working_hours set starts_minute = 0, ends_minute = 420")
    await owner.execute(
        """insert into date_override (practitioner_id, on_date, name, minutes)
        values ($1, $2, 'Open house', '{540,720}')""",
        meeting.practitioner.person.id,
        DAY,
    )
    sarah = await plans(people, site, meeting, f"/calendar?view=week&on={DAY}")
    await sarah.connected()
    await sarah.sees("Open house", "#away")
    await sarah.click("Remove")
    await sarah.sees("1 session would then be outside your hours", "dialog[open]")
    await expect(sarah.page.locator("dialog[open] *:focus")).to_have_count(1)
    await sarah.click("Save anyway")
    await sarah.sees_no("Open house", "#away")
    await expect(sarah.page.locator("#dialog[open]")).to_have_count(0)
    assert not people.complaints


async def test_travel_and_changes_of_clocks_without_scripts(
    people: People, site: Server, meeting: Meeting, owner: asyncpg.Connection
) -> None:
    await owner.execute("update practice set time_zone = 'Europe/London'")
    emma = await looks(people, site, meeting)
    session = await meeting.confirmed(days=AHEAD)
    sarah = await plans(people, site, meeting, "/travel", java_script_enabled=False)
    await sarah.fill(first=f"{DAY}", time_zone="Pacific/Auckland")
    await sarah.click("Save travel")
    await sarah.sees("1 session would then be outside your hours")
    await sarah.click("Save anyway")
    await sarah.sees("In Auckland, on the clock there", f"#on-{DAY}")
    there = session.starts_at.astimezone(ZoneInfo("Pacific/Auckland"))
    await sarah.sees(f"{there:%H:%M}–", f"#on-{there.date() if there.date() == DAY else DAY}")
    await time_of(emma, 9).wait_for(state="detached", timeout=PATIENCE)

    change = next_change_of_clocks()
    await sarah.go(f"{HOME}/calendar?view=week&on={change}")
    for day in (change - timedelta(days=1), change):
        await sarah.sees("09:00–12:00", f"#on-{day}")
        await sarah.page.locator(f"#cells-{day} summary").click()
        await expect(sarah.page.locator(f"#cells-{day} .slot")).to_have_text(["09:00", "10:00", "11:00"])
    await sarah.page.locator(f"#cells-{change} .slot").first.click()
    await sarah.sees("off 09:00–10:00", f"#on-{change}")


def next_change_of_clocks() -> Any:
    """The next date after ten days on which London's clocks change."""
    noon = utc_now().replace(hour=12)  # in the night a day of London is not one of UTC
    london, day = ZoneInfo("Europe/London"), noon + timedelta(days=10)
    while day.astimezone(london).utcoffset() == (day + timedelta(days=1)).astimezone(london).utcoffset():
        day += timedelta(days=1)
    return (day + timedelta(days=1)).astimezone(london).date()
