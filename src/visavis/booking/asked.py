"""What a practitioner proposes to the reader and waits for their approval: on top of every home. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from visavis.booking.access import Seat
from visavis.booking.phrases import amount, by_when, cost
from visavis.booking.queries import SessionRow
from visavis.booking.rules import Party, Status
from visavis.booking.views import Card, card_of
from visavis.kit.actor import Actor
from visavis.kit.words import _, say, translations


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One proposal. `cost` says what approving takes, `missing` how many credits are not there yet."""

    card: Card
    instant: bool
    headline: str
    message: str
    cost: str
    balance: str
    missing: int
    until: str
    lapses: datetime


def is_asked(session: SessionRow, now: datetime) -> bool:
    """Whether the session waits for its client's approval, and has not lapsed."""
    waits = session.status is Status.PENDING_APPROVAL and session.created_by == "practitioner"
    return waits and (session.due_at is None or now < session.due_at)


def asked_of(
    rows: Iterable[SessionRow], actor: Actor, now: datetime, balances: Mapping[UUID, int]
) -> list[Asked]:
    """The acting client's, instant ones first; `balances` are credits by practitioner."""
    made = [_asked(row, actor, now, balances.get(row.practitioner_id)) for row in rows]
    return sorted(made, key=lambda each: not each.instant)


def _asked(session: SessionRow, actor: Actor, now: datetime, balance: int | None) -> Asked:
    seat = Seat(session, Party.CLIENT)
    lapses = session.due_at or now
    headline = (
        _("%(name)s invites you to a session now") if session.instant else _("%(name)s proposes a session")
    )
    has = balance or 0
    return Asked(
        card=card_of(seat, actor, now, {}),
        instant=session.instant,
        headline=say(actor, headline, name=session.practitioner_name),
        message=session.notes,
        cost=_cost(session, actor),
        balance="" if balance is None or not session.credits else _count(actor, has, *_HAVE),
        missing=0 if balance is None else max(session.credits - has, 0),
        until=say(actor, _("Please answer by %(until)s."), until=by_when(actor, lapses, now)),
        lapses=lapses,
    )


_CREDITS = (_("%(num)s credit"), _("%(num)s credits"))
_HAVE = (_("you have %(num)s"), _("you have %(num)s"))


def _cost(session: SessionRow, actor: Actor) -> str:
    if session.credits:
        return _count(actor, session.credits, *_CREDITS)
    if not session.price_minor:
        return say(actor, _("Nothing to pay"))
    if session.terms.payment == "none":
        return cost(actor, session)
    if session.terms.takes("card"):
        return say(actor, _("%(amount)s, by card once you have approved"), amount=amount(actor, session))
    return say(actor, _("%(amount)s, by transfer once you have approved"), amount=amount(actor, session))


def _count(actor: Actor, count: int, one: str, several: str) -> str:
    return translations(actor.locale).ngettext(one, several, count) % {"num": count}
