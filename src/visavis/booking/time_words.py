"""Words for a session that has no time yet, and for the client's free wish. Pure."""

from babel.dates import format_time

from visavis.booking.queries import SessionRow
from visavis.booking.rules import OPEN
from visavis.kit.actor import Actor
from visavis.kit.format import babel_locale, format_city, format_short
from visavis.kit.words import _, say


def time_open(session: SessionRow) -> str:
    """Instead of a time where there is none; empty where there is one."""
    if session.starts_at is not None:
        return ""
    if session.instant:
        return _("Starts when approved") if session.status in OPEN else _("Was to begin at once")
    return _("Time open") if session.status in OPEN else _("Without a time")


def wish(actor: Actor, session: SessionRow) -> str:
    """'Wished for: Tue 24 Nov 2026, 18:00 in London': the client's free wish, on the client's clock."""
    day = format_short(session.wished_on, "EEE d MMM y", actor.locale) if session.wished_on else ""
    at, locale = session.wished_at, babel_locale(actor.locale)
    clock = format_time(at, "HH:mm", locale=locale) if at else ""
    if not (day or clock):
        return ""
    when = ", ".join(each for each in (day, clock) if each)
    if clock and session.client_zone != actor.time_zone:
        when = say(actor, _("%(when)s in %(city)s"), when=when, city=format_city(session.client_zone))
    return say(actor, _("Wished for: %(when)s"), when=when)
