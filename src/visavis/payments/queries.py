"""SQL of payment proofs."""

from datetime import datetime
from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement


class ProofRow(msgspec.Struct, frozen=True):
    """A proof of payment as the two people of its session, or of its purchase, see it."""

    id: UUID
    session_id: UUID | None
    purchase_id: UUID | None
    submitted_by: UUID
    reference: str
    note: str
    file_key: str
    content_type: str
    size_bytes: int
    submitted_at: datetime
    decision: str | None
    decided_at: datetime | None


_PROOF = """
    select id, session_id, purchase_id, submitted_by, reference, note, file_key, content_type, size_bytes,
        submitted_at, decision, decided_at
    from payment_proof
"""

find_proof = Query(ProofRow, "One proof of a session.", f"{_PROOF} where id = $2 and session_id = $1")
proofs_of_session = Query(
    ProofRow,
    "Every proof of a session, latest first.",
    f"{_PROOF} where session_id = $1 order by submitted_at desc",
)
find_proof_of_purchase = Query(
    ProofRow, "One proof of a purchase.", f"{_PROOF} where id = $2 and purchase_id = $1"
)
proofs_of_purchase = Query(
    ProofRow,
    "Every proof of a purchase, latest first.",
    f"{_PROOF} where purchase_id = $1 order by submitted_at desc",
)
insert_proof = Statement(
    "Keep a proof; the file is stored already.",
    """
    insert into payment_proof (session_id, purchase_id, submitted_by, reference, note, file_key, content_type,
        size_bytes, submitted_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    """,
)
decide_proof = Statement(
    "The practitioner's answer to the proof that awaits one.",
    "update payment_proof set decision = $2, decided_at = $3 where session_id = $1 and decision is null",
)
decide_proof_of_purchase = Statement(
    "The seller's answer to the proof that awaits one.",
    "update payment_proof set decision = $2, decided_at = $3 where purchase_id = $1 and decision is null",
)


class InstructionsRow(msgspec.Struct, frozen=True):
    """How a practitioner wants to be paid."""

    practitioner_id: UUID
    words: str


instructions_of = Query(
    InstructionsRow,
    "How these practitioners want to be paid; only one's own, and those whom the acting account has to pay.",
    "select practitioner_id, words from payment_instructions where practitioner_id = any ($1)",
)
put_instructions = Statement(
    "How to pay, from now on.",
    """
    insert into payment_instructions (practitioner_id, words) values ($1, $2)
    on conflict (practitioner_id) do update set words = excluded.words
    """,
)
clear_instructions = Statement(
    "Say nothing about how to pay.", "delete from payment_instructions where practitioner_id = $1"
)
say_paid_in_hand = Statement(
    "How the acting practitioner was paid, of a session that waits for its payment.",
    "select say_paid_in_hand($1, $2)",
)
clients_to_pay = Statement(
    "The clients whose open page shows how to pay a practitioner.",
    """
    select distinct client_id from session
    where practitioner_id = $1 and status in ('approved', 'payment_submitted')
    """,
)
named_files = Statement(
    "Which of these files are proofs.", "select file_key from payment_proof where file_key = any ($1::text[])"
)
