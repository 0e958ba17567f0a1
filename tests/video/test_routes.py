"""The room over HTTP: who gets in, when, with what, and what the browser may do there."""

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.support.tabs import Meeting, Tab, words
from tests.support.world import move_to_past
from visavis.booking import actions
from visavis.booking.access import SessionRow
from visavis.settings import Settings
from visavis.video.relays import IceServer, credential_for, helped, hidden, servers_for

SECRET = "a secret that only the relay knows"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    helping = {
        "stun_urls": "stun:stun.example.org:3478",
        "turn_urls": "turn:turn.example.org:3478?transport=udp, turns:turn.example.org:5349",
        "turn_secret": SECRET,
    }
    return Settings(
        home=settings.home,
        given_secret_key=settings.given_secret_key,
        web_processes=1,
        **helping,  # type: ignore[arg-type]
    )


async def soon(meeting: Meeting, owner: Any, minutes: float = 5) -> SessionRow:
    session = await meeting.confirmed()
    await move_to_past(owner, session.id, hours=-minutes / 60)
    return session


async def test_the_door(meeting: Meeting, owner: Any, stranger: Tab) -> None:
    session = await meeting.confirmed()
    room = f"/sessions/{session.id}/room"
    early = await meeting.client.get(room)
    assert "You are early" in words(early)
    assert 'id="call"' not in early.text
    assert "camera=()" in early.headers["permissions-policy"]
    await move_to_past(owner, session.id, hours=-0.1)
    assert "data-reload" in (await meeting.client.get(f"{room}/inside")).text
    for tab in (meeting.client, meeting.practitioner):
        page = await tab.get(room)
        assert 'id="call"' in page.text
        assert (
            "camera=(self), microphone=(self), display-capture=(self)" in page.headers["permissions-policy"]
        )
        assert "script-src 'self';" in page.headers["content-security-policy"]
        assert "no relay" not in words(page)
    assert "data-polite" in (await meeting.client.get(room)).text
    assert "camera=()" in (await meeting.client.get("/dashboard/client")).headers["permissions-policy"]
    assert (await stranger.get(room)).status_code == 404
    await move_to_past(owner, session.id, hours=1.4)
    assert 'id="call"' in (await meeting.client.get(room)).text, "half an hour more"
    await move_to_past(owner, session.id, hours=1.51)
    assert "The time is over" in words(await meeting.client.get(room))
    await move_to_past(owner, session.id, hours=0)
    link = "https://meet.example.org/a"
    await actions.set_meeting_link(meeting.db, meeting.as_practitioner, session.id, link, datetime.now(UTC))
    page = await meeting.client.get(room)
    assert f'href="{link}"' in page.text, "a typed link wins"
    assert 'id="call"' not in page.text


async def test_in_and_out(meeting: Meeting, owner: Any, stranger: Tab) -> None:
    session = await soon(meeting, owner)
    call = f"/sessions/{session.id}/call"
    assert (await stranger.post(f"{call}/stays")).status_code == 404
    came = (await meeting.client.post(f"{call}/stays")).json()
    assert (came["other"], came["status"], came["latest"]) == (None, "confirmed", 0)
    begun = (await meeting.practitioner.post(f"{call}/stays")).json()
    assert (begun["other"], begun["status"]) == (came["stay"], "in_progress")
    said = {"stay": came["stay"], "body": '{"to": "…"}'}
    assert (await meeting.client.post(f"{call}/signals", said)).status_code == 204
    heard = (await meeting.practitioner.get(f"{call}/signals?after=0")).json()
    assert heard["signals"] == [{"number": 1, "stay": came["stay"], "body": said["body"]}]
    assert heard["mine"] == begun["stay"]
    assert datetime.fromisoformat(heard["closes_at"]) > datetime.now(UTC) + timedelta(hours=1)
    assert (await meeting.client.get(f"{call}/signals?after=0")).json()["signals"] == []
    assert (await stranger.get(f"{call}/signals?after=0")).status_code == 404
    foreign = f"{call}/stays/{begun['stay']}"
    assert (await meeting.client.post(f"{foreign}/beat", accept="application/json")).status_code == 409
    assert (await meeting.client.post(f"{call}/stays/{came['stay']}/beat")).status_code == 204
    assert (await meeting.client.post(f"{foreign}/end")).status_code == 204, "nothing of one's own"
    assert (await meeting.practitioner.post(f"{foreign}/beat")).status_code == 204
    assert (await meeting.practitioner.post(f"{foreign}/end")).status_code == 204
    gone = await meeting.practitioner.post(f"{foreign}/beat", accept="application/json")
    assert gone.json()["type"] == "/problems/not-in-the-call"


async def test_what_is_no_signal_is_refused(meeting: Meeting, owner: Any) -> None:
    session = await soon(meeting, owner)
    call = f"/sessions/{session.id}/call"
    stay = (await meeting.client.post(f"{call}/stays")).json()["stay"]
    good = {"stay": stay, "body": "x"}
    for wrong, status in (
        ({"body": "x" * 32_001}, 422),
        ({"body": "x" * 200_000}, 413),
        ({"body": ""}, 422),
        ({"stay": "nobody"}, 422),
        ({"stay": str(uuid4())}, 409),
    ):
        assert (await meeting.client.post(f"{call}/signals", good | wrong)).status_code == status, wrong
    for after in ("-1", "x", "9" * 19, "9" * 40):
        assert (await meeting.client.get(f"{call}/signals?after={after}")).status_code in (200, 422), after
    assert (await meeting.client.get(f"{call}/signals?after=x")).status_code == 422
    assert await owner.fetchval("select count(*) from video_signal") == 0
    token = meeting.client.client.cookies["visavis-csrf"]
    bare = await meeting.client.client.post(f"{call}/signals", data=good)
    assert (bare.status_code, bool(token)) == (403, True), "not without the form's token"
    await owner.execute("update sign_in set expires_at = now()")
    ended = await meeting.client.post(f"{call}/signals", good)
    assert ended.status_code == 401
    assert (await meeting.client.get(f"{call}/signals")).status_code == 401


async def test_who_waits_is_heard_of(meeting: Meeting, owner: Any) -> None:
    session = await soon(meeting, owner)
    await meeting.client.post(f"/sessions/{session.id}/call/stays")
    told = await meeting.practitioner.get("/notifications")
    assert "Emma Clarke waits for you in the room" in words(told)
    assert f'href="/sessions/{session.id}/room"' in told.text


async def test_credentials_for_the_relay_are_short_lived(meeting: Meeting, owner: Any) -> None:
    session = await soon(meeting, owner)
    call = f"/sessions/{session.id}/call"
    stun, turn = (await meeting.client.post(f"{call}/stays")).json()["servers"]
    assert stun == {"urls": ["stun:stun.example.org:3478"]}
    assert turn["urls"] == ["turn:turn.example.org:3478?transport=udp", "turns:turn.example.org:5349"]
    expires, whose = turn["username"].split(":")
    assert UUID(whose) == session.client_id
    left = int(expires) - datetime.now(UTC).timestamp()
    assert 14 * 60 < left <= 15 * 60 + 1
    digest = hmac.new(SECRET.encode(), turn["username"].encode(), hashlib.sha1).digest()
    assert turn["credential"] == base64.b64encode(digest).decode()
    again = (await meeting.practitioner.get(f"{call}/servers")).json()
    assert again[1]["username"].endswith(str(session.practitioner_id))
    assert SECRET not in str(again)


def test_credentials_have_bounds(settings: Settings) -> None:
    now, who = datetime(2026, 1, 1, tzinfo=UTC), UUID(int=7)
    *_, turn = servers_for(settings, who, now, relay=True)
    assert turn.username == f"{int((now + timedelta(minutes=15)).timestamp())}:{who}"
    assert servers_for(settings, who, now, relay=False) == [IceServer(settings.stun_servers)]
    # As coturn's own tools make them.
    assert credential_for("north", UUID(int=0), datetime.fromtimestamp(1_433_895_918, UTC))[1].endswith("=")
    assert helped(settings) == "relay"
    assert hidden(settings) == "choice"
    assert hidden(settings.model_copy(update={"calls_relayed": True})) == "always"
    assert hidden(Settings(home=settings.home)) == "never"
    assert helped(Settings(home=settings.home, stun_urls="stun:a.example.org")) == "address"
    assert helped(Settings(home=settings.home)) == "no"
    assert servers_for(Settings(home=settings.home), who, now, relay=True) == []


async def test_who_came_is_on_the_session_and_a_no_show_is_suggested(meeting: Meeting, owner: Any) -> None:
    session = await soon(meeting, owner)
    await meeting.practitioner.post(f"/sessions/{session.id}/call/stays")
    page = f"/sessions/{session.id}"
    assert "in the room now" in words(await meeting.client.get(page))
    await owner.execute(
        "update video_presence set joined_at = now() - interval '1 hour', seen_at = now() - interval '20 min'"
    )
    await move_to_past(owner, session.id, hours=1.1)
    seen = await meeting.practitioner.get(page)
    assert "You were in the room, and Emma did not come." in words(seen)
    assert "40 min" in words(seen)
    primary = re.findall(
        r'class="button primary[^>]*>(?:<svg.*?</svg>)?<span class="ready">([^<]+)', seen.text
    )
    assert "No-show" in primary
    assert "Mark complete" not in primary
    home = await meeting.practitioner.get("/dashboard/practitioner")
    assert "Emma did not come" in words(home)
    await owner.execute("update session set client_came_at = now()")
    seen = await meeting.practitioner.get(page)
    assert "you were both there" in words(seen)
