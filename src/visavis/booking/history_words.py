"""What happened to a session, and what was agreed about it, in words. Pure."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from visavis.booking.access import EventRow, Seat
from visavis.booking.card_words import card_terms
from visavis.booking.course import to_pay
from visavis.booking.phrases import amount, called
from visavis.booking.policies import Policy
from visavis.booking.refund_words import refund_terms
from visavis.booking.rules import Party
from visavis.kit.actor import Actor
from visavis.kit.format import format_when
from visavis.kit.words import _, say


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the history; `who` is empty when nobody in particular did it; `own`: the reader's alone."""

    at: datetime
    who: str
    words: str
    detail: str
    icon: str
    own: bool = False


_TOLD = {
    "book": ("calendar-plus", _("asked for this session")),
    "propose_session": ("calendar-plus", _("proposed this session")),
    "invite": ("video", _("invited to a session at once")),
    "approve": ("check", _("approved it")),
    "lack_credits": ("ticket", _("wanted to approve it: credits are missing")),
    "decline": ("x", _("declined it")),
    "cancel": ("calendar-x", _("called it off")),
    "submit_payment": ("upload", _("sent a proof of payment")),
    "verify_payment": ("file-check", _("confirmed the payment")),
    "take_cash": ("banknote", _("marked it as paid in cash")),
    "find_transfer": ("file-check", _("found the transfer after all")),
    "miss_transfer": ("file-text", _("did not find the transfer")),
    "reject_payment": ("file-text", _("asked for another proof")),
    "send_refund": ("send", _("sent the refund")),
    "start": ("circle-play", _("began the session")),
    "join_call": ("video", _("came into the room")),
    "complete": ("check", _("marked it as completed")),
    "mark_no_show": ("user-x", _("marked a no-show")),
    "reschedule": ("calendar-clock", _("moved it from %(was)s to %(when)s")),
    "propose_time": ("calendar-clock", _("proposed %(when)s instead")),
    "agree_time": ("calendar-check", _("agreed to move it from %(was)s to %(when)s")),
    "decline_time": ("x", _("preferred the time it had to %(when)s")),
    "withdraw_time": ("x", _("took back the proposal of %(when)s")),
    "write_note": ("pencil", _("wrote private notes")),  # its author only reads this
    "give_feedback": ("star", _("gave feedback")),
    "meet_here": ("video", _("found the other room closed: you meet in the one of Visavis")),
    "set_meeting_link": ("link", _("set the meeting link")),
    "remove_meeting_link": ("link", _("took away the meeting link")),
}
_FIRST_TIME = {
    "reschedule": _("chose %(when)s for it"),
    "propose_time": _("proposed %(when)s"),
    "agree_time": _("agreed to %(when)s"),
    "decline_time": _("preferred to leave the time open to %(when)s"),
}
_BY_ITSELF = {
    "start": ("circle-play", _("The session began.")),
    "meet_here": ("video", _("The other room could not be made: you meet in the one of Visavis.")),
    "lapse_time": ("timer", _("The proposal of %(when)s was not answered in time.")),
    "expire": ("timer", _("It was not answered in time, so the time was set free.")),
    "pay_by_card": ("credit-card", _("It was paid by card.")),
    "fail_card_payment": ("credit-card", _("A payment by card did not go through.")),
    "return_card_payment": ("rotate-ccw", _("A payment by card came too late: all of it goes back.")),
    "refund_card": ("send", _("The refund is on its way to the card.")),
    "bounce_refund": (
        "circle-alert",
        _("The refund could not go back to the card: it is sent in another way."),
    ),
    "send_bounced_refund": ("send", _("The refund was sent in another way.")),
    "lose_dispute": ("rotate-ccw", _("The client’s bank took back what was paid by card.")),
    "approved": ("timer", _("It was not paid in time, so the time was set free.")),
}


def story(history: Iterable[EventRow], actor: Actor, *, asks: bool = True) -> list[Event]:
    """The history for one of the two people, oldest first; what has no words is left out. `asks`: the session
    had to be approved."""
    return [event for event in (told(row, actor, asks=asks) for row in history) if event]


def told(row: EventRow, actor: Actor, *, asks: bool = True) -> Event | None:
    """One line of a history; None when there are no words for it."""
    if row.actor_id is None:
        lapsed_unpaid = row.verb == "expire" and row.details.get("from") == "approved"
        icon, words = _BY_ITSELF.get("approved" if lapsed_unpaid else row.verb, ("", ""))
    else:
        icon, words = _TOLD.get(row.verb, ("", ""))
    if not words:
        return None
    return Event(
        at=row.at,
        who=_who(row, actor),
        words=say(actor, _words(row, words, asks=asks), **_times(row, actor)),
        detail=_detail(row, actor),
        icon=icon,
        own=row.verb == "write_note",
    )


def _words(row: EventRow, words: str, *, asks: bool) -> str:
    """The same act is another story when it came late, or when there was no time before."""
    if row.details.get("late"):
        return _("called it off late")
    if row.verb == "take_cash" and row.details.get("how") == "other":
        return _("marked it as paid, outside Visavis")
    if row.verb == "book" and not asks:
        return _("booked this session")
    first = "was" not in row.details
    return _FIRST_TIME.get(row.verb, words) if first else words


def _detail(row: EventRow, actor: Actor) -> str:
    if row.verb == "give_feedback" and "rating" in row.details:
        return say(actor, _("%(rating)s out of 5"), rating=str(row.details["rating"]))
    return str(row.details.get("reason", ""))


def _times(row: EventRow, actor: Actor) -> dict[str, str]:
    """The times that the line speaks of, on the reader's clock."""
    return {
        name: format_when(datetime.fromisoformat(row.details[key]), actor.time_zone, actor.locale)
        for name, key in (("was", "was"), ("when", "starts_at"))
        if key in row.details
    }


def _who(row: EventRow, actor: Actor) -> str:
    if row.actor_id is None:
        return ""
    return say(actor, _("You")) if row.actor_id == actor.account_id else row.actor_name


def agreement(seat: Seat, actor: Actor) -> list[str]:
    """The policy of a session as sentences for one of its people."""
    policy = seat.session.terms
    sentences = [
        _approval(seat),
        _payment(policy, seat),
        "" if seat.session.instant else _move(policy, seat),
        "" if seat.session.instant else _cancellation(policy),
        _credits_back(policy, seat),
        refund_terms(policy) if to_pay(policy, seat.session.price_minor) else "",
    ]
    return [
        say(
            actor,
            sentence,
            name=called(seat.other_name),
            answer=str(policy.approve_within_hours),
            pay=str(policy.pay_within_hours),
            minutes=str(policy.pay_within_minutes),
            cancel=str(policy.cancel_until_hours),
            move=str(policy.reschedule_until_hours),
            credits=amount(actor, seat.session),
            fee=str(policy.cancel_fee_percent),
            late_fee=str(policy.late_fee_percent),
        )
        for sentence in sentences
        if sentence
    ]


def _approval(seat: Seat) -> str:
    if seat.session.instant or not seat.session.needs_approval:
        return ""
    if seat.session.starts_at is None and seat.party.value == seat.session.created_by:
        return _("%(name)s answers within %(answer)s hours. Else it lapses.")
    if seat.session.starts_at is None:
        return _("You answer within %(answer)s hours. Else it lapses.")
    if seat.party.value == seat.session.created_by:
        return _(
            "%(name)s answers within %(answer)s hours and before the session. Else the time is set free."
        )
    return _("You answer within %(answer)s hours and before the session. Else the time is set free.")


def _payment(policy: Policy, seat: Seat) -> str:
    if seat.session.credits:
        return _("It takes %(credits)s, with the approval.")
    if policy.payment == "none" or seat.session.price_minor == 0:
        return _("There is nothing to pay here.")
    if policy.takes("card"):
        return card_terms(policy, client_reads=seat.party is Party.CLIENT)
    if seat.party is Party.CLIENT:
        return _("Once it is approved, you pay by bank transfer within %(pay)s hours and send a proof.")
    return _("Once it is approved, %(name)s pays by bank transfer within %(pay)s hours and sends a proof.")


def _move(policy: Policy, seat: Seat) -> str:
    if policy.reschedule == "agreed":
        return _("Another time needs both of you to agree.")
    if seat.party is Party.CLIENT:
        return _("You can move it to another free time until %(move)s hours before. Later, you both agree.")
    return _("%(name)s can move it to another free time until %(move)s hours before. Later, you both agree.")


def _cancellation(policy: Policy) -> str:
    if policy.cancel_until_hours == 0:
        return _("Both of you can cancel until the session begins.")
    return _(
        "Both of you can cancel freely until %(cancel)s hours before. "
        "Later it needs a reason and counts as late."
    )


def _credits_back(policy: Policy, seat: Seat) -> str:
    if not seat.session.credits:
        return ""
    if policy.credits_back == "always" or policy.cancel_until_hours == 0:
        return _("Credits come back when the session is cancelled.")
    return _("Credits come back when the session is cancelled, except late by the client.")
