"""What `visavis seal-notes` does."""

from visavis.booking.notes import seal_notes_anew
from visavis.kit.actor import SYSTEM
from visavis.kit.db import Database
from visavis.operations.roles import WORKER, url_for
from visavis.settings import Settings


async def seal_notes(owner_url: str, settings: Settings) -> tuple[int, int]:
    """Seal all notes with the present key: how many were sealed anew, and how many no given key opens."""
    database = await Database.open(url_for(owner_url, WORKER, settings.secret_key), max_size=1)
    try:
        return await seal_notes_anew(database.handle(), SYSTEM, settings.note_keys)
    finally:
        await database.close()
