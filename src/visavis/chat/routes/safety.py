"""Not wanting to hear from somebody, and telling those who run the place; how long messages are kept."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from visavis.accounts.access import require_browser
from visavis.accounts.authentication import require_account
from visavis.chat import access, keeping, reporting, safety
from visavis.chat.room_views import Place, place_of
from visavis.chat.routes.talking import ROOM
from visavis.chat.views import Mentioned, mentioned
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import Form, id_in, number_in, typed_text
from visavis.kit.pages import Page, done, render
from visavis.kit.words import _

KEEPING = "/practice/chat"
_FOR_EVER = "all"
_CHOICES = (
    (_FOR_EVER, _("For ever"), _("Until you choose otherwise.")),
    ("60", _("Five years"), ""),
    ("24", _("Two years"), ""),
    ("12", _("One year"), ""),
    ("3", _("Three months"), ""),
)
Asked = Request[Any, Any, Any]


class BlockPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "chat/block.html"
    room: Place
    action: str
    back: str
    form: Form


class ReportPage(Page, frozen=True, kw_only=True):
    """`message` is what is reported; without one it is the person."""

    template: ClassVar[str] = "chat/report.html"
    room: Place
    message: Mentioned | None
    action: str
    back: str
    sent: bool
    form: Form


class KeepingPage(Page, frozen=True, kw_only=True):
    """`options` as (months, words, detail)."""

    template: ClassVar[str] = "chat/keeping.html"
    options: tuple[tuple[str, str, str], ...]
    months: str
    saved: bool
    form: Form


@get(f"{ROOM}/block", include_in_schema=False)
async def block_form(request: Asked, room_id: FromPath[UUID], actor: Actor, db: Db) -> Response[Any]:
    """What blocking means, before it is done."""
    room = place_of(await access.load_room(db, require_browser(actor), room_id), actor)
    back = f"/chat/{room_id}"
    return render(request, BlockPage(room=room, action=f"{back}/block", back=back, form=Form()))


@post(f"{ROOM}/block", include_in_schema=False)
async def block(
    request: Asked, room_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """Nobody writes here any more."""
    await safety.block(db, require_browser(actor), room_id, now)
    return done(request, f"/chat/{room_id}")


@post(f"{ROOM}/unblock", include_in_schema=False)
async def unblock(
    request: Asked, room_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """Both may write again."""
    await safety.unblock(db, require_browser(actor), room_id, now)
    return done(request, f"/chat/{room_id}")


@get(f"{ROOM}/report", include_in_schema=False)
async def report_form(request: Asked, room_id: FromPath[UUID], actor: Actor, db: Db) -> Response[Any]:
    """What happened; about one message with `?message=`."""
    message_id = id_in(request.query_params.get("message", ""))
    page = await _report(db, require_browser(actor), room_id, message_id, Form())
    return render(request, page)


@post(f"{ROOM}/report", include_in_schema=False)
async def report(
    request: Asked, room_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """Tell those who run the place; a word of thanks is the answer."""
    require_browser(actor)
    message_id = id_in(request.query_params.get("message", ""))
    typed = typed_text(await request.form(), "reason")
    try:
        await reporting.report(db, actor, room_id, typed, now, message_id=message_id)
    except InvalidInputError as refused:
        form = Form.refused({"reason": typed}, refused)
        page = await _report(db, actor, room_id, message_id, form)
        return render(request, page, refused.status)
    return render(request, await _report(db, actor, room_id, message_id, Form(), sent=True), 200)


@get(KEEPING, include_in_schema=False)
async def keeping_form(request: Asked, actor: Actor, db: Db) -> Response[Any]:
    """How long; `?saved` after it was changed."""
    page = await _keeping(db, require_account(actor), Form(), saved="saved" in request.query_params)
    return render(request, page)


@post(KEEPING, include_in_schema=False)
async def keep(request: Asked, actor: Actor, db: Db, now: datetime) -> Response[Any]:
    """From now on."""
    require_account(actor)
    typed = typed_text(await request.form(), "months")
    try:
        await keeping.set_months(db, actor, _months(typed), now)
    except InvalidInputError as refused:
        page = await _keeping(db, actor, Form.refused({"months": typed}, refused))
        return render(request, page, refused.status)
    return done(request, f"{KEEPING}?saved=1")


async def _report(
    db: Db, actor: Actor, room_id: UUID, message_id: UUID | None, form: Form, *, sent: bool = False
) -> ReportPage:
    async with db.transaction(actor) as tx:
        room = await access.room_in(tx, actor, room_id)
        message = await access.load_message(tx, room_id, message_id) if message_id else None
    back = f"/chat/{room_id}"
    return ReportPage(
        room=place_of(room, actor),
        message=mentioned(message, actor) if message else None,
        action=f"{back}/report?message={message_id}" if message_id else f"{back}/report",
        back=back,
        sent=sent,
        form=form,
    )


async def _keeping(db: Db, actor: Actor, form: Form, *, saved: bool = False) -> KeepingPage:
    months = await keeping.load_months(db, actor)
    value = _FOR_EVER if months is None else str(months)
    known = any(value == each for each, _words, _detail in _CHOICES)
    own = () if known else ((value, _("%(months)s months") % {"months": value}, ""),)
    return KeepingPage(options=(*_CHOICES, *own), months=value, saved=saved, form=form)


def _months(typed: str) -> int | None:
    """InvalidInputError for what is none of the choices."""
    if typed == _FOR_EVER:
        return None
    months = number_in(typed, 4)
    if months is None:
        raise InvalidInputError(fields={"months": _("Please choose one of these.")})
    return months


ROUTES = [
    block_form,
    block,
    unblock,
    report_form,
    report,
    keeping_form,
    keep,
]
