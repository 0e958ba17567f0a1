"""Asking a practitioner for a session without choosing a time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID, uuid4

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from visavis.availability.booking_page import Menu, NothingPage, load_menu, nothing_page
from visavis.availability.choices import Choice
from visavis.booking.errors import PriceChangedError
from visavis.booking.requesting import Request as Asked
from visavis.booking.requesting import ask_session
from visavis.booking.routes.booking import ANSWER, MOST_ANSWERS, seen_price
from visavis.booking.wishes import read_wish
from visavis.kit.actor import Actor
from visavis.kit.clock import zone
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError, SignInRequiredError, TooManyRequestsError
from visavis.kit.forms import Form, number_in, typed_text
from visavis.kit.pages import Page, by_htmx, go, render
from visavis.practices.access import PracticeRow


class AskPage(Page, frozen=True, kw_only=True):
    """`first` is today on the asker's clock: no earlier day can be wished for; `form_id` is this form."""

    template: ClassVar[str] = "booking/ask.html"
    menu: Menu
    first: str
    form_id: str
    form: Form


@get("/practitioners/{practitioner_id:uuid}/ask", include_in_schema=False)
async def ask_form(
    request: Request[Any, Any, Any], practitioner_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """What it is about, a few words, a free wish."""
    choice = Choice.read(request.query_params)
    page = await _page(db, actor, practitioner_id, choice, now, Form())
    if isinstance(page, NothingPage) and page.elsewhere:
        return Redirect(page.elsewhere, status_code=303)
    return render(request, page)


@post("/practitioners/{practitioner_id:uuid}/ask", include_in_schema=False)
async def ask(
    request: Request[Any, Any, Any], practitioner_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """Send the request, and see it stand among one's own sessions. Refused (422, or 409 when the price has
    changed), the same page with everything that was typed."""
    data = await request.form()
    choice = Choice.read({**data, "offering": data.get("offering_id", "")})
    if actor.account_id is None:
        if by_htmx(request):
            raise SignInRequiredError  # the page keeps what was typed and says so
        back = f"/practitioners/{practitioner_id}/ask{choice.query()}"
        return Redirect(f"/sign-in?{urlencode({'next': back})}", status_code=303)
    try:
        seat = await ask_session(db, actor, _asked(practitioner_id, choice, data), now)
    except (InvalidInputError, PriceChangedError, TooManyRequestsError) as refused:
        form = Form.refused({name: typed_text(data, name).strip() for name in data}, refused)
        return render(request, await _page(db, actor, practitioner_id, choice, now, form), refused.status)
    return go(request, f"/dashboard/client?asked={seat.session.id}")


def _asked(practitioner_id: UUID, choice: Choice, data: Mapping[str, Any]) -> Asked:
    """What the form asks for; InvalidInputError for dates and times that are none."""
    errors: dict[str, str] = {}
    wish = read_wish({name: typed_text(data, name).strip() for name in ("wished_on", "wished_at")}, errors)
    if errors:
        raise InvalidInputError(fields=errors)
    answers = [name for name in data if name.startswith(ANSWER)][:MOST_ANSWERS]
    return Asked(
        practitioner_id=practitioner_id,
        topic=typed_text(data, "topic").strip(),
        message=typed_text(data, "message").strip(),
        offering_id=_uuid(choice.offering),
        length_minutes=number_in(choice.length, 4),
        wish=wish,
        answers={name.removeprefix(ANSWER): typed_text(data, name).strip() for name in answers},
        seen=seen_price(typed_text(data, "seen_price").strip()),
        form_id=_uuid(typed_text(data, "form_id").strip()),
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise InvalidInputError from None


async def _page(
    db: Db, actor: Actor, practitioner_id: UUID, choice: Choice, now: datetime, form: Form
) -> AskPage | NothingPage:
    async with db.transaction(actor) as tx:
        menu = await load_menu(tx, actor, practitioner_id, choice, "request")
        if isinstance(menu, PracticeRow):
            return await nothing_page(tx, actor, menu, "slots")
    first = str(now.astimezone(zone(actor.time_zone)).date())
    return AskPage(menu=menu, first=first, form_id=form.value("form_id") or str(uuid4()), form=form)


ROUTES = [ask_form, ask]
