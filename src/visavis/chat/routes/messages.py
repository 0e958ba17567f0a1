"""/chat/…/messages/…: changing one's own message and taking it back; the card of a session alone."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from visavis.accounts.access import require_browser
from visavis.booking.access import load_session
from visavis.booking.views import Card, card_of
from visavis.chat import changing, rules
from visavis.chat.access import load_message, room_in
from visavis.chat.errors import EditTooLateError
from visavis.chat.routes.talking import ROOM
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError, NotFoundError
from visavis.kit.forms import Form, typed_text
from visavis.kit.pages import Page, done, render

_MESSAGE = f"{ROOM}/messages/{{message_id:uuid}}"
Asked = Request[Any, Any, Any]


class EditPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "chat/edit.html"
    action: str
    back: str
    form: Form


class SessionFragment(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "chat/session_alone.html"
    card: Card
    at: str


@get(f"{_MESSAGE}/edit", include_in_schema=False)
async def edit_form(
    request: Asked, room_id: FromPath[UUID], message_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """One's own words, to change."""
    async with db.transaction(require_browser(actor)) as tx:
        await room_in(tx, actor, room_id)
        message = await load_message(tx, room_id, message_id)
    if refused := rules.refusal_to_edit(message, actor.known_id, now):
        raise refused
    return render(request, _page(room_id, message_id, Form(values={"body": message.body})))


@post(f"{_MESSAGE}/edit", include_in_schema=False)
async def edit(
    request: Asked, room_id: FromPath[UUID], message_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """Other words."""
    require_browser(actor)
    typed = typed_text(await request.form(), "body")
    try:
        await changing.edit(db, actor, room_id, message_id, typed, now)
    except (InvalidInputError, EditTooLateError) as refused:
        form = Form.refused({"body": typed}, refused)
        return render(request, _page(room_id, message_id, form), refused.status)
    return done(request, f"/chat/{room_id}")


@post(f"{_MESSAGE}/deletion", include_in_schema=False)
async def delete(
    request: Asked, room_id: FromPath[UUID], message_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """Only its place remains."""
    await changing.delete(db, require_browser(actor), room_id, message_id, now)
    return done(request, f"/chat/{room_id}")


@get(f"{ROOM}/sessions/{{session_id:uuid}}", include_in_schema=False)
async def session_card(
    request: Asked, room_id: FromPath[UUID], session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """The card of a session of this room: where it stands now."""
    async with db.transaction(require_browser(actor)) as tx:
        room = await room_in(tx, actor, room_id)
        seat = await load_session(tx, actor, session_id)
    if set(seat.session.people) != set(room.people):
        raise NotFoundError
    return render(request, SessionFragment(card=card_of(seat, actor, now, {}), at=f"/chat/{room_id}"))


def _page(room_id: UUID, message_id: UUID, form: Form) -> EditPage:
    back = f"/chat/{room_id}"
    return EditPage(action=f"{back}/messages/{message_id}/edit", back=back, form=form)


ROUTES = [edit_form, edit, delete, session_card]
