"""/operator/money/practitioners/{id}: rates of one practitioner, and what they have paid the platform."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from litestar import Request, Response, get, post
from litestar.params import FromPath

from visavis.accounts.access import require_operator
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError, NotFoundError
from visavis.kit.forms import Form, typed_text
from visavis.kit.money import parse_money
from visavis.kit.pages import Page, go, render
from visavis.money import operating
from visavis.money.access import Charged, load_charged
from visavis.money.routes.books import HOME
from visavis.money.rules import parse_percent, percent
from visavis.money.views import Balance, balance_of

_PATH = f"{HOME}/practitioners/{{practitioner_id:uuid}}"
Asked = Request[Any, Any, Any]


class ChargedPage(Page, frozen=True, kw_only=True):
    """`rates` and `settlement` are its two forms; `form_id` makes a settlement once."""

    template: ClassVar[str] = "money/charged.html"
    charged: Charged
    balances: list[Balance]
    default_rate: str
    rates: Form
    settlement: Form
    form_id: str
    saved: bool


@get(_PATH, include_in_schema=False)
async def page(request: Asked, practitioner_id: FromPath[UUID], actor: Actor, db: Db) -> Response[Any]:
    """Rates and balance; `?saved` after something was."""
    shown = await _page(db, require_operator(actor), practitioner_id, saved="saved" in request.query_params)
    return render(request, shown)


@post(f"{_PATH}/commission", include_in_schema=False)
async def set_rates(
    request: Asked, practitioner_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """Every rate of this practitioner; an empty field is no rate of its own."""
    require_operator(actor)
    typed = {name: str(value) for name, value in (await request.form()).items() if isinstance(value, str)}
    try:
        async with db.transaction(actor) as tx:
            charged = await load_charged(tx, actor, practitioner_id)
            before = _rates(charged)
            for name, offering_id in _fields(charged).items():
                text = typed.get(name, before[name]).strip()
                if text == before[name]:
                    continue
                rate = parse_percent(text, name) if text else None
                whose = {"practitioner_id": practitioner_id, "offering_id": offering_id}
                await operating.set_commission(db, actor, rate, now, **whose)
    except InvalidInputError as refused:
        shown = await _page(db, actor, practitioner_id, rates=Form.refused(typed, refused))
        return render(request, shown, refused.status)
    return go(request, f"{HOME}/practitioners/{practitioner_id}?saved=1")


@post(f"{_PATH}/settlement", include_in_schema=False)
async def settle(
    request: Asked, practitioner_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """They have paid the platform."""
    require_operator(actor)
    data = await request.form()
    typed = {name: typed_text(data, name).strip() for name in ("form", "currency", "amount", "note")}
    try:
        amount = parse_money(typed["amount"], checked_currency(typed["currency"]), "amount")
        whose = practitioner_id, typed["currency"], amount, typed["note"]
        await operating.settle_debt(db, actor, form_id_of(typed["form"]), *whose, now)
    except InvalidInputError as refused:
        shown = await _page(db, actor, practitioner_id, settlement=Form.refused(typed, refused))
        return render(request, shown, refused.status)
    return go(request, f"{HOME}/practitioners/{practitioner_id}?saved=1")


def form_id_of(text: str) -> UUID:
    """What one form alone says; NotFoundError for what no form of ours says."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFoundError from None


def checked_currency(text: str) -> str:
    """Three letters; NotFoundError for what no form of ours says."""
    if not (len(text) == 3 and text.isascii() and text.isupper()):
        raise NotFoundError
    return text


def _fields(charged: Charged) -> dict[str, UUID | None]:
    """Field by field, whose rate it is."""
    return {"rate": None} | {f"rate-{each.offering_id}": each.offering_id for each in charged.offerings}


def _rates(charged: Charged) -> dict[str, str]:
    kept = {"rate": charged.practitioner.basis_points}
    kept |= {f"rate-{each.offering_id}": each.basis_points for each in charged.offerings}
    return {name: "" if points is None else percent(points) for name, points in kept.items()}


async def _page(
    db: Db,
    actor: Actor,
    practitioner_id: UUID,
    *,
    rates: Form | None = None,
    settlement: Form | None = None,
    saved: bool = False,
) -> ChargedPage:
    async with db.transaction(actor) as tx:
        charged = await load_charged(tx, actor, practitioner_id)
    settlement = settlement or Form()
    return ChargedPage(
        charged=charged,
        balances=[balance_of(row, actor) for row in charged.balances],
        default_rate=percent(charged.rate_bp),
        rates=rates or Form(values=_rates(charged)),
        settlement=settlement,
        form_id=settlement.value("form") or str(uuid4()),
        saved=saved,
    )


ROUTES = [page, set_rates, settle]
