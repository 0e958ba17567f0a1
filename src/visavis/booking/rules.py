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


class Party(StrEnum):
    """Who somebody is in one session."""

    CLIENT = "client"
    PRACTITIONER = "practitioner"
    SYSTEM = "system"


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules need to know of a session."""

    status: Status
    created_by: Literal["client", "practitioner"]
    starts_at: datetime
    ends_at: datetime
    policy: Policy
    price_minor: int


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table: from these statuses, this verb, by these parties, to that status."""

    verb: Verb
    from_: frozenset[Status]
    by: frozenset[Party]
    to: tuple[Status, ...]
    needs_reason: bool = False
    other_side: bool = False  # of the two people, only the one who did not make the session


_BOTH = frozenset({Party.CLIENT, Party.PRACTITIONER})
_PRACTITIONER = frozenset({Party.PRACTITIONER})

STEPS: dict[Verb, Step] = {
    step.verb: step
    for step in (
        Step(
            verb=Verb.APPROVE,
            from_=frozenset({Status.PENDING_APPROVAL}),
            by=_BOTH,
            to=(Status.APPROVED, Status.CONFIRMED),
            other_side=True,
        ),
        Step(
            verb=Verb.DECLINE,
            from_=frozenset({Status.PENDING_APPROVAL}),
            by=_BOTH,
            to=(Status.DECLINED,),
            needs_reason=True,
            other_side=True,
        ),
        Step(
            verb=Verb.CANCEL,
            from_=OPEN - {Status.IN_PROGRESS},
            by=_BOTH,
            to=(Status.CANCELLED,),
            needs_reason=True,
        ),
        Step(
            verb=Verb.SUBMIT_PAYMENT,
            from_=frozenset({Status.APPROVED}),
            by=frozenset({Party.CLIENT}),
            to=(Status.PAYMENT_SUBMITTED,),
        ),
        Step(
            verb=Verb.VERIFY_PAYMENT,
            from_=frozenset({Status.PAYMENT_SUBMITTED}),
            by=_PRACTITIONER,
            to=(Status.CONFIRMED,),
        ),
        Step(
            verb=Verb.REJECT_PAYMENT,
            from_=frozenset({Status.PAYMENT_SUBMITTED}),
            by=_PRACTITIONER,
            to=(Status.APPROVED,),
            needs_reason=True,
        ),
        Step(
            verb=Verb.START,
            from_=frozenset({Status.CONFIRMED}),
            by=_PRACTITIONER | {Party.SYSTEM},
            to=(Status.IN_PROGRESS,),
        ),
        Step(
            verb=Verb.COMPLETE,
            from_=frozenset({Status.IN_PROGRESS}),
            by=_PRACTITIONER,
            to=(Status.COMPLETED,),
        ),
        Step(
            verb=Verb.MARK_NO_SHOW,
            from_=frozenset({Status.IN_PROGRESS}),
            by=_PRACTITIONER,
            to=(Status.NO_SHOW,),
        ),
        Step(
            verb=Verb.EXPIRE,
            from_=frozenset({Status.PENDING_APPROVAL, Status.APPROVED}),
            by=frozenset({Party.SYSTEM}),
            to=(Status.EXPIRED,),
        ),
    )
}

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
        return WrongStateError(_wrong_state(facts.status), extra={"session_status": facts.status.value})
    too_soon_or_late = _time_refusal(verb, facts, party, now)
    if too_soon_or_late:
        return WrongStateError(too_soon_or_late, extra={"session_status": facts.status.value})
    return None


def _wrong_state(status: Status) -> str:
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
    latest_cancel = facts.starts_at - timedelta(hours=facts.policy.cancel_until_hours)
    if verb is Verb.CANCEL and facts.status is Status.CONFIRMED and now >= facts.starts_at:
        return _("The session has begun and can no longer be cancelled.")
    if (
        verb is Verb.CANCEL
        and facts.status is Status.CONFIRMED
        and party is Party.CLIENT
        and now >= latest_cancel
    ):
        return _("It is too late to cancel by yourself. Please write to your practitioner.")
    if verb is Verb.APPROVE and now >= facts.starts_at:
        return _("The time of this session has passed.")
    if verb is Verb.START and now < facts.starts_at - (
        JOIN_OPENS if party is Party.PRACTITIONER else timedelta(0)
    ):
        return _("The session can be started from 10 minutes before its time.")
    if verb in (Verb.COMPLETE, Verb.MARK_NO_SHOW) and now < facts.ends_at:
        return _("This is possible once the session's time is over.")
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


def verbs_for(facts: Facts, party: Party, now: datetime) -> frozenset[Verb]:
    """Everything `party` can do at `now`: what screens and the API offer."""
    return frozenset(verb for verb in Verb if may(verb, facts, party, now))
