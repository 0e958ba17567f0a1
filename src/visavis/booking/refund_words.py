"""What comes back when a paid session is called off, in words. Pure."""

from datetime import datetime

from visavis.booking.access import Seat
from visavis.booking.changes import late
from visavis.booking.course import to_pay
from visavis.booking.phrases import called
from visavis.booking.policies import Policy
from visavis.booking.rules import Party, Status
from visavis.kit.actor import Actor
from visavis.kit.format import babel_locale
from visavis.kit.money import format_money
from visavis.kit.words import _, say
from visavis.money.rules import refund, to_card


def refund_hint(seat: Seat, actor: Actor, now: datetime, left: int | None) -> str:
    """What calling off a session that was paid gives back; empty where nothing was paid.

    Of a card no more than `left`, minor units of the payment that no bank has taken back; None: no card paid.
    """
    session, price = seat.session, seat.session.price_minor
    if not to_pay(session.terms, price):
        return ""
    if session.status not in (Status.CONFIRMED, Status.PAYMENT_SUBMITTED):
        return ""
    by_practitioner = seat.party is Party.PRACTITIONER
    back = refund(price, session.terms, late=late(session.facts, now), by_practitioner=by_practitioner)
    there = price if left is None else left
    if session.status is Status.PAYMENT_SUBMITTED:
        words = _asked(by_practitioner)
    elif left is None:
        words = _comes_back(back, price, by_practitioner)
    else:
        back = min(left, to_card(back, session.currency, price))
        words = _goes_to_card(back, left, price, by_practitioner)
    locale = babel_locale(actor.locale)
    amount, kept = (format_money(each, session.currency, locale) for each in (back, there - back))
    return say(actor, words, name=called(seat.other_name), amount=amount, kept=kept)


def _asked(by_practitioner: bool) -> str:
    """Where a proof was sent, nobody knows yet whether the money came."""
    if by_practitioner:
        return _("You are then asked whether the transfer came. If it did, you owe %(name)s %(amount)s.")
    return _("%(name)s is then asked whether your transfer came. If it did, %(amount)s of it comes back.")


def _goes_to_card(back: int, left: int, price: int, by_practitioner: bool) -> str:
    """Of what was paid by card; a bank may have taken a part of it back before, or all."""
    if left == 0:
        return _("All that was paid went back through the bank. Nothing more does.")
    if left < price and by_practitioner:
        return _("What the bank of %(name)s has not taken back, %(amount)s, goes back to the card by itself.")
    if left < price and back == left:
        return _("What your bank has not taken back, %(amount)s, goes back to your card by itself.")
    if by_practitioner:
        return _("All that %(name)s paid, %(amount)s, goes back to the card by itself.")
    if back == 0:
        return _nothing_back()
    if back == price:
        return _("All that you paid, %(amount)s, goes back to your card by itself.")
    return _("%(amount)s goes back to your card by itself; %(kept)s is kept, as was agreed.")


def _comes_back(back: int, price: int, by_practitioner: bool) -> str:
    """Of what was paid in another way."""
    if by_practitioner:
        return _("You then owe %(name)s %(amount)s. Please send it back, and say so here.")
    if back == 0:
        return _nothing_back()
    if back == price:
        return _("%(name)s then owes you %(amount)s, all that you paid, and sends it back.")
    return _("%(name)s then owes you %(amount)s and sends it back; %(kept)s is kept, as was agreed.")


def _nothing_back() -> str:
    return _("Nothing of what you paid comes back, as was agreed: %(name)s keeps %(kept)s.")


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
