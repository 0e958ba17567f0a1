"""SQL of saying something and changing it; hints go out with the commit."""

from visavis.kit.sql import Statement
from visavis.live.actions import hint_sql

insert_message = Statement(
    """Say it; the database gives the number, and holds the room until the commit. No row when there is one
    under this id.""",
    """
    insert into chat_message (id, room_id, author_id, body, reply_to, digest, created_at)
    values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing returning number
    """,
)
sent_before = Statement(
    "Whether the account $3 sent, into the room $2, just this (digest $4) under the id $1.",
    """
    select exists (select from chat_message where id = $1 and room_id = $2 and author_id = $3 and digest = $4)
    """,
)
insert_file = Statement(
    "A file of a message; it is stored under its key already.",
    """
    insert into chat_file (message_id, position, key, name, media_type, bytes, width, height)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    """,
)
bytes_lately = Statement(
    "How many bytes of files the account $1 has sent since $2.",
    "select coalesce(sum(bytes), 0)::bigint from chat_file where sender_id = $1 and sent_at > $2",
)
edit_message = Statement(
    "Other words, if it is the account's $3, not deleted, and not older than $5; how many.",
    """
    update chat_message set body = $4, edited_at = $6
    where room_id = $1 and id = $2 and author_id = $3 and deleted_at is null and created_at >= $5
    """,
)
delete_message = Statement(
    "Nothing remains but its place, if it is the account's $3 and not deleted; how many.",
    """
    update chat_message set body = '', deleted_at = $4
    where room_id = $1 and id = $2 and author_id = $3 and deleted_at is null
    """,
)
delete_files = Statement(
    "The files of a message; their keys.", "delete from chat_file where message_id = $1 returning key"
)
tell_both = Statement(
    "Two hints with the commit: $1 for whoever wrote, $2 for the other one.",
    f"select {hint_sql('$1')}, {hint_sql('$2')}",
)
