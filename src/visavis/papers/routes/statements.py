"""Statements to keep: a practitioner's month and a payout run as PDFs, the platform's accounts as a table."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromPath

from visavis.accounts.access import require_operator
from visavis.accounts.authentication import require_account
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.sql import Tx
from visavis.kit.tables import table_answer
from visavis.money.access import load_month, load_run
from visavis.money.rules import first_day
from visavis.papers.access import load_issuer, load_owner, load_platform_lines, today_of
from visavis.papers.routes.papers import name_of, pdf_answer
from visavis.papers.rules import Side, read_period
from visavis.papers.statements import month_sheet, run_sheet
from visavis.papers.tables import PLATFORM_HEADER, platform_rows


@get("/practice/earnings/{month:str}/pdf", include_in_schema=False)
async def month_file(month: FromPath[str], actor: Actor, db: Db) -> Response[bytes]:
    """One month of a practice."""
    require_account(actor)
    first = first_day(month)
    async with db.transaction(actor) as tx:
        sums, entries = await load_month(tx, actor, first)
        issuer = await _side(tx, actor, platform=False)
    return await pdf_answer(month_sheet(first, sums, entries, issuer, actor))


@get("/operator/money/payout-runs/{run_id:uuid}/pdf", include_in_schema=False)
async def run_file(run_id: FromPath[UUID], actor: Actor, db: Db) -> Response[bytes]:
    """A payout run, for the platform's books."""
    async with db.transaction(require_operator(actor)) as tx:
        run, transfers = await load_run(tx, actor, run_id)
        issuer = await _side(tx, actor, platform=True)
    return await pdf_answer(run_sheet(run, transfers, issuer, actor))


async def _side(tx: Tx, actor: Actor, *, platform: bool) -> Side:
    found = await load_issuer(tx, await load_owner(tx, actor, platform=platform))
    if found is None:
        return Side(name="Visavis" if platform else actor.name, address="", tax_number="")
    return Side(name=found.legal_name, address=found.address, tax_number=found.tax_number)


@get("/operator/money/export.csv", include_in_schema=False)
async def platform_file(
    request: Request[Any, Any, Any], actor: Actor, db: Db, now: datetime
) -> Response[bytes]:
    """Every line of the platform's own accounts in a period of days in UTC."""
    require_operator(actor)
    asked = request.query_params
    period = read_period(asked.get("from", ""), asked.get("to", ""), today_of(actor, now))
    async with db.transaction(actor) as tx:
        lines = await load_platform_lines(tx, actor, period)
    return table_answer(name_of("ledger", period), PLATFORM_HEADER, platform_rows(lines))


ROUTES = [month_file, run_file, platform_file]
