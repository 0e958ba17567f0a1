"""What the page of a call says and asks: coming, staying, going, and signals between the two pages."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from visavis.accounts.authentication import require_account
from visavis.booking.rules import Status
from visavis.kit import throttle
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import id_in, number_in, typed_text
from visavis.kit.words import _
from visavis.video import actions
from visavis.video.access import load_call
from visavis.video.relays import IceServer, servers_for
from visavis.video.rules import Stay, closes_at

_CALL = "/sessions/{session_id:uuid}/call"
_STAY = f"{_CALL}/stays/{{stay_id:uuid}}"
_MOST_BODY = 160 * 1024  # bytes: a signal, encoded as a form
_LAST_NUMBER = 2**63 - 1


class JoinedAnswer(msgspec.Struct, frozen=True):
    """This page's stay, the other person's, and the signal to read on from."""

    stay: UUID
    other: UUID | None
    latest: int
    servers: list[IceServer]
    status: str


class SaidSignal(msgspec.Struct, frozen=True):
    number: int
    stay: UUID
    body: str


class HeardAnswer(msgspec.Struct, frozen=True):
    """Signals of the other person's pages, and who is in the call with which page."""

    signals: list[SaidSignal]
    mine: UUID | None
    other: UUID | None
    status: str
    ends_at: datetime | None
    closes_at: datetime | None


@post(f"{_CALL}/stays", include_in_schema=False)
async def join(
    request: Request[Any, Any, Any], session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[JoinedAnswer]:
    """Come into the call with this page."""
    require_account(actor)
    joined = await actions.join(db, actor, session_id, now)
    session = joined.seat.session
    answer = JoinedAnswer(
        stay=joined.stay_id,
        other=_page(joined.other),
        latest=joined.latest,
        servers=_servers(request, actor, session.status, now),
        status=session.status.value,
    )
    return Response(answer, status_code=201)


@get(f"{_CALL}/servers", include_in_schema=False)
async def servers(
    request: Request[Any, Any, Any], session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[list[IceServer]]:
    """Helping servers with fresh credentials, for a call that is open to who asks."""
    require_account(actor)
    await throttle.count(db, "servers of a call", actor.known_id, most=60, seconds=600)
    async with db.transaction(actor) as tx:
        call = await load_call(tx, actor, session_id, now)
    return Response(_servers(request, actor, call.seat.session.status, now))


@post(f"{_STAY}/beat", include_in_schema=False)
async def beat(
    session_id: FromPath[UUID], stay_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[bytes]:
    """This page is still there."""
    require_account(actor)
    await actions.beat(db, actor, session_id, stay_id, now)
    return Response(b"", status_code=204)


@post(f"{_STAY}/end", include_in_schema=False)
async def leave(
    session_id: FromPath[UUID], stay_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[bytes]:
    """This page goes."""
    require_account(actor)
    await actions.leave(db, actor, session_id, stay_id, now)
    return Response(b"", status_code=204)


@post(f"{_CALL}/signals", include_in_schema=False, request_max_body_size=_MOST_BODY)
async def signal(
    request: Request[Any, Any, Any], session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[bytes]:
    """Say something to the other person's page."""
    require_account(actor)
    form = await request.form()
    body = form.get("body")
    stay_id = id_in(typed_text(form, "stay"))
    if stay_id is None or not isinstance(body, str):
        raise InvalidInputError(_("This is no signal of a call."))
    await actions.signal(db, actor, session_id, stay_id, body, now)
    return Response(b"", status_code=204)


@get(f"{_CALL}/signals", include_in_schema=False)
async def signals(
    request: Request[Any, Any, Any], session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[HeardAnswer]:
    """What the other person's page said after the number `after`, and who is there."""
    require_account(actor)
    heard = await actions.signals_after(db, actor, session_id, _after(request), now)
    session = heard.seat.session
    closes = closes_at(session.facts)
    answer = HeardAnswer(
        signals=[SaidSignal(each.number, each.stay_id, each.body) for each in heard.signals],
        mine=_page(heard.mine),
        other=_page(heard.other),
        status=session.status.value,
        ends_at=session.ends_at and session.ends_at.astimezone(UTC),
        closes_at=closes and closes.astimezone(UTC),
    )
    return Response(answer)


def _servers(request: Request[Any, Any, Any], actor: Actor, status: Status, now: datetime) -> list[IceServer]:
    """Who waits for an answer needs no relay yet."""
    agreed = status is not Status.PENDING_APPROVAL
    return servers_for(request.app.state.settings, actor.known_id, now, relay=agreed)


def _after(request: Request[Any, Any, Any]) -> int:
    number = number_in(request.query_params.get("after", "0"), 19)
    if number is None or number > _LAST_NUMBER:
        raise InvalidInputError(_("This is no number of a signal."))
    return number


def _page(stay: Stay | None) -> UUID | None:
    return stay.id if stay else None


ROUTES = [join, servers, beat, leave, signal, signals]
