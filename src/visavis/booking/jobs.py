"""Booking by the clock: what lapses, what begins by itself, and who is reminded."""

from visavis.booking.actions import expire_overdue, start_due
from visavis.booking.reminders import send_reminders
from visavis.booking.rescheduling import lapse_proposals
from visavis.cards.looking import give_up_overdue
from visavis.cards.stripe import provider_of
from visavis.kit.actor import SYSTEM
from visavis.operations.jobs import Schedule, Work


async def expire(work: Work) -> None:
    """Sessions that were not approved or paid in time lapse; who is paying by card right now, has paid."""
    await _let_go(work, no_cards=True)  # what nobody pays by card waits for no provider's answer
    provider = provider_of(work.settings)
    if provider is not None:
        await give_up_overdue(work.database.handle(), SYSTEM, provider, work.now)
    await _let_go(work, no_cards=False)


async def _let_go(work: Work, *, no_cards: bool) -> None:
    await expire_overdue(work.database.handle(), SYSTEM, work.now, no_cards=no_cards)


async def lapse(work: Work) -> None:
    """Proposed times that were not answered are free again."""
    await lapse_proposals(work.database.handle(), SYSTEM, work.now)


async def begin(work: Work) -> None:
    """Confirmed sessions whose time has come are in progress."""
    await start_due(work.database.handle(), SYSTEM, work.now)


async def remind(work: Work) -> None:
    """Who wants to hear of a session before it begins, hears."""
    settings = work.settings
    keys = settings.unsubscribe_keys
    await send_reminders(work.database.handle(), SYSTEM, settings.public_url, keys, work.now)


SCHEDULES = [
    Schedule("booking.expire", "* * * * *", expire),
    Schedule("booking.lapse", "* * * * *", lapse),
    Schedule("booking.begin", "* * * * *", begin),
    Schedule("booking.remind", "* * * * *", remind),
]
