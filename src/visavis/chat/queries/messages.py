"""SQL of reading messages, in the order of their room."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from visavis.kit.sql import Query


class MessageRow(msgspec.Struct, frozen=True):
    """A message; `reply` and `files` are JSON, as `access` reads them."""

    id: UUID
    room_id: UUID
    number: int
    version: int
    author_id: UUID
    author_name: str
    body: str
    reply: dict[str, Any] | None
    session_id: UUID | None
    created_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    files: list[dict[str, Any]]


class FileRow(msgspec.Struct, frozen=True):
    """A file and under which key it is kept."""

    id: UUID
    key: str
    name: str
    media_type: str
    bytes: int


_COUNTED = "(select count(*) from chat_file f where f.message_id = q.id)"
_QUOTED = f"""
    select jsonb_build_object('id', q.id, 'number', q.number, 'author_id', q.author_id,
        'body', left(q.body, 200), 'deleted', q.deleted_at is not null, 'files', {_COUNTED})
    from chat_message q where q.room_id = m.room_id and q.id = m.reply_to
"""
_FILES = """
    select jsonb_agg(jsonb_build_object('id', f.id, 'name', f.name, 'media_type', f.media_type,
        'bytes', f.bytes, 'width', f.width, 'height', f.height) order by f.position)
    from chat_file f where f.message_id = m.id
"""
_MESSAGES = f"""
    select m.id, m.room_id, m.number, m.version, m.author_id, coalesce(a.name, '') as author_name, m.body,
        case when m.reply_to is not null then ({_QUOTED}) end as reply,
        m.session_id, m.created_at, m.edited_at, m.deleted_at,
        coalesce(({_FILES}), '[]') as files
    from ({{}}) m left join person a on a.id = m.author_id
"""

find_message = Query(
    MessageRow,
    "The message $2 of the room $1.",
    _MESSAGES.format("select * from chat_message where room_id = $1 and id = $2"),
)
after = Query(
    MessageRow,
    "Of the room $1, the first $3 messages after number $2, in order.",
    _MESSAGES.format("select * from chat_message where room_id = $1 and number > $2 order by number limit $3")
    + " order by m.number",
)
before = Query(
    MessageRow,
    "Of the room $1, the last $3 messages before number $2, in order.",
    _MESSAGES.format(
        "select * from chat_message where room_id = $1 and number < $2 order by number desc limit $3"
    )
    + " order by m.number",
)
changed = Query(
    MessageRow,
    "What was said, edited or deleted in the room $1 since its version $2, in that order; $3 at most.",
    _MESSAGES.format(
        "select * from chat_message where room_id = $1 and version > $2 order by version limit $3"
    )
    + " order by m.version",
)
found = Query(
    MessageRow,
    "Of the room $1, the last $4 messages before number $3 that hold each of the patterns $2, latest first.",
    _MESSAGES.format(
        """select * from chat_message where room_id = $1 and number < $3 and body ilike all ($2::text[])
        order by number desc limit $4"""
    )
    + " order by m.number desc",
)
find_file = Query(
    FileRow,
    "The file $2, if it belongs to a message of the room $1.",
    """
    select f.id, f.key, f.name, f.media_type, f.bytes
    from chat_file f join chat_message m on m.id = f.message_id where m.room_id = $1 and f.id = $2
    """,
)
