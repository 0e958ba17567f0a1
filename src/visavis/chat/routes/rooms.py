"""/chat: the list of rooms, what is unread, and what makes itself heard."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import Redirect

from visavis.accounts.access import require_browser
from visavis.chat.access import find_room_with, load_room_of_session, load_rooms
from visavis.chat.room_views import Entry, entry_of
from visavis.kit.actor import Actor
from visavis.kit.clock import zone
from visavis.kit.db import Db
from visavis.kit.errors import NotFoundError
from visavis.kit.pages import Page, render
from visavis.kit.paging import page_number
from visavis.kit.words import say
from visavis.notifications.access import load_choice
from visavis.notifications.rules import loudness
from visavis.notifications.words import words_for

HOME = "/chat"
_ON_A_PAGE = 50
Asked = Request[Any, Any, Any]


class Rooms(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the list of rooms, counted from 1, and whether there are others after it."""

    all: list[Entry]
    page: int
    more: bool


class RoomsPage(Page, frozen=True, kw_only=True):
    """`here` is the room that stands open beside the list."""

    template: ClassVar[str] = "chat/rooms.html"
    rooms: Rooms
    here: UUID | None


class RoomsFragment(RoomsPage, frozen=True, kw_only=True):
    template: ClassVar[str] = "chat/rooms_alone.html"


class CountFragment(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "chat/talks_alone.html"


class News(msgspec.Struct, frozen=True):
    """A room with something unread, for sounds and browsers; how loud it is was decided here. What was
    written is not said: somebody else may look at the screen."""

    room: UUID
    number: int
    sentence: str
    href: str
    sound: str
    shown: bool


@get(HOME, include_in_schema=False)
async def rooms(request: Asked, db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Everybody whom one can write to, the latest first."""
    found = await entries(db, require_browser(actor), now, page_number(request))
    return render(request, RoomsPage(rooms=found, here=None))


@get(f"{HOME}/list", include_in_schema=False)
async def listed(request: Asked, db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """The same list alone; `?here=` is the room that is open beside it."""
    found = await entries(db, require_browser(actor), now, page_number(request))
    asked = request.query_params.get("here", "")
    here = next((each.id for each in found.all if str(each.id) == asked), None)
    return render(request, RoomsFragment(rooms=found, here=here))


@get(f"{HOME}/count", include_in_schema=False, sync_to_thread=False)
def count(request: Asked, actor: Actor) -> Response[Any]:
    """How many are unread; it came with who asks."""
    require_browser(actor)
    return render(request, CountFragment())


@get(f"{HOME}/news", include_in_schema=False)
async def news(db: Db, actor: Actor, now: datetime) -> list[News]:
    """Rooms with something unread, and how loud each is now."""
    require_browser(actor)
    waiting = [each for each in await load_rooms(db, actor) if each.unread]
    async with db.transaction(actor) as tx:
        choice = await load_choice(tx, actor)
    words = words_for("write", "client")
    loud = loudness(words, choice, zone(actor.time_zone), now)
    return [
        News(
            room=each.id,
            number=each.last_number or 0,
            sentence=say(actor, words.sentence, name=each.other.name),
            href=f"{HOME}/{each.id}",
            sound=loud.sound,
            shown=loud.shown,
        )
        for each in waiting
    ]


@get(f"{HOME}/with/{{person_id:uuid}}", include_in_schema=False)
async def with_somebody(db: Db, actor: Actor, person_id: FromPath[UUID]) -> Redirect:
    """The room with somebody; the latest one where there are two."""
    async with db.transaction(require_browser(actor)) as tx:
        room_id = await find_room_with(tx, actor, person_id)
    if room_id is None:
        raise NotFoundError
    return Redirect(f"{HOME}/{room_id}", status_code=303)


@get("/sessions/{session_id:uuid}/chat", include_in_schema=False)
async def of_session(db: Db, actor: Actor, session_id: FromPath[UUID]) -> Redirect:
    """The room of the two people of a session."""
    room = await load_room_of_session(db, require_browser(actor), session_id)
    return Redirect(f"{HOME}/{room.id}", status_code=303)


async def entries(db: Db, actor: Actor, now: datetime, page: int = 1) -> Rooms:
    """The actor's rooms as the list shows them."""
    found = await load_rooms(db, actor, _ON_A_PAGE + 1, (page - 1) * _ON_A_PAGE)
    lines = [entry_of(each, actor, now) for each in found[:_ON_A_PAGE]]
    return Rooms(all=lines, page=page, more=len(found) > _ON_A_PAGE)


ROUTES = [rooms, listed, count, news, with_somebody, of_session]
