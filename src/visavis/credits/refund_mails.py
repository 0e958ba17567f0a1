"""Mail about unspent credits that went back as money, by how it stands when it leaves: owed, or sent."""

from uuid import UUID, uuid5

import msgspec

from visavis.credits.mails import GROUP, Words
from visavis.kit.actor import SYSTEM
from visavis.kit.format import babel_locale
from visavis.kit.letters import Fact, Letter, write
from visavis.kit.money import format_money
from visavis.kit.words import _, translations
from visavis.money.access import CreditsRefundRow, find_credits_refund
from visavis.notifications.access import ReaderRow, load_reader
from visavis.notifications.mail_links import unsubscribe_url, ways_out
from visavis.operations import mail
from visavis.operations.jobs import Job, Work
from visavis.papers.access import papers_of_purchase
from visavis.papers.letters import with_papers

OWED = Words(
    _("Unspent credits of yours come back as money"),
    _("Your unspent credits come back"),
    _("Who sold them has taken them back. The money is sent to you in the way it came."),
    _("Your purchase"),
)
OWED_BY_CARD = Words(
    OWED.subject,
    OWED.heading,
    _("Who sold them has taken them back. The money goes back to your card by itself, within some days."),
    OWED.button,
)
SENT = Words(
    _("Your refund was sent"),
    _("Your refund was sent"),
    _("What your unspent credits were worth is on its way to you."),
    OWED.button,
)


class RefundAsked(msgspec.Struct, frozen=True):
    """Names a purchase of which credits went back."""

    purchase_id: UUID


async def send(work: Work, asked: RefundAsked) -> None:
    """Write and send the client's mail about its latest step. Raises what sending raises, and runs again."""
    async with work.database.handle().transaction(SYSTEM) as tx:
        refund = await find_credits_refund(tx, asked.purchase_id)
        reader = await load_reader(tx, refund.client_id) if refund else None
        if refund is None or reader is None or GROUP in reader.mail_off:
            return
        site, keys = work.settings.public_url, work.settings.unsubscribe_keys
        out = unsubscribe_url(keys, site, reader.account_id, GROUP)
        mail_id = uuid5(refund.id, "sent" if _was_sent(refund) else "owed")
        papers = [
            each for each in await papers_of_purchase(tx, asked.purchase_id) if each.kind == "credit_note"
        ]
        letter = with_papers(letter_of(refund, reader, site, out), papers, site)
        await mail.put(tx, mail_id, reader.email, write(letter), mail.Extras(unsubscribe_url=out))
    await mail.send(work, mail_id)


def letter_of(refund: CreditsRefundRow, reader: ReaderRow, site: str, out: str) -> Letter:
    """The letter in its reader's language; `site` is the public address, `out` the way out."""
    say = translations(reader.locale).gettext
    words = SENT if _was_sent(refund) else OWED_BY_CARD if refund.by_card else OWED
    amount = format_money(refund.amount_minor, refund.currency, babel_locale(reader.locale))
    return Letter(
        subject=say(words.subject),
        heading=say(words.heading),
        words=[say(words.lead)],
        facts=[
            Fact(say(_("Package")), [refund.name]),
            Fact(say(_("Credits")), [str(refund.credits)]),
            Fact(say(_("Comes back")), [amount]),
        ],
        button=say(words.button),
        link=f"{site}/credits/purchases/{refund.purchase_id}",
        ways=ways_out(_("Credits"), out, reader.locale, site),
        locale=reader.locale,
    )


def _was_sent(refund: CreditsRefundRow) -> bool:
    """By its seller; what a card gets back has a letter of its own (cards/mails.py)."""
    return refund.sent_at is not None and not refund.by_card


MAIL = Job("credits.refund_mail", RefundAsked, send, attempts=mail.ATTEMPTS)
