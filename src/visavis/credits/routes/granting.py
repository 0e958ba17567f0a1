"""Credits as a gift: from a practitioner to a client of hers, from an operator to anybody."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from litestar import Request, Response, get, post

from visavis.accounts.authentication import require_account
from visavis.booking.routes.steps import typed_text
from visavis.credits import actions
from visavis.credits.access import ClientRow, find_client, load_own_clients, load_seller
from visavis.credits.routes.selling import PLATFORM, PRACTICE, saved, seller_home, whole
from visavis.credits.rules import Grant
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError, NotFoundError
from visavis.kit.forms import Form
from visavis.kit.pages import Page, render
from visavis.kit.sql import Tx
from visavis.kit.words import _

_TYPED = ("client", "email", "name", "credits", "valid_months", "form")
_MOST_FORM = 40  # characters; ours have 36


class GrantPage(Page, frozen=True, kw_only=True):
    """A practitioner chooses one of `clients`; an operator types an address."""

    template: ClassVar[str] = "credits/grant_form.html"
    home: str
    platform: bool
    clients: list[ClientRow]
    form: Form


@get([f"{PRACTICE}/grant", f"{PLATFORM}/grant"], include_in_schema=False)
async def grant_form(request: Request[Any, Any, Any], actor: Actor, db: Db) -> Response[Any]:
    """To whom, how many, how long; `?client` is chosen already."""
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
        seller, _currency = await load_seller(tx, actor, platform=platform)
        client_id = await _client(tx, actor, typed, platform=platform)
    try:
        if client_id is None:
            raise NotFoundError
        form = typed["form"][:_MOST_FORM]
        await actions.grant(db, actor, seller, client_id, _grant_of(typed), now, form=form)
    except NotFoundError:
        unknown = InvalidInputError(fields=_unknown(platform))
        return await _form(request, db, actor, Form.refused(typed, unknown), unknown.status)
    except InvalidInputError as refused:
        return await _form(request, db, actor, Form.refused(typed, refused), refused.status)
    return saved(request, home)


async def _client(tx: Tx, actor: Actor, typed: dict[str, str], *, platform: bool) -> UUID | None:
    """Whom it is for, as it was typed: an address, or one of one's own clients."""
    if platform:
        found = await find_client(tx, actor, typed["email"])
        return found.id if found else None
    try:
        return UUID(typed["client"])
    except ValueError:
        return None


def _grant_of(typed: dict[str, str]) -> Grant:
    return Grant(
        name=" ".join(typed["name"].split()) or _("A gift"),
        credits=whole(typed["credits"]),
        valid_months=whole(typed["valid_months"]),
    )


def _unknown(platform: bool) -> dict[str, str]:
    if platform:
        return {"email": _("Nobody else here has this e-mail address.")}
    return {"client": _("Please choose one of your clients.")}


async def _form(
    request: Request[Any, Any, Any], db: Db, actor: Actor, form: Form, status: int = 200
) -> Response[Any]:
    home, platform = seller_home(request)
    async with db.transaction(require_account(actor)) as tx:
        await load_seller(tx, actor, platform=platform)
        clients = [] if platform else await load_own_clients(tx, actor)
    return render(request, GrantPage(home=home, platform=platform, clients=clients, form=form), status)


ROUTES = [grant_form, give]
