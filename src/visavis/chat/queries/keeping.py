"""SQL of how long messages are kept."""

import msgspec

from visavis.kit.sql import Query, Statement


class ForgottenRow(msgspec.Struct, frozen=True):
    """How many messages went, and the keys of their files."""

    messages: int
    keys: list[str]


find_months = Statement(
    "For how many months a practice keeps messages; null: for ever.",
    "select chat_months from practice where practitioner_id = $1",
)
set_months = Statement(
    "For how many months a practice keeps messages from now on.",
    "update practice set chat_months = $2 where practitioner_id = $1",
)
clients_of = Statement(
    "Whose rooms change with it.", "select client_id from chat_room where practitioner_id = $1"
)
forget = Query(
    ForgottenRow,
    "At most $2 messages, with their files, that their practice keeps no longer at $1.",
    """
    with gone as materialized (
        select m.id from practice p join chat_room r on r.practitioner_id = p.practitioner_id
            join chat_message m on m.room_id = r.id
        where m.created_at < $1::timestamptz - make_interval(months => p.chat_months) limit $2
    ),
    files as (select f.key from chat_file f where f.message_id in (select id from gone)),
    removed as (delete from chat_message where id in (select id from gone))
    select (select count(*)::int from gone) as messages,
        coalesce((select array_agg(key) from files), '{}') as keys
    """,
)
