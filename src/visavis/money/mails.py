"""Mail about a payout, by how it stands when the mail leaves: on its way, arrived, come back."""

from typing import NamedTuple
from uuid import UUID, uuid5

import msgspec

from visavis.kit.actor import SYSTEM
from visavis.kit.format import babel_locale
from visavis.kit.letters import Fact, Letter, write
from visavis.kit.money import format_money
from visavis.kit.words import _, translations
from visavis.money.queries import earning
from visavis.money.queries.earning import PayoutRow
from visavis.notifications.access import ReaderRow, load_reader
from visavis.notifications.mail_links import unsubscribe_url, ways_out
from visavis.notifications.words import GROUPS
from visavis.operations import mail
from visavis.operations.jobs import Job, Work

GROUP = "payments"


class Words(NamedTuple):
    """Subject and heading name nobody and no amount: they are read over shoulders."""

    subject: str
    lead: str


WORDS = {
    "begun": Words(_("A payout is on its way to you"), _("The platform sends you what it owes you.")),
    "paid": Words(_("You were paid out"), _("The platform has sent you what it owed you.")),
    "failed": Words(
        _("A payout to you came back"),
        _("It is in your balance again. The page says why; please see whether your bank details are right."),
    ),
}


class PayoutAsked(msgspec.Struct, frozen=True):
    """Names a payout that has taken a step."""

    payout_id: UUID


async def send(work: Work, asked: PayoutAsked) -> None:
    """Write and send the mail of a payout's latest step. Raises what sending raises, and runs again."""
    async with work.database.handle().transaction(SYSTEM) as tx:
        payout = await earning.find_payout.maybe(tx, asked.payout_id)
        reader = await load_reader(tx, payout.practitioner_id) if payout else None
        if payout is None or reader is None or GROUP in reader.mail_off:
            return
        site, keys = work.settings.public_url, work.settings.unsubscribe_keys
        out = unsubscribe_url(keys, site, reader.account_id, GROUP)
        mail_id = uuid5(payout.id, payout.status)
        letter = letter_of(payout, reader, site, out)
        await mail.put(tx, mail_id, reader.email, write(letter), mail.Extras(unsubscribe_url=out))
    await mail.send(work, mail_id)


def letter_of(payout: PayoutRow, reader: ReaderRow, site: str, out: str) -> Letter:
    """The letter in its reader's language; `site` is the public address, `out` the way out."""
    say, words = translations(reader.locale).gettext, WORDS[payout.status]
    amount = format_money(payout.amount_minor, payout.currency, babel_locale(reader.locale))
    return Letter(
        subject=say(words.subject),
        heading=say(words.subject),
        words=[say(words.lead)],
        facts=[Fact(say(_("Amount")), [amount])],
        button=say(_("What you earn")),
        link=f"{site}/practice/earnings",
        ways=ways_out(GROUPS["payments"][0], out, reader.locale, site),
        locale=reader.locale,
    )


MAIL = Job("money.mail", PayoutAsked, send, attempts=mail.ATTEMPTS)
