"""Mail about payments of credits by card, to who paid: one for each event. Of sessions, see notifications."""

from typing import Literal, NamedTuple
from uuid import UUID, uuid5

import msgspec

from visavis.cards.access import PaymentRow, load_payment_by_id
from visavis.cards.rules import OPEN
from visavis.kit.actor import SYSTEM
from visavis.kit.format import babel_locale
from visavis.kit.letters import Fact, Letter, write
from visavis.kit.money import format_money
from visavis.kit.words import _, translations
from visavis.notifications.access import ReaderRow, load_reader
from visavis.notifications.mail_links import unsubscribe_url, ways_out
from visavis.notifications.words import GROUPS
from visavis.operations import mail
from visavis.operations.jobs import Job, Work

GROUP = "payments"
Told = Literal[
    "return_card_payment", "refund_card", "fail_card_payment", "bounce_refund", "send_bounced_refund",
    "lose_dispute",
]  # fmt: skip


class Words(NamedTuple):
    """Subject and heading name nobody and no amount: they are read over shoulders."""

    subject: str
    lead: str
    amount: str
    button: str


_SEE = _("Your purchase")
WORDS: dict[str, Words] = {
    "return_card_payment": Words(
        _("Your payment for credits came too late"),
        _(
            "They could not be had any more. The whole amount goes back to your card by itself, "
            "within some days."
        ),
        _("Comes back"),
        _SEE,
    ),
    "refund_card": Words(
        _("Your refund is on its way"),
        _("It goes back to the card that you paid with. Banks take some days to show it."),
        _("Comes back"),
        _SEE,
    ),
    "bounce_refund": Words(
        _("Your refund could not go back to your card"),
        _("Your bank has not taken it. It is sent to you in another way; you may be asked how."),
        _("Comes back"),
        _SEE,
    ),
    "send_bounced_refund": Words(
        _("Your refund was sent"),
        _("It could not go back to your card, so it was sent in another way."),
        _("Comes back"),
        _SEE,
    ),
    "lose_dispute": Words(
        _("Your bank has taken back your payment for credits"),
        _("It decided so after it was asked. Credits that it paid for and that were not used are gone."),
        _("Taken back"),
        _SEE,
    ),
    "fail_card_payment": Words(
        _("Your payment for credits did not go through"),
        _("Nothing was charged. The page says why; you can try again, or use another card."),
        _("Amount"),
        _("Try again"),
    ),
}


class CardMailAsked(msgspec.Struct, frozen=True):
    """An event of a payment of credits that its payer may read of; the amount is in minor units."""

    event_id: int
    payment_id: UUID
    verb: Told
    amount_minor: int


async def send(work: Work, asked: CardMailAsked) -> None:
    """Write and send it, if it is still true. Raises what sending raises, and runs again."""
    async with work.database.handle().transaction(SYSTEM) as tx:
        payment = await load_payment_by_id(tx, SYSTEM, asked.payment_id)
        reader = await load_reader(tx, payment.client_id)
        over = asked.verb == "fail_card_payment" and not (payment.status in OPEN and payment.wanted)
        if over or reader is None or GROUP in reader.mail_off:
            return
        site, keys = work.settings.public_url, work.settings.unsubscribe_keys
        out = unsubscribe_url(keys, site, reader.account_id, GROUP)
        mail_id = uuid5(payment.id, str(asked.event_id))
        letter = letter_of(asked, payment, reader, site, out)
        await mail.put(tx, mail_id, reader.email, write(letter), mail.Extras(unsubscribe_url=out))
    await mail.send(work, mail_id)


def letter_of(asked: CardMailAsked, payment: PaymentRow, reader: ReaderRow, site: str, out: str) -> Letter:
    """The letter in its reader's language; `site` is the public address, `out` the way out."""
    say, words = translations(reader.locale).gettext, WORDS[asked.verb]
    amount = format_money(asked.amount_minor, payment.currency, babel_locale(reader.locale))
    return Letter(
        subject=say(words.subject),
        heading=say(words.subject),
        words=[say(words.lead)],
        facts=[Fact(say(_("Package")), [payment.name]), Fact(say(words.amount), [amount])],
        button=say(words.button),
        link=f"{site}/credits/purchases/{payment.purchase_id}",
        ways=ways_out(GROUPS["payments"][0], out, reader.locale, site),
        locale=reader.locale,
    )


MAIL = Job("cards.mail", CardMailAsked, send, attempts=mail.ATTEMPTS)
