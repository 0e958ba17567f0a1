"""When a call is open, to whom, and who counts as there; no I/O."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from visavis.booking.rules import JOIN_OPENS, Facts, Party, Status, WrongStateError, joinable, wrong_state
from visavis.kit.words import _

JOIN_CLOSES = timedelta(minutes=30)
"""A call can be joined, and goes on, this long after the session's end."""
GONE_AFTER = timedelta(seconds=75)
"""Who has not been heard of for this long is not there any more; hidden pages may speak once a minute."""
MOST_SIGNAL = 32_000
"""Bytes of one signal: an offer with both cameras and a screen has some 8,000."""
MOST_SIGNALS, MOST_SIGNAL_BYTES = 64, 512 * 1024
"""Of one page, the latest ones: what went before is of no use to who finds another way by now."""
MOST_HEARD = 256 * 1024  # bytes of signals in one answer; the rest comes with the next one
SIGNALS_KEPT = timedelta(hours=1)

_LIVE = frozenset({Status.CONFIRMED, Status.IN_PROGRESS})
_AFTER = frozenset({Status.COMPLETED, Status.NO_SHOW})


class Stay(msgspec.Struct, frozen=True):
    """One page in a call: whose, since when, when last heard of, and when it said good-bye."""

    id: UUID
    account_id: UUID
    joined_at: datetime
    seen_at: datetime
    left_at: datetime | None

    def there(self, now: datetime) -> bool:
        """Whether that page is still in the call at `now`."""
        return self.left_at is None and now - self.seen_at < GONE_AFTER

    def until(self, now: datetime) -> datetime:
        """To when it was there, as far as is known."""
        return self.left_at or (now if self.there(now) else self.seen_at)


class Span(msgspec.Struct, frozen=True):
    """When somebody was there, however often they came and went, and for how many seconds in all."""

    account_id: UUID
    came_at: datetime
    left_at: datetime
    seconds: int
    there: bool


def window(facts: Facts) -> tuple[datetime, datetime] | None:
    """From when to when the call of a session with a time is open; None for one whose time is open."""
    if facts.starts_at is None or facts.ends_at is None:
        return None
    return facts.starts_at - JOIN_OPENS, facts.ends_at + JOIN_CLOSES


def closes_at(facts: Facts) -> datetime | None:
    """When the call of a session ends for good; None while its time is open."""
    times = window(facts)
    return times and times[1]


def open_to(facts: Facts, party: Party, now: datetime) -> bool:
    """Whether `party` can join the call at `now`."""
    return refusal(facts, party, now) is None


def refusal(facts: Facts, party: Party, now: datetime) -> WrongStateError | None:
    """Why `party` cannot join the call at `now`; None when they can.

    What is instant is open at once: to the practitioner who made it, then to who approves it.
    """
    if facts.instant and facts.status is Status.PENDING_APPROVAL and party is Party.PRACTITIONER:
        lapsed = facts.due_at is not None and now >= facts.due_at
        return _closed(facts, _("It was not approved in time.")) if lapsed else None
    if facts.status not in _LIVE:
        return _closed(facts, wrong_state(facts.status))
    if joinable(facts, now):
        return None
    opens, closes = window(facts) or (now, now)
    if now < opens:
        return _closed(facts, _("The room opens ten minutes before the session."))
    return None if now < closes else _closed(facts, _("The time of this session is over."))


def goes_on(facts: Facts, now: datetime) -> bool:
    """Whether who is in the call can stay and speak: also when the session was just marked as completed."""
    if facts.status is Status.PENDING_APPROVAL:
        return facts.instant
    times = window(facts)
    return facts.status in _LIVE | _AFTER and (times is None or now < times[1])


def present(stays: Iterable[Stay], account_id: UUID, now: datetime) -> Stay | None:
    """The page with which somebody is in the call now: the latest one."""
    there = [stay for stay in stays if stay.account_id == account_id and stay.there(now)]
    return max(there, key=lambda stay: (stay.joined_at, stay.id), default=None)


def spans(stays: Iterable[Stay], now: datetime) -> list[Span]:
    """Who was there, from when to when and for how long, in the order of coming; overlaps count once."""
    by_account: dict[UUID, list[Stay]] = {}
    for stay in sorted(stays, key=lambda stay: stay.joined_at):
        by_account.setdefault(stay.account_id, []).append(stay)
    return [_span(account_id, theirs, now) for account_id, theirs in by_account.items()]


def _span(account_id: UUID, stays: list[Stay], now: datetime) -> Span:
    total, upto = timedelta(0), stays[0].joined_at
    for stay in stays:
        until = stay.until(now)
        total += max(timedelta(0), until - max(upto, stay.joined_at))
        upto = max(upto, until)
    there = any(stay.there(now) for stay in stays)
    return Span(account_id, stays[0].joined_at, upto, round(total.total_seconds()), there)


def _closed(facts: Facts, sentence: str) -> WrongStateError:
    return WrongStateError(sentence, extra={"session_status": facts.status.value})
