"""Two people see and hear each other: each browser really gets the other's picture and voice."""

from uuid import UUID

import asyncpg
from playwright.async_api import expect

from tests.journeys.calls import WITHIN, hears, joined, sees_moving, until
from tests.journeys.screens import Journey, Screen, open_screen
from tests.support.axe import problems_of
from tests.support.browsers import People
from tests.support.servers import Server, slowness
from tests.support.tabs import Meeting
from tests.support.world import make_offering, move_to_past

TOGETHER = 5_000  # ms from the click to both pictures (D5)
_WAY = "window.__calls.at(-1).currentLocalDescription.sdp.match(/ice-ufrag:(.*)/)[1]"


async def test_a_session_is_booked_written_about_held_and_rated(
    people: People, site: Server, meeting: Meeting, owner: asyncpg.Connection
) -> None:
    await owner.execute("delete from offering where id = $1", meeting.offering)
    await make_offering(owner, meeting.practitioner.person, "accept_or_decline")
    sarah = await open_screen(people, site, meeting.practitioner.person)
    emma = await open_screen(people, site, meeting.client.person, width=390, height=844)
    session_id = await _agreed_in_writing(sarah, emma, meeting)
    await move_to_past(owner, session_id, hours=-0.05)
    await joined(emma, session_id)
    await sarah.sees("Emma Clarke waits for you in the room", "#messages", within=WITHIN)
    await sarah.page.locator("#messages").get_by_role("link", name="Join").click()
    await sarah.page.wait_for_url("**/room")
    await joined(sarah, session_id)
    for each in (sarah, emma):
        await sees_moving(each)
        await hears(each)
    assert await owner.fetchval("select status from session where id = $1", session_id) == "in_progress"
    await _what_one_does_the_other_sees(sarah, emma)
    await _they_write_beside_it(sarah, emma)
    await _another_way_is_found(sarah, emma)
    await emma.page.reload()  # and is in the call again by itself
    for each in (emma, sarah):
        await sees_moving(each)
        await hears(each)
    await _over(sarah, emma)
    await Journey(owner).time_passes(session_id, -2 * 60 * 60)
    await sarah.page.get_by_role("link", name="To the session").click()
    await sarah.sees("you were both there", "#step", within=WITHIN)
    await sarah.click("Mark complete")
    await sarah.sees("Completed", within=WITHIN)
    await emma.page.get_by_role("link", name="To the session").click()
    await emma.follow("Leave feedback")
    await (await emma.dialog()).locator(".rating label").nth(4).click()
    await emma.click("Send feedback")
    await emma.sees("Thank you for your feedback", within=WITHIN)


async def _agreed_in_writing(sarah: Screen, emma: Screen, meeting: Meeting) -> UUID:
    """Emma books and asks something from her phone; Sarah answers beside her page, and says yes."""
    await sarah.go("/dashboard/practitioner")
    await sarah.connected()
    await emma.go(f"/practitioners/{meeting.practitioner.person.id}/book")
    await emma.choose_time()
    await emma.page.get_by_role("button", name="Book session").click()
    await emma.page.wait_for_url("**/sessions/*")
    session_id = UUID(emma.page.url.rpartition("/")[2][:36])
    await emma.follow("Message Dr. Sarah Johnson")
    await emma.page.wait_for_url("**/chat/*")
    await expect(emma.page.locator("[data-connection]")).to_have_attribute("data-state", "connected")
    await emma.say("Shall I bring my diary?")
    await expect(sarah.page.locator("#talks")).to_have_attribute("data-unread", "1", timeout=WITHIN)
    await sarah.page.locator("#talks").click()
    await sarah.page.locator("#talk .rooms a").first.click()
    await sarah.sees("Shall I bring my diary?", "#talk .said", within=WITHIN)
    await sarah.say("Please do.")
    await emma.sees("Please do.", ".said", within=WITHIN)
    await sarah.page.get_by_role("button", name="Close the chat").click()
    await sarah.follow("Approve")
    await sarah.click("Approve")
    await emma.sees("Confirmed", f"#room-session-{session_id}", within=WITHIN)
    return session_id


async def _what_one_does_the_other_sees(sarah: Screen, emma: Screen) -> None:
    """Muted, dark and shared, each by its key or its button."""
    muted = emma.page.locator(".tags [data-muted]")
    await expect(muted).to_be_hidden()
    await sarah.page.keyboard.press("Alt+m")
    await expect(muted).to_be_visible(timeout=WITHIN)
    await emma.sees("Dr. Sarah Johnson is muted.", ".stage .said", within=WITHIN)
    await sarah.page.locator(".stage [data-do=audio]").click()
    await expect(muted).to_be_hidden(timeout=WITHIN)
    await sarah.page.keyboard.press("Alt+v")
    await expect(emma.page.locator(".stage.seen")).to_have_count(0, timeout=WITHIN)
    await sarah.page.keyboard.press("Alt+v")
    await expect(emma.page.locator(".stage.seen")).to_be_visible(timeout=WITHIN)
    await sees_moving(emma)


async def _they_write_beside_it(sarah: Screen, emma: Screen) -> None:
    """The window of the chat lies beside the pictures; on a phone the button says that there is something."""
    await sarah.page.keyboard.press("Alt+c")
    window, stage = sarah.page.locator("#talk"), sarah.page.locator(".stage")
    await sarah.say("Can you hear me well?")
    await expect(emma.page.locator("#talks")).to_have_attribute("data-unread", "1", timeout=WITHIN)
    left, right = await window.bounding_box(), await stage.bounding_box()
    assert left is not None
    assert right is not None
    assert right["x"] + right["width"] <= left["x"]
    await window.get_by_role("button", name="Close the chat").click()


async def _another_way_is_found(sarah: Screen, emma: Screen) -> None:
    """Both look for one at the same moment: the polite one gives way, and the pictures go on."""
    before = [await each.page.evaluate(_WAY) for each in (sarah, emma)]
    for each in (sarah, emma):
        await each.page.evaluate("window.__calls.at(-1).restartIce()")
    for each, way in zip((sarah, emma), before, strict=True):
        await until(each, f"() => {_WAY} !== {way!r}", "the same way")
        await sees_moving(each)


async def _over(sarah: Screen, emma: Screen) -> None:
    await emma.page.get_by_role("button", name="Hang up").click()
    await emma.sees("You have left the call", within=WITHIN)
    await sarah.sees("Emma Clarke has left the call.", ".stage", within=WITHIN)
    await sarah.page.keyboard.press("Alt+x")
    await sarah.sees("You have left the call", within=WITHIN)


async def test_an_instant_session_leads_both_into_the_call(
    people: People, site: Server, meeting: Meeting, owner: asyncpg.Connection
) -> None:
    await meeting.booked(days=9)
    sarah = await open_screen(people, site, meeting.practitioner.person)
    emma = await open_screen(people, site, meeting.client.person, width=390, height=844)
    await emma.go("/dashboard/client")
    await emma.connected()
    await sarah.go(f"/sessions/new?kind=instant&client={meeting.client.person.id}")
    await sarah.click("Invite now")
    await sarah.page.wait_for_url("**/room")
    await sarah.sees("has been invited and can join at once", within=WITHIN)
    await sarah.page.get_by_role("button", name="Join the call").click()
    await sarah.sees("Waiting for Emma Clarke", ".stage", within=WITHIN)
    await emma.sees("invites you to a session now", "#asked", within=WITHIN)
    await emma.click("Approve & join now")
    await emma.page.wait_for_url("**/room")
    for each in (emma, sarah):
        await sees_moving(each)
    await expect(sarah.page.locator(".tag.left")).to_contain_text("minutes", timeout=WITHIN)  # known by now
    for each in (emma, sarah):
        await until(each, "() => Boolean(window.moved)", "no picture was drawn")
    pressed = int(await emma.page.evaluate("sessionStorage.getItem('pressed')"))
    took = [await each.page.evaluate("window.moved") - pressed for each in (emma, sarah)]
    print(f"approved → both see each other move: {max(took)} ms")
    assert max(took) < TOGETHER * slowness()


async def test_lobby_call_and_good_bye_are_for_everybody(
    people: People, site: Server, meeting: Meeting, owner: asyncpg.Connection
) -> None:
    session = await meeting.confirmed()
    await move_to_past(owner, session.id, hours=-0.05)
    emma = await open_screen(people, site, meeting.client.person)
    await emma.go(f"/sessions/{session.id}/room")
    await expect(emma.page.locator(".mirror.seen")).to_be_visible(timeout=WITHIN)
    problems = await problems_of(emma.page)
    await emma.page.get_by_role("button", name="Join the call").click()
    await emma.sees("Waiting for Dr. Sarah Johnson", ".stage", within=WITHIN)
    problems += await problems_of(emma.page)
    await emma.page.keyboard.press("Alt+x")
    await emma.sees("You have left the call", within=WITHIN)
    problems += await problems_of(emma.page)
    assert not problems, "\n".join(problems)
