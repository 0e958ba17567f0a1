"""The way into a provider's room: for the two people, at its time, with a link that nobody else sees."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from tests.support.daily import DOMAIN, StandIn
from tests.support.tabs import Meeting, Tab, now, words
from tests.support.world import move_to_past
from tests.video.providers import account, jobs, provider, room_of, settings, told, work, work_off
from visavis.booking import actions as booking
from visavis.booking.access import SessionRow
from visavis.operations.jobs import Work
from visavis.video.entering import enter
from visavis.video.keeping import ROOM, RoomWanted, close_rooms

__all__ = ["account", "provider", "settings", "work"]


async def soon(meeting: Meeting, owner: Any, work: Work, minutes: float = 5) -> SessionRow:
    """Certain, about to begin, with its room made."""
    session = await meeting.confirmed()
    await jobs(owner)
    await move_to_past(owner, session.id, hours=-minutes / 60)
    await ROOM.work(work, RoomWanted(session.id))
    return session


async def press(tab: Tab, session: SessionRow) -> Any:
    return await tab.post(f"/sessions/{session.id}/room/entrance")


async def test_each_goes_in_with_a_link_of_their_own(
    meeting: Meeting, owner: Any, work: Work, account: StandIn
) -> None:
    session = await soon(meeting, owner, work)
    asked = len(account.asked)
    tokens = {}
    for tab in (meeting.client, meeting.practitioner):
        page = await tab.get(f"/sessions/{session.id}/room")
        door = f'action="/sessions/{session.id}/room/entrance" target="_blank" rel="noopener noreferrer"'
        assert door in page.text
        assert "form-action 'self' https://*.daily.co;" in page.headers["content-security-policy"]
        answer = await press(tab, session)
        assert answer.status_code == 303
        assert answer.headers["referrer-policy"] == "no-referrer"
        link = urlsplit(answer.headers["location"])
        assert link.netloc == f"{DOMAIN}.daily.co"
        token = parse_qs(link.query)["t"][0]
        tokens[account.tokens[token]["user_id"]] = account.tokens[token]["user_name"]
        assert token not in answer.text + (await tab.get(f"/sessions/{session.id}/room")).text
    assert tokens == {"client": "Emma", "practitioner": "Dr. Johnson"}
    assert len(account.asked) == asked + 2, "the room was there already"
    row = await owner.fetchrow("select status, client_came_at < practitioner_came_at from session")
    assert tuple(row) == ("in_progress", True)
    assert await told(owner, session.practitioner_id, "join_call") == 1


async def test_who_is_faster_than_the_job_does_not_wait(
    meeting: Meeting, owner: Any, work: Work, account: StandIn
) -> None:
    session = await meeting.confirmed()
    await jobs(owner)
    await move_to_past(owner, session.id, hours=-5 / 60)
    links = [
        await enter(meeting.db, work.settings, actor, session.id, now())
        for actor in (meeting.as_client, meeting.as_practitioner)
    ]
    assert len({urlsplit(link).path for link in links}) == len(account.rooms) == 1
    assert await work_off(work, owner) >= 1
    assert (await room_of(owner, session.id))["maker"] == "daily"


async def test_a_provider_that_is_away_leads_both_into_our_room(
    meeting: Meeting, owner: Any, work: Work, account: StandIn
) -> None:
    session = await soon(meeting, owner, work)
    room = f"/sessions/{session.id}/room"
    assert "daily.co" in (await press(meeting.client, session)).headers["location"]
    account.faulty("hang-up")
    assert (await press(meeting.practitioner, session)).headers["location"] == room
    kept = await room_of(owner, session.id)
    assert (kept["maker"], kept["provider"]) == ("built_in", "daily")
    assert kept["trouble"] == "daily: no answer (RemoteProtocolError)"
    assert await told(owner, session.client_id) == 1
    assert await told(owner, session.practitioner_id) == 0, "they are there"
    account.faulty(None)
    assert (await press(meeting.client, session)).headers["location"] == room, "both meet in one room"
    for tab in (meeting.client, meeting.practitioner):
        page = await tab.get(room)
        assert 'id="call"' in page.text
        assert "form-action 'self';" in page.headers["content-security-policy"]
    await ROOM.work(work, RoomWanted(session.id))
    assert (await room_of(owner, session.id))["maker"] == "built_in"
    await owner.execute("update account set is_operator = true where id = $1", meeting.practitioner.person.id)
    seen = words(await meeting.practitioner.get("/operator/video"))
    assert "daily: no answer (RemoteProtocolError)" in seen, "operators need not read the log"
    assert "Daily.co" in seen
    assert "Emma" not in seen
    told_client = await meeting.client.get("/notifications")
    assert "meet in the room of Visavis itself" in words(told_client)


@pytest.mark.parametrize("who", ["stranger", "nobody"])
async def test_a_third_person_gets_no_link(
    meeting: Meeting, owner: Any, work: Work, account: StandIn, stranger: Tab, who: str
) -> None:
    session = await soon(meeting, owner, work)
    if who == "nobody":
        stranger.client.cookies.delete("visavis")
        await stranger.client.get("/sign-in")
    answer = await press(stranger, session)
    assert answer.status_code == (404 if who == "stranger" else 401)
    assert "daily.co" not in str(answer.headers) + answer.text
    assert account.tokens == {}
    assert (await meeting.client.get(f"/sessions/{session.id}/room/entrance")).status_code == 405
    forged = await meeting.client.client.post(f"/sessions/{session.id}/room/entrance")
    assert forged.status_code == 403, "not without the token of our own page"
    assert account.tokens == {}


@pytest.mark.parametrize("minutes", [11, -91])
async def test_no_link_before_or_after_its_time(
    meeting: Meeting, owner: Any, work: Work, account: StandIn, minutes: int
) -> None:
    session = await soon(meeting, owner, work, minutes)
    answer = await press(meeting.client, session)
    assert answer.status_code == 409
    assert account.tokens == {}
    await booking_is_off(meeting, owner, session)
    assert (await press(meeting.client, session)).status_code == 409


async def booking_is_off(meeting: Meeting, owner: Any, session: SessionRow) -> None:
    if await owner.fetchval("select starts_at > now() from session where id = $1", session.id):
        await booking.cancel(meeting.db, meeting.as_client, session.id, "Ill", now())


async def test_a_name_is_only_a_name(meeting: Meeting, owner: Any, work: Work, account: StandIn) -> None:
    nasty = '<script>","is_owner":true,"'
    await owner.execute("update person set name = $1 where id = $2", nasty, meeting.client.person.id)
    session = await soon(meeting, owner, work)
    actor = msgspec.structs.replace(meeting.as_client, name="Dr. Sarah Johnson", is_practitioner=True)
    link = await enter(meeting.db, work.settings, actor, session.id, now())
    said = account.tokens[parse_qs(urlsplit(link).query)["t"][0]]
    assert (said["user_name"], said["user_id"], said["is_owner"]) == (nasty, "client", False)


async def test_nothing_of_it_is_logged(
    meeting: Meeting,
    owner: Any,
    work: Work,
    account: StandIn,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    session = await soon(meeting, owner, work)
    link = (await press(meeting.client, session)).headers["location"]
    account.faulty(500)
    await press(meeting.practitioner, session)
    written = "".join([*capfd.readouterr(), caplog.text])
    secret = parse_qs(urlsplit(link).query)["t"][0]
    key = work.settings.daily_api_key
    assert key is not None
    for word in (secret, key.get_secret_value(), "Emma", "Johnson", "@example.org"):
        assert word not in written


async def test_a_room_without_a_time_is_known_and_closed(
    meeting: Meeting, owner: Any, work: Work, account: StandIn
) -> None:
    session = await soon(meeting, owner, work)
    await owner.execute("update session set during = null, blocked = null")
    await owner.execute("delete from video_room")
    account.reset()
    link = (await press(meeting.client, session)).headers["location"]
    said = account.tokens[parse_qs(urlsplit(link).query)["t"][0]]
    assert said["exp"] - now().timestamp() <= 4 * 3600
    await work_off(work, owner)
    room = await room_of(owner, session.id)
    assert account.rooms[room["name"]]["exp"] == int(room["closes_at"].timestamp())
    await booking.cancel(meeting.db, meeting.as_client, session.id, "Ill", now())
    await close_rooms(work)
    assert account.rooms == {}


async def test_a_moment_too_many_asked_leads_nobody_elsewhere(
    meeting: Meeting, owner: Any, work: Work, account: StandIn
) -> None:
    session = await soon(meeting, owner, work)
    account.faulty(429, times=1)
    assert "daily.co" in (await press(meeting.client, session)).headers["location"]
    assert (await room_of(owner, session.id))["maker"] == "daily"


async def test_presses_are_counted(meeting: Meeting, owner: Any, work: Work, account: StandIn) -> None:
    session = await soon(meeting, owner, work)
    await owner.execute("update rate_limit set count = 0")
    codes = [(await press(meeting.client, session)).status_code for _again in range(6)]
    assert codes == [303] * 5 + [429]
