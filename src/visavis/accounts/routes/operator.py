"""/operator: the verified mark."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from litestar import Response, get, post

from visavis.accounts.access import load_practices, require_operator
from visavis.accounts.actions.verification import set_verified
from visavis.accounts.queries import PractitionerRow
from visavis.accounts.routes.shared import Asked
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.pages import Page, done, render
from visavis.kit.paging import page_number

HOME = "/operator"
_PAGE = 50


class OperatorPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "accounts/operator.html"
    practitioners: list[PractitionerRow]
    number: int
    more: bool


class OperatorFragment(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "accounts/operator_list.html"
    practitioners: list[PractitionerRow]
    number: int


@get(HOME, include_in_schema=False)
async def overview(request: Asked, db: Db, actor: Actor) -> Response[Any]:
    """Every practitioner; those without the mark first."""
    number, found = await _load(request, db, actor)
    page = OperatorPage(practitioners=found[:_PAGE], number=number, more=len(found) > _PAGE)
    return render(request, page)


@get(f"{HOME}/list", include_in_schema=False)
async def fragment(request: Asked, db: Db, actor: Actor) -> Response[Any]:
    """The list alone."""
    number, found = await _load(request, db, actor)
    return render(request, OperatorFragment(practitioners=found[:_PAGE], number=number))


async def _load(request: Asked, db: Db, actor: Actor) -> tuple[int, list[PractitionerRow]]:
    number = page_number(request)
    async with db.transaction(require_operator(actor)) as tx:
        return number, await load_practices(tx, actor, _PAGE + 1, (number - 1) * _PAGE)


@post(f"{HOME}/practitioners/{{practitioner_id:uuid}}/verification", include_in_schema=False)
async def verify(request: Asked, db: Db, actor: Actor, now: datetime, practitioner_id: UUID) -> Response[Any]:
    """Give the mark."""
    await set_verified(db, require_operator(actor), practitioner_id, True, now)
    return done(request, HOME)


@post(f"{HOME}/practitioners/{{practitioner_id:uuid}}/unverification", include_in_schema=False)
async def unverify(
    request: Asked, db: Db, actor: Actor, now: datetime, practitioner_id: UUID
) -> Response[Any]:
    """Take it away."""
    await set_verified(db, require_operator(actor), practitioner_id, False, now)
    return done(request, HOME)


ROUTES = [overview, fragment, verify, unverify]
