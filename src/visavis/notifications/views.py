"""Notifications in words, for pages, the API and browsers. Pure."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

import msgspec

from visavis.kit.actor import Actor
from visavis.kit.clock import zone
from visavis.kit.format import format_day, format_when
from visavis.kit.words import _, say, translations
from visavis.notifications.access import NotificationRow
from visavis.notifications.words import Words, words_for


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One notification as its reader sees it: who did what, about which session, when, where it leads."""

    number: int
    sentence: str
    about: str
    detail: str
    icon: str
    at: datetime
    href: str
    unread: bool


class Day(msgspec.Struct, frozen=True):
    """What happened on one day of the reader's."""

    name: str
    items: list[Item]


def words_of(row: NotificationRow) -> Words:
    """The row of the table that speaks for it."""
    return words_for(row.kind, row.side, row.approval)


def item_of(row: NotificationRow, actor: Actor) -> Item:
    """In the reader's words and on their clock."""
    return Item(
        number=row.number,
        sentence=say(actor, words_of(row).sentence, **_values(row, actor)),
        about=_about(row, actor),
        detail=str(row.details.get("reason", "")),
        icon=words_of(row).icon,
        at=row.created_at,
        href=href_of(row),
        unread=row.read_at is None,
    )


def href_of(row: NotificationRow) -> str:
    """The page of the thing that it is about."""
    if row.kind == "lack_credits":
        return f"/credits?session={row.session_id}"
    if row.session_id is not None:
        return f"/sessions/{row.session_id}{'/room' if row.kind == 'join_call' else ''}"
    if row.subject_type == "chat_report":
        return "/operator/reports"
    if row.subject_type == "credit_purchase":
        return f"/credits/purchases/{row.subject_id}"
    if row.subject_type == "card_payment":
        return "/operator/money#cards"
    if row.subject_type in ("payout", "settlement"):
        return "/practice/earnings"
    if row.side == "client":
        return "/credits"
    return "/operator/credits#balances" if row.details.get("platform") else "/practice/credits#balances"


def by_day(rows: Iterable[NotificationRow], actor: Actor, now: datetime) -> list[Day]:
    """In the order given, under the days of the reader's zone."""
    items = [item_of(row, actor) for row in rows]
    return [
        Day(_day_name(day, actor, now), list(of_day))
        for day, of_day in groupby(items, lambda item: _date(item.at, actor))
    ]


def _values(row: NotificationRow, actor: Actor) -> dict[str, str]:
    times = {"was": row.details.get("was"), "when": row.details.get("starts_at")}
    said = {name: _instant(value, actor) for name, value in times.items()}
    return said | {"name": row.actor_name or row.other_name or say(actor, _nobody(row))}


def _nobody(row: NotificationRow) -> str:
    """Who did it when that is no person one knows; credits come from the platform then."""
    return _("Visavis") if row.subject_type.startswith("credit_") else _("Somebody")


def _instant(value: Any, actor: Actor) -> str:
    known = isinstance(value, str)
    return format_when(datetime.fromisoformat(value), actor.time_zone, actor.locale) if known else ""


def _about(row: NotificationRow, actor: Actor) -> str:
    if row.offering_name is None:
        return _credits(row, actor)
    if row.starts_at is None:
        return row.offering_name
    return f"{row.offering_name} · {format_when(row.starts_at, actor.time_zone, actor.locale)}"


def _credits(row: NotificationRow, actor: Actor) -> str:
    many = row.details.get("credits")
    if not isinstance(many, int):
        return ""
    words = translations(actor.locale).ngettext("%(num)s credit", "%(num)s credits", many) % {"num": many}
    return " · ".join(each for each in (str(row.details.get("name", "")), words) if each)


def _date(at: datetime, actor: Actor) -> date:
    return at.astimezone(zone(actor.time_zone)).date()


def _day_name(day: date, actor: Actor, now: datetime) -> str:
    today = _date(now, actor)
    if day == today:
        return say(actor, _("Today"))
    if day == today - timedelta(days=1):
        return say(actor, _("Yesterday"))
    return format_day(day, actor.time_zone, actor.locale)
