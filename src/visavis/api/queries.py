"""SQL of repeated requests."""

import msgspec

from visavis.kit.sql import Query, Statement


class AnswerRow(msgspec.Struct, frozen=True):
    """The first answer given under a key, and a digest of the request that it answered."""

    request_hash: bytes
    status: int
    content_type: str | None
    body: bytes


claim_key = Statement(
    "Take a key that is free or older than 24 hours: one row. Waits while another transaction holds it.",
    """
    insert into idempotency_key as k (account_id, key, request_hash) values ($1, $2, $3)
    on conflict (account_id, key) do update
        set request_hash = excluded.request_hash, created_at = now(),
            status = null, content_type = null, body = null
        where k.created_at <= now() - interval '24 hours'
    """,
)
keep_answer = Statement(
    "The answer, in the transaction of the act itself.",
    "update idempotency_key set status = $3, content_type = $4, body = $5 where account_id = $1 and key = $2",
)
find_answer = Query(
    AnswerRow,
    "The answer given before.",
    """
    select request_hash, status, content_type, body from idempotency_key where account_id = $1 and key = $2
    """,
)

# Jobs ------------------------------------------------------------

forget_old_keys = Statement(
    "Keys are kept for 24 hours.",
    "delete from idempotency_key where created_at <= $1::timestamptz - interval '24 hours'",
)
