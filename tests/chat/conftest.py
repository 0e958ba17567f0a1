"""Chats are between two people who have met, and a stranger."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from tests.support.meetings import meeting, stranger
from tests.support.tabs import Meeting
from visavis.chat.access import load_room_of_session
from visavis.kit.db import Database

__all__ = ["meeting", "stranger"]


@pytest.fixture
async def room_id(meeting: Meeting, db: Any) -> UUID:
    """The room of the meeting's two people, which their first session has opened."""
    session = await meeting.booked()
    room = await load_room_of_session(db.handle(), meeting.client.person.actor, session.id)
    return room.id


@pytest.fixture
async def worker(database: Any) -> AsyncIterator[Database]:
    """The database as jobs see it."""
    opened = await Database.open(database.worker_url)
    yield opened
    await opened.close()
