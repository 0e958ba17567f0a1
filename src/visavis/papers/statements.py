"""Statements as sheets: a practitioner's month, an operator's payout run. Pure."""

from datetime import date

from visavis.kit.actor import Actor
from visavis.kit.format import format_date, format_short
from visavis.kit.words import _, say
from visavis.money.access import EntryRow, MonthRow, RunRow, Transfer
from visavis.money.views import lines_of, money, month_name, month_of
from visavis.papers.rules import Side
from visavis.papers.sheets import Row, Sheet

_STATUS = {"begun": _("On its way"), "paid": _("Paid"), "failed": _("Came back")}


def month_sheet(
    month: date, sums: list[MonthRow], entries: list[EntryRow], issuer: Side, actor: Actor
) -> Sheet:
    """A month of the acting practitioner: sums by currency first, then every line."""
    return Sheet(
        title=say(actor, _("Statement of %(month)s"), month=month_name(month, actor)),
        number="",
        file=f"statement-{month:%Y-%m}",
        locale=actor.locale,
        facts=[fact for row in sums for fact in _sums(row, actor)],
        sides=[(say(actor, _("Practice")), issuer)],
        columns=[
            say(actor, each) for each in (_("What"), _("Gross"), _("Commission"), _("Yours"), _("Balance"))
        ],
        rows=[
            Row(
                line.words,
                " · ".join(
                    filter(
                        None,
                        (
                            format_date(line.at, actor.time_zone, actor.locale),
                            line.when,
                            line.note,
                            say(actor, line.in_hand) if line.in_hand else "",
                        ),
                    )
                ),
                [line.gross, line.commission, line.share, line.change],
            )
            for line in lines_of(entries, actor)
        ],
        totals=[],
        notes=[] if entries else [say(actor, _("Nothing was booked in this month."))],
        page_words=(say(actor, _("Page")), say(actor, _("of"))),
    )


def _sums(row: MonthRow, actor: Actor) -> list[tuple[str, str]]:
    it = month_of(row, actor)
    pairs = [
        (_("Gross"), it.gross),
        (_("Called off"), it.refunds),
        (_("Commission"), it.commission),
        (_("Yours"), it.share),
        (_("Received by you directly"), it.in_hand),
        (_("Credits that expired"), it.expired),
        (_("Paid out, or paid by you"), it.paid_out),
        (_("Change of the balance"), it.change),
    ]
    return [(say(actor, words), amount) for words, amount in pairs if amount]


def run_sheet(run: RunRow, transfers: list[Transfer], issuer: Side, actor: Actor) -> Sheet:
    """A payout run as the acting operator keeps it."""
    return Sheet(
        title=say(
            actor, _("Payouts of %(day)s"), day=format_short(run.made_at.date(), "d MMMM y", actor.locale)
        ),
        number=run.currency,
        file=f"payouts-{run.made_at:%Y-%m-%d}-{run.currency}",
        locale=actor.locale,
        facts=[(say(actor, _("Made")), format_date(run.made_at, actor.time_zone, actor.locale))],
        sides=[(say(actor, _("From")), issuer)],
        columns=[say(actor, each) for each in (_("To"), _("State"), _("Amount"))],
        rows=[
            Row(
                each.whom.name,
                " · ".join(filter(None, (str(each.payout.id), each.payout.reason))),
                [
                    say(actor, _STATUS[each.payout.status]),
                    money(each.payout.amount_minor, run.currency, actor),
                ],
            )
            for each in transfers
        ],
        totals=[(say(actor, _("Total")), money(run.amount_minor, run.currency, actor))],
        notes=[],
        page_words=(say(actor, _("Page")), say(actor, _("of"))),
    )
