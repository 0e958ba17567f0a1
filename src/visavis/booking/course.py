"""The course that a policy sets: where a session begins, what is to pay, where its approval leads, and when
what is awaited lapses; no I/O."""

from datetime import datetime, timedelta
from typing import Literal

from visavis.booking.life import Status
from visavis.booking.policies import Policy

_GRACE = timedelta(hours=2)


def after_approval(policy: Policy, price_minor: int, *, instant: bool = False) -> Status:
    """Where an approved session stands: something to pay first, certain at once, or begun.

    Credits are taken with the approval, so that nothing is left to pay.
    """
    if instant:
        return Status.IN_PROGRESS
    return Status.APPROVED if to_pay(policy, price_minor) else Status.CONFIRMED


def to_pay(policy: Policy, price_minor: int) -> bool:
    """Whether there is money to be paid, by transfer or by card, before the session is certain."""
    return policy.takes_money and price_minor > 0


def first_status(
    policy: Policy, price_minor: int, created_by: Literal["client", "practitioner"] = "client"
) -> Status:
    """Where a new session begins. What the practitioner makes always waits for the client."""
    waits = policy.approval == "required" or created_by == "practitioner"
    return Status.PENDING_APPROVAL if waits else after_approval(policy, price_minor)


def due_at(
    status: Status, policy: Policy, starts_at: datetime | None, now: datetime, *, instant: bool = False
) -> datetime | None:
    """When what is awaited in `status` lapses: within the policy's time, and before the start.

    A payment asked for again at or after the start gets two hours.
    """
    if instant and status is Status.PENDING_APPROVAL:
        return now + timedelta(minutes=policy.instant_within_minutes)
    times = {
        Status.PENDING_APPROVAL: timedelta(hours=policy.approve_within_hours),
        Status.APPROVED: policy.pay_within,
    }
    if status not in times:
        return None
    within = now + times[status]
    if starts_at is None:
        return within
    return min(within, starts_at if starts_at > now else now + _GRACE)
