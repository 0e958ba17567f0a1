"""/confirm-email, and asking for the link again."""

from datetime import datetime
from typing import Any, ClassVar

from litestar import Response, get, post
from litestar.response import Redirect

from visavis.accounts.access import load_account, require_browser
from visavis.accounts.actions.confirming import address_of_link, confirm_email, send_confirmation_again
from visavis.accounts.errors import LinkEndedError
from visavis.accounts.routes.shared import Asked, site_of, typed, user_agent, with_token
from visavis.accounts.rules import local_path
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import Form
from visavis.kit.pages import Page, go, render


class ConfirmPage(Page, frozen=True, kw_only=True):
    """`at_home`: the account is signed in with this browser, so its password is not asked for."""

    template: ClassVar[str] = "accounts/confirm.html"
    form: Form
    token: str
    email: str
    at_home: bool


class LinkEndedPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "accounts/link_ended.html"
    again: str


class ConfirmationPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "accounts/confirmation.html"
    email: str
    sent: bool
    onward: str


@get("/confirm-email", include_in_schema=False)
async def link_opened(request: Asked, db: Db, actor: Actor) -> Response[Any]:
    """Where the link leads. It changes nothing yet: mail scanners open links, too."""
    return await _confirm_page(request, db, actor, request.query_params.get("token", ""), Form())


async def _confirm_page(
    request: Asked, db: Db, actor: Actor, token: str, form: Form, status: int = 200
) -> Response[Any]:
    try:
        email, at_home = await address_of_link(db, actor, token)
    except LinkEndedError:
        return _ended(request, actor)
    return render(request, ConfirmPage(form=form, token=token, email=email, at_home=at_home), status)


def _ended(request: Asked, actor: Actor) -> Response[Any]:
    again = "/account/confirmation"
    return link_ended(request, again if actor.account_id else f"/sign-in?next={again}")


def link_ended(request: Asked, again: str) -> Response[Any]:
    """The link does not work any more; `again` is where to get another one."""
    return render(request, LinkEndedPage(again=again), LinkEndedError.status)


@post("/confirm-email", include_in_schema=False)
async def confirm(request: Asked, db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Confirm the address, and sign in unless that was done."""
    data = await request.form()
    token, password = typed(data, "token"), typed(data, "password")
    try:
        entry = await confirm_email(db, actor, token, password, user_agent(request), now)
    except LinkEndedError:
        return _ended(request, actor)
    except InvalidInputError as refused:
        return await _confirm_page(request, db, actor, token, Form.refused({}, refused), refused.status)
    onward = go(request, "/dashboard")
    return onward if entry is None else with_token(request, onward, entry.token)


@get("/account/confirmation", include_in_schema=False)
async def confirmation(request: Asked, db: Db, actor: Actor) -> Response[Any]:
    """What still has to happen, seen after each sign-in until it has."""
    onward = local_path(request.query_params.get("next", ""))
    async with db.transaction(require_browser(actor)) as tx:
        account = await load_account(tx, actor)
    if account.email_confirmed_at is not None:
        return Redirect(onward, status_code=303)
    return render(request, ConfirmationPage(email=account.email, sent=False, onward=onward))


@post("/account/confirmation", include_in_schema=False, status_code=200)
async def send_again(request: Asked, db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Send the link once more."""
    onward = local_path(typed(await request.form(), "next"))
    async with db.transaction(require_browser(actor)) as tx:
        account = await load_account(tx, actor)
    await send_confirmation_again(db, actor, site_of(request), now)
    if account.email_confirmed_at is not None:
        return go(request, onward)
    return render(request, ConfirmationPage(email=account.email, sent=True, onward=onward))


ROUTES = [link_opened, confirm, confirmation, send_again]
