"""/operator/money/payouts: a run sets aside what can be paid out; each payout is then paid, or has failed."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from litestar import Request, Response, get, post
from litestar.params import FromPath

from visavis.accounts.access import require_operator
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import Form, typed_text
from visavis.kit.money import parse_money
from visavis.kit.pages import Page, done, go, render, saved
from visavis.kit.tables import Cell, amount, table_answer
from visavis.money import operating
from visavis.money.access import RunRow, Transfer, load_books, load_run, load_transfer
from visavis.money.errors import NothingToPayOutError, PayoutDecidedError
from visavis.money.routes.books import HOME
from visavis.money.routes.charging import checked_currency, form_id_of

HEADER = ["reference", "name", "email", "account", "amount", "currency"]
RUNS = f"{HOME}/payouts"
_ONE = f"{RUNS}/{{payout_id:uuid}}"
_RUN = f"{HOME}/payout-runs/{{run_id:uuid}}"
Asked = Request[Any, Any, Any]


class NewRunPage(Page, frozen=True, kw_only=True):
    """`currencies` in which somebody is owed something."""

    template: ClassVar[str] = "money/new_run.html"
    currencies: list[str]
    form_id: str
    form: Form


class RunPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "money/run_page.html"
    run: RunRow
    transfers: list[Transfer]


class RunFragment(RunPage, frozen=True, kw_only=True):
    template: ClassVar[str] = "money/run.html"


class FailurePage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "money/failure.html"
    transfer: Transfer
    form: Form


@get(f"{RUNS}/new", include_in_schema=False)
async def new(request: Asked, actor: Actor, db: Db) -> Response[Any]:
    """In which currency, and from which amount on."""
    form = Form(values={"form": str(uuid4()), "least": "0"})
    return render(request, await _new(db, require_operator(actor), form))


@post(RUNS, include_in_schema=False)
async def make(request: Asked, actor: Actor, db: Db, now: datetime) -> Response[Any]:
    """Set it aside."""
    require_operator(actor)
    data = await request.form()
    typed = {name: typed_text(data, name).strip() for name in ("form", "currency", "least")}
    try:
        least = parse_money(typed["least"] or "0", checked_currency(typed["currency"]), "least")
        run_id = await operating.make_payouts(
            db, actor, form_id_of(typed["form"]), typed["currency"], least, now
        )
    except (InvalidInputError, NothingToPayOutError) as refused:
        return render(request, await _new(db, actor, Form.refused(typed, refused)), refused.status)
    return go(request, f"{HOME}/payout-runs/{run_id}")


async def _new(db: Db, actor: Actor, form: Form) -> NewRunPage:
    async with db.transaction(actor) as tx:
        totals = (await load_books(tx, actor, 1, 0)).totals
    owed = [row.currency for row in totals if row.kind == "practitioner" and row.owed_minor]
    return NewRunPage(currencies=owed, form_id=form.value("form"), form=form)


@get(_RUN, include_in_schema=False)
async def run_page(request: Asked, run_id: FromPath[UUID], actor: Actor, db: Db) -> Response[Any]:
    """Every payout of it."""
    async with db.transaction(require_operator(actor)) as tx:
        run, transfers = await load_run(tx, actor, run_id)
    return render(request, RunPage(run=run, transfers=transfers))


@get(f"{_RUN}/list", include_in_schema=False)
async def run_list(request: Asked, run_id: FromPath[UUID], actor: Actor, db: Db) -> Response[Any]:
    """The live part of the page."""
    async with db.transaction(require_operator(actor)) as tx:
        run, transfers = await load_run(tx, actor, run_id)
    return render(request, RunFragment(run=run, transfers=transfers))


@get(f"{_RUN}/transfers.csv", include_in_schema=False)
async def transfers_file(run_id: FromPath[UUID], actor: Actor, db: Db) -> Response[bytes]:
    """The transfers to make, for a bank's program: those that are not decided yet."""
    async with db.transaction(require_operator(actor)) as tx:
        run, transfers = await load_run(tx, actor, run_id)
    return table_answer(f"payouts-{run.made_at:%Y-%m-%d}-{run.currency}", HEADER, rows_of(transfers))


def rows_of(transfers: list[Transfer]) -> list[list[Cell]]:
    """One line a payout that is on its way, by `HEADER`."""
    return [
        [str(it.id), whom.name, whom.email, whom.details, amount(it.amount_minor, it.currency), it.currency]
        for it, whom in ((each.payout, each.whom) for each in transfers)
        if it.status == "begun"
    ]


@post(f"{_ONE}/payment", include_in_schema=False)
async def paid(
    request: Asked, payout_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """It has arrived."""
    moved = await operating.settle_payout(db, actor, payout_id, "paid", "", now)
    return done(request, f"{HOME}/payout-runs/{moved.payout.run_id}")


@get(f"{_ONE}/failure", include_in_schema=False)
async def failure_form(request: Asked, payout_id: FromPath[UUID], actor: Actor, db: Db) -> Response[Any]:
    """Why it failed."""
    return render(request, await _failure(db, require_operator(actor), payout_id, Form()))


@post(f"{_ONE}/failure", include_in_schema=False)
async def failed(
    request: Asked, payout_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """It has not arrived."""
    require_operator(actor)
    typed = typed_text(await request.form(), "reason")
    try:
        moved = await operating.settle_payout(db, actor, payout_id, "failed", typed, now)
    except (InvalidInputError, PayoutDecidedError) as refused:
        form = Form.refused({"reason": typed}, refused)
        return render(request, await _failure(db, actor, payout_id, form), refused.status)
    return saved(request, f"{HOME}/payout-runs/{moved.payout.run_id}")


async def _failure(db: Db, actor: Actor, payout_id: UUID, form: Form) -> FailurePage:
    async with db.transaction(actor) as tx:
        return FailurePage(transfer=await load_transfer(tx, actor, payout_id), form=form)


ROUTES = [new, make, run_page, run_list, transfers_file, paid, failure_form, failed]
