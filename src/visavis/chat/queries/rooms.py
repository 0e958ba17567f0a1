"""SQL of rooms, as one of their two people sees them."""

from datetime import datetime
from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement


class RoomRow(msgspec.Struct, frozen=True):
    """One room; `other_` is who else is in it."""

    id: UUID
    client_id: UUID
    practitioner_id: UUID
    other_id: UUID
    other_name: str
    other_picture: str | None
    other_zone: str
    latest: int
    version: int
    seen: int
    other_seen: int
    blocked: bool
    blocked_by_other: bool
    months_kept: int | None
    created_at: datetime


class RoomLineRow(msgspec.Struct, frozen=True):
    """One line of the list of rooms, with its last message."""

    id: UUID
    other_id: UUID
    other_name: str
    other_picture: str | None
    other_zone: str
    blocked: bool
    unread: int
    latest_at: datetime
    last_number: int | None
    last_author: UUID | None
    last_body: str
    last_session_id: UUID | None
    last_deleted: bool
    last_files: int


_SEATS = """
    select *, case $1::uuid when client_id then practitioner_id else client_id end as other_id,
        case $1::uuid when client_id then client_seen else practitioner_seen end as seen,
        case $1::uuid when client_id then practitioner_shown else client_shown end as other_seen
    from chat_room
"""
_BLOCKS = "exists (select from chat_block b where b.blocker_id = {} and b.blocked_id = {})"

find_room = Query(
    RoomRow,
    "The room $2, as the account $1 sees it.",
    f"""
    select r.id, r.client_id, r.practitioner_id, r.other_id, o.name as other_name,
        o.picture_key as other_picture, o.time_zone as other_zone, r.latest, r.version, r.seen, r.other_seen,
        {_BLOCKS.format("$1", "r.other_id")} as blocked,
        {_BLOCKS.format("r.other_id", "$1")} as blocked_by_other,
        (select p.chat_months from practice p where p.practitioner_id = r.practitioner_id) as months_kept,
        r.created_at
    from ({_SEATS} where id = $2) r join person o on o.id = r.other_id
    """,
)
room_of_session = Statement(
    "The room of the two people of this session.",
    """
    select r.id from session s join chat_room r using (client_id, practitioner_id) where s.id = $1
    """,
)
rooms_of = Query(
    RoomLineRow,
    "The rooms of the account $1, the latest message's first; $2 of them after $3 others; unread to 100.",
    f"""
    select r.id, r.other_id, o.name as other_name, o.picture_key as other_picture, o.time_zone as other_zone,
        {_BLOCKS.format("$1", "r.other_id")} as blocked,
        (select count(*)::int from (select from chat_message m where m.room_id = r.id and m.number > r.seen
            and m.author_id = r.other_id and m.session_id is null and m.deleted_at is null limit 100) few
        ) as unread,
        r.latest_at, m.number as last_number, m.author_id as last_author,
        coalesce(left(m.body, 200), '') as last_body, m.session_id as last_session_id,
        m.deleted_at is not null as last_deleted,
        (select count(*)::int from chat_file f where f.message_id = m.id) as last_files
    from (select * from (
        ({_SEATS} where client_id = $1 order by latest_at desc, id limit $2::int + $3::int)
        union all
        ({_SEATS} where practitioner_id = $1 order by latest_at desc, id limit $2::int + $3::int)
    ) both_sides order by latest_at desc, id limit $2 offset $3) r
    join person o on o.id = r.other_id
    left join chat_message m on m.room_id = r.id and m.number = r.latest
    order by r.latest_at desc, r.id
    """,
)
room_with = Statement(
    "The room of the account $1 with $2; that of the latest message where there are two.",
    """
    select id from chat_room where (client_id, practitioner_id) in (($1, $2), ($2, $1))
    order by latest_at desc limit 1
    """,
)
mark_seen = Statement(
    "The acting account has read the room $1 up to number $2; whether that is news.",
    "select mark_chat_seen($1, $2)",
)
