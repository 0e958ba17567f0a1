"""SQL of papers; they are written by the database alone (migrations: issue_paper)."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement


class PaperRow(msgspec.Struct, frozen=True):
    """A paper. `practitioner_id` issues it (None: the platform); `printed` is a `rules.Printed` as JSON."""

    id: UUID
    kind: Literal["invoice", "confirmation", "credit_note"]
    practitioner_id: UUID | None
    client_id: UUID
    number: str
    session_id: UUID | None
    purchase_id: UUID | None
    corrects_id: UUID | None
    issued_on: date
    currency: str
    gross_minor: int
    tax_minor: int
    tax_bp: int
    printed: dict[str, Any]
    issued_at: datetime


class IssuerRow(msgspec.Struct, frozen=True):
    """What stands at the top of papers."""

    legal_name: str
    address: str
    tax_number: str
    tax_bp: int
    tax_name: str
    tax_note: str
    prefix: str


class RecipientRow(msgspec.Struct, frozen=True):
    """What a client wants to read on theirs."""

    name: str
    address: str
    tax_number: str


class PlatformLineRow(msgspec.Struct, frozen=True):
    """A line of the platform's own accounts."""

    at: datetime
    posting_id: int
    cause: str
    step: str
    account: str
    part: str
    currency: str
    amount_minor: int


_PAPER = """
    select p.id, p.kind, p.practitioner_id, p.client_id, p.number, p.session_id, p.purchase_id, p.corrects_id,
        p.issued_on, p.currency, p.gross_minor, p.tax_minor, p.tax_bp, p.printed, p.issued_at
    from paper p
"""
_IN_PERIOD = """
    and p.issued_on between $2 and $3
    and ($4::uuid is null or (p.issued_on, p.id) < (select b.issued_on, b.id from paper b where b.id = $4))
    order by p.issued_on desc, p.id desc limit $5
"""
find_paper = Query(PaperRow, "One paper, for its two sides.", f"{_PAPER} where p.id = $1")
papers_of_client = Query(
    PaperRow, "What a client got in a period, latest first.", f"{_PAPER} where p.client_id = $1 {_IN_PERIOD}"
)
papers_of_practice = Query(
    PaperRow,
    "What a practice issued in a period, latest first.",
    f"{_PAPER} where p.practitioner_id = $1 {_IN_PERIOD}",
)
papers_of_platform = Query(
    PaperRow,
    "What the platform issued in a period, latest first; for operators ($1 is who asks).",
    f"{_PAPER} where p.practitioner_id is null and $1::uuid is not null {_IN_PERIOD}",
)
papers_of_session = Query(
    PaperRow, "The papers of a session, in their order.", f"{_PAPER} where p.session_id = $1 order by p.id"
)
papers_of_purchase = Query(
    PaperRow,
    "The papers of a purchase of credits, in their order.",
    f"{_PAPER} where p.purchase_id = $1 order by p.id",
)
find_issuer = Query(
    IssuerRow,
    "What a practice ($1; null: the platform) says of itself.",
    """
    select legal_name, address, tax_number, tax_bp, tax_name, tax_note, prefix from paper_issuer
    where practitioner_id is not distinct from $1
    """,
)
put_issuer = Statement(
    "Say it anew, for papers from now on.",
    """
    insert into paper_issuer (practitioner_id, legal_name, address, tax_number, tax_bp, tax_name, tax_note,
        prefix, set_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    on conflict (practitioner_id) do update set legal_name = excluded.legal_name, address = excluded.address,
        tax_number = excluded.tax_number, tax_bp = excluded.tax_bp, tax_name = excluded.tax_name,
        tax_note = excluded.tax_note, prefix = excluded.prefix, set_at = excluded.set_at
    """,
)
find_recipient = Query(
    RecipientRow,
    "What a client says of themselves.",
    "select name, address, tax_number from paper_recipient where client_id = $1",
)
put_recipient = Statement(
    "Say it anew, for papers from now on.",
    """
    insert into paper_recipient (client_id, name, address, tax_number, set_at) values ($1, $2, $3, $4, $5)
    on conflict (client_id) do update set name = excluded.name, address = excluded.address,
        tax_number = excluded.tax_number, set_at = excluded.set_at
    """,
)
platform_lines = Query(
    PlatformLineRow,
    "The platform's own accounts in a period of days in UTC, for operators.",
    """
    select p.at, p.id as posting_id, p.cause, p.step, a.kind as account, l.part, l.currency, l.amount_minor
    from money_line l join money_account a on a.id = l.account_id join money_posting p on p.id = l.posting_id
    where a.holder_id is null and p.at >= $1::date at time zone 'UTC'
        and p.at < ($2::date + 1) at time zone 'UTC'
    order by p.id, l.id limit $3
    """,
)
