"""The life of a session: statuses, verbs and the one table of what may follow what; no I/O."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

import msgspec

from visavis.booking.policies import Policy
from visavis.kit.errors import ConflictError, ForbiddenError
from visavis.kit.words import _


class Status(StrEnum):
    PENDING_APPROVAL = "pending_approval"
    APPROVED = "approved"
    PAYMENT_SUBMITTED = "payment_submitted"
    CONFIRMED = "confirmed"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    NO_SHOW = "no_show"


OPEN = frozenset(
    {Status.PENDING_APPROVAL, Status.APPROVED, Status.PAYMENT_SUBMITTED, Status.CONFIRMED, Status.IN_PROGRESS}
)
"""These hold the slot."""


class Verb(StrEnum):
    APPROVE = "approve"
    DECLINE = "decline"
    CANCEL = "cancel"
    SUBMIT_PAYMENT = "submit_payment"
    VERIFY_PAYMENT = "verify_payment"
    REJECT_PAYMENT = "reject_payment"
    START = "start"
    COMPLETE = "complete"
    MARK_NO_SHOW = "mark_no_show"
    EXPIRE = "expire"
    PROPOSE_TIME = "propose_time"
    AGREE_TIME = "agree_time"
    DECLINE_TIME = "decline_time"
    WITHDRAW_TIME = "withdraw_time"


class Party(StrEnum):
    """Who somebody is in one session."""

    CLIENT = "client"
    PRACTITIONER = "practitioner"
    SYSTEM = "system"


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """Another time that one side proposes; it lapses at `due_at`."""

    proposed_by: Literal["client", "practitioner"]
    starts_at: datetime
    ends_at: datetime
    message: str
    due_at: datetime


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules need to know of a session."""

    status: Status
    created_by: Literal["client", "practitioner"]
    starts_at: datetime
    ends_at: datetime
    policy: Policy
    price_minor: int
    proposal: Proposal | None = None


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
    Step(Verb.APPROVE, _ASKED, _BOTH, (Status.APPROVED, Status.CONFIRMED), other_side=True),
    Step(Verb.DECLINE, _ASKED, _BOTH, (Status.DECLINED,), needs_reason=True, other_side=True),
    Step(Verb.CANCEL, MOVABLE, _BOTH, (Status.CANCELLED,)),  # a late one needs a reason
    Step(Verb.SUBMIT_PAYMENT, _APPROVED, _CLIENT, (Status.PAYMENT_SUBMITTED,)),
    Step(Verb.VERIFY_PAYMENT, _PAID, _PRACTITIONER, (Status.CONFIRMED,)),
    Step(Verb.REJECT_PAYMENT, _PAID, _PRACTITIONER, (Status.APPROVED,), needs_reason=True),
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

JOIN_OPENS = timedelta(minutes=10)
"""The meeting can be joined and started this long before the start."""
_GRACE = timedelta(hours=2)


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
    if verb is Verb.CANCEL and facts.status is Status.CONFIRMED and now >= facts.starts_at:
        return _("The session has begun and can no longer be cancelled.")
    if verb in (Verb.PROPOSE_TIME, Verb.AGREE_TIME) and now >= facts.starts_at:
        return _("The session's time has come, so it stays where it is.")
    if verb is Verb.APPROVE and now >= facts.starts_at:
        return _("The time of this session has passed.")
    if verb is Verb.START and now < facts.starts_at - (
        JOIN_OPENS if party is Party.PRACTITIONER else timedelta(0)
    ):
        return _("The session can be started from 10 minutes before its time.")
    if verb in (Verb.COMPLETE, Verb.MARK_NO_SHOW) and now < facts.ends_at:
        return _("This is possible once the session's time is over.")
    return ""


def _proposal_refusal(verb: Verb, facts: Facts, party: Party, now: datetime) -> str:
    if verb not in (Verb.AGREE_TIME, Verb.DECLINE_TIME, Verb.WITHDRAW_TIME):
        return ""
    if facts.proposal is None or now >= facts.proposal.due_at:
        return _("No other time is proposed any more.")
    by_me = facts.proposal.proposed_by == party.value
    if by_me is not (verb is Verb.WITHDRAW_TIME):
        return _("You proposed this time yourself.") if by_me else _("The other side proposed this time.")
    return ""


def after_approval(policy: Policy, price_minor: int) -> Status:
    """Where an approved session stands: something to pay first, or certain at once."""
    return Status.CONFIRMED if policy.payment == "none" or price_minor == 0 else Status.APPROVED


def first_status(policy: Policy, price_minor: int) -> Status:
    """Where a new session begins."""
    return Status.PENDING_APPROVAL if policy.approval == "required" else after_approval(policy, price_minor)


def due_at(status: Status, policy: Policy, starts_at: datetime, now: datetime) -> datetime | None:
    """When what is awaited in `status` lapses: within the policy's time, and before the start.

    A payment asked for again at or after the start gets two hours.
    """
    hours = {Status.PENDING_APPROVAL: policy.approve_within_hours, Status.APPROVED: policy.pay_within_hours}
    if status not in hours:
        return None
    before_start = starts_at if starts_at > now else now + _GRACE
    return min(now + timedelta(hours=hours[status]), before_start)


def joinable(facts: Facts, now: datetime) -> bool:
    """Whether the meeting can be joined at `now`."""
    live = facts.status in (Status.CONFIRMED, Status.IN_PROGRESS)
    return live and facts.starts_at - JOIN_OPENS <= now < facts.ends_at


def refuse_unseen(seen: datetime | None, starts_at: datetime) -> None:
    """Nobody agrees to another time than the one they were shown; None: they did not say which."""
    if seen is not None and seen != starts_at:
        raise WrongStateError(_("It has another time now. Please look at it once more."))


def verbs_for(facts: Facts, party: Party, now: datetime) -> frozenset[Verb]:
    """Everything `party` can do at `now`: what screens and the API offer."""
    return frozenset(verb for verb in Verb if may(verb, facts, party, now))
