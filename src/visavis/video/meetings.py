"""For what a provider makes a room, and where two people meet; no I/O."""

from datetime import datetime, timedelta

from visavis.booking.access import SessionRow
from visavis.booking.phrases import called
from visavis.booking.rules import Party, Status
from visavis.settings import Settings
from visavis.video.makers import Kind, Maker, Meeting, Person, maker_of
from visavis.video.queries.rooms import RoomRow
from visavis.video.rules import JOIN_CLOSES, window

LIVE = frozenset({Status.CONFIRMED, Status.IN_PROGRESS})
_CLOCKS = timedelta(minutes=1)
"""What is instant opens at once, and the provider's clock may be late."""
_OPEN_TIME = timedelta(hours=4)
"""For so long the door of a session without a time is open, from the click on."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=1)
MOST_TRIES = 11
"""Over almost an hour and a half; who comes meanwhile asks anew, or meets in the room that is built in."""


def meeting_of(session: SessionRow, now: datetime) -> Meeting | None:
    """When people come together for it; None while that is not known, or when it is over or elsewhere.

    What is instant waits for its approval with the room made, so that nobody waits for the room.
    """
    times = _times(session)
    if session.meeting_url is not None or times is None or times[1] <= now:
        return None
    return Meeting(session_id=session.id, opens_at=times[0] - _CLOCKS, closes_at=times[1])


def _times(session: SessionRow) -> tuple[datetime, datetime] | None:
    if session.instant and session.status is Status.PENDING_APPROVAL and session.due_at is not None:
        length = timedelta(minutes=session.length_minutes)
        return session.created_at, session.due_at + length + JOIN_CLOSES
    return window(session.facts) if session.status in LIVE else None


def meeting_now(session: SessionRow, now: datetime) -> Meeting:
    """The same for somebody who is at the door: what has no time yet may begin today."""
    return meeting_of(session, now) or Meeting(
        session_id=session.id, opens_at=now - _CLOCKS, closes_at=now + _OPEN_TIME
    )


def where(settings: Settings, session: SessionRow, room: RoomRow | None) -> Kind:
    """Where the two meet: at the link that was typed; where the room is; else where the installation says."""
    if session.meeting_url is not None:
        return "link"
    return door(settings, room).kind


def door(settings: Settings, room: RoomRow | None) -> Maker:
    """Who leads people into the room of a session that has no link."""
    return maker_of(settings, room.maker if room else None)


def person_of(session: SessionRow, party: Party) -> Person:
    """As much as the other person needs: what they are called."""
    leads = party is Party.PRACTITIONER
    return Person(name=called(session.practitioner_name if leads else session.client_name), leads=leads)


def pause(tries: int) -> timedelta:
    """Before asking again for the `tries`-th time."""
    return min(FIRST_PAUSE * (1 << max(0, tries - 1)), LONGEST_PAUSE)
