"""What the room of a session shows to one of its people: where it stands, until when, where to meet. Pure."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from visavis.booking.access import Seat
from visavis.booking.buttons import Button
from visavis.booking.offered_steps import offer
from visavis.booking.phrases import called
from visavis.booking.rules import JOIN_OPENS, OPEN, Party, Status, joinable
from visavis.booking.views import Card, card_of
from visavis.kit.actor import Actor
from visavis.kit.words import _, say
from visavis.video.rules import closes_at, open_to

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
_JUST_APPROVED = timedelta(minutes=2)


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """The room as one of the two sees it. `until` is where the clock counts to. `url` is the link at which
    they meet, `link` what the viewer may know of it at any time; `away` is the origin of a provider's room,
    which lets people in while it is `entered`. Without these they meet here: `here` while the call is open,
    `at_once` when the approval just led into it."""

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
    away: str
    entered: bool
    here: bool
    at_once: bool


def room_of(seat: Seat, actor: Actor, now: datetime, url: str, away: str = "") -> Room:
    """Everything that the room shows at `now`; `url`: where they meet by a link; `away`: at a provider."""
    session, client = seat.session, seat.party is Party.CLIENT
    state, is_open = state_of(seat, now), open_to(seat.session.facts, seat.party, now)
    here = not url and not away
    return Room(
        card=card_of(seat, actor, now, {}),
        is_client=client,
        state=state,
        words=_words(seat, actor, state),
        url=url if state in ("open", "asked") else "",
        link=url,
        until=_until(seat, state),
        buttons=offer(seat, now).buttons if state == "asked" and client else [],
        turns=_turns(seat, state),
        can_link=not client and session.status in OPEN,
        away=away,
        entered=bool(away) and is_open,
        here=here and is_open,
        at_once=here and client and session.instant and _just_begun(seat, now),
    )


def _just_begun(seat: Seat, now: datetime) -> bool:
    """The approval of what is instant leads into the running call, once."""
    session = seat.session
    fresh = now - session.status_changed_at < _JUST_APPROVED
    return session.status is Status.IN_PROGRESS and session.client_came_at is None and fresh


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


def _words(seat: Seat, actor: Actor, state: State) -> str:
    name = called(seat.other_name)
    if state == "open":
        return say(actor, _("Everything is ready. %(name)s meets you there."), name=name)
    return say(actor, _WORDS[state, seat.party], name=name)


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
    closes = closes_at(session.facts)
    if (
        session.starts_at is None
        or session.ends_at is None
        or closes is None
        or state in ("ended", "waiting")
    ):
        return ""
    instants = (session.starts_at - JOIN_OPENS, session.starts_at, session.ends_at, closes)
    return " ".join(each.isoformat() for each in instants)
