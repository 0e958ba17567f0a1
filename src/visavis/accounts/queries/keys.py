"""SQL of API keys."""

from datetime import datetime
from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement


class KeyRow(msgspec.Struct, frozen=True):
    """An API key without its secret; `hint` is its last characters."""

    id: UUID
    name: str
    hint: str
    created_at: datetime
    last_used_at: datetime | None


insert_key = Statement(
    "A new API key; only a digest of it is kept.",
    "insert into api_key (account_id, name, hint, token_hash) values ($1, $2, $3, $4) returning id",
)

keys_of = Query(
    KeyRow,
    "The account's keys that work, the newest first.",
    """
    select id, name, hint, created_at, last_used_at from api_key
    where account_id = $1 and revoked_at is null order by id desc
    """,
)

count_keys = Statement(
    "How many keys work.", "select count(*) from api_key where account_id = $1 and revoked_at is null"
)

revoke_key = Statement(
    "End one key.",
    """
    update api_key set revoked_at = $3
    where account_id = $1 and id = $2 and revoked_at is null returning id
    """,
)

revoke_all_keys = Statement(
    "End every key.", "update api_key set revoked_at = $2 where account_id = $1 and revoked_at is null"
)

# Demonstration and operator --------------------------------------------------------------------------------

account_of_api_key = Statement("Whose key this is.", "select * from account_of_api_key($1)")
