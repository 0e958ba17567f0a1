"""The books are checked by the clock: what must always be true, proved from the lines themselves."""

from datetime import datetime, timedelta

import structlog

from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.words import _
from visavis.money.access import CheckRow
from visavis.money.queries import operating

_log = structlog.get_logger(__name__)
_STALE_AFTER = timedelta(hours=3)

FAULTS = {
    "shares_paid_twice": _("Shares that a card provider has paid, and that the books owe or claim again"),
    "postings_not_zero": _("Postings whose lines do not sum to zero"),
    "balances_not_their_lines": _("Balances that are not the sum of their lines"),
    "months_not_their_lines": _("Months that are not the sum of their lines"),
    "credits_without_their_worth": _("Credits that are worth less than nothing, or something although spent"),
    "clients_not_their_credits": _("Clients whose balance is not the worth of their credits"),
    "prepaid_not_what_is_held": _("Practitioners who hold more, or less, than they do for clients"),
    "refunds_not_their_balance": _("Refunds that are owed and not in the books, or the reverse"),
    "payouts_not_their_balance": _("Payouts on their way that are not in the books, or the reverse"),
    "paid_sessions_not_booked": _("Paid sessions that are not in the books"),
    "card_money_without_a_purpose": _("Card payments that neither paid for anything nor went back"),
    "lost_disputes_not_booked": _("Disputes that were lost and are not in the books"),
    "provider_not_what_it_holds": _("A card provider that holds more, or less, than came less what went"),
    "payments_without_a_paper": _("Payments without an invoice or a confirmation"),
    "numbers_with_gaps": _("Series of papers whose numbers have a gap"),
    "more_back_than_invoiced": _("Credit notes of more than was invoiced"),
}
"""What `direct_faults()`, `money_faults()` and `paper_faults()` of the database may find, in words (a test
compares them)."""


async def check_books(db: Db, system: Actor, now: datetime) -> int:
    """Prove the books, keep what was found for the operator's page, and log it; how many kinds of faults."""
    async with db.transaction(system) as tx:
        found = await operating.faults.all(tx)
        await operating.keep_check.run(tx, now, [{"fault": each.fault, "many": each.many} for each in found])
    for each in found:
        _log.error("the books are wrong", fault=each.fault, many=each.many)
    return len(found)


def is_stale(check: CheckRow | None, now: datetime) -> bool:
    """Whether nobody has looked for too long."""
    return check is None or now - check.checked_at > _STALE_AFTER
