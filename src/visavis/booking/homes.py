"""What a home shows besides the board: today, figures, what happened lately, what is next. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from operator import itemgetter
from uuid import UUID

import msgspec

from visavis.booking.history_words import Event, told
from visavis.booking.phrases import price_in
from visavis.booking.queries import SessionRow
from visavis.booking.queries.home import ActivityRow, FigureRow
from visavis.booking.rules import Status
from visavis.booking.views import Card
from visavis.credits.views import Bought
from visavis.kit.actor import Actor
from visavis.kit.clock import zone
from visavis.kit.format import format_hours
from visavis.kit.words import _

Span = tuple[datetime, datetime]
_TODAY = frozenset(Status) - {Status.DECLINED, Status.CANCELLED, Status.EXPIRED}
_CERTAIN = frozenset({Status.CONFIRMED.value, Status.IN_PROGRESS.value})
_MOST_ACTIVITY = 6
_NAMES = (_("Sessions"), _("Hours"), _("Revenue"))


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Sessions, hours and revenue of a span, each beside that of the span before."""

    title: str
    before: str
    pairs: list[tuple[str, str, str]]


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened lately: to whose session, and what."""

    event: Event
    href: str
    name: str


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """A client's home has `next` alone; a practitioner's has the rest, and `next` when today is over."""

    next: Card | None
    today: list[Card] = []
    figures: list[Figures] = []
    activity: list[Happened] = []
    to_check: list[Bought] = []  # payments for credits


def day_of(now: datetime, time_zone: str) -> Span:
    """Today, midnight to midnight on the clock of `time_zone`."""
    today = now.astimezone(zone(time_zone)).date()
    return _span(today, today + timedelta(days=1), time_zone)


def spans_of(now: datetime, time_zone: str) -> dict[str, Span]:
    """This and the last week (from Monday) and month, on the clock of `time_zone`."""
    today = now.astimezone(zone(time_zone)).date()
    monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
    next_first = (first + timedelta(days=32)).replace(day=1)
    last_first = (first - timedelta(days=1)).replace(day=1)
    week = timedelta(days=7)
    return {
        "week": _span(monday, monday + week, time_zone),
        "last week": _span(monday - week, monday, time_zone),
        "month": _span(first, next_first, time_zone),
        "last month": _span(last_first, first, time_zone),
    }


def _span(first: date, end: date, time_zone: str) -> Span:
    return _midnight(first, time_zone), _midnight(end, time_zone)


def _midnight(day: date, time_zone: str) -> datetime:
    return datetime.combine(day, time(), zone(time_zone)).astimezone(UTC)


def next_of(shown: Iterable[Card], now: datetime) -> Card | None:
    """The next certain session, or the one that is on."""
    ahead = [
        (card.starts_at, card)
        for card in shown
        if card.status in _CERTAIN and card.starts_at and card.ends_at and card.ends_at > now
    ]
    return min(ahead, key=itemgetter(0), default=(None, None))[1]


def todays(rows: Iterable[SessionRow], cards: Mapping[UUID, Card], today: Span) -> list[Card]:
    """What takes place today, or would."""
    first, end = today
    here = (row for row in rows if row.starts_at and first <= row.starts_at < end)
    return [cards[row.id] for row in here if row.status in _TODAY]


def figures_of(rows: Sequence[FigureRow], actor: Actor) -> list[Figures]:
    """This week and this month."""
    return [
        Figures(
            title=title,
            before=before,
            pairs=list(
                zip(_NAMES, _values(rows, span, actor), _values(rows, f"last {span}", actor), strict=True)
            ),
        )
        for span, title, before in (
            ("week", _("This week"), _("and last week")),
            ("month", _("This month"), _("and last month")),
        )
    ]


def _values(rows: Sequence[FigureRow], span: str, actor: Actor) -> tuple[str, str, str]:
    mine = [row for row in rows if row.span == span]
    hours = format_hours(sum(row.minutes for row in mine), actor.locale)
    earned = [price_in(actor, row.paid_minor, row.currency) for row in mine if row.paid_minor]
    return str(sum(row.sessions for row in mine)), hours, " + ".join(earned) or "–"


def lately(rows: Iterable[ActivityRow], actor: Actor) -> list[Happened]:
    """The latest of what has words."""
    happened = (
        Happened(event=event, href=f"/sessions/{row.session_id}", name=row.client_name)
        for row in rows
        if (event := told(row, actor))
    )
    return list(islice(happened, _MOST_ACTIVITY))
