"""Numbers and instants at the edge of what can be counted, where only the newest pages read them."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.support.tabs import Meeting
from tests.support.world import tomorrow_at
from visavis.availability import memory
from visavis.availability.hours import Schedule, WeeklyRange
from visavis.availability.rules import SlotSettings
from visavis.booking.notes import read_notes
from visavis.kit import remembering
from visavis.kit.sealing import Keyring

NOBODY = "00000000-0000-0000-0000-000000000001"


@pytest.mark.parametrize("way", ["after", "before"])
@pytest.mark.parametrize(
    "instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59.999999Z"]
)
async def test_a_page_next_to_the_end_of_time(meeting: Meeting, way: str, instant: str) -> None:
    """ASVS 2.2.1: the place of a page of sessions, which UTC may not have."""
    for tab, side in ((meeting.client, "client"), (meeting.practitioner, "practitioner")):
        answer = await tab.get(f"/sessions?side={side}&{way}={instant.replace('+', '%2B')}~{NOBODY}")
        assert answer.status_code == 200


@pytest.mark.parametrize("wish", ["up-00099", "up-000" + "9" * 5000, "remove-000999", "up-²", "up--1"])
async def test_a_question_of_no_place(meeting: Meeting, wish: str) -> None:
    questions = {"question-0-label": "What brings you here?", "question-1-label": "Since when?"}
    answer = await meeting.practitioner.post("/practice/offerings", questions | {"rows": wish})
    assert answer.status_code == 200
    assert answer.text.index("What brings you here?") < answer.text.index("Since when?")


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/practice/rate", {"rate": "1e999999", "currency": "GBP"}),
        ("/practice/availability/settings", {"step_min": "9" * 5000}),
        (
            "/sessions/new",
            {"kind": "custom", "client": "new", "email": "a@b.co", "minutes": "9" * 5000},
        ),
    ],
)
async def test_a_number_too_long_to_be_read(meeting: Meeting, path: str, typed: dict[str, str]) -> None:
    answer = await meeting.practitioner.post(path, typed | {"offering": str(meeting.offering)})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "instant", ["0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]
)
async def test_an_answer_and_another_time_at_the_end_of_time(
    meeting: Meeting, owner: Any, instant: str
) -> None:
    session = await meeting.confirmed()
    for zone in ("Pacific/Kiritimati", "Pacific/Niue"):
        await owner.execute("update person set time_zone = $1", zone)
        yes = {"answer": "yes", "when": "slot", "starts_at": instant}
        for path in ("response", "new-time"):
            answer = await meeting.practitioner.post(f"/sessions/{session.id}/{path}", yes)
            assert answer.status_code in (409, 422)


async def test_a_month_in_other_digits(meeting: Meeting) -> None:
    for file in ("", "/pdf"):
        answer = await meeting.practitioner.get(f"/practice/earnings/20\uff12\uff16-01{file}")
        assert answer.status_code == 404


async def test_many_versions_are_listed_and_not_opened(meeting: Meeting, owner: Any) -> None:
    """ASVS 2.4.1: each is up to 120 KB; all at once were all of a small server's memory."""
    session = await meeting.confirmed()
    path = f"/sessions/{session.id}/notes"
    await meeting.practitioner.post(path, {"notes": "How it began", "seen": "0"})
    await owner.execute(
        """insert into session_note (session_id, version, practitioner_id, key_id, sealed)
        select session_id, number, practitioner_id, key_id, repeat('x', 200000)::bytea
        from session_note, generate_series(2, 300) number"""
    )
    page = await meeting.practitioner.get(path)
    assert (page.status_code, "cannot be read" in page.text) == (200, True)
    assert page.text.count("?version=") < 200
    assert "How it began" in (await meeting.practitioner.get(f"{path}?version=1")).text
    for number in (0, -1, 2**31, 2**70):
        assert (await meeting.practitioner.get(f"{path}?version={number}")).status_code == 404
    keys = Keyring(b"k" * 32, purpose="a test")
    book = await read_notes(meeting.db, meeting.as_practitioner, keys, session.id, 1)
    assert [each.number for each in book.versions if each.note is not None] == []


async def test_hours_of_many_offerings_are_not_all_looked_for(meeting: Meeting, owner: Any) -> None:
    """ASVS 2.4.1: a question that nobody signs in for took a second of the whole process."""
    who = meeting.practitioner.person.id
    await owner.execute(
        "update working_hours set offering_ids = array[uuidv7()] where practitioner_id = $1", who
    )
    begin, end = tomorrow_at(0, 0), tomorrow_at(0, 60)
    path = f"/api/practitioners/{who}/slots"
    asked = {"from": begin.isoformat(), "to": end.isoformat(), "length": "60"}
    refused = await meeting.client.client.get(path, params=asked)
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["offering_id"])
    for fewer in ({"offering_id": str(meeting.offering)}, {"to": tomorrow_at(0, 14).isoformat()}):
        assert (await meeting.client.client.get(path, params=asked | fewer)).status_code == 200


async def test_addresses_of_nothing_are_not_remembered(client: Any) -> None:
    """Who asks for any address leaves nothing of it in the memory of the process."""
    browser = client()
    assert (await browser.get("/nothing")).status_code == 404
    before = len(remembering._parts._known)
    for number in range(3):
        assert (await browser.get(f"/{number}{'x' * 3000}")).status_code == 404
    assert len(remembering._parts._known) == before


def test_what_is_remembered_has_an_end() -> None:
    """A process keeps what was computed for whoever asks next, but no quarter of a year by five minutes."""
    london = Schedule(ZoneInfo("Europe/London"), tuple(WeeklyRange(day, 0, 1440) for day in range(7)))
    settings = SlotSettings(step_min=5)
    before = memory.found_starts.cache_info().currsize
    for days, kept in ((62, 0), (14, 1)):
        stretch = (1_800_000_000, 1_800_000_000 + days * 86_400)
        assert memory.starts_between(london, settings, ((), ()), (), 60, stretch, None).starts
        assert memory.found_starts.cache_info().currsize == before + kept
