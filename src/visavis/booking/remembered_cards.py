"""Cards of lists, used again for as long as nobody and no clock has changed what they are made of.

Every request reads the sessions anew, as what its reader may see. Only what follows from that is kept, for
this reader alone: it cannot be out of date, in no process, and nothing has to be told to forget.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from visavis.booking.access import Seat
from visavis.booking.queries import SessionRow
from visavis.booking.rules import JOIN_OPENS, Party
from visavis.booking.views import Card, Side, card_of
from visavis.kit.actor import Actor
from visavis.kit.clock import zone
from visavis.kit.remembering import Lasting

_cards = Lasting[Card](2048)  # some five kilobytes each


def cards_of(
    side: Side,
    rows: Iterable[SessionRow],
    actor: Actor,
    now: datetime,
    how_to_pay: Mapping[UUID, str] | None = None,
    balances: Mapping[UUID, int] | None = None,
) -> list[Card]:
    """Cards in the order of the rows; `how_to_pay` and `balances` by practitioner."""
    pay, held = how_to_pay or {}, balances or {}
    today = now.astimezone(zone(actor.time_zone)).date()

    def card(row: SessionRow) -> Card:
        make = partial(card_of, Seat(row, Party(side)), actor, now, pay, held)
        if row.starts_at is None:  # a way into the meeting that is open from this very moment
            return make()
        seller, reader = row.practitioner_id, (actor.time_zone, actor.locale)
        made_of = row, reader, today, pay.get(seller), held.get(seller)
        return _cards.thing((actor.account_id, side, row.id), made_of, make, now, partial(turns, row))

    return [card(row) for row in rows]


def turns(session: SessionRow) -> list[datetime]:
    """From when on its card looks otherwise although nobody did anything; the reader's midnight aside."""
    facts, start = session.facts, session.starts_at
    instants = [session.ends_at, facts.due_at, session.proposal_due_at]
    if start is not None:
        moved_until = timedelta(hours=facts.policy.reschedule_until_hours)
        instants += [start - JOIN_OPENS, start, start - moved_until]
    return [instant for instant in instants if instant is not None]
