"""The way into the meeting, and what is known of who took it. Pure."""

from datetime import datetime, timedelta

import msgspec

from visavis.booking.access import Seat
from visavis.booking.queries import SessionRow
from visavis.booking.rules import JOIN_OPENS, Status, joinable
from visavis.kit.words import _

_WHILE_OPEN = timedelta(days=1)
"""A page that shows a session without a time reads it again before this."""


class Join(msgspec.Struct, frozen=True, kw_only=True):
    """The way into the meeting, open between two instants."""

    url: str
    opens: datetime
    closes: datetime
    enabled: bool
    words: str


def join_of(seat: Seat, now: datetime) -> Join | None:
    """To the practitioner's link, else to the session's own room (what is instant has a button for that)."""
    session, url = seat.session, seat.meeting_url
    live = session.status in (Status.CONFIRMED, Status.IN_PROGRESS)
    over = session.ends_at is not None and now >= session.ends_at
    if not live or over or (session.instant and url is None):
        return None
    return Join(
        url=url or f"/sessions/{session.id}/room",
        opens=session.starts_at - JOIN_OPENS if session.starts_at else session.created_at,
        closes=session.ends_at or now + _WHILE_OPEN,
        enabled=joinable(session.facts, now),
        words=_("Start video call") if without_slot(session) else _("Join"),
    )


def without_slot(session: SessionRow) -> bool:
    """Whether the client asked for it without choosing a time."""
    return session.created_by == "client" and session.terms.booking == "request"


def client_missed(session: SessionRow) -> bool:
    """Whether the practitioner was in the session's room and the client never came."""
    return session.practitioner_came_at is not None and session.client_came_at is None


def practitioner_missed(session: SessionRow) -> bool:
    """Likewise the other way round."""
    return session.client_came_at is not None and session.practitioner_came_at is None


def somebody_came(session: SessionRow) -> bool:
    """Whether anybody was in the session's room."""
    return session.client_came_at is not None or session.practitioner_came_at is not None


def both_came(session: SessionRow) -> bool:
    """Whether the two were in the session's room, at whatever times."""
    return session.client_came_at is not None and session.practitioner_came_at is not None
