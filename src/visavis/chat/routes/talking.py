"""/chat/…: a room, its messages piece by piece, and saying something in it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID, uuid4

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from visavis.accounts.access import require_browser
from visavis.booking.access import load_sessions
from visavis.chat import access, actions
from visavis.chat.errors import BlockedError, MessageIdReusedError
from visavis.chat.room_views import Place, place_of
from visavis.chat.routes.rooms import HOME, Rooms, entries
from visavis.chat.rules import MOST_FILE_BYTES, MOST_FILES, Draft, Message, Room, Upload
from visavis.chat.views import Lines, Mentioned, lines_of, mentioned, session_ids
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError, NotFoundError
from visavis.kit.files import files_in
from visavis.kit.forms import Form, id_in, number_in, typed_text
from visavis.kit.pages import Page, by_htmx, render

ROOM = f"{HOME}/{{room_id:uuid}}"
_AT_ONCE = 50
_AROUND = 20  # later messages that a found one is shown with
_MOST_BODY = MOST_FILES * MOST_FILE_BYTES + 2 * 1024 * 1024  # somewhat too much still gets its answer
_LAST = 2**62

Asked = Request[Any, Any, Any]
Number = Annotated[int | None, QueryParameter(ge=0, le=_LAST)]


class RoomPage(Page, frozen=True, kw_only=True):
    """`find` is what was looked for, None while nobody looks; `reply` is the message that is answered."""

    template: ClassVar[str] = "chat/room.html"
    room: Place
    lines: Lines
    rooms: Rooms | None
    here: UUID
    form: Form
    draft_id: UUID
    reply: Mentioned | None
    find: str | None
    matches: list[Mentioned] | None


class NewsFragment(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "chat/news.html"
    room: Place
    lines: Lines


@get(ROOM, include_in_schema=False)
async def room_page(
    request: Asked,
    room_id: FromPath[UUID],
    actor: Actor,
    db: Db,
    now: datetime,
    before: Number = None,
    at: Number = None,
) -> Response[Any]:
    """The latest messages; those `?before=` or `?at=` a number; those that `?find=` words."""
    require_browser(actor)
    until = min(at, _LAST - _AROUND) + _AROUND if at is not None else before
    return render(request, await _page(request, db, actor, room_id, now, Form(), before=until))


@get(f"{ROOM}/messages", include_in_schema=False)
async def pieces(
    request: Asked,
    room_id: FromPath[UUID],
    actor: Actor,
    db: Db,
    now: datetime,
    since: Number = None,
    before: Number = None,
) -> Response[Any]:
    """What was said or changed `?since=` a version of the room; or what stands `?before=` a number."""
    room = await access.load_room(db, require_browser(actor), room_id)
    if since is None:
        found = await access.load_messages(db, actor, room_id, before=before, limit=_AT_ONCE)
    else:
        found = await access.changed_since(db, actor, room_id, since, _AT_ONCE)
    return render(request, await _news(db, actor, room, found, now, since))


@post(ROOM, include_in_schema=False, request_max_body_size=_MOST_BODY)
async def say(request: Asked, room_id: FromPath[UUID], actor: Actor, db: Db, now: datetime) -> Response[Any]:
    """Say something. A script gets the message as it stands now; a form that is a page, the room."""
    require_browser(actor)
    data = await request.form()
    message_id, reply_to = (id_in(typed_text(data, name)) for name in ("id", "reply_to"))
    store = files_in(request.app.state.settings.home)
    try:
        draft = Draft(body=typed_text(data, "body"), reply_to=reply_to, files=await _files(data))
        message = await actions.send(db, actor, room_id, message_id or uuid4(), draft, now, store)
    except (InvalidInputError, BlockedError, MessageIdReusedError) as refused:
        typed = {"body": typed_text(data, "body")}
        form = Form.refused(typed, refused)
        page = await _page(request, db, actor, room_id, now, form, reply_to=reply_to)
        return render(request, page, refused.status)
    if not by_htmx(request):
        return Redirect(f"{HOME}/{room_id}", status_code=303)
    room = await access.load_room(db, actor, room_id)
    return render(request, await _news(db, actor, room, [message], now, message.version - 1))


@post(f"{ROOM}/seen", include_in_schema=False)
async def seen(request: Asked, room_id: FromPath[UUID], actor: Actor, db: Db) -> Response[Any]:
    """What stands up to a number was read."""
    require_browser(actor)
    upto = typed_text(await request.form(), "upto")
    await actions.mark_read(db, actor, room_id, number_in(upto, 18) or 0)
    return _nothing(request, room_id)


@post(f"{ROOM}/writing", include_in_schema=False)
async def writing(request: Asked, room_id: FromPath[UUID], actor: Actor, db: Db) -> Response[Any]:
    """Somebody is writing, right now."""
    await actions.type_sign(db, require_browser(actor), room_id)
    return _nothing(request, room_id)


async def _page(
    request: Asked,
    db: Db,
    actor: Actor,
    room_id: UUID,
    now: datetime,
    form: Form,
    *,
    before: int | None = None,
    reply_to: UUID | None = None,
) -> RoomPage:
    room = await access.load_room(db, actor, room_id)
    asked = request.query_params
    find = asked.get("find")
    found = await access.load_messages(db, actor, room_id, before=before, limit=_AT_ONCE)
    matches = None if find is None else await access.find(db, actor, room_id, find)
    return RoomPage(
        room=place_of(room, actor),
        lines=await _lines(db, actor, room, found, now),
        rooms=None if request.headers.get("hx-target") else await entries(db, actor, now),
        here=room_id,
        form=form,
        draft_id=uuid4(),
        reply=await _reply(db, actor, room, reply_to or id_in(typed_text(asked, "reply"))),
        find=find,
        matches=None if matches is None else [mentioned(each, actor) for each in matches],
    )


async def _news(
    db: Db, actor: Actor, room: Room, found: Sequence[Message], now: datetime, since: int | None
) -> NewsFragment:
    """Where the script goes on from: the last one's version, never further than what is shown."""
    lines = await _lines(db, actor, room, found, now, since)
    return NewsFragment(room=place_of(room, actor), lines=lines)


async def _lines(
    db: Db, actor: Actor, room: Room, found: Sequence[Message], now: datetime, since: int | None = None
) -> Lines:
    async with db.transaction(actor) as tx:
        seats = await load_sessions(tx, actor, session_ids(found))
    ordered = sorted(found, key=lambda each: each.number)
    version = room.version if since is None else max((each.version for each in found), default=since)
    return lines_of(ordered, room, actor, now, seats, version)


async def _reply(db: Db, actor: Actor, room: Room, message_id: UUID | None) -> Mentioned | None:
    """The message that is answered; none when it is not there (any more)."""
    if message_id is None:
        return None
    async with db.transaction(actor) as tx:
        try:
            return mentioned(await access.load_message(tx, room.id, message_id), actor)
        except NotFoundError:
            return None


async def _files(data: FormMultiDict) -> list[Upload]:
    """What was chosen; browsers send one without a name where nothing was."""
    chosen = [each for each in data.getall("files", []) if isinstance(each, UploadFile) and each.filename]
    return [Upload(each.filename, await each.read()) for each in chosen[: MOST_FILES + 1]]


def _nothing(request: Asked, room_id: UUID) -> Response[Any]:
    if by_htmx(request):
        return Response(b"", status_code=204)
    return Redirect(f"{HOME}/{room_id}", status_code=303)


ROUTES = [room_page, pieces, say, seen, writing]
