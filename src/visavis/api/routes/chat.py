"""Chat: rooms and what was said in them."""

from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream

from visavis.api.problems import problems
from visavis.api.shapes.chat import Messages, Room, Rooms, line_of, message_of, room_of
from visavis.chat import access
from visavis.chat.export import begin_export, export_json, export_text
from visavis.chat.rules import Message
from visavis.chat.serving import disposition, file_answer
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.files import files_in

_ROOMS = 100
_LAST = 2**63 - 1  # a bigint's
_READ: dict[str, Any] = {"tags": ["Chat"], "responses": problems(404)}
After = Annotated[int | None, QueryParameter(ge=0, le=_LAST, description="The first ones after this number")]
Before = Annotated[int | None, QueryParameter(ge=1, le=_LAST, description="The last ones before this number")]
PageNumber = Annotated[int, QueryParameter(ge=1, le=1000, description="Which hundred of them")]
Limit = Annotated[int, QueryParameter(ge=1, le=100, description="At most this many")]


@get("/chat/rooms", operation_id="listRooms", summary="Your rooms", tags=["Chat"], responses=problems())
async def list_rooms(db: Db, actor: Actor, page: PageNumber = 1) -> Rooms:
    """One for each person you had a session with, that of the latest message first; a hundred on a page."""
    found = await access.load_rooms(db, actor, _ROOMS, (page - 1) * _ROOMS)
    return Rooms([line_of(line) for line in found])


@get("/chat/rooms/{room_id:uuid}", operation_id="readRoom", summary="A room", **_READ)
async def read_room(db: Db, actor: Actor, room_id: FromPath[UUID]) -> Room:
    """Who is in it, and how far each has read."""
    return room_of(await access.load_room(db, actor, room_id))


@get(
    "/sessions/{session_id:uuid}/chat",
    operation_id="readRoomOfSession",
    summary="The room of a session's two people",
    **_READ,
)
async def read_room_of_session(db: Db, actor: Actor, session_id: FromPath[UUID]) -> Room:
    """The same for each of their sessions."""
    return room_of(await access.load_room_of_session(db, actor, session_id))


@get("/chat/rooms/{room_id:uuid}/messages", operation_id="listMessages", summary="What was said", **_READ)
async def list_messages(
    db: Db,
    actor: Actor,
    room_id: FromPath[UUID],
    after: After = None,
    before: Before = None,
    limit: Limit = 50,
) -> Messages:
    """In order. With `after`: what came since, of which none is missed when you ask again with the number of
    the last one. Else the latest ones, or those before `before`: so you leaf back through all of it."""
    window = {"before": before} if after is None else {"after": after}
    found = await access.load_messages(db, actor, room_id, **window, limit=limit + 1)
    more = len(found) > limit
    kept = found[:limit] if after is not None else found[-limit:]
    return Messages([message_of(each) for each in kept], more)


@get("/chat/rooms/{room_id:uuid}/changes", operation_id="listChanges", summary="What changed", **_READ)
async def list_changes(
    db: Db,
    actor: Actor,
    room_id: FromPath[UUID],
    since: Annotated[int, QueryParameter(ge=0, le=_LAST, description="A version of the room")],
    limit: Limit = 50,
) -> Messages:
    """What was said, edited or deleted since that version, in that order, each as it is now. Go on with the
    `version` of the last one."""
    return _page(await access.changed_since(db, actor, room_id, since, limit + 1), limit)


@get("/chat/rooms/{room_id:uuid}/search", operation_id="searchMessages", summary="Find words", **_READ)
async def search(
    db: Db,
    actor: Actor,
    room_id: FromPath[UUID],
    q: Annotated[str, QueryParameter(max_length=200, description="Every one of these words is in it")],
    before: Before = None,
    limit: Limit = 30,
) -> Messages:
    """The latest first. Go on with `before`: the number of the last one."""
    return _page(await access.find(db, actor, room_id, q, before=before, limit=limit + 1), limit)


@get(
    "/chat/rooms/{room_id:uuid}/files/{file_id:uuid}",
    operation_id="readFile",
    summary="A file of a message",
    **_READ,
)
async def read_file(
    request: Request[Any, Any, Any],
    db: Db,
    actor: Actor,
    room_id: FromPath[UUID],
    file_id: FromPath[UUID],
) -> Response[bytes]:
    """A picture as JPEG, or a PDF as it was sent."""
    file = await access.load_file(db, actor, room_id, file_id)
    return await file_answer(files_in(request.app.state.settings.home), file, actor.known_id)


@get(
    "/chat/rooms/{room_id:uuid}/export",
    operation_id="exportRoom",
    summary="All of it, to take away",
    **_READ,
)
async def export(
    db: Db,
    actor: Actor,
    room_id: FromPath[UUID],
    kind: Annotated[
        Literal["json", "text"], QueryParameter(name="format", description="For programs, or for people")
    ] = "json",
) -> Stream:
    """Every message there is, in order; files by their names."""
    room = await begin_export(db, actor, room_id)
    pieces, media, ending = (
        (export_json, "application/json", "json")
        if kind == "json"
        else (export_text, "text/plain; charset=utf-8", "txt")
    )
    headers = {"content-disposition": disposition(f"chat-{room.other.name}.{ending}", inline=False)}
    return Stream(pieces(db, actor, room), media_type=media, headers=headers)


def _page(found: list[Message], limit: int) -> Messages:
    return Messages([message_of(each) for each in found[:limit]], len(found) > limit)


READS = [
    list_rooms,
    read_room,
    read_room_of_session,
    list_messages,
    list_changes,
    search,
    read_file,
    export,
]
