"""Which buttons a session offers to whom: read from the table of steps, never decided twice. Pure."""

from datetime import datetime, timedelta

import msgspec

from visavis.booking.access import Seat
from visavis.booking.changes import moves_at_once
from visavis.booking.queries import SessionRow
from visavis.booking.rules import JOIN_OPENS, NO_TIME, OPEN, Party, Status, Verb, joinable, verbs_for
from visavis.kit.words import _


class Button(msgspec.Struct, frozen=True, kw_only=True):
    """A way to one step. `at_once` posts without a form; everything else opens its form, in the dialog
    unless it needs a `whole_page`. `seen` is the time that the button agrees to."""

    words: str
    path: str
    icon: str = ""
    kind: str = "second"
    busy: str = ""
    at_once: bool = False
    whole_page: bool = False
    seen: str = ""


class Join(msgspec.Struct, frozen=True, kw_only=True):
    """The way into the meeting, open between two instants."""

    url: str
    opens: datetime
    closes: datetime
    enabled: bool
    words: str


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What to do now, and the rest in a quiet menu. `acting`: the session waits for this person."""

    buttons: list[Button]
    menu: list[Button]
    join: Join | None
    acting: bool


_WHILE_OPEN = timedelta(days=1)
"""A page that shows a session without a time reads it again before this."""

_APPROVE = Button(words=_("Approve"), path="approval", icon="check", kind="primary")
_DECLINE = Button(words=_("Decline"), path="decline", icon="x")
_RESPOND = Button(
    words=_("Respond"), path="response", icon="message-square-text", kind="primary", whole_page=True
)
_PAY = Button(words=_("Submit payment"), path="payment", icon="upload", kind="primary")
_VERIFY = Button(words=_("Verify payment"), path="verification", icon="file-check", kind="primary")
_REJECT = Button(words=_("Reject the proof"), path="rejection", icon="file-text")
_START = Button(
    words=_("Start"), path="start", icon="circle-play", kind="primary", busy=_("Starting"), at_once=True
)
_COMPLETE = Button(
    words=_("Mark complete"), path="completion", icon="check", kind="primary", busy=_("Closing"), at_once=True
)
_NO_SHOW = Button(words=_("No-show"), path="no-show", icon="user-x")
_CANCEL = Button(words=_("Cancel session"), path="cancellation", icon="calendar-x")
_WITHDRAW = Button(words=_("Cancel request"), path="cancellation", icon="calendar-x")
_AGREE_TIME = Button(
    words=_("Agree to the new time"),
    path="new-time/agreement",
    icon="calendar-check",
    kind="primary",
    busy=_("Moving"),
    at_once=True,
)
_DECLINE_TIME = Button(words=_("Keep the old time"), path="new-time/decline", icon="x")
_WITHDRAW_TIME = Button(words=_("Take back the new time"), path="new-time/withdrawal", icon="x")
_PROPOSE_TIME = Button(
    words=_("Propose another time"), path="new-time", icon="calendar-clock", whole_page=True
)
_MOVE = Button(words=_("Move to another time"), path="new-time", icon="calendar-clock", whole_page=True)
_PROPOSE = Button(words=_("Propose a time"), path="new-time", icon="calendar-clock", whole_page=True)
_SET = Button(words=_("Choose a time"), path="new-time", icon="calendar-clock", whole_page=True)
_FEEDBACK = Button(words=_("Leave feedback"), path="feedback", icon="star", kind="primary")
_ADD_LINK = Button(words=_("Add meeting link"), path="meeting-link", icon="link")
_CHANGE_LINK = Button(words=_("Change meeting link"), path="meeting-link", icon="link")

_NOTES = Button(words=_("Private notes"), path="notes", icon="pencil")
_AGREE = Button(
    words=_("Approve session"),
    path="approval",
    icon="check",
    kind="primary",
    busy=_("Approving"),
    at_once=True,
)
_JOIN_NOW = msgspec.structs.replace(
    _AGREE, words=_("Approve & join now"), icon="video", busy=_("Opening the room")
)
_ROOM = Button(words=_("To the room"), path="room", icon="video", kind="primary", whole_page=True)

_IN_VIEW = {
    Verb.AGREE_TIME: _AGREE_TIME,
    Verb.DECLINE_TIME: _DECLINE_TIME,
    Verb.APPROVE: _APPROVE,
    Verb.DECLINE: _DECLINE,
    Verb.SUBMIT_PAYMENT: _PAY,
    Verb.VERIFY_PAYMENT: _VERIFY,
    Verb.START: _START,
    Verb.COMPLETE: _COMPLETE,
    Verb.MARK_NO_SHOW: _NO_SHOW,
}
_FIRST_TIME = {
    Verb.AGREE_TIME: msgspec.structs.replace(_AGREE_TIME, words=_("Agree to this time"), busy=_("Agreeing")),
    Verb.DECLINE_TIME: msgspec.structs.replace(_DECLINE_TIME, words=_("Not this time")),
    Verb.START: msgspec.structs.replace(_START, kind="second"),
}
"""The same where there is no time that the session could keep."""


def needs_action(seat: Seat, now: datetime) -> bool:
    """Whether this session waits for this person: an answer, a payment, a check, the meeting, its ending."""
    return _acting(seat.session, _verbs(seat, now), now)


def without_slot(session: SessionRow) -> bool:
    """Whether the client asked for it without choosing a time."""
    return session.created_by == "client" and session.terms.booking == "request"


def _acting(session: SessionRow, verbs: frozenset[Verb], now: datetime) -> bool:
    """What can begin at any time waits for nobody."""
    any_time = {Verb.START} if session.starts_at is None else set()
    return not (verbs - any_time).isdisjoint(_IN_VIEW) or _is_on(session, now)


def _verbs(seat: Seat, now: datetime) -> frozenset[Verb]:
    if seat.session.status not in OPEN:
        return frozenset()
    return verbs_for(seat.session.facts, seat.party, now)


def _is_on(session: SessionRow, now: datetime) -> bool:
    timed = session.starts_at is not None and session.meeting_url is not None
    return timed and joinable(session.facts, now)


def offer(seat: Seat, now: datetime) -> Offer:
    """What to show to this person of the session now."""
    session, verbs = seat.session, _verbs(seat, now)
    in_view = _IN_VIEW | (_FIRST_TIME if session.starts_at is None else {})
    buttons = [_for(seat, button) for verb, button in in_view.items() if verb in verbs]
    if Verb.APPROVE in verbs and without_slot(session):
        buttons = [_RESPOND, *(each for each in buttons if each not in (_APPROVE, _DECLINE))]
    if Verb.AGREE_TIME in verbs:  # the one primary button
        agree = msgspec.structs.replace(buttons[0], seen=seen_time(seat, Verb.AGREE_TIME))
        buttons = [agree, *(msgspec.structs.replace(each, kind="second") for each in buttons[1:])]
    menu = [_REJECT] if Verb.REJECT_PAYMENT in verbs else []
    if session.instant and _room_is_open(seat, now):
        buttons = [_ROOM, *(msgspec.structs.replace(each, kind="second") for each in buttons)]
    if seat.party is Party.PRACTITIONER and session.status in OPEN:
        _offer_link(session, buttons, menu)
    if seat.party is Party.CLIENT and session.status is Status.COMPLETED and session.rating is None:
        buttons.append(_FEEDBACK)
    times = _another_time(seat, verbs, now)
    missing = session.starts_at is None and session.status is not Status.PENDING_APPROVAL
    if missing and times and Verb.WITHDRAW_TIME not in verbs:
        buttons = _first_time(times[-1], buttons, primary=Verb.AGREE_TIME not in verbs)
        menu += times[:-1]
    else:
        menu += times
    if seat.party is Party.PRACTITIONER:
        menu.append(_NOTES)
    if Verb.CANCEL in verbs:
        asked = session.status is Status.PENDING_APPROVAL and seat.party is Party.CLIENT and not buttons
        (buttons if asked else menu).append(_WITHDRAW if asked else _CANCEL)
    join = _join(session, now)
    if join is not None and join.enabled:
        buttons = [msgspec.structs.replace(button, kind="second") for button in buttons]
    return Offer(buttons=buttons, menu=menu, join=join, acting=_acting(session, verbs, now))


def _for(seat: Seat, button: Button) -> Button:
    """What a practitioner proposes is approved with one press, to the time that was shown."""
    session = seat.session
    if button is not _APPROVE or session.created_by == "client":
        return button
    return msgspec.structs.replace(
        _JOIN_NOW if session.instant else _AGREE, seen=seen_time(seat, Verb.APPROVE)
    )


def _room_is_open(seat: Seat, now: datetime) -> bool:
    """Of an instant session: for the practitioner from the beginning, for the client from the approval."""
    session = seat.session
    if session.status is Status.PENDING_APPROVAL:
        return seat.party is Party.PRACTITIONER and (session.due_at is None or now < session.due_at)
    return joinable(session.facts, now)


def seen_time(seat: Seat, verb: Verb) -> str:
    """The time that `verb` agrees to, as a form sends it; empty for what agrees to none."""
    session = seat.session
    if verb is Verb.APPROVE:
        return session.starts_at.isoformat() if session.starts_at else NO_TIME
    agrees = verb is Verb.AGREE_TIME and session.proposal is not None
    return session.proposal.starts_at.isoformat() if agrees and session.proposal else ""


def _another_time(seat: Seat, verbs: frozenset[Verb], now: datetime) -> list[Button]:
    found = [_WITHDRAW_TIME] if Verb.WITHDRAW_TIME in verbs else []
    if Verb.PROPOSE_TIME in verbs:
        at_once = moves_at_once(seat.session.facts, seat.party, now)
        first = seat.session.starts_at is None and Verb.AGREE_TIME not in verbs
        found.append((_SET if at_once else _PROPOSE) if first else (_MOVE if at_once else _PROPOSE_TIME))
    return found


def _first_time(choose: Button, buttons: list[Button], *, primary: bool) -> list[Button]:
    """A time is what is missing, so that comes first, unless one is proposed already."""
    if not primary:
        return [*buttons, choose]
    return [
        msgspec.structs.replace(choose, kind="primary"),
        *(msgspec.structs.replace(each, kind="second") for each in buttons),
    ]


def _offer_link(session: SessionRow, buttons: list[Button], menu: list[Button]) -> None:
    if session.meeting_url is not None:
        menu.append(_CHANGE_LINK)
    elif session.status in (Status.CONFIRMED, Status.IN_PROGRESS) and not buttons:
        buttons.append(_ADD_LINK)
    else:
        menu.append(_ADD_LINK)


def _join(session: SessionRow, now: datetime) -> Join | None:
    live = session.status in (Status.CONFIRMED, Status.IN_PROGRESS)
    over = session.ends_at is not None and now >= session.ends_at
    if session.meeting_url is None or not live or over:
        return None
    return Join(
        url=session.meeting_url,
        opens=session.starts_at - JOIN_OPENS if session.starts_at else session.created_at,
        closes=session.ends_at or now + _WHILE_OPEN,
        enabled=joinable(session.facts, now),
        words=_("Start video call") if without_slot(session) else _("Join"),
    )
