"""SQL of rooms at providers."""

from datetime import datetime
from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement
from visavis.video.makers import Kind, Made


class RoomRow(msgspec.Struct, frozen=True):
    """Where the two of a session meet, and the room that a provider keeps for them."""

    session_id: UUID
    maker: Kind
    provider: Kind | None
    name: str | None
    url: str | None
    opens_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None
    trouble: str | None

    @property
    def made(self) -> Made | None:
        """The room at the provider, if there is one."""
        if not (self.name and self.url and self.opens_at and self.closes_at) or self.closed_at:
            return None
        return Made(name=self.name, url=self.url, opens_at=self.opens_at, closes_at=self.closes_at)


class TroubleRow(msgspec.Struct, frozen=True):
    """A session whose room could not be where it should: since when and why. Its people met here instead."""

    session_id: UUID
    at: datetime
    trouble: str
    practitioner_id: UUID
    practitioner_name: str


_COLUMNS = "r.session_id, r.maker, r.provider, r.name, r.url, r.opens_at, r.closes_at, r.closed_at, r.trouble"
find_room = Query(
    RoomRow, "The room of a session.", f"select {_COLUMNS} from video_room r where session_id = $1"
)
put_room = Statement(
    "A provider's room is made, or has other times; nothing happens where they meet elsewhere by now.",
    """
    insert into video_room as r (session_id, maker, provider, name, url, opens_at, closes_at, made_at)
    values ($1, $2, $2, $3, $4, $5, $6, $7)
    on conflict (session_id) do update set name = excluded.name, url = excluded.url,
        opens_at = excluded.opens_at, closes_at = excluded.closes_at, made_at = excluded.made_at,
        closed_at = null
    where r.maker = excluded.maker
    returning r.session_id
    """,
)
meet_here = Statement(
    "They meet in the room that is built in, and why; nothing happens where they do already.",
    """
    insert into video_room as r (session_id, made_at, trouble) values ($1, $2, $3)
    on conflict (session_id) do update set maker = 'built_in', trouble = excluded.trouble
    where r.maker <> 'built_in'
    returning r.session_id
    """,
)
to_close = Query(
    RoomRow,
    "Rooms at providers in which nobody will meet any more, those that ended first first.",
    f"""
    select {_COLUMNS} from video_room r join session s on s.id = r.session_id
    where r.provider is not null and r.closed_at is null
        and (r.closes_at <= $1 or s.status in ('cancelled', 'declined', 'expired'))
    order by r.closes_at limit 50
    """,
)
mark_closed = Statement(
    "The provider's room is gone.", "update video_room set closed_at = $2 where session_id = $1"
)
troubles = Query(
    TroubleRow,
    "For operators: where a provider's room failed, the latest first. $1 of them, from $2 on.",
    "select * from video_troubles($1, $2)",
)
