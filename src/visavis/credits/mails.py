"""Mail about a purchase, by how it stands when the mail leaves: a proof to check, an answer to one."""

from typing import NamedTuple
from uuid import UUID, uuid5

import msgspec

from visavis.credits import queries
from visavis.credits.queries import PurchaseRow, people
from visavis.credits.rules import PurchaseStatus
from visavis.kit.actor import SYSTEM
from visavis.kit.format import babel_locale
from visavis.kit.letters import Fact, Letter, write
from visavis.kit.money import format_money
from visavis.kit.sql import Tx
from visavis.kit.words import _, translations
from visavis.notifications.access import ReaderRow, load_reader
from visavis.notifications.mail_links import unsubscribe_url, ways_out
from visavis.operations import mail
from visavis.operations.jobs import Job, Work
from visavis.papers.access import papers_of_purchase
from visavis.papers.letters import with_papers

GROUP = "credits"


class Words(NamedTuple):
    """Subject and heading name nobody: they are read over shoulders."""

    subject: str
    heading: str
    lead: str
    button: str


WORDS = {
    PurchaseStatus.SUBMITTED: Words(
        _("A payment for credits to check"),
        _("A payment to check"),
        _("Somebody buys credits and sent a proof of the transfer. The credits come once you verify it."),
        _("Check it"),
    ),
    PurchaseStatus.REFUSED: Words(
        _("Your credits need another proof of payment"),
        _("Another proof, please"),
        _("The payment for your credits could not be found. The page says what is missing."),
        _("See what is missing"),
    ),
    PurchaseStatus.PAID: Words(
        _("Your credits are there"),
        _("Your credits are there"),
        _("Your payment is confirmed. You can spend them from now on."),
        _("Your purchase"),
    ),
}


class PurchaseAsked(msgspec.Struct, frozen=True):
    """Names a purchase that has taken a step."""

    purchase_id: UUID


async def send(work: Work, asked: PurchaseAsked) -> None:
    """Write and send the mails of a purchase's latest step. Raises what sending raises, and runs again."""
    async with work.database.handle().transaction(SYSTEM) as tx:
        found = await queries.find_purchase.maybe(tx, asked.purchase_id)
        written = await _write_all(tx, work, found) if found and found.status in WORDS else []
    for mail_id in written:
        await mail.send(work, mail_id)


async def _write_all(tx: Tx, work: Work, purchase: PurchaseRow) -> list[UUID]:
    """The ids of what is to be sent, the same however often the job runs."""
    written = []
    for account_id in await _readers(tx, purchase):
        reader = await load_reader(tx, account_id)
        if reader is None or GROUP in reader.mail_off:
            continue
        site, keys = work.settings.public_url, work.settings.unsubscribe_keys
        out = unsubscribe_url(keys, site, account_id, GROUP)
        step = f"{purchase.status} {purchase.status_changed_at.isoformat()} {account_id}"
        mail_id = uuid5(purchase.id, step)
        papers = await papers_of_purchase(tx, purchase.id)
        letter = with_papers(letter_of(purchase, reader, site, out), papers, site)
        await mail.put(tx, mail_id, reader.email, write(letter), mail.Extras(unsubscribe_url=out))
        written.append(mail_id)
    return written


async def _readers(tx: Tx, purchase: PurchaseRow) -> list[UUID]:
    """Whose turn it is, or who waited for the answer."""
    if purchase.status != PurchaseStatus.SUBMITTED:
        return [purchase.client_id]
    if purchase.practitioner_id is not None:
        return [purchase.practitioner_id]
    return [each for each in await people.operators_to_mail.values(tx) if each != purchase.client_id]


def letter_of(purchase: PurchaseRow, reader: ReaderRow, site: str, out: str) -> Letter:
    """The letter in its reader's language; `site` is the public address, `out` the way out."""
    say = translations(reader.locale).gettext
    words = WORDS[PurchaseStatus(purchase.status)]
    price = format_money(purchase.price_minor, purchase.currency, babel_locale(reader.locale))
    return Letter(
        subject=say(words.subject),
        heading=say(words.heading),
        words=[say(words.lead)],
        facts=[Fact(say(_("Package")), [purchase.name]), Fact(say(_("Amount")), [price])],
        button=say(words.button),
        link=f"{site}/credits/purchases/{purchase.id}",
        ways=ways_out(_("Credits"), out, reader.locale, site),
        locale=reader.locale,
    )


MAIL = Job("credits.mail", PurchaseAsked, send, attempts=mail.ATTEMPTS)
