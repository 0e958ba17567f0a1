"""What a session is to the rules: where it stands, what can be done, by whom; no I/O."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

import msgspec

from visavis.booking.policies import Policy


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
CERTAIN = frozenset({Status.CONFIRMED, Status.IN_PROGRESS, Status.COMPLETED, Status.NO_SHOW})
"""Agreed to and settled: it takes place, or did."""


class Verb(StrEnum):
    APPROVE = "approve"
    DECLINE = "decline"
    CANCEL = "cancel"
    SUBMIT_PAYMENT = "submit_payment"
    VERIFY_PAYMENT = "verify_payment"
    REJECT_PAYMENT = "reject_payment"
    TAKE_CASH = "take_cash"
    PAY_BY_CARD = "pay_by_card"
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
    starts_at: datetime | None  # None: the time is open
    ends_at: datetime | None
    length_minutes: int
    policy: Policy
    price_minor: int
    credits: int = 0
    instant: bool = False  # begins with its approval
    due_at: datetime | None = None
    proposal: Proposal | None = None

    @property
    def time_open(self) -> bool:
        """Whether it has no time yet."""
        return self.starts_at is None

    def begun(self, now: datetime) -> bool:
        """Whether its time has come."""
        return self.starts_at is not None and now >= self.starts_at
