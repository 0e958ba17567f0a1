"""Chat: saying something, changing it, and not wanting to hear from somebody."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, delete, get, post, put
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath

from visavis.api.problems import problems
from visavis.api.shapes.chat import (
    Kept,
    Message,
    NewFiles,
    NewMessage,
    NewReport,
    NewWords,
    SeenUpto,
    WasNews,
    message_of,
)
from visavis.chat import actions, changing, keeping, reporting, safety
from visavis.chat.rules import MOST_FILE_BYTES, MOST_FILES, Draft, Upload
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.files import files_in

UPLOAD = MOST_FILES * MOST_FILE_BYTES + 64 * 1024  # bytes: the parts' own headers and the words
_ROOM = "/chat/rooms/{room_id:uuid}"
_MESSAGE = f"{_ROOM}/messages/{{message_id:uuid}}"
_SAID: dict[str, Any] = {"tags": ["Chat"], "status_code": 200, "responses": problems(403, 404, 409, 413)}
_DONE: dict[str, Any] = {"tags": ["Chat"], "status_code": 204, "responses": problems(404)}


@post(f"{_ROOM}/messages", operation_id="sendMessage", summary="Say something", **_SAID)
async def send(db: Db, actor: Actor, now: datetime, room_id: FromPath[UUID], data: NewMessage) -> Message:
    """Under an `id` that you make up. Sent again, nothing is said twice and the answer is the same message;
    with other words, or from somebody else: 409."""
    draft = Draft(body=data.body, reply_to=data.reply_to)
    return message_of(await actions.send(db, actor, room_id, data.id, draft, now))


@post(
    f"{_ROOM}/files",
    operation_id="sendFiles",
    summary="Send pictures or PDFs",
    request_max_body_size=UPLOAD,
    **_SAID,
)
async def send_files(
    request: Request[Any, Any, Any],
    db: Db,
    actor: Actor,
    now: datetime,
    room_id: FromPath[UUID],
    data: Annotated[NewFiles, Body(media_type=RequestEncodingType.MULTI_PART)],
) -> Message:
    """With words, if you like. Pictures are written anew: nothing hidden in them gets to the other person."""
    files = [Upload(each.filename or "", await each.read()) for each in data.files]
    draft = Draft(body=data.body, reply_to=data.reply_to, files=files)
    store = files_in(request.app.state.settings.home)
    return message_of(await actions.send(db, actor, room_id, data.id, draft, now, store))


@put(_MESSAGE, operation_id="editMessage", summary="Change what you said", **_SAID)
async def edit(
    db: Db,
    actor: Actor,
    now: datetime,
    room_id: FromPath[UUID],
    message_id: FromPath[UUID],
    data: NewWords,
) -> Message:
    """For five minutes."""
    return message_of(await changing.edit(db, actor, room_id, message_id, data.body, now))


@delete(_MESSAGE, operation_id="deleteMessage", summary="Take back what you said", **_SAID)
async def take_back(
    db: Db, actor: Actor, now: datetime, room_id: FromPath[UUID], message_id: FromPath[UUID]
) -> Message:
    """Its words and files are gone for both; its place remains."""
    return message_of(await changing.delete(db, actor, room_id, message_id, now))


@post(
    f"{_ROOM}/read",
    operation_id="readMessages",
    summary="They were read",
    tags=["Chat"],
    status_code=200,
    responses=problems(404),
)
async def read(db: Db, actor: Actor, room_id: FromPath[UUID], data: SeenUpto) -> WasNews:
    """Up to this number; the other person sees it."""
    return WasNews(await actions.mark_read(db, actor, room_id, data.upto))


@post(f"{_ROOM}/typing", operation_id="typing", summary="You are writing", **_DONE)
async def typing(db: Db, actor: Actor, room_id: FromPath[UUID]) -> None:
    """The other person's page shows it for some seconds; it is kept nowhere."""
    await actions.type_sign(db, actor, room_id)


@put(f"{_ROOM}/block", operation_id="block", summary="Block the other person", **_DONE)
async def block(db: Db, actor: Actor, now: datetime, room_id: FromPath[UUID]) -> None:
    """Nobody writes here until you take it back; both still read it."""
    await safety.block(db, actor, room_id, now)


@delete(f"{_ROOM}/block", operation_id="unblock", summary="Take your block back", **_DONE)
async def unblock(db: Db, actor: Actor, now: datetime, room_id: FromPath[UUID]) -> None:
    """Does nothing when there is none of yours."""
    await safety.unblock(db, actor, room_id, now)


@post(
    f"{_ROOM}/reports",
    operation_id="report",
    summary="Tell the operator",
    tags=["Chat"],
    status_code=204,
    responses=problems(404),
)
async def report(db: Db, actor: Actor, now: datetime, room_id: FromPath[UUID], data: NewReport) -> None:
    """About the other person, or one message of theirs. They do not learn of it."""
    await reporting.report(db, actor, room_id, data.reason, now, message_id=data.message_id)


@get("/chat/keeping", operation_id="readKeeping", summary="How long you keep messages", tags=["Chat"],
     responses=problems(403))  # fmt: skip
async def read_keeping(db: Db, actor: Actor) -> Kept:
    """For practitioners."""
    return Kept(months=await keeping.load_months(db, actor))


@put("/chat/keeping", operation_id="setKeeping", summary="Keep messages for so long", tags=["Chat"],
     status_code=200, responses=problems(403))  # fmt: skip
async def set_keeping(db: Db, actor: Actor, now: datetime, data: Kept) -> Kept:
    """For practitioners. Older messages and their files are forgotten within a day, for both."""
    await keeping.set_months(db, actor, data.months, now)
    return data


READS = [read_keeping]
CHANGES = [send, send_files, edit, take_back, read, typing, block, unblock, report, set_keeping]
