"""What the API gives of receipts and invoices."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from visavis.papers.access import PaperRow
from visavis.papers.sheets import printed_of


class PaperSide(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two people as they stand on it."""

    name: str
    address: str
    tax_number: str


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice, a confirmation of what credits paid, or a credit note; it never changes."""

    id: UUID
    kind: Literal["invoice", "confirmation", "credit_note"]
    number: Annotated[str, Meta(description="Without gaps in each practice and kind")]
    issued_on: Annotated[date, Meta(description="On the practice's calendar")]
    issued_at: datetime
    issuer: PaperSide
    recipient: PaperSide
    what: Annotated[str, Meta(description="The offering, or the package of credits")]
    credits: int
    currency: str
    gross_minor: Annotated[int, Meta(description="In minor units; of a credit note what goes back")]
    tax_minor: Annotated[int, Meta(description="Of the gross amount, which includes it")]
    tax_basis_points: int
    paid_by: Literal["transfer", "card", "cash", "credits", "direct"]
    reference: str
    corrects_id: Annotated[UUID | None, Meta(description="Of a credit note: the paper it is about")]
    session_id: UUID | None
    purchase_id: UUID | None


def paper_of(row: PaperRow) -> Paper:
    """A paper as the API gives it."""
    it = printed_of(row)
    return Paper(
        id=row.id,
        kind=row.kind,
        number=row.number,
        issued_on=row.issued_on,
        issued_at=row.issued_at,
        issuer=msgspec.convert(it.issuer, PaperSide, from_attributes=True),
        recipient=msgspec.convert(it.recipient, PaperSide, from_attributes=True),
        what=it.line.name,
        credits=it.line.credits,
        currency=row.currency,
        gross_minor=row.gross_minor,
        tax_minor=row.tax_minor,
        tax_basis_points=row.tax_bp,
        paid_by=it.way,
        reference=it.reference,
        corrects_id=row.corrects_id,
        session_id=row.session_id,
        purchase_id=row.purchase_id,
    )
