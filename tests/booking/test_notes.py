"""Private notes: sealed in the database, in versions, and nobody else's (ASVS 11.3.3, 8.2.2, 16.2.5)."""

from pathlib import Path
from typing import Any

import pytest
import structlog

from tests.access.rows import act_as
from tests.support.databases import SECRET_KEY, FreshDatabase, connect
from tests.support.servers import visavis
from tests.support.tabs import DIALOG, Meeting, Tab, now, words
from visavis.booking.notes import Note, read_notes, write_note
from visavis.kit.sealing import Keyring, Sealed, SealedAwayError
from visavis.settings import Settings

SECRET_WORDS = "dreamt of the sea"


async def test_notes_are_written_read_and_kept_in_versions(meeting: Meeting) -> None:
    session = await meeting.confirmed()
    path, sarah = f"/sessions/{session.id}/notes", meeting.practitioner
    assert "Private notes" in words(await sarah.get(f"/sessions/{session.id}"))
    first = {"notes": "Exams & <b>sleep</b>", "observations": "Calm", "seen": "0"}
    assert (await sarah.post(path, first)).status_code == 303
    second = {"notes": "Exams, sleep, plans", "observations": "Calm", "seen": "1"}
    assert (await sarah.post(path, second, **DIALOG)).status_code == 204
    assert (await sarah.post(path, second | {"seen": "2"})).status_code == 303  # the same words: no version
    page = await sarah.get(path)
    assert "Exams, sleep, plans" in page.text
    assert "Version 2, written by Dr. Sarah Johnson" in words(page)
    assert f'href="{path}?version=1"' in page.text
    earlier = await sarah.get(f"{path}?version=1")
    assert "Exams &amp; &lt;b&gt;sleep&lt;/b&gt;" in earlier.text
    assert (await sarah.get(f"{path}?version=3")).status_code == 404


async def test_two_windows_lose_no_word(meeting: Meeting) -> None:
    session = await meeting.confirmed()
    path, sarah = f"/sessions/{session.id}/notes", meeting.practitioner
    await sarah.post(path, {"notes": "From the first window", "seen": "0"})
    late = await sarah.post(path, {"notes": "From the second window", "seen": "0"})
    assert late.status_code == 409
    assert "You have written a newer version meanwhile" in words(late)
    assert "From the first window" in late.text
    assert "From the second window</textarea>" in late.text
    assert 'name="seen" value="1"' in late.text
    assert (await sarah.post(path, {"notes": "Both together", "seen": "1"})).status_code == 303
    long = await sarah.post(path, {"notes": "y" * 20_001, "seen": "2"})
    assert (long.status_code, "y" * 20_001 in long.text) == (422, True)


async def test_nobody_else_ever_reads_a_word(
    meeting: Meeting, stranger: Tab, owner: Any, database: FreshDatabase, client: Any
) -> None:
    session = await meeting.confirmed()
    path = f"/sessions/{session.id}/notes"
    with structlog.testing.capture_logs() as logged:
        sent = {"notes": SECRET_WORDS, "observations": SECRET_WORDS, "seen": "0"}
        assert (await meeting.practitioner.post(path, sent)).status_code == 303
    assert SECRET_WORDS not in str(logged)
    for tab in (meeting.client, stranger):
        for address in (path, f"{path}?version=1"):
            assert (await tab.get(address)).status_code == 404
        assert (await tab.post(path, sent)).status_code == 404
    assert (await client().get(path, headers={"hx-request": "true"})).status_code == 401
    api = f"/api/sessions/{session.id}"
    for address in (f"/sessions/{session.id}", "/dashboard/client", api):
        seen = await meeting.client.get(address)
        assert SECRET_WORDS not in seen.text
        assert "private notes" not in seen.text.lower()
        assert "write_note" not in seen.text
    tables = await owner.fetch("select oid::regclass::text as name from pg_class where relkind = 'r'")
    for table in tables:
        rows = await owner.fetch(f"select t::text as row from {table['name']} t")
        assert not any(SECRET_WORDS in row["row"] for row in rows), table["name"]
        assert not any(SECRET_WORDS.encode().hex() in row["row"] for row in rows), table["name"]
    web = await connect(database.url)
    for who in (meeting.as_client, stranger.person.actor):
        await act_as(web, who.account_id)
        assert await web.fetchval("select count(*) from session_note") == 0
        assert await web.fetchval("select count(*) from audit_event where verb = 'write_note'") == 0
        await web.execute("rollback")
    await web.close()


async def test_a_sealed_note_opens_in_its_place_only(
    meeting: Meeting, owner: Any, settings: Settings
) -> None:
    one, other = await meeting.confirmed(), await meeting.confirmed(hour=14)
    keys = settings.note_keys
    for session, text in ((one, "One"), (other, "Other")):
        note = Note(notes=text)
        await write_note(meeting.db, meeting.as_practitioner, keys, session.id, note, 0, now())
    await owner.execute(
        """update session_note n set sealed = o.sealed from session_note o
        where n.session_id = $1 and o.session_id = $2""",
        one.id,
        other.id,
    )
    book = await read_notes(meeting.db, meeting.as_practitioner, keys, one.id)
    assert [version.note for version in book.versions] == [None]
    page = await meeting.practitioner.get(f"/sessions/{one.id}/notes")
    assert (page.status_code, "cannot be read" in words(page)) == (200, True)


def test_keys_are_apart_and_tampering_is_noticed() -> None:
    keys = Keyring(b"k" * 32, [b"o" * 32], purpose="a test")
    sealed = keys.seal(b"words", "here")
    assert keys.open(sealed, "here") == b"words"
    assert keys.seal(b"words", "here").data != sealed.data
    assert Keyring(b"k" * 32, purpose="another").key_id != keys.key_id
    broken = Sealed(sealed.key_id, sealed.data[:-1] + bytes([sealed.data[-1] ^ 1]))
    wrong_key = Keyring(b"x" * 32, purpose="a test")
    for ring, what, place in (
        (keys, sealed, "there"),
        (keys, broken, "here"),
        (keys, Sealed(sealed.key_id, b""), "here"),
        (wrong_key, sealed, "here"),
    ):
        with pytest.raises(SealedAwayError):
            ring.open(what, place)
    assert Keyring(b"n" * 32, [b"k" * 32], purpose="a test").open(sealed, "here") == b"words"


async def test_the_command_seals_anew_under_a_new_key(
    meeting: Meeting, owner: Any, database: FreshDatabase, settings: Settings, tmp_path: Path
) -> None:
    session = await meeting.confirmed()
    who, old = meeting.as_practitioner, settings.note_keys
    for number in range(3):
        await write_note(meeting.db, who, old, session.id, Note(notes=f"Note {number}"), number, now())

    # The test's roles keep their passwords, so the present secret stays and another one plays the old.
    elder = Keyring(b"e" * 40, purpose="session notes")
    place = f"session {session.id} version 1"
    elder_seal = elder.seal(old.open(Sealed(*await _row(owner)), place), place)
    await owner.execute(
        "update session_note set key_id = $1, sealed = $2 where version = 1",
        elder_seal.key_id,
        elder_seal.data,
    )
    said = tmp_path / "said.log"
    common = {"output": said, "database_url": database.owner_url, "secret_key": SECRET_KEY, "home": tmp_path}
    assert visavis("seal-notes", **common).wait(60) == 1
    assert "1 could not be opened" in said.read_text()
    assert visavis("seal-notes", **common, old_secret_keys="e" * 40).wait(60) == 0
    assert "1 sealed anew" in said.read_text()
    books = [await read_notes(meeting.db, who, old, session.id, number) for number in (1, 2, 3)]
    read = [
        each.note for number, book in enumerate(books, 1) for each in book.versions if each.number == number
    ]
    assert [note and note.notes for note in read] == ["Note 0", "Note 1", "Note 2"]
    assert await owner.fetchval("select count(distinct key_id) from session_note") == 1


async def _row(owner: Any) -> tuple[str, bytes]:
    row = await owner.fetchrow("select key_id, sealed from session_note where version = 1")
    return row["key_id"], row["sealed"]
