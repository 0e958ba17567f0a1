"""Credits as a gift: from a practitioner to a client of hers, from an operator to anybody."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from litestar import Request, Response, get, post

from visavis.accounts.access import picture_address
from visavis.accounts.authentication import require_account
from visavis.booking.clients import Whom, find_client, load_clients, whom_of
from visavis.credits import actions
from visavis.credits.access import find_account, load_people, load_seller
from visavis.credits.routes.selling import PLATFORM, PRACTICE, seller_home
from visavis.credits.rules import Grant
from visavis.credits.views import Who
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError, NotFoundError, TooManyRequestsError
from visavis.kit.forms import Form, id_in, typed_text, whole_in
from visavis.kit.pages import Page, render, saved
from visavis.kit.sql import Tx
from visavis.kit.words import _

_TYPED = ("client", "email", "name", "credits", "valid_months", "form")
_MOST_FORM = 40  # characters; ours have 36
_MOST_CLIENTS = 12  # at once; who has more searches by name


class GrantPage(Page, frozen=True, kw_only=True):
    """A practitioner chooses one of `clients`, found by `person`, then `client` is said; an operator types
    an address."""

    template: ClassVar[str] = "credits/grant_form.html"
    home: str
    platform: bool
    client: Who | None
    clients: list[Whom]
    person: str
    form: Form


@get([f"{PRACTICE}/grant", f"{PLATFORM}/grant"], include_in_schema=False)
async def grant_form(request: Request[Any, Any, Any], actor: Actor, db: Db) -> Response[Any]:
    """To whom, how many, how long; `?client` is chosen already, `?person` a part of a name to look for."""
    first = {
        "form": str(uuid4()),
        "credits": "1",
        "valid_months": "12",
        "client": request.query_params.get("client", ""),
    }
    return await _form(request, db, actor, Form(values=first))


@post([f"{PRACTICE}/grant", f"{PLATFORM}/grant"], include_in_schema=False)
async def give(request: Request[Any, Any, Any], actor: Actor, db: Db, now: datetime) -> Response[Any]:
    """The client has them with the commit."""
    home, platform = seller_home(request)
    data = await request.form()
    typed = {name: typed_text(data, name).strip() for name in _TYPED}
    async with db.transaction(require_account(actor)) as tx:
        await load_seller(tx, actor, platform=platform)
        client_id = await find_account(tx, actor, typed["email"]) if platform else id_in(typed["client"])
    try:
        if client_id is None:
            raise NotFoundError
        form = typed["form"][:_MOST_FORM]
        await actions.grant(db, actor, client_id, _grant_of(typed), now, platform=platform, form=form)
    except NotFoundError:
        unknown = InvalidInputError(fields=_unknown(platform))
        return await _form(request, db, actor, Form.refused(typed, unknown), unknown.status)
    except (InvalidInputError, TooManyRequestsError) as refused:
        return await _form(request, db, actor, Form.refused(typed, refused), refused.status)
    return saved(request, home)


def _grant_of(typed: dict[str, str]) -> Grant:
    return Grant(
        name=" ".join(typed["name"].split()) or _("A gift"),
        credits=whole_in(typed["credits"]),
        valid_months=whole_in(typed["valid_months"]),
    )


def _unknown(platform: bool) -> dict[str, str]:
    if platform:
        return {"email": _("Nobody else here has this e-mail address.")}
    return {"client": _("Please choose one of your clients.")}


async def _form(
    request: Request[Any, Any, Any], db: Db, actor: Actor, form: Form, status: int = 200
) -> Response[Any]:
    home, platform = seller_home(request)
    person = " ".join(request.query_params.get("person", "").replace("\x00", "").split())[:80]
    client, clients = None, list[Whom]()
    async with db.transaction(require_account(actor)) as tx:
        await load_seller(tx, actor, platform=platform)
        if not platform:
            client = await _client(tx, id_in(form.value("client")))
            found = await load_clients(tx, person, _MOST_CLIENTS) if client is None else []
            clients = [whom_of(each, f"{home}/grant?client={each.id}") for each in found]
    page = GrantPage(home=home, platform=platform, client=client, clients=clients, person=person, form=form)
    return render(request, page, status)


async def _client(tx: Tx, client_id: UUID | None) -> Who | None:
    """A client of the acting practitioner: by a session with them, or by credits that they have of hers."""
    if client_id is None:
        return None
    try:
        known: Any = await find_client(tx, client_id)
    except NotFoundError:
        known = (await load_people(tx, [client_id])).get(client_id)
    return Who(client_id, known.name, picture_address(client_id, known.picture_key)) if known else None


ROUTES = [grant_form, give]
