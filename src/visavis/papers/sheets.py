"""A paper as it is read, for the page and the PDF alike: words in the client's language. Pure."""

from datetime import date, datetime

import msgspec

from visavis.kit.actor import Actor
from visavis.kit.format import format_clock, format_minutes, format_short, format_when
from visavis.kit.words import _, say
from visavis.money.rules import percent
from visavis.money.views import money
from visavis.papers.access import PaperRow
from visavis.papers.rules import Bought, Printed, Side

TITLES = {
    "invoice": _("Invoice"),
    "confirmation": _("Confirmation of payment by credits"),
    "credit_note": _("Credit note"),
}
WAYS = {
    "transfer": _("Bank transfer"),
    "card": _("Card"),
    "cash": _("Cash"),
    "credits": _("Credits"),
    "direct": _("Directly"),
}


class Row(msgspec.Struct, frozen=True):
    """What, a smaller line about it, and its amounts."""

    words: str
    detail: str
    amounts: list[str]


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that stands on a paper, in words; `file` is the name it is kept under, without an ending.

    `columns` name what stands in the rows: the first one the words, the others amounts.
    """

    title: str
    number: str
    file: str
    locale: str
    facts: list[tuple[str, str]]
    sides: list[tuple[str, Side]]
    columns: list[str]
    rows: list[Row]
    totals: list[tuple[str, str]]
    notes: list[str]
    page_words: tuple[str, str] = ("Page", "of")


class Words(msgspec.Struct, frozen=True):
    """How things are said on one paper."""

    reader: Actor
    currency: str

    def say(self, sentence: str, **values: str) -> str:
        """A marked sentence, its names filled in."""
        return say(self.reader, sentence, **values)

    def money(self, minor: int) -> str:
        """An amount."""
        return money(minor, self.currency, self.reader)

    def day(self, day: date) -> str:
        """'24 November 2026'."""
        return format_short(day, "d MMMM y", self.reader.locale)


def printed_of(paper: PaperRow) -> Printed:
    """The frozen copy of what stands on it."""
    return msgspec.convert(paper.printed, Printed)


def sheet_of(paper: PaperRow) -> Sheet:
    """The paper itself."""
    it = printed_of(paper)
    words = _words(it, paper)
    return Sheet(
        title=words.say(TITLES[paper.kind]),
        number=paper.number,
        file=file_name(paper.number),
        locale=it.locale,
        facts=_facts(paper, it, words),
        sides=_sides(it, words),
        columns=_columns(paper, it, words),
        rows=[_row(paper, it, words)],
        totals=_totals(paper, it, words),
        notes=_notes(paper, it, words),
        page_words=_page(words),
    )


def receipt_of(paper: PaperRow) -> Sheet:
    """That an invoice was paid: the same payment once more, without tax, for who asks for a receipt."""
    it = printed_of(paper)
    words = _words(it, paper)
    amount = words.money(paper.gross_minor)
    bought = _bought(it.line, it.zone, words)
    return Sheet(
        title=words.say(_("Receipt")),
        number=paper.number,
        file=file_name(f"receipt-{paper.number}"),
        locale=it.locale,
        facts=[
            (words.say(_("For invoice")), paper.number),
            (words.say(_("Received on")), words.day(paper.issued_on)),
            *_way(it, words),
        ],
        sides=_sides(it, words),
        columns=[words.say(_("Received for")), words.say(_("Amount"))],
        rows=[Row(*bought, [amount])],
        totals=[(words.say(_("Received")), amount)],
        notes=[words.say(_("Paid in full. Tax stands on the invoice."))] if paper.tax_minor else [],
        page_words=_page(words),
    )


def _words(it: Printed, paper: PaperRow) -> Words:
    return Words(Actor(time_zone=it.zone, locale=it.locale), paper.currency)


def _page(words: Words) -> tuple[str, str]:
    return words.say(_("Page")), words.say(_("of"))


def file_name(words: str) -> str:
    """Letters, digits and dashes alone: safe in a header and on a disk."""
    return "".join(each if each.isascii() and each.isalnum() else "-" for each in words).strip("-") or "paper"


def _facts(paper: PaperRow, it: Printed, words: Words) -> list[tuple[str, str]]:
    facts = [(words.say(_("Number")), paper.number), (words.say(_("Date")), words.day(paper.issued_on))]
    if it.corrects:
        was = f"{it.corrects.number}, {words.day(date.fromisoformat(it.corrects.issued_on))}"
        return [*facts, (words.say(_("Corrects")), was)]
    return facts + _way(it, words)


def _way(it: Printed, words: Words) -> list[tuple[str, str]]:
    way = words.say(WAYS[it.way])
    facts = [(words.say(_("Paid by")), way)]
    return [*facts, (words.say(_("Reference")), it.reference)] if it.reference else facts


def _sides(it: Printed, words: Words) -> list[tuple[str, Side]]:
    return [(words.say(_("From")), it.issuer), (words.say(_("To")), it.recipient)]


def _bought(line: Bought, zone: str, words: Words) -> tuple[str, str]:
    """What was paid for, and a line about it; times on the practice's clock, named."""
    if line.what != "session":
        what = {"credits": str(line.credits), "name": line.name, "months": str(line.valid_months)}
        detail = words.say(_("%(credits)s credits, valid %(months)s months"), **what)
        return words.say(_("Credits: %(name)s"), **what), detail
    length = format_minutes(line.length_minutes, words.reader.locale)
    if not line.starts_at or not line.ends_at:
        return line.name, length
    start, end = datetime.fromisoformat(line.starts_at), datetime.fromisoformat(line.ends_at)
    when = format_when(start, zone, words.reader.locale)
    return line.name, f"{when}–{format_clock(end, zone, words.reader.locale)} ({zone}) · {length}"


def _columns(paper: PaperRow, it: Printed, words: Words) -> list[str]:
    what = words.say(_("Credited") if paper.kind == "credit_note" else _("What for"))
    if not paper.gross_minor:
        return [what, words.say(_("Credits"))]
    if not paper.tax_bp:
        return [what, words.say(_("Amount"))]
    return [what, words.say(_("Net")), f"{it.tax_name} {percent(paper.tax_bp)} %", words.say(_("Gross"))]


def _row(paper: PaperRow, it: Printed, words: Words) -> Row:
    what = _bought(it.line, it.zone, words)
    if not paper.gross_minor:
        return Row(*what, [str(it.line.credits)])
    gross = words.money(paper.gross_minor)
    if not paper.tax_bp:
        return Row(*what, [gross])
    return Row(*what, [words.money(paper.gross_minor - paper.tax_minor), words.money(paper.tax_minor), gross])


def _totals(paper: PaperRow, it: Printed, words: Words) -> list[tuple[str, str]]:
    if not paper.gross_minor:
        return []
    last = words.say(_("Goes back") if paper.kind == "credit_note" else _("Total, paid"))
    total = (last, words.money(paper.gross_minor))
    if not paper.tax_bp:
        return [total]
    tax = words.say(_("%(tax)s, %(rate)s %% included"), tax=it.tax_name, rate=percent(paper.tax_bp))
    net = (words.say(_("Net")), words.money(paper.gross_minor - paper.tax_minor))
    return [net, (tax, words.money(paper.tax_minor)), total]


def _notes(paper: PaperRow, it: Printed, words: Words) -> list[str]:
    notes = [it.tax_note] if it.tax_note and paper.gross_minor else []
    back = paper.kind == "credit_note"
    if it.line.what == "voucher":
        notes.append(
            words.say(
                _("These credits are good at several practices. Tax stands on the invoice of each session.")
            )
        )
    if it.line.what == "package" and not back:
        notes.append(
            words.say(_("Sessions that are paid with these credits are confirmed, and not invoiced again."))
        )
    if it.prepaid_minor:
        worth = words.money(it.prepaid_minor)
        sentence = (
            _("Credits worth %(worth)s came back as credits.")
            if back
            else _("Credits worth %(worth)s were used. They were invoiced when bought; nothing is due again.")
        )
        notes.append(words.say(sentence, worth=worth))
    return notes
