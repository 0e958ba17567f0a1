"""The words on the form of each step: title, what it leads to, button, the reason asked for. Pure."""

from datetime import datetime

import msgspec

from visavis.booking.access import Seat
from visavis.booking.changes import agreement_approves, late
from visavis.booking.course import after_approval
from visavis.booking.phrases import amount, called, on_both_clocks
from visavis.booking.refund_words import refund_hint
from visavis.booking.rules import Party, Status, Verb
from visavis.kit.actor import Actor
from visavis.kit.words import _, say


class StepWords(msgspec.Struct, frozen=True, kw_only=True):
    """One step's form. `reason` is the label of the reason, empty when none is asked for."""

    verb: Verb
    path: str
    title: str
    lead: str
    button: str
    busy: str
    icon: str
    reason: str = ""


STEP_WORDS = (
    StepWords(
        verb=Verb.APPROVE,
        path="approval",
        title=_("Approve this session?"),
        lead="",
        button=_("Approve"),
        busy=_("Approving"),
        icon="check",
    ),
    StepWords(
        verb=Verb.DECLINE,
        path="decline",
        title=_("Decline this session?"),
        lead=_("%(name)s reads your reason, and the time is free again."),
        button=_("Decline"),
        busy=_("Declining"),
        icon="x",
        reason=_("Why, in a few kind words"),
    ),
    StepWords(
        verb=Verb.CANCEL,
        path="cancellation",
        title=_("Cancel this session?"),
        lead=_("The time is free again at once, and %(name)s reads what you write."),
        button=_("Cancel session"),
        busy=_("Cancelling"),
        icon="calendar-x",
        reason=_("Why, in a few kind words"),
    ),
    StepWords(
        verb=Verb.AGREE_TIME,
        path="new-time/agreement",
        title=_("Move the session?"),
        lead=_("It moves to %(when)s, and the time it has now is free again."),
        button=_("Agree to the new time"),
        busy=_("Moving"),
        icon="calendar-check",
    ),
    StepWords(
        verb=Verb.DECLINE_TIME,
        path="new-time/decline",
        title=_("Keep the old time?"),
        lead=_("The session stays where it is, and %(name)s reads what you write."),
        button=_("Keep the old time"),
        busy=_("Answering"),
        icon="x",
        reason=_("A few kind words"),
    ),
    StepWords(
        verb=Verb.WITHDRAW_TIME,
        path="new-time/withdrawal",
        title=_("Take back the new time?"),
        lead=_("The session stays where it is, and %(when)s is free again."),
        button=_("Take it back"),
        busy=_("Taking back"),
        icon="x",
    ),
    StepWords(
        verb=Verb.REJECT_PAYMENT,
        path="rejection",
        title=_("Ask for another proof?"),
        lead=_("%(name)s reads what is missing and can send a new proof. The time stays reserved meanwhile."),
        button=_("Reject the proof"),
        busy=_("Rejecting"),
        icon="file-text",
        reason=_("What is missing or wrong"),
    ),
    StepWords(
        verb=Verb.START,
        path="start",
        title=_("Begin the session?"),
        lead=_("%(name)s sees that it has begun."),
        button=_("Start"),
        busy=_("Starting"),
        icon="circle-play",
    ),
    StepWords(
        verb=Verb.COMPLETE,
        path="completion",
        title=_("Mark as completed?"),
        lead=_("%(name)s can then leave feedback."),
        button=_("Mark complete"),
        busy=_("Closing"),
        icon="check",
    ),
    StepWords(
        verb=Verb.MARK_NO_SHOW,
        path="no-show",
        title=_("Mark as a no-show?"),
        lead=_("%(name)s sees that you waited and did not meet."),
        button=_("Mark no-show"),
        busy=_("Closing"),
        icon="user-x",
    ),
)


_FIRST_TIME = {
    Verb.DECLINE: {"lead": _("%(name)s reads your reason.")},
    Verb.CANCEL: {"lead": _("%(name)s reads what you write.")},
    Verb.AGREE_TIME: {
        "title": _("Agree to this time?"),
        "lead": _("The session is then on %(when)s."),
        "button": _("Agree to this time"),
        "busy": _("Agreeing"),
    },
    Verb.DECLINE_TIME: {
        "title": _("Rather another time?"),
        "lead": _("The time stays open, and %(name)s reads what you write."),
        "button": _("Not this time"),
    },
    Verb.WITHDRAW_TIME: {
        "title": _("Take back the time?"),
        "lead": _("The time stays open, and %(when)s is free again."),
    },
}
"""The same steps where the session has no time that it could keep."""


def words_for(words: StepWords, seat: Seat) -> StepWords:
    """The words that suit this session."""
    first = _FIRST_TIME.get(words.verb, {}) if seat.session.starts_at is None else {}
    return msgspec.structs.replace(words, **first)


def lead_of(words: StepWords, seat: Seat, actor: Actor) -> str:
    """What the step leads to, for this session."""
    lead = _after_approval(seat) if words.verb is Verb.APPROVE else words.lead
    proposal = seat.session.proposal
    when = on_both_clocks(seat, actor, proposal.starts_at) if proposal else ""
    return say(actor, lead, name=called(seat.other_name), amount=amount(actor, seat.session), when=when)


def _after_approval(seat: Seat) -> str:
    session = seat.session
    if session.instant:
        return _approving_begins(seat)
    if session.credits:
        return _approving_takes(seat)
    if after_approval(session.terms, session.price_minor) is Status.CONFIRMED:
        return _("There is nothing to pay, so it is confirmed at once.")
    if session.terms.takes("card"):
        by_me = seat.party is Party.CLIENT
        return _("You then pay %(amount)s.") if by_me else _("%(name)s is then asked to pay %(amount)s.")
    if seat.party is Party.CLIENT:
        return _("You then pay %(amount)s and send a proof.")
    return _("%(name)s is then asked to pay %(amount)s and to send you a proof.")


def _approving_begins(seat: Seat) -> str:
    if seat.session.credits:
        return _("It takes %(amount)s and begins at once: %(name)s is there.")
    return _("There is nothing to pay, and it begins at once: %(name)s is there.")


def _approving_takes(seat: Seat) -> str:
    if seat.party is Party.CLIENT:
        return _("It takes %(amount)s of yours, and the session is certain at once.")
    return _("It takes %(amount)s of %(name)s, and the session is certain at once.")


def hints_of(words: StepWords, seat: Seat, actor: Actor, now: datetime, left: int | None = None) -> list[str]:
    """What else to think of before the step is taken; `left` as for `refund_hint`."""
    hints = [
        late_hint(words, seat, actor, now),
        refund_hint(seat, actor, now, left) if words.verb is Verb.CANCEL else "",
        _agreement_hint(words, seat, actor),
    ]
    return [each for each in hints if each]


def _agreement_hint(words: StepWords, seat: Seat, actor: Actor) -> str:
    """That a request is approved with the time that its practitioner proposed; else empty."""
    if words.verb is not Verb.AGREE_TIME or not agreement_approves(seat.session.facts):
        return ""
    sentence = _("%(name)s proposed this time: the session is approved with it.")
    return say(actor, sentence, name=called(seat.other_name))


def late_hint(words: StepWords, seat: Seat, actor: Actor, now: datetime) -> str:
    """That it is late to cancel, in kind words; else empty."""
    if words.verb is not Verb.CANCEL or not late(seat.session.facts, now):
        return ""
    hours = str(seat.session.terms.cancel_until_hours)
    sentence = _(
        "You agreed to cancel at least %(hours)s hours before. It is later now: please say why. "
        "It is kept as a late cancellation, which both of you see."
    )
    return say(actor, sentence, hours=hours)
