"""Papers as rows of a file: amounts in whole units, credit notes below nothing, so columns add up. Pure."""

from collections.abc import Iterable

from visavis.kit.clock import zone
from visavis.kit.tables import Cell, amount
from visavis.papers.access import PaperRow, PlatformLineRow
from visavis.papers.sheets import printed_of

HEADER = [
    "number", "kind", "date", "issued_at", "issuer", "recipient", "what", "session_at", "credits", "net",
    "tax", "tax_percent", "gross", "currency", "paid_by", "reference", "corrects",
]  # fmt: skip
PLATFORM_HEADER = ["at", "posting", "cause", "step", "account", "part", "amount", "currency"]


def rows_of(papers: Iterable[PaperRow]) -> list[list[Cell]]:
    """One row a paper, by `HEADER`; instants are ISO 8601 with the practice's offset."""
    return [_row(each) for each in papers]


def _row(paper: PaperRow) -> list[Cell]:
    it = printed_of(paper)
    sign = -1 if paper.kind == "credit_note" else 1
    gross, tax = sign * paper.gross_minor, sign * paper.tax_minor
    return [
        paper.number,
        paper.kind,
        paper.issued_on.isoformat(),
        paper.issued_at.astimezone(zone(it.zone)).isoformat(timespec="seconds"),
        it.issuer.name,
        it.recipient.name,
        it.line.name,
        it.line.starts_at or "",
        sign * it.line.credits,
        amount(gross - tax, paper.currency),
        amount(tax, paper.currency),
        f"{paper.tax_bp / 100:g}",
        amount(gross, paper.currency),
        paper.currency,
        it.way,
        it.reference,
        it.corrects.number if it.corrects else "",
    ]


def platform_rows(lines: Iterable[PlatformLineRow]) -> list[list[Cell]]:
    """One row a line of the platform's accounts, by `PLATFORM_HEADER`; what it gains is above nothing."""
    return [
        [each.at.isoformat(timespec="seconds"), each.posting_id, each.cause, each.step, each.account,
         each.part, amount(each.amount_minor, each.currency), each.currency]
        for each in lines
    ]  # fmt: skip
