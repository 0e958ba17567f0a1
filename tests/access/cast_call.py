"""The call of the cast's session: both are in it, and the client has said something."""

from typing import Any
from uuid import UUID

import asyncpg

from tests.support.world import Somebody


async def make_call(
    owner: asyncpg.Connection, practitioner: Somebody, client: Somebody, session_id: UUID
) -> dict[str, Any]:
    """The client's stay, which is what a page asks with."""
    await owner.execute("insert into video_room (session_id) values ($1)", session_id)
    place = "insert into meeting_place (practitioner_id, url) values ($1, 'https://meet.example.org/own')"
    await owner.execute(place, practitioner.id)
    stays = [
        await owner.fetchval(
            """insert into video_presence (session_id, account_id, joined_at, seen_at)
            values ($1, $2, now(), now()) returning id""",
            session_id,
            person.id,
        )
        for person in (practitioner, client)
    ]
    await owner.execute(
        """insert into video_signal (session_id, from_id, stay_id, body, created_at)
        values ($1, $2, $3, '{}', now())""",
        session_id,
        client.id,
        stays[1],
    )
    return {"stay_id": stays[1]}


# What nobody may write, although the row is there.
FORBIDDEN_IN_CALLS = [
    "update session set client_came_at = null",
    "update session set practitioner_came_at = now()",
    "insert into video_room (session_id, maker) select id, 'daily' from session",
    "update video_room set url = 'https://example.org'",
    "update video_room set latest = 0",
    "update video_room set provider = 'daily'",
    "update video_room set name = 'x'",
    "update video_room set closes_at = 'infinity'",
    "update video_room set closed_at = now()",
    "insert into video_room (session_id, url) select id, 'https://example.org' from session",
    "delete from video_room",
    "update video_presence set joined_at = seen_at",
    "update video_presence set account_id = account_id",
    "delete from video_presence",
    "update video_signal set body = '{}'",
    "update video_signal set number = 1",
]
