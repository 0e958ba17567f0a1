"""What the room of a session shows to one of its people: where it stands, until when, where to meet. Pure."""

from datetime import datetime
from typing import Literal

import msgspec

from visavis.booking.access import Seat
from visavis.booking.buttons import Button
from visavis.booking.offers import offer
from visavis.booking.phrases import called, say
from visavis.booking.rules import JOIN_OPENS, OPEN, Party, Status, joinable
from visavis.booking.views import Card, card_of
from visavis.kit.actor import Actor
from visavis.kit.words import _

State = Literal["asked", "waiting", "early", "open", "over", "ended"]
_WORDS: dict[tuple[State, Party], str] = {
    ("asked", Party.CLIENT): _("%(name)s waits for you here."),
    ("asked", Party.PRACTITIONER): _("%(name)s has been invited and can join at once."),
    ("waiting", Party.CLIENT): _("The session is not agreed on yet. Once it is, you meet here."),
    ("waiting", Party.PRACTITIONER): _("The session is not agreed on yet. Once it is, you meet here."),
    ("early", Party.CLIENT): _("You are early. The room opens ten minutes before the session."),
    ("early", Party.PRACTITIONER): _("You are early. The room opens ten minutes before the session."),
    ("over", Party.CLIENT): _("The time is over. %(name)s will close the session."),
    ("over", Party.PRACTITIONER): _("The time is over. Please close the session on its page."),
    ("ended", Party.CLIENT): _("This session has ended."),
    ("ended", Party.PRACTITIONER): _("This session has ended."),
}


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """The room as one of the two sees it. `until` is where the clock counts to; `url` leads in now, `link` is
    what the viewer may know of it at any time."""

    card: Card
    is_client: bool
    state: State
    words: str
    url: str
    link: str
    until: datetime | None
    buttons: list[Button]
    turns: str
    can_link: bool


def room_of(seat: Seat, actor: Actor, now: datetime) -> Room:
    """Everything that the room shows at `now`."""
    session, client = seat.session, seat.party is Party.CLIENT
    state = state_of(seat, now)
    url = seat.meeting_url or ""
    return Room(
        card=card_of(seat, actor, now, {}),
        is_client=client,
        state=state,
        words=_words(seat, actor, state, url),
        url=url if state in ("open", "asked") else "",
        link=url,
        until=_until(seat, state),
        buttons=offer(seat, now).buttons if state == "asked" and client else [],
        turns=_turns(seat, state),
        can_link=not client and session.status in OPEN,
    )


def state_of(seat: Seat, now: datetime) -> State:
    """Where the meeting stands: before approval, before its time, open, after its time, over for good."""
    session = seat.session
    if session.status not in OPEN:
        return "ended"
    if session.status is Status.PENDING_APPROVAL and session.instant:
        return "asked" if session.due_at is None or now < session.due_at else "ended"
    if session.status not in (Status.CONFIRMED, Status.IN_PROGRESS):
        return "waiting"
    if joinable(session.facts, now):
        return "open"
    return "early" if session.starts_at is not None and now < session.starts_at else "over"


def _words(seat: Seat, actor: Actor, state: State, url: str) -> str:
    name = called(seat.other_name)
    if state != "open":
        return say(actor, _WORDS[state, seat.party], name=name)
    if url:
        return say(actor, _("Everything is ready. %(name)s meets you there."), name=name)
    if seat.party is Party.CLIENT:
        return say(
            actor,
            _("%(name)s has not said yet where you meet. The way in appears here by itself."),
            name=name,
        )
    return say(
        actor, _("%(name)s cannot see where to meet yet. Please add the link of your meeting."), name=name
    )


def _until(seat: Seat, state: State) -> datetime | None:
    session = seat.session
    if state == "asked":
        return session.due_at
    if state == "early" and session.starts_at is not None:
        return session.starts_at
    return session.ends_at if state == "open" else None


def _turns(seat: Seat, state: State) -> str:
    """When joining opens, the end, the lapse: the room reads itself again then."""
    session = seat.session
    if state == "asked":
        return session.due_at.isoformat() if session.due_at else ""
    if session.starts_at is None or session.ends_at is None or state not in ("early", "open"):
        return ""
    return " ".join(
        each.isoformat() for each in (session.starts_at - JOIN_OPENS, session.starts_at, session.ends_at)
    )
