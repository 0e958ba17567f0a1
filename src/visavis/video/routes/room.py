"""The room of a session: the door to where the two meet. A link the practitioner typed always wins; else the
provider's room; else they meet here."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from visavis.accounts.authentication import require_account
from visavis.booking import actions
from visavis.booking.access import load_session
from visavis.booking.rules import WrongStateError
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import Form, typed_text
from visavis.kit.pages import Page, go, render
from visavis.kit.security import WITH_CAMERA, policy_for_forms
from visavis.video import entering
from visavis.video.relays import Helped, Hidden, helped, hidden
from visavis.video.rooms import Room, room_of

_ROOM = "/sessions/{session_id:uuid}/room"


class RoomPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "video/room.html"
    room: Room
    form: Form


class RoomFragment(RoomPage, frozen=True, kw_only=True):
    template: ClassVar[str] = "video/room_alone.html"


class CallPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "video/call.html"
    room: Room
    helped: Helped
    hidden: Hidden


@get(_ROOM, include_in_schema=False)
async def room_page(
    request: Request[Any, Any, Any], session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """Where to meet, and until when; or the call itself, while it is open."""
    room = await _load(request, db, require_account(actor), session_id, now)
    if not room.here:
        return _show(request, room, Form())
    settings = request.app.state.settings
    page = CallPage(room=room, helped=helped(settings), hidden=hidden(settings))
    return render(request, page, headers=WITH_CAMERA)


@get(f"{_ROOM}/inside", include_in_schema=False)
async def room_inside(
    request: Request[Any, Any, Any], session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """The live part of the page."""
    room = await _load(request, db, require_account(actor), session_id, now)
    return render(request, RoomFragment(room=room, form=Form()))


@post(_ROOM, include_in_schema=False)
async def set_link(
    request: Request[Any, Any, Any], session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """The practitioner says where: any https link; an empty one takes it away."""
    require_account(actor)
    typed = typed_text(await request.form(), "meeting_url")
    try:
        await actions.set_meeting_link(db, actor, session_id, typed, now)
    except (InvalidInputError, WrongStateError) as refused:
        form = Form.refused({"meeting_url": typed}, refused)
        room = await _load(request, db, actor, session_id, now)
        return _show(request, room, form, refused.status)
    return go(request, f"/sessions/{session_id}/room")


@post(f"{_ROOM}/entrance", include_in_schema=False)
async def enter(
    request: Request[Any, Any, Any], session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """Into the provider's room, with a link of one's own that is in no page; or back to the room, where the
    two meet if the provider is away."""
    require_account(actor)
    to = await entering.enter(db, request.app.state.settings, actor, session_id, now)
    return Redirect(to, status_code=303, headers={"referrer-policy": "no-referrer"})


def _show(request: Request[Any, Any, Any], room: Room, form: Form, status: int = 200) -> Response[Any]:
    headers = policy_for_forms(room.away) if room.away else {}
    return render(request, RoomPage(room=room, form=form), status, headers)


async def _load(
    request: Request[Any, Any, Any], db: Db, actor: Actor, session_id: UUID, now: datetime
) -> Room:
    async with db.transaction(actor) as tx:
        seat = await load_session(tx, actor, session_id)
        away = await entering.leads_to(tx, request.app.state.settings, seat.session)
        return room_of(seat, actor, now, seat.meeting_url or "", away)


ROUTES = [room_page, room_inside, set_link, enter]
