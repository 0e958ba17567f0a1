"""What comes back when a paid session is called off, in words. Pure."""

from datetime import datetime

from visavis.booking.access import Seat
from visavis.booking.changes import late
from visavis.booking.phrases import called
from visavis.booking.policies import Policy
from visavis.booking.queries import SessionRow
from visavis.booking.rules import Party, Status, to_pay
from visavis.kit.actor import Actor
from visavis.kit.format import babel_locale
from visavis.kit.money import format_money
from visavis.kit.words import _, say
from visavis.money.rules import refund, to_card


def refund_hint(seat: Seat, actor: Actor, now: datetime) -> str:
    """What calling off a session that was paid gives back; empty where nothing was paid."""
    session = seat.session
    if not to_pay(session.terms, session.price_minor):
        return ""
    if session.status not in (Status.CONFIRMED, Status.PAYMENT_SUBMITTED):
        return ""
    by_practitioner = seat.party is Party.PRACTITIONER
    back = refund(
        session.price_minor, session.terms, late=late(session.facts, now), by_practitioner=by_practitioner
    )
    if session.card_status == "settled":
        back = to_card(back, session.currency, session.price_minor)
    locale = babel_locale(actor.locale)
    amount, kept = (
        format_money(each, session.currency, locale) for each in (back, session.price_minor - back)
    )
    return say(
        actor,
        _asked(by_practitioner)
        if session.status is Status.PAYMENT_SUBMITTED
        else _comes_back(back, session, by_practitioner),
        name=called(seat.other_name),
        amount=amount,
        kept=kept,
    )


def _asked(by_practitioner: bool) -> str:
    """Where a proof was sent, nobody knows yet whether the money came."""
    if by_practitioner:
        return _("You are then asked whether the transfer came. If it did, you owe %(name)s %(amount)s.")
    return _("%(name)s is then asked whether your transfer came. If it did, %(amount)s of it comes back.")


def _comes_back(back: int, session: SessionRow, by_practitioner: bool) -> str:
    price, by_card = session.price_minor, session.card_status == "settled"
    if by_card and back:
        if by_practitioner:
            return _("All that %(name)s paid, %(amount)s, goes back to the card by itself.")
        if back == price:
            return _("All that you paid, %(amount)s, goes back to your card by itself.")
        return _("%(amount)s goes back to your card by itself; %(kept)s is kept, as was agreed.")
    if by_practitioner:
        return _("You then owe %(name)s %(amount)s. Please send it back, and say so here.")
    if back == 0:
        return _("Nothing of what you paid comes back, as was agreed: %(name)s keeps %(kept)s.")
    if back == price:
        return _("%(name)s then owes you %(amount)s, all that you paid, and sends it back.")
    return _("%(name)s then owes you %(amount)s and sends it back; %(kept)s is kept, as was agreed.")


def refund_terms(policy: Policy) -> str:
    """What was agreed about paid sessions that are called off; %(fee)s and %(late_fee)s are per cent."""
    never_late = policy.cancel_until_hours == 0
    if policy.cancel_fee_percent == 0:
        if never_late:
            return _("What was paid is refunded when it is cancelled.")
        if policy.late_fee_percent == 100:
            return _("What was paid is refunded when it is cancelled, except late by the client.")
        if policy.late_fee_percent == 0:
            return _("What was paid is refunded when it is cancelled, also late.")
        return _(
            "What was paid is refunded when it is cancelled; late by the client, %(late_fee)s %% is kept."
        )
    if never_late:
        return _("When the client cancels, %(fee)s %% of what was paid is kept; else it is all refunded.")
    return _(
        "When the client cancels, %(fee)s %% of what was paid is kept, or %(late_fee)s %% late; "
        "when the practitioner does, it is all refunded."
    )
