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
forget_before = Statement(
    "What was said before it was changed, until an instant, is of no use to reports.",
    "delete from chat_before where ended_at < $1",
)
forget_reports = Statement(
    "Reports that were settled before an instant; how many.", "delete from chat_report where settled_at < $1"
)
files_of_messages = Statement(
    "Which of these files belong to messages.", "select key from chat_file where key = any ($1::text[])"
)
files_of_reports = Statement(
    "Which of these files an open report needs.",
    """
    select k ->> 'key' from chat_report r, jsonb_array_elements(r.kept) k
    where r.settled_at is null and k ->> 'key' = any ($1::text[])
    """,
)
forget = Query(
    ForgottenRow,
    """At most $2 messages, with their files, that their practice keeps no longer at $1; cards of sessions
    that are not over stay. Rooms grow by time: one whose first message is young has nothing to forget.""",
    """
    with gone as materialized (
        select m.id from practice p join chat_room r on r.practitioner_id = p.practitioner_id
            cross join lateral (select $1::timestamptz - make_interval(months => p.chat_months) as at) limit_
            cross join lateral (select f.created_at from chat_message f where f.room_id = r.id
                and f.number > 0 order by f.number limit 1) first
            cross join lateral (select o.id, o.created_at from chat_message o where o.room_id = r.id
                and o.number > 0 and not exists (select from session s where s.id = o.session_id and s.status
                    in ('pending_approval', 'approved', 'payment_submitted', 'confirmed', 'in_progress'))
                order by o.number limit $2) m
        where p.chat_months is not null and coalesce(p.chat_months_from <= $1, true)
            and first.created_at < limit_.at and m.created_at < limit_.at
        limit $2
    ),
    files as (select f.key from chat_file f where f.message_id in (select id from gone)),
    removed as (delete from chat_message where id in (select id from gone))
    select (select count(*)::int from gone) as messages,
        coalesce((select array_agg(key) from files), '{}') as keys
    """,
)
