"""What the cast has said to each other."""

from typing import Any
from uuid import UUID

import asyncpg

from tests.support.tabs import picture
from tests.support.world import Somebody
from visavis.kit.files import FileStore


async def make_chat(
    owner: asyncpg.Connection, store: FileStore, people: dict[str, Somebody]
) -> dict[str, Any]:
    """In the room of their session: one word of each with a picture, and a report of the client's. The
    other client has blocked the other practitioner."""
    client, seller = people["own client"].id, people["own practitioner"].id
    room_id = await owner.fetchval("select id from chat_room where client_id = $1", client)
    asked = await _say(owner, store, room_id, client, "May I bring my dog?")
    answered = await _say(owner, store, room_id, seller, "Of course.")
    await owner.execute(
        "insert into chat_before (message_id, body, ended_at) values ($1, 'A dog?', now())", asked
    )
    report_id = await owner.fetchval(
        """insert into chat_report (reporter_id, reported_id, room_id, message_id, reason, created_at)
        values ($1, $2, $3, $4, 'Not kind', now()) returning id""",
        client,
        seller,
        room_id,
        answered,
    )
    await owner.execute(
        "insert into chat_block (blocker_id, blocked_id, created_at) values ($1, $2, now())",
        people["other client"].id,
        people["other practitioner"].id,
    )
    file_id = await owner.fetchval("select id from chat_file where message_id = $1", asked)
    ids = {"room_id": room_id, "message_id": asked, "file_id": file_id, "report_id": report_id}
    kept = await owner.fetchval("select id from chat_file where message_id = $1", answered)
    return ids | {"kept_id": kept}


async def _say(owner: asyncpg.Connection, store: FileStore, room_id: UUID, who: UUID, words: str) -> UUID:
    message_id: UUID = await owner.fetchval(
        """insert into chat_message (id, room_id, author_id, body, created_at)
        values (gen_random_uuid(), $1, $2, $3, now()) returning id""",
        room_id,
        who,
        words,
    )
    await owner.execute(
        """insert into chat_file (message_id, position, key, name, media_type, bytes, width, height)
        values ($1, 0, $2, 'dog.jpg', 'image/jpeg', 1, 8, 8)""",
        message_id,
        await store.put(picture(), "jpg"),
    )
    return message_id
