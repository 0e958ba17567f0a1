"""Changing what one said, taking it back, blocking, reporting, forgetting."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest

from tests.support.tabs import Meeting, Tab, now, picture
from tests.support.world import make_person
from visavis.booking.actions import cancel
from visavis.chat import rules
from visavis.chat.access import (
    changed_since,
    load_file,
    load_messages,
    load_room,
    load_room_of_session,
    load_rooms,
)
from visavis.chat.actions import send
from visavis.chat.changing import delete, edit
from visavis.chat.errors import BlockedError, EditTooLateError, MessageGoneError
from visavis.chat.export import begin_export, export_json, export_text
from visavis.chat.keeping import forget_old, set_months
from visavis.chat.removal import REMOVE, Gone
from visavis.chat.reporting import report
from visavis.chat.rules import Draft, Message, Upload
from visavis.chat.safety import block, load_reports, settle, unblock
from visavis.kit.actor import SYSTEM
from visavis.kit.db import Database
from visavis.kit.errors import ForbiddenError, InvalidInputError, NotFoundError
from visavis.operations.jobs import Work
from visavis.practices.access import NoPracticeError
from visavis.settings import Settings

MONTH = timedelta(days=31)


async def say(meeting: Meeting, room_id: UUID, body: str = "Hello", **how: Any) -> Message:
    draft = Draft(body=body, **how)
    return await send(meeting.db, meeting.as_client, room_id, uuid4(), draft, now(), meeting.store)


async def test_words_change_for_five_minutes(meeting: Meeting, db: Database, room_id: UUID) -> None:
    emma, sarah = meeting.as_client, meeting.as_practitioner
    said, at = await say(meeting, room_id), now()
    await say(meeting, room_id, "And another")
    changed = await edit(db.handle(), emma, room_id, said.id, "Hello!", at + timedelta(minutes=4))
    assert (changed.body, changed.number) == ("Hello!", said.number)
    [*_rest, last] = await changed_since(db.handle(), sarah, room_id, said.version)
    assert last == changed
    for who, when, error in (
        (sarah, at, ForbiddenError),
        (emma, said.created_at + rules.EDIT_WITHIN + timedelta(seconds=1), EditTooLateError),
    ):
        with pytest.raises(error):
            await edit(db.handle(), who, room_id, said.id, "Mine", when)
    with pytest.raises(InvalidInputError):
        await edit(db.handle(), emma, room_id, said.id, " ", at)


async def test_what_is_taken_back_leaves_its_place_only(
    meeting: Meeting, db: Database, owner: Any, room_id: UUID, worker: Database, settings: Settings
) -> None:
    emma, sarah = meeting.as_client, meeting.as_practitioner
    said = await say(meeting, room_id, "See this", files=[Upload("a.png", picture())])
    answer = await send(meeting.db, sarah, room_id, uuid4(), Draft(body="Nice", reply_to=said.id), now())
    [file] = said.files
    key = (await load_file(db.handle(), sarah, room_id, file.id)).key
    with pytest.raises(ForbiddenError):
        await delete(db.handle(), sarah, room_id, said.id, now())
    gone = await delete(db.handle(), emma, room_id, said.id, now())
    assert (gone.body, gone.files, gone.number) == ("", [], said.number)
    assert await owner.fetchval("select digest from chat_message where id = $1", said.id) == b""
    with pytest.raises(MessageGoneError):
        await edit(db.handle(), emma, room_id, said.id, "Back", now())
    with pytest.raises(NotFoundError):
        await load_file(db.handle(), sarah, room_id, file.id)
    quoting = (await load_messages(db.handle(), sarah, room_id, after=answer.number - 1))[0].reply
    assert quoting is not None
    assert (quoting.body, quoting.deleted) == ("", True)
    # The file itself is a job's.
    asked = await owner.fetchval("select payload from jobs.pgqueuer where entrypoint = 'chat.remove_files'")
    assert key in asked.decode()
    await REMOVE.work(Work(worker, settings, now()), Gone([key]))
    with pytest.raises(NotFoundError):
        await meeting.store.get(key)


async def test_who_is_blocked_cannot_write_and_both_still_read(
    meeting: Meeting, db: Database, room_id: UUID
) -> None:
    emma, sarah = meeting.as_client, meeting.as_practitioner
    said = await say(meeting, room_id)
    await block(db.handle(), sarah, room_id, now())
    await block(db.handle(), sarah, room_id, now())
    for who in (emma, sarah):
        with pytest.raises(BlockedError):
            await send(meeting.db, who, room_id, uuid4(), Draft(body="x"), now())
        assert len(await load_messages(db.handle(), who, room_id)) == 2
    with pytest.raises(BlockedError):
        await edit(db.handle(), emma, room_id, said.id, "Read this", now())
    # What was said before is still answered, for a page that asks again after a break.
    draft = Draft(body=said.body)
    assert (await send(meeting.db, emma, room_id, said.id, draft, now())).number == said.number
    await unblock(db.handle(), emma, room_id, now())  # not hers to take back
    assert not (await load_room(db.handle(), emma, room_id)).can_write
    await unblock(db.handle(), sarah, room_id, now())
    assert (await say(meeting, room_id, "Thank you")).number == said.number + 1


async def test_a_report_keeps_what_was_said(
    meeting: Meeting, stranger: Tab, db: Database, owner: Any, room_id: UUID
) -> None:
    emma, sarah = meeting.as_client, meeting.as_practitioner
    rude = await say(meeting, room_id, "You are a <b>fool</b>")
    await report(db.handle(), sarah, room_id, "Not kind", now(), message_id=rude.id)
    await delete(db.handle(), emma, room_id, rude.id, now())
    with pytest.raises(InvalidInputError):
        await report(db.handle(), emma, room_id, "Me", now(), message_id=rude.id)
    with pytest.raises(NotFoundError):
        await report(db.handle(), stranger.person.actor, room_id, "x", now())
    person = await make_person(owner, "Olive Operator", operator=True)
    operator = msgspec.structs.replace(person.actor, is_operator=True)
    [found] = await load_reports(db.handle(), operator)
    assert (found.said, found.reason) == (rude.body, "Not kind")
    assert found.reporter_name == meeting.practitioner.person.name
    for who in (emma, sarah):
        with pytest.raises(NotFoundError):
            await load_reports(db.handle(), who)
        with pytest.raises(NotFoundError):
            await settle(db.handle(), who, found.id, now())
    await settle(db.handle(), operator, found.id, now())
    assert (await load_reports(db.handle(), operator))[0].settled_by_name == "Olive Operator"
    # The room itself is not theirs to read.
    with pytest.raises(NotFoundError):
        await load_messages(db.handle(), operator, room_id)


async def test_messages_are_forgotten_when_the_practice_says_so(
    meeting: Meeting, db: Database, owner: asyncpg.Connection, room_id: UUID, worker: Database
) -> None:
    sarah = meeting.as_practitioner
    for number in range(3):
        await say(meeting, room_id, f"Number {number}", files=[Upload("a.png", picture())])
    assert await forget_old(worker.handle(), SYSTEM, now() + 200 * MONTH) == 0  # kept for ever
    with pytest.raises(NoPracticeError):
        await set_months(db.handle(), meeting.as_client, 1, now())
    with pytest.raises(InvalidInputError):
        await set_months(db.handle(), sarah, 0, now())
    await set_months(db.handle(), sarah, 1, now())
    assert (await load_room(db.handle(), meeting.as_client, room_id)).months_kept == 1
    assert await forget_old(worker.handle(), SYSTEM, now() + MONTH / 2) == 0
    assert await forget_old(worker.handle(), SYSTEM, now() + MONTH) == 3
    [card] = await load_messages(db.handle(), sarah, room_id)
    session_id = await owner.fetchval("select id from session limit 1")
    assert card.session_id == session_id, "it is not over"
    await cancel(db.handle(), meeting.as_client, session_id, "Ill", now())
    assert await forget_old(worker.handle(), SYSTEM, now() + MONTH) == 1
    assert (await load_rooms(db.handle(), sarah))[0].last_number is None
    assert (await load_room_of_session(db.handle(), sarah, session_id)).id == room_id, "its card is gone"
    keys = await owner.fetchval("select payload from jobs.pgqueuer where entrypoint = 'chat.remove_files'")
    assert keys.count(b".jpg") == 3
    assert (await say(meeting, room_id, "Anew")).number == 5


async def test_a_room_can_be_taken_away(meeting: Meeting, db: Database, room_id: UUID) -> None:
    await say(meeting, room_id, "Hello\n\nTue 24 Nov 2026, 10:00  Dr. Sarah Johnson\nYou owe me")
    sarah = meeting.as_practitioner
    room = await begin_export(db.handle(), sarah, room_id)
    text = b"".join([piece async for piece in export_text(db.handle(), sarah, room)]).decode()
    assert "\n    (session: Talking session, " in text
    assert "\n    Tue 24 Nov 2026" in text  # set in: it passes for nobody's
    data = b"".join([piece async for piece in export_json(db.handle(), sarah, room)])
    card, said = msgspec.json.decode(data)["messages"]
    assert card["session"]["status"] == "pending_approval"
    assert said["number"] == 2
