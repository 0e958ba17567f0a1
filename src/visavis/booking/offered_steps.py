"""Which buttons a session offers to whom: read from the table of steps, never decided twice. Pure."""

from datetime import datetime

import msgspec

from visavis.booking.access import Seat
from visavis.booking.buttons import (
    ADD_LINK,
    AGREE,
    APPROVE,
    CANCEL,
    CASH,
    CHANGE_LINK,
    DECLINE,
    FEEDBACK,
    FIRST_TIME,
    IN_VIEW,
    JOIN_NOW,
    MOVE,
    NOTES,
    PAY_BY_CARD,
    PROPOSE,
    PROPOSE_TIME,
    REJECT,
    RESPOND,
    ROOM,
    SET,
    WITHDRAW,
    WITHDRAW_TIME,
    Button,
)
from visavis.booking.card_words import payable_by_card
from visavis.booking.changes import moves_at_once
from visavis.booking.joining import Join, client_missed, join_of, without_slot
from visavis.booking.queries import SessionRow
from visavis.booking.rules import NO_TIME, OPEN, Party, Status, Verb, joinable, verbs_for


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What to do now, and the rest in a quiet menu. `acting`: the session waits for this person."""

    buttons: list[Button]
    menu: list[Button]
    join: Join | None
    acting: bool


_QUIET = {Verb.REJECT_PAYMENT: REJECT, Verb.TAKE_CASH: CASH}


def needs_action(seat: Seat, now: datetime) -> bool:
    """Whether this session waits for this person: an answer, a payment, a check, the meeting, its ending."""
    return _acting(seat, _verbs(seat, now), now)


def _acting(seat: Seat, verbs: frozenset[Verb], now: datetime) -> bool:
    """What can begin at any time waits for nobody."""
    any_time = {Verb.START} if seat.session.starts_at is None else set()
    to_do = not (verbs - any_time).isdisjoint(IN_VIEW) or _is_on(seat.session, now)
    return to_do or payable_by_card(seat.session, seat.party, now)


def _verbs(seat: Seat, now: datetime) -> frozenset[Verb]:
    if seat.session.status not in OPEN:
        return frozenset()
    return verbs_for(seat.session.facts, seat.party, now)


def _is_on(session: SessionRow, now: datetime) -> bool:
    return session.starts_at is not None and joinable(session.facts, now)


def offer(seat: Seat, now: datetime) -> Offer:
    """What to show to this person of the session now."""
    session, verbs = seat.session, _verbs(seat, now)
    in_view = IN_VIEW | (FIRST_TIME if session.starts_at is None else {})
    buttons = [_for(seat, button) for verb, button in in_view.items() if verb in verbs]
    if payable_by_card(session, seat.party, now):
        buttons = [PAY_BY_CARD, *(msgspec.structs.replace(each, kind="second") for each in buttons)]
    if Verb.APPROVE in verbs and without_slot(session):
        buttons = [RESPOND, *(each for each in buttons if each not in (APPROVE, DECLINE))]
    if Verb.MARK_NO_SHOW in verbs and client_missed(session):
        buttons = _missed_first(buttons)
    if Verb.AGREE_TIME in verbs:  # the one primary button
        agree = msgspec.structs.replace(buttons[0], seen=seen_time(seat, Verb.AGREE_TIME))
        buttons = [agree, *(msgspec.structs.replace(each, kind="second") for each in buttons[1:])]
    menu = [button for verb, button in _QUIET.items() if verb in verbs]
    if session.instant and _room_is_open(seat, now):
        buttons = [ROOM, *(msgspec.structs.replace(each, kind="second") for each in buttons)]
    if seat.party is Party.PRACTITIONER and session.status in OPEN:
        menu.append(ADD_LINK if session.meeting_url is None else CHANGE_LINK)
    if seat.party is Party.CLIENT and session.status is Status.COMPLETED and session.rating is None:
        buttons.append(FEEDBACK)
    times = _another_time(seat, verbs, now)
    missing = session.starts_at is None and session.status is not Status.PENDING_APPROVAL
    if missing and times and Verb.WITHDRAW_TIME not in verbs:
        buttons = _first_time(times[-1], buttons, primary=Verb.AGREE_TIME not in verbs)
        menu += times[:-1]
    else:
        menu += times
    if seat.party is Party.PRACTITIONER:
        menu.append(NOTES)
    if Verb.CANCEL in verbs:
        asked = session.status is Status.PENDING_APPROVAL and seat.party is Party.CLIENT and not buttons
        (buttons if asked else menu).append(WITHDRAW if asked else CANCEL)
    join = join_of(seat, now)
    if join is not None and join.enabled:
        buttons = [msgspec.structs.replace(button, kind="second") for button in buttons]
    return Offer(buttons=buttons, menu=menu, join=join, acting=_acting(seat, verbs, now))


def _for(seat: Seat, button: Button) -> Button:
    """What a practitioner proposes is approved with one press, to the time that was shown."""
    session = seat.session
    if button is not APPROVE or session.created_by == "client":
        return button
    return msgspec.structs.replace(JOIN_NOW if session.instant else AGREE, seen=seen_time(seat, Verb.APPROVE))


def _missed_first(buttons: list[Button]) -> list[Button]:
    """Who was waited for and never came most probably missed it."""
    kinds = {"no-show": "primary", "completion": "second"}
    changed = [msgspec.structs.replace(each, kind=kinds.get(each.path, each.kind)) for each in buttons]
    return sorted(changed, key=lambda each: each.path != "no-show")


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
    found = [WITHDRAW_TIME] if Verb.WITHDRAW_TIME in verbs else []
    if Verb.PROPOSE_TIME in verbs:
        at_once = moves_at_once(seat.session.facts, seat.party, now)
        first = seat.session.starts_at is None and Verb.AGREE_TIME not in verbs
        found.append((SET if at_once else PROPOSE) if first else (MOVE if at_once else PROPOSE_TIME))
    return found


def _first_time(choose: Button, buttons: list[Button], *, primary: bool) -> list[Button]:
    """A time is what is missing, so that comes first, unless one is proposed already."""
    if not primary:
        return [*buttons, choose]
    return [
        msgspec.structs.replace(choose, kind="primary"),
        *(msgspec.structs.replace(each, kind="second") for each in buttons),
    ]
