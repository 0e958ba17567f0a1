"""The life of a session: the one table of what may follow what, by whom and when; no I/O."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from visavis.booking.life import CERTAIN, OPEN, Facts, Party, Proposal, Status, Verb
from visavis.kit.errors import ConflictError, ForbiddenError
from visavis.kit.words import _

__all__ = [
    "CERTAIN",
    "JOIN_OPENS",
    "MOVABLE",
    "NO_TIME",
    "OPEN",
    "STEPS",
    "Facts",
    "Party",
    "Proposal",
    "Seen",
    "Status",
    "Step",
    "Verb",
    "WrongStateError",
    "joinable",
    "may",
    "refusal",
    "refuse_unseen",
    "verbs_for",
    "wrong_state",
]


class Step(msgspec.Struct, frozen=True):
    """One row of the table: this verb, from these statuses, by these parties, to that status.

    Without a `to` the status stays: only the time of the session is spoken of.
    """

    verb: Verb
    from_: frozenset[Status]
    by: frozenset[Party]
    to: tuple[Status, ...] = ()
    needs_reason: bool = False
    other_side: bool = False  # of the two people, only the one who did not make the session


_SYSTEM, _CLIENT = frozenset({Party.SYSTEM}), frozenset({Party.CLIENT})
_PRACTITIONER = frozenset({Party.PRACTITIONER})
_BOTH = _CLIENT | _PRACTITIONER
_ASKED = frozenset({Status.PENDING_APPROVAL})
_APPROVED = frozenset({Status.APPROVED})
_PAID = frozenset({Status.PAYMENT_SUBMITTED})
_CERTAIN = frozenset({Status.CONFIRMED})
_BEGUN = frozenset({Status.IN_PROGRESS})
MOVABLE = OPEN - _BEGUN
"""In these a session can be cancelled, or get another time."""

_TABLE = (
    Step(
        Verb.APPROVE,
        _ASKED,
        _BOTH,
        (Status.APPROVED, Status.CONFIRMED, Status.IN_PROGRESS),  # in progress: what is instant
        other_side=True,
    ),
    Step(Verb.DECLINE, _ASKED, _BOTH, (Status.DECLINED,), needs_reason=True, other_side=True),
    Step(Verb.CANCEL, MOVABLE, _BOTH, (Status.CANCELLED,)),  # a late one needs a reason
    Step(Verb.SUBMIT_PAYMENT, _APPROVED, _CLIENT, (Status.PAYMENT_SUBMITTED,)),
    Step(Verb.VERIFY_PAYMENT, _PAID, _PRACTITIONER, (Status.CONFIRMED,)),
    Step(Verb.REJECT_PAYMENT, _PAID, _PRACTITIONER, (Status.APPROVED,), needs_reason=True),
    Step(Verb.TAKE_CASH, _APPROVED, _PRACTITIONER, (Status.CONFIRMED,)),  # paid outside, in the hand
    Step(
        Verb.PAY_BY_CARD, _APPROVED | _PAID | {Status.EXPIRED}, _SYSTEM, (Status.CONFIRMED,)
    ),  # cards.settling
    Step(Verb.START, _CERTAIN, _PRACTITIONER | _SYSTEM, (Status.IN_PROGRESS,)),
    Step(Verb.COMPLETE, _BEGUN, _PRACTITIONER, (Status.COMPLETED,)),
    Step(Verb.MARK_NO_SHOW, _BEGUN, _PRACTITIONER, (Status.NO_SHOW,)),
    Step(Verb.EXPIRE, _ASKED | _APPROVED, _SYSTEM, (Status.EXPIRED,)),
    Step(Verb.PROPOSE_TIME, MOVABLE, _BOTH),
    Step(Verb.AGREE_TIME, MOVABLE, _BOTH),  # by whom the time was not proposed
    Step(Verb.DECLINE_TIME, MOVABLE, _BOTH),  # likewise
    Step(Verb.WITHDRAW_TIME, MOVABLE, _BOTH),  # by whom it was
)
STEPS: dict[Verb, Step] = {step.verb: step for step in _TABLE}
_POSSIBLE = {
    (status, party): [step.verb for step in _TABLE if status in step.from_ and party in step.by]
    for status in Status
    for party in Party
}
"""What this party can do there at all, at some time."""

JOIN_OPENS = timedelta(minutes=10)
"""The meeting can be joined and started this long before the start."""


class WrongStateError(ConflictError):
    type = "wrong-state"
    title = _("The session has moved on")


def may(verb: Verb, facts: Facts, party: Party, now: datetime) -> bool:
    """Whether `party` can do `verb` at `now`."""
    return refusal(verb, facts, party, now) is None


def refusal(verb: Verb, facts: Facts, party: Party, now: datetime) -> WrongStateError | ForbiddenError | None:
    """Why `party` cannot do `verb` at `now`; None when it can."""
    step = STEPS[verb]
    if party not in step.by or (step.other_side and party.value == facts.created_by):
        return ForbiddenError(_("This step is the other side's to take."))
    if facts.status not in step.from_:
        return WrongStateError(wrong_state(facts.status), extra={"session_status": facts.status.value})
    sentence = _time_refusal(verb, facts, party, now) or _proposal_refusal(verb, facts, party, now)
    if sentence:
        return WrongStateError(sentence, extra={"session_status": facts.status.value})
    return None


def wrong_state(status: Status) -> str:
    """Where a session stands, as the answer to a step that is not possible there."""
    return {
        Status.PENDING_APPROVAL: _("The session still waits for approval."),
        Status.APPROVED: _("The session is approved and waits for its payment."),
        Status.PAYMENT_SUBMITTED: _("The payment has been sent and waits to be checked."),
        Status.CONFIRMED: _("The session is confirmed already."),
        Status.IN_PROGRESS: _("The session is already in progress."),
        Status.COMPLETED: _("The session is already completed."),
        Status.DECLINED: _("The session was declined."),
        Status.CANCELLED: _("The session was cancelled."),
        Status.EXPIRED: _("The session lapsed because it was not answered or paid in time."),
        Status.NO_SHOW: _("The session is marked as a no-show."),
    }[status]


def _time_refusal(verb: Verb, facts: Facts, party: Party, now: datetime) -> str:
    begun = facts.begun(now)
    if verb in (Verb.SUBMIT_PAYMENT, Verb.TAKE_CASH) and not facts.policy.takes("transfer"):
        return _("This session is paid in another way.")
    if verb is Verb.CANCEL and facts.status is Status.CONFIRMED and begun:
        return _("The session has begun and can no longer be cancelled.")
    if verb in (Verb.PROPOSE_TIME, Verb.AGREE_TIME) and begun:
        return _("The session's time has come, so it stays where it is.")
    if verb is Verb.PROPOSE_TIME and facts.instant:
        return _("This session begins as soon as it is approved.")
    if begun and (verb is Verb.APPROVE or facts.status is Status.EXPIRED):
        return _("The time of this session has passed.")
    if verb is Verb.APPROVE and facts.instant and facts.due_at is not None and now >= facts.due_at:
        return _("It was not approved in time.")
    if verb is Verb.START and not _can_start(facts, party, now):
        return _("The session can be started from 10 minutes before its time.")
    if verb in (Verb.COMPLETE, Verb.MARK_NO_SHOW) and (facts.ends_at is None or now < facts.ends_at):
        return _("This is possible once the session's time is over.")
    return ""


def _can_start(facts: Facts, party: Party, now: datetime) -> bool:
    """A session without a time begins when the practitioner says so."""
    if facts.starts_at is None:
        return party is Party.PRACTITIONER
    return now >= facts.starts_at - (JOIN_OPENS if party is Party.PRACTITIONER else timedelta(0))


def _proposal_refusal(verb: Verb, facts: Facts, party: Party, now: datetime) -> str:
    if verb not in (Verb.AGREE_TIME, Verb.DECLINE_TIME, Verb.WITHDRAW_TIME):
        return ""
    if facts.proposal is None or now >= facts.proposal.due_at:
        return _("No other time is proposed any more.")
    by_me = facts.proposal.proposed_by == party.value
    if by_me is not (verb is Verb.WITHDRAW_TIME):
        return _("You proposed this time yourself.") if by_me else _("The other side proposed this time.")
    return ""


def joinable(facts: Facts, now: datetime) -> bool:
    """Whether the meeting can be joined at `now`; without a time, as long as it is confirmed."""
    if facts.status not in (Status.CONFIRMED, Status.IN_PROGRESS):
        return False
    if facts.starts_at is None or facts.ends_at is None:
        return True
    return facts.starts_at - JOIN_OPENS <= now < facts.ends_at


NO_TIME: Literal["open"] = "open"
"""Seen instead of a time where there was none."""
Seen = datetime | Literal["open"] | None


def refuse_unseen(seen: Seen, starts_at: datetime | None, status: Status) -> None:
    """Nobody agrees to another time than the one they were shown; None: they did not say which."""
    if seen is not None and seen != (starts_at or NO_TIME):
        sentence = _("It has another time now. Please look at it once more.")
        raise WrongStateError(sentence, extra={"session_status": status.value})


def verbs_for(facts: Facts, party: Party, now: datetime) -> frozenset[Verb]:
    """Everything `party` can do at `now`: what screens and the API offer."""
    return frozenset(verb for verb in _POSSIBLE[facts.status, party] if may(verb, facts, party, now))
