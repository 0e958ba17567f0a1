"""/forgot-password, /reset-password and /account/password."""

from datetime import datetime
from typing import Any, ClassVar

from litestar import Response, get, post

from visavis.accounts.access import require_browser
from visavis.accounts.actions.links import owner_of_link
from visavis.accounts.actions.passwords import ask_for_reset, change_password, reset_password
from visavis.accounts.errors import LinkEndedError
from visavis.accounts.routes.confirming import link_ended
from visavis.accounts.routes.shared import Asked, read_email, site_of, typed, user_agent, with_token
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import Fields, Form
from visavis.kit.pages import Page, go, render


class ForgotPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "accounts/forgot.html"
    form: Form
    sent_to: str


class ResetPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "accounts/reset.html"
    form: Form
    token: str


class PasswordPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "accounts/password.html"
    form: Form
    changed: bool


@get("/forgot-password", include_in_schema=False, sync_to_thread=False)
def forgot(request: Asked) -> Response[Any]:
    """Asks for the address."""
    return render(request, ForgotPage(form=Form(), sent_to=""))


@post("/forgot-password", include_in_schema=False, status_code=200)
async def send_link(request: Asked, db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Sends a link, if there is an account; the answer does not say."""
    data = await request.form()
    try:
        fields = Fields(data)
        email = read_email(fields)
        fields.check()
    except InvalidInputError as refused:
        return render(request, ForgotPage(form=Form.refused(data, refused), sent_to=""), refused.status)
    await ask_for_reset(db, actor, email, site_of(request), now)
    return render(request, ForgotPage(form=Form(), sent_to=email))


@get("/reset-password", include_in_schema=False)
async def reset_form(request: Asked, db: Db) -> Response[Any]:
    """Where the link leads; it is used up by the new password only."""
    token = request.query_params.get("token", "")
    try:
        await owner_of_link(db, token, "reset_password")
    except LinkEndedError:
        return link_ended(request, "/forgot-password")
    return render(request, ResetPage(form=Form(), token=token))


@post("/reset-password", include_in_schema=False)
async def reset(request: Asked, db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Sets the new password; then it is used to sign in."""
    data = await request.form()
    token = typed(data, "token")
    try:
        await reset_password(db, actor, token, typed(data, "password"), site_of(request), now)
    except LinkEndedError:
        return link_ended(request, "/forgot-password")
    except InvalidInputError as refused:
        return render(request, ResetPage(form=Form.refused({}, refused), token=token), refused.status)
    return go(request, "/sign-in?password-changed")


@get("/account/password", include_in_schema=False, sync_to_thread=False)
def password_form(request: Asked, actor: Actor) -> Response[Any]:
    """Asks for the present password and another one."""
    require_browser(actor)
    return render(request, PasswordPage(form=Form(), changed="changed" in request.query_params))


@post("/account/password", include_in_schema=False)
async def change(request: Asked, db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Changes the password, which ends every other sign-in."""
    data = await request.form()
    current, password = typed(data, "current"), typed(data, "password")
    agent, site = user_agent(request), site_of(request)
    try:
        token = await change_password(db, require_browser(actor), current, password, site, agent, now)
    except InvalidInputError as refused:
        page = PasswordPage(form=Form.refused({}, refused), changed=False)
        return render(request, page, refused.status)
    return with_token(request, go(request, "/account/password?changed"), token)


ROUTES = [forgot, send_link, reset_form, reset, password_form, change]
