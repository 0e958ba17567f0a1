"""/sign-in and /sign-out."""

from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.response import Redirect

from visavis.accounts.actions.signing_in import Entry, sign_in, sign_out
from visavis.accounts.demonstration import Role, people_to_be
from visavis.accounts.routes.shared import (
    Asked,
    read_email,
    settings_of,
    typed,
    user_agent,
    with_token,
    without_token,
)
from visavis.accounts.rules import local_path
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import Fields, Form
from visavis.kit.pages import Page, go, render


class SignInPage(Page, frozen=True, kw_only=True):
    """`people` are offered with one click, in a demonstration; `wanted` is where to go afterwards."""

    template: ClassVar[str] = "accounts/sign_in.html"
    form: Form
    wanted: str
    people: list[Role]
    changed: bool = False


@get("/sign-in", include_in_schema=False)
async def form_page(request: Asked, db: Db, actor: Actor) -> Response[Any]:
    """The form; who is signed in goes on, unless there is somebody else to be."""
    wanted = local_path(request.query_params.get("next", ""))
    people = await people_to_be(db, settings_of(request))
    if actor.account_id is not None and not people:
        return Redirect(wanted, status_code=303)
    changed = "password-changed" in request.query_params
    return render(request, SignInPage(form=Form(), wanted=wanted, people=people, changed=changed))


@post("/sign-in", include_in_schema=False)
async def send(request: Asked, db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Sign in, and go where one wanted to go."""
    data = await request.form()
    wanted = local_path(typed(data, "next"))
    try:
        fields = Fields(data)
        email = read_email(fields)
        fields.check()
        entry = await sign_in(db, actor, email, typed(data, "password"), user_agent(request), now)
    except InvalidInputError as refused:
        people = await people_to_be(db, settings_of(request))
        page = SignInPage(form=Form.refused(data, refused), wanted=wanted, people=people)
        return render(request, page, refused.status)
    return entered(request, entry, wanted)


def entered(request: Asked, entry: Entry, wanted: str) -> Response[Any]:
    """The answer to a sign-in; until the address is confirmed, by way of the page that says so."""
    onward = wanted if entry.confirmed else f"/account/confirmation?{urlencode({'next': wanted})}"
    return with_token(request, go(request, onward), entry.token)


@post("/sign-out", include_in_schema=False)
async def leave(request: Asked, db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Sign out of every tab of this browser at once."""
    await sign_out(db, actor, now)
    return without_token(request, go(request, "/"))


ROUTES = [form_page, send, leave]
