"""/sign-up."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, cast

from litestar import Response, get, post
from litestar.response import Redirect

from visavis.accounts.actions.signing_up import Newcomer, sign_up
from visavis.accounts.routes.shared import Asked, read_email, read_name, read_zone, site_of, typed
from visavis.accounts.rules import Role, clean_password, why_weak
from visavis.kit.actor import Actor
from visavis.kit.clock import zone_names
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import Fields, Form
from visavis.kit.pages import Page, render
from visavis.kit.words import _


class SignUpPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "accounts/sign_up.html"
    form: Form
    zones: list[str]


class SentPage(Page, frozen=True, kw_only=True):
    """After sign-up, whether the address was new or not."""

    template: ClassVar[str] = "accounts/sign_up_sent.html"
    email: str


@get("/sign-up", include_in_schema=False)
async def form_page(request: Asked, actor: Actor) -> Response[Any]:
    """The form; `?as=practitioner` chooses that side."""
    if actor.account_id is not None:
        return Redirect("/dashboard", status_code=303)
    return _form(request, Form(values={"role": request.query_params.get("as", "client")}))


def _form(request: Asked, form: Form, status: int = 200) -> Response[Any]:
    return render(request, SignUpPage(form=form, zones=sorted(zone_names())), status)


@post("/sign-up", include_in_schema=False, status_code=200)
async def send(request: Asked, db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Make the account; the answer is the same for an address that has one."""
    data = await request.form()
    try:
        newcomer = _read(data)
    except InvalidInputError as refused:
        return _form(request, Form.refused(data, refused), refused.status)
    await sign_up(db, actor, newcomer, site_of(request), now)
    return render(request, SentPage(email=newcomer.email))


def _read(data: Mapping[str, Any]) -> Newcomer:
    fields = Fields(data)
    name, email, zone = read_name(fields), read_email(fields), read_zone(fields)
    role = fields.text("role", most=20)
    if role not in ("client", "practitioner"):
        fields.complain("role", _("Please choose one; you can have the other one later, too."))
    password = clean_password(typed(data, "password"))
    weakness = why_weak(password, email, name)
    if weakness:
        fields.complain("password", weakness)
    fields.check()
    return Newcomer(name=name, email=email, password=password, time_zone=zone, role=cast(Role, role))


ROUTES = [form_page, send]
