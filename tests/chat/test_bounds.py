"""What one account can fill, and what operators see in time."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest

from tests.access.rows import act_as
from tests.support.tabs import Meeting, now, words
from tests.support.world import make_person
from visavis.chat import rules
from visavis.chat.access import load_messages, load_rooms
from visavis.chat.actions import send
from visavis.chat.changing import delete, edit
from visavis.chat.keeping import forget_old, forget_reported
from visavis.chat.links import linked
from visavis.chat.removal import REMOVE, Gone
from visavis.chat.reporting import report
from visavis.chat.rules import Draft, Message, Upload
from visavis.chat.safety import block, load_reports, settle
from visavis.kit.actor import SYSTEM, Actor
from visavis.kit.db import Database
from visavis.kit.errors import InvalidInputError, NotFoundError
from visavis.operations.jobs import Work
from visavis.operations.roles import WEB, url_for
from visavis.settings import Settings

PDF = b"%PDF-1.7\n" + b"x" * 1000 + b"\n%%EOF"


@pytest.fixture
async def operator(owner: Any) -> Actor:
    person = await make_person(owner, "Olive Operator", operator=True)
    return msgspec.structs.replace(person.actor, is_operator=True)


async def say(meeting: Meeting, room_id: UUID, body: str = "Hello", *files: bytes) -> Message:
    draft = Draft(body=body, files=[Upload("a.pdf", each) for each in files])
    return await send(meeting.db, meeting.as_client, room_id, uuid4(), draft, now(), meeting.store)


async def test_files_of_a_day_have_a_bound(
    meeting: Meeting, room_id: UUID, owner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_BYTES_A_DAY", 3 * len(PDF))
    sent = await say(meeting, room_id, "", PDF, PDF)
    with pytest.raises(InvalidInputError) as refused:
        await say(meeting, room_id, "", PDF, PDF)
    assert "files" in refused.value.fields
    assert (
        await owner.fetchval("select count(*) from chat_message where body = '' and session_id is null") == 1
    )
    await owner.execute("update chat_file set sent_at = now() - interval '25 hours'")
    await say(meeting, room_id, "", PDF, PDF)
    # The database counts, too, whoever the process thinks the sender is.
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await owner.execute(
            """insert into chat_file (message_id, position, key, name, media_type, bytes)
            values ($1, 4, 'x', 'x', 'application/pdf', 268435456)""",
            sent.id,
        )


async def test_a_file_leaves_in_pieces(meeting: Meeting, room_id: UUID) -> None:
    large = b"%PDF-1.7\n" + b"y" * 300_000 + b"\n%%EOF"
    [file] = (await say(meeting, room_id, "", large)).files
    address = f"/chat/{room_id}/files/{file.id}"
    answers = await asyncio.gather(*(meeting.practitioner.get(address) for _each in range(9)))
    for answer in answers:
        assert answer.content == large
        assert answer.headers["content-length"] == str(len(large))
    assert "attachment" in answers[0].headers["content-disposition"]


async def test_the_database_lets_nobody_undelete_or_change_late(
    meeting: Meeting, room_id: UUID, owner: Any, database: Any, settings: Settings
) -> None:
    gone, old, blocked = [await say(meeting, room_id, body) for body in ("One", "Two", "Three")]
    await delete(meeting.db, meeting.as_client, room_id, gone.id, now())
    change = "update chat_message set body = 'x', edited_at = now(), deleted_at = null where id = $1"
    web = await asyncpg.connect(url_for(database.url, WEB, settings.secret_key))
    try:
        await act_as(web, meeting.as_client.known_id)
        assert await web.execute(change, gone.id) == "UPDATE 0"
        await web.execute("rollback")
        await owner.execute(
            "update chat_message set created_at = now() - interval '7 min' where id = $1", old.id
        )
        await block(meeting.db, meeting.as_practitioner, room_id, now())
        for each in (old, blocked):
            await act_as(web, meeting.as_client.known_id)
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await web.execute(change, each.id)
            await web.execute("rollback")
    finally:
        await web.close()


async def test_what_is_reported_is_reported_once_and_reaches_operators(
    meeting: Meeting, room_id: UUID, db: Database, operator: Actor, owner: Any
) -> None:
    sarah = meeting.as_practitioner
    rude, other = await say(meeting, room_id, "Fool"), await say(meeting, room_id, "Sorry")
    await report(db.handle(), sarah, room_id, "Rude", now(), message_id=rude.id)
    told = await owner.fetch("select account_id, kind from notification where kind = 'report'")
    assert [row["account_id"] for row in told] == [operator.account_id]
    for _again in range(3):
        with pytest.raises(InvalidInputError):
            await report(db.handle(), sarah, room_id, "Rude", now(), message_id=rude.id)
    await report(db.handle(), sarah, room_id, "Another", now(), message_id=other.id)
    await report(db.handle(), sarah, room_id, "In all", now())
    found = await load_reports(db.handle(), operator)
    assert [each.reason for each in found] == ["Rude", "Another", "In all"]
    assert await load_reports(db.handle(), operator, 1, 1) == found[1:2]
    await settle(db.handle(), operator, found[0].id, now())
    await report(db.handle(), sarah, room_id, "Rude", now(), message_id=rude.id)


async def test_who_changes_or_deletes_first_is_reported_all_the_same(
    meeting: Meeting, room_id: UUID, db: Database, operator: Actor, worker: Database, settings: Settings
) -> None:
    emma, sarah = meeting.as_client, meeting.as_practitioner
    rude = await say(meeting, room_id, "I know where you live")
    await edit(db.handle(), emma, room_id, rude.id, "Good morning", now())
    await delete(db.handle(), emma, room_id, rude.id, now())
    page = await meeting.practitioner.get(f"/chat/{room_id}")
    assert f"report?message={rude.id}" in page.text
    await report(db.handle(), sarah, room_id, "A threat", now(), message_id=rude.id)
    [found] = await load_reports(db.handle(), operator)
    assert found.before == ["I know where you live", "Good morning"]
    assert (found.said, found.about_message) == ("", True)
    for who in (emma, sarah):
        assert "where you live" not in str(await load_messages(db.handle(), who, room_id))
    # After some days, nothing of it is kept but the report; after its settlement and some months, not that.
    await forget_reported(worker.handle(), SYSTEM, now() + timedelta(days=8))
    assert (await load_reports(db.handle(), operator))[0].before == found.before
    await settle(db.handle(), operator, found.id, now())
    await forget_reported(worker.handle(), SYSTEM, now() + timedelta(days=181))
    assert await load_reports(db.handle(), operator) == []


async def test_reported_files_stay_until_the_report_is_settled(
    meeting: Meeting,
    room_id: UUID,
    db: Database,
    operator: Actor,
    worker: Database,
    settings: Settings,
    owner: Any,
) -> None:
    sent = await say(meeting, room_id, "", PDF)
    key = await owner.fetchval("select key from chat_file")
    await report(db.handle(), meeting.as_practitioner, room_id, "Look", now(), message_id=sent.id)
    await delete(db.handle(), meeting.as_client, room_id, sent.id, now())
    work = Work(worker, settings, now())
    await REMOVE.work(work, Gone([key]))
    assert await meeting.store.get(key) == PDF
    [found] = await load_reports(db.handle(), operator)
    assert [each["name"] for each in found.kept] == ["a.pdf"]
    await settle(db.handle(), operator, found.id, now())
    await REMOVE.work(work, Gone([key]))
    with pytest.raises(NotFoundError):
        await meeting.store.get(key)


async def test_deleted_messages_do_not_count_as_unread(
    meeting: Meeting, room_id: UUID, db: Database, owner: Any
) -> None:
    for _each in range(3):
        gone = await say(meeting, room_id)
        await delete(db.handle(), meeting.as_client, room_id, gone.id, now())
    assert [line.unread for line in await load_rooms(db.handle(), meeting.as_practitioner)] == [0]
    await owner.execute("set enable_seqscan = off")
    plan = await owner.fetch(
        """explain select from chat_message where room_id = $1 and author_id = $1 and number > 3
        and session_id is null and deleted_at is null""",
        room_id,
    )
    assert "chat_message_unread" in str(plan)


async def test_old_messages_of_one_room_go_however_many(
    meeting: Meeting, room_id: UUID, worker: Database, owner: Any
) -> None:
    for _each in range(5):
        await say(meeting, room_id)
    await owner.execute("update practice set chat_months = 1")
    assert await owner.fetchval("select chat_months_from - now() > interval '13 days' from practice")
    await owner.execute("update practice set chat_months_from = now()")
    await owner.execute("update chat_message set created_at = now() - interval '40 days' where number < 5")
    assert await forget_old(worker.handle(), SYSTEM, now()) == 3, "and the card of what is not over stays"
    assert await forget_old(worker.handle(), SYSTEM, now()) == 0


def test_an_address_ends_where_something_unseen_begins() -> None:
    for unseen in ("\u202e", "\u2066", "\u200b", "\x07", "\U000e0041"):
        shown = linked(f"https://bank.example/{unseen}moc.live")
        assert '<a href="https://bank.example/" ' in shown
        assert "<bdi>https://bank.example/</bdi></a>" in shown


async def test_operators_turn_pages(meeting: Meeting, room_id: UUID, owner: Any) -> None:
    await owner.execute(
        "update account set is_operator = true where id = $1", meeting.as_practitioner.known_id
    )
    await owner.execute(
        """insert into chat_report (reporter_id, reported_id, room_id, reason, created_at, settled_at,
            settled_by)
        select client_id, practitioner_id, id, 'Report ' || n, now(), now() + n * interval '1 s',
            practitioner_id
        from chat_room, generate_series(1, 31) n"""
    )
    first = words(await meeting.practitioner.get("/operator/reports"))
    assert "Report 31" in first
    assert "Report 1 " not in first
    assert "Report 1 " in words(await meeting.practitioner.get("/operator/reports?page=2"))
