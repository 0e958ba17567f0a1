"""Choosing a time in browsers: two people after one slot, clocks far apart, a keyboard and a phone."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from playwright.async_api import expect

from tests.journeys.screens import PATIENCE, Screen, open_screen, problems_by_now, utc_now
from tests.support.browsers import People
from tests.support.servers import Server
from tests.support.tabs import Meeting
from tests.support.world import Somebody, make_offering, make_person, tomorrow_at
from visavis.booking.taking import Wish, book_slot

AUCKLAND, NEW_YORK = ZoneInfo("Pacific/Auckland"), ZoneInfo("America/New_York")
TEN, NOON = tomorrow_at(10, 3), tomorrow_at(12, 3)
QUESTIONS = """[
    {"key": "aaaa1111", "label": "What brings you?", "kind": "text", "required": true, "choices": []},
    {"key": "bbbb2222", "label": "Where?", "kind": "choice", "required": false, "choices": ["Here", "There"]},
    {"key": "cccc3333", "label": "Is it your first time?", "kind": "yes_no", "required": true, "choices": []}
]"""


@pytest.fixture
async def lara(owner: asyncpg.Connection) -> Somebody:
    """Another client after the same times."""
    return await make_person(owner, "Lara Late", time_zone="Europe/London")


async def at_calendar(
    people: People, site: Server, meeting: Meeting, who: Somebody, **options: Any
) -> Screen:
    """Somebody who looks at the times in three days, on London's clock."""
    screen = await open_screen(people, site, who, **options)
    practitioner = meeting.practitioner.person.id
    await screen.go(f"/practitioners/{practitioner}/book?zone=Europe/London&day={TEN:%F}")
    await screen.connected()
    return screen


def label(screen: Screen, start: datetime) -> Any:
    """The button of a time."""
    return screen.page.locator(f"#at-{start:%Y%m%dT%H%M%SZ}")


async def kept(screen: Screen) -> None:
    """The page says that the time is kept."""
    await screen.page.locator("#hold [data-left]", has_text=":").wait_for()


async def books(screen: Screen) -> None:
    """Press the one button, and come to the session's page."""
    await screen.page.get_by_role("button", name="Book session").click()
    await screen.page.wait_for_url("**/sessions/*")
    await screen.sees("Thank you, your time is reserved")


async def test_two_clients_after_one_slot(
    people: People, site: Server, meeting: Meeting, lara: Somebody, owner: asyncpg.Connection
) -> None:
    emma = await at_calendar(people, site, meeting, meeting.client.person)
    her = await at_calendar(people, site, meeting, lara, width=390, height=844)
    await label(emma, TEN).click()
    await kept(emma)
    await label(her, TEN).wait_for(state="detached", timeout=PATIENCE)
    await expect(her.page.locator("#day")).not_to_contain_text("10:00")
    await label(emma, NOON).click()
    await label(her, TEN).wait_for(timeout=PATIENCE)
    await label(her, NOON).wait_for(state="detached", timeout=PATIENCE)
    await label(her, TEN).click()
    await kept(her)
    await label(emma, TEN).wait_for(state="detached", timeout=PATIENCE)
    await emma.go("/dashboard/client")  # she leaves, and what she held is free again
    await label(her, NOON).wait_for(timeout=PATIENCE)
    await books(her)
    of_theirs = "select count(*) from slot_hold where practitioner_id = $1"
    assert await owner.fetchval(of_theirs, meeting.practitioner.person.id) == 0


async def test_a_hold_that_runs_out_frees_the_slot_on_other_pages_by_itself(
    people: People, site: Server, meeting: Meeting, lara: Somebody, owner: asyncpg.Connection
) -> None:
    emma = await at_calendar(people, site, meeting, meeting.client.person)
    her = await at_calendar(people, site, meeting, lara)
    await label(emma, TEN).click()
    await label(her, TEN).wait_for(state="detached", timeout=PATIENCE)
    async with owner.transaction():
        await owner.execute("update slot_hold set expires_at = now() + interval '5 seconds'")
        await owner.execute("""select pg_notify('visavis', '{"everyone": true, "about": ["*"]}')""")
    await label(her, TEN).wait_for(timeout=PATIENCE)

    await owner.execute(
        """create function shorter() returns trigger language plpgsql as $$
            begin new.expires_at = new.held_at + interval '3 seconds'; return new; end $$;
        create trigger shorter before insert or update on slot_hold for each row execute function shorter()"""
    )
    try:
        await label(emma, NOON).click()
        await emma.sees("No longer kept for you.", "#hold [data-over]")
    finally:
        await owner.execute("drop trigger shorter on slot_hold; drop function shorter()")
    await expect(label(emma, NOON).locator("input")).to_be_checked()  # it is only no longer kept


async def test_a_chosen_time_that_somebody_takes_brings_the_nearest_and_keeps_the_words(
    people: People, site: Server, meeting: Meeting, lara: Somebody, owner: asyncpg.Connection
) -> None:
    emma = await at_calendar(people, site, meeting, meeting.client.person)
    await emma.fill(notes="I sleep badly.")
    await label(emma, TEN).click()
    await kept(emma)
    await owner.execute("delete from slot_hold")
    wish = Wish(offering_id=meeting.offering, starts_at=TEN, length_minutes=60)
    await book_slot(meeting.db, lara.actor, wish, utc_now())
    await emma.sees("This time is no longer free. Near to it are:", "#nearest")
    await emma.sees("was just taken", "#messages")
    await expect(emma.page.locator("#hold")).to_be_hidden()
    assert not await problems_by_now(emma)
    near = await emma.page.locator("#nearest input").first.get_attribute("value")
    await emma.page.locator("#nearest label").first.click()
    await emma.page.locator("#nearest").wait_for(state="detached")
    await kept(emma)
    await expect(emma.page.locator("#slots input:checked")).to_have_attribute("value", near)
    await books(emma)
    await emma.sees("I sleep badly.")


async def test_questions_are_answered_beside_their_fields(
    people: People, site: Server, meeting: Meeting, owner: asyncpg.Connection
) -> None:
    await owner.execute(
        "update offering set questions = $2::text::jsonb where id = $1", meeting.offering, QUESTIONS
    )
    emma = await at_calendar(people, site, meeting, meeting.client.person, width=390, height=844)
    await label(emma, TEN).click()
    await kept(emma)
    book = emma.page.get_by_role("button", name="Book session")
    await emma.page.evaluate("document.getElementById('book').noValidate = true")
    await book.click()
    await emma.sees("Please answer this question.", "#answer-aaaa1111-error")
    await kept(emma)
    await expect(label(emma, TEN).locator("input")).to_be_checked()
    assert not await problems_by_now(emma)
    await emma.fill(**{"answer-aaaa1111": "Exams."})
    await emma.page.locator("[name=answer-cccc3333][value=yes]").check(force=True)
    changed = await meeting.practitioner.post("/practice/rate", {"rate": "95", "currency": "GBP"})
    assert changed.status_code == 303
    await emma.sees("Book session · £95.00")
    await books(emma)
    await emma.sees("Exams.", "#session .answers")


async def test_months_and_days_by_keyboard(people: People, site: Server, meeting: Meeting) -> None:
    emma = await at_calendar(people, site, meeting, meeting.client.person)
    page = emma.page
    before = await page.inner_text("#month")
    await page.locator("#month-after").focus()
    await page.keyboard.press("Enter")
    await page.locator("#month").filter(has_not_text=before).wait_for()
    await expect(page.locator("#month-after")).to_be_focused()
    first = page.locator(".days a").first
    await first.focus()
    days = [await each.get_attribute("id") for each in await page.locator(".days a").all()]
    for key, place in (("ArrowRight", 1), ("ArrowDown", 8), ("ArrowLeft", 7), ("ArrowUp", 0)):
        await page.keyboard.press(key)
        await expect(page.locator(f"#{days[place]}")).to_be_focused()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    await page.locator(f"#{days[1]}[aria-current]").wait_for()
    await expect(page).to_have_url(re.compile(days[1].removeprefix("day-")))  # and the address follows
    assert not people.complaints


def differences() -> Iterator[tuple[date, date]]:
    """Dates around the next two changes of the difference between the two clocks."""
    day = utc_now().date() + timedelta(days=3)
    found = 0
    while found < 2:
        if _ahead(day) != _ahead(day + timedelta(days=1)):
            yield day - timedelta(days=1), day + timedelta(days=2)
            found += 1
        day += timedelta(days=1)


def _ahead(day: date) -> timedelta | None:
    noon = datetime.combine(day, time(12), ZoneInfo("UTC"))
    there, here = noon.astimezone(NEW_YORK).utcoffset(), noon.astimezone(AUCKLAND).utcoffset()
    return here - there if here is not None and there is not None else None


async def test_auckland_and_new_york_across_both_changes(
    people: People, site: Server, meeting: Meeting, owner: asyncpg.Connection
) -> None:
    practitioner = meeting.practitioner.person.id
    await owner.execute(
        """update practice set time_zone = 'America/New_York', window_days = 366, slot_step_minutes = 60
        where practitioner_id = $1""",
        practitioner,
    )
    await owner.execute(
        "update working_hours set starts_minute = 540, ends_minute = 600 where practitioner_id = $1",
        practitioner,
    )
    kiri = await make_person(owner, "Kiri Client", time_zone="Pacific/Auckland")
    screen = await open_screen(people, site, kiri, width=390, height=844, timezone_id="Pacific/Auckland")
    for day in [day for pair in differences() for day in pair]:
        nine = datetime.combine(day, time(9), NEW_YORK).astimezone(AUCKLAND)
        await screen.go(f"/practitioners/{practitioner}/book?day={nine:%F}")
        button = screen.page.locator(".slots label").first
        assert await button.inner_text() == f"{nine:%H:%M}\n{day:%a} 09:00"
        await screen.connected()
        await button.click()
        await kept(screen)
        await books(screen)
        await screen.sees(f"{nine:%a} {nine.day} {nine:%b %Y}, {nine:%H:%M}")
        await screen.sees("09:00", "#session")
    chosen = await owner.fetch("select starts_at from session where client_id = $1", kiri.id)
    assert {each["starts_at"].astimezone(NEW_YORK).hour for each in chosen} == {9}


async def test_another_zone_or_offering_keeps_the_words_for_their_own_author(
    people: People, site: Server, meeting: Meeting, lara: Somebody, owner: asyncpg.Connection
) -> None:
    await make_offering(owner, meeting.practitioner.person)
    emma = await at_calendar(people, site, meeting, meeting.client.person)
    await emma.fill(notes="Still here.")
    await label(emma, TEN + timedelta(hours=8)).click()
    await emma.page.locator("details.zone > summary").click()
    await emma.page.locator("details.zone select").select_option("Asia/Tokyo")
    await emma.sees("Times in Tokyo (GMT+9)", "#slots-zone")
    await emma.sees("Times in Tokyo (GMT+9). Change", "details.zone")
    await expect(emma.page.locator("[name=notes]")).to_have_value("Still here.")
    await expect(emma.page.locator("#slots label:has(:checked)")).to_contain_text("03:00")
    others = emma.page.locator("[data-keeps-words] a:not([aria-current])")
    await others.click()
    await expect(emma.page.locator("[name=notes]")).to_have_value("Still here.")
    await emma.page.context.add_cookies([{"name": "visavis", "value": lara.token, "url": site.url}])
    await others.click()  # somebody else, in the same tab
    await emma.page.locator(f"[data-account='{lara.id}'] [data-state=connected]").first.wait_for()
    await expect(emma.page.locator("[name=notes]")).to_have_value("")
