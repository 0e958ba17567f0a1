"""Receipts and invoices: those of a period, one of them, and its PDF."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, QueryParameter

from visavis.api.problems import problems
from visavis.api.shapes.papers import Paper, paper_of
from visavis.booking.access import load_session
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.tables import file_answer
from visavis.papers.access import load_paper, load_papers, papers_of_session, today_of
from visavis.papers.printing import pdf_of
from visavis.papers.rules import read_period
from visavis.papers.sheets import sheet_of

_TAGS = ["Money"]


@get(
    "/papers",
    operation_id="listPapers",
    summary="Your receipts and invoices",
    tags=_TAGS,
    responses=problems(403, 404, 422),
)
async def papers(
    db: Db,
    actor: Actor,
    now: datetime,
    side: Annotated[
        Literal["received", "issued", "platform"],
        QueryParameter(description="As a client, by your practice, or (operators) by the platform"),
    ] = "received",
    first: Annotated[
        date | None, QueryParameter(name="from", description="First day; else of this year")
    ] = None,
    last: Annotated[date | None, QueryParameter(name="to", description="Last day; else today")] = None,
    before: Annotated[
        UUID | None, QueryParameter(description="The `id` of the last one of the page before")
    ] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100, description="At most this many")] = 50,
) -> list[Paper]:
    """Latest first; a year at most."""
    asked = (first.isoformat() if first else "", last.isoformat() if last else "")
    period = read_period(*asked, today_of(actor, now))
    async with db.transaction(actor) as tx:
        return [paper_of(row) for row in await load_papers(tx, actor, side, period, before, limit)]


@get(
    "/papers/{paper_id:uuid}",
    operation_id="readPaper",
    summary="A receipt or invoice",
    tags=_TAGS,
    responses=problems(404),
)
async def paper(db: Db, actor: Actor, paper_id: FromPath[UUID]) -> Paper:
    """For its two sides."""
    async with db.transaction(actor) as tx:
        return paper_of(await load_paper(tx, paper_id))


@get(
    "/papers/{paper_id:uuid}/pdf",
    operation_id="readPaperFile",
    summary="The same as a PDF",
    tags=_TAGS,
    media_type="application/pdf",
    responses=problems(404),
)
async def paper_file(
    db: Db, actor: Actor, paper_id: FromPath[UUID]
) -> Annotated[Response[bytes], "a tagged PDF, the same bytes each time"]:
    """To keep."""
    async with db.transaction(actor) as tx:
        sheet = sheet_of(await load_paper(tx, paper_id))
    return file_answer(f"{sheet.file}.pdf", await pdf_of(sheet), "application/pdf")


@get(
    "/sessions/{session_id:uuid}/papers",
    operation_id="listSessionPapers",
    summary="What was issued for a session",
    tags=_TAGS,
    responses=problems(404),
)
async def of_session(db: Db, actor: Actor, session_id: FromPath[UUID]) -> list[Paper]:
    """Its invoice or confirmation, then credit notes."""
    async with db.transaction(actor) as tx:
        await load_session(tx, actor, session_id)
        return [paper_of(row) for row in await papers_of_session(tx, session_id)]


READS = [papers, paper, paper_file, of_session]
