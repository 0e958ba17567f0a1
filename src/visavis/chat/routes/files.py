"""What leaves a room: its files, and a copy of all that was said."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import Stream

from visavis.accounts.access import require_browser
from visavis.chat.access import load_file
from visavis.chat.export import begin_export, export_text
from visavis.chat.routes.talking import ROOM
from visavis.chat.serving import disposition, file_answer
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.files import files_in


@get(f"{ROOM}/files/{{file_id:uuid}}", include_in_schema=False)
async def file(
    request: Request[Any, Any, Any],
    room_id: FromPath[UUID],
    file_id: FromPath[UUID],
    actor: Actor,
    db: Db,
) -> Response[Any]:
    """A picture to look at, or a PDF to download; for the two people of this room only."""
    found = await load_file(db, require_browser(actor), room_id, file_id)
    return await file_answer(files_in(request.app.state.settings.home), found, actor.known_id)


@get(f"{ROOM}/export", include_in_schema=False)
async def export(room_id: FromPath[UUID], actor: Actor, db: Db) -> Stream:
    """Everything that was said, as a text to keep."""
    room = await begin_export(db, require_browser(actor), room_id)
    name = disposition(f"{room.other.name}.txt", inline=False)
    return Stream(
        export_text(db, actor, room),
        media_type="text/plain; charset=utf-8",
        headers={"content-disposition": name, "cache-control": "private, no-store"},
    )


ROUTES = [file, export]
