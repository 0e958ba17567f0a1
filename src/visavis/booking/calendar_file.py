"""A session as a calendar file (RFC 5545, RFC 5546), with what its reader may see and no more. Pure."""

import unicodedata
from datetime import datetime
from email.utils import parseaddr
from typing import TYPE_CHECKING

from visavis.booking.access import Seat
from visavis.booking.rules import CERTAIN, OPEN, Status
from visavis.kit.actor import Actor
from visavis.kit.format import format_minutes
from visavis.kit.words import _, say

if TYPE_CHECKING:  # slow to import, and needed by few processes: where it is used
    from icalendar import Event, vCalAddress


def calendar_file(seat: Seat, actor: Actor, site: str, mail_from: str, now: datetime) -> tuple[str, bytes]:
    """The method and the file, made at `now`. Its UID stays the same, its sequence number only grows.

    Times are instants in UTC, so no calendar can shift them. Notes, answers and money stay at home: a
    calendar is often shared. `site` is the public address, `mail_from` the sender of its mail.
    """
    method = "PUBLISH" if seat.session.status in OPEN | CERTAIN else "CANCEL"
    return method, _file(method, _event(seat, actor, site, mail_from, now))


def invitation(
    seat: Seat, actor: Actor, address: str, site: str, mail_from: str, now: datetime
) -> tuple[str, bytes]:
    """The method and the file for a mail to `actor` at `address`; calendars take in REQUEST and CANCEL.

    We are the organizer and the reader is the only attendee: neither person's address reaches the other.
    """
    from icalendar import vCalAddress, vText

    method = "REQUEST" if seat.session.status in OPEN | CERTAIN else "CANCEL"
    event = _event(seat, actor, site, mail_from, now)
    attendee = vCalAddress(f"mailto:{_line(address)}")
    attendee.params["CN"] = vText(_line(actor.name))
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("ACCEPTED")  # both agreed already: nobody is asked again
    attendee.params["RSVP"] = vText("FALSE")
    event.add("attendee", attendee, encode=False)
    return method, _file(method, event)


def _file(method: str, event: "Event") -> bytes:
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Visavis//Sessions//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(event)
    file: bytes = calendar.to_ical()
    return file


def _event(seat: Seat, actor: Actor, site: str, mail_from: str, now: datetime) -> "Event":
    from icalendar import Event

    session = seat.session
    link = f"{site}/sessions/{session.id}"
    length = format_minutes(session.length_minutes, actor.locale)
    event = Event()
    event.add("uid", f"{session.id}@{_host(site)}")
    event.add("sequence", session.sequence)
    event.add("dtstamp", now)
    event.add("created", session.created_at)
    event.add("dtstart", session.starts_at)
    event.add("dtend", session.ends_at)
    event.add("summary", _line(say(actor, _("Session with %(name)s"), name=seat.other_name)))
    event.add("description", "\n".join([_line(f"{session.offering_name} · {length}"), link]))
    if place := _place(seat):
        event.add("location", place)
    event.add("url", link)
    event.add("status", _status(session.status))
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    event["organizer"] = _organizer(mail_from)
    return event


def _status(status: Status) -> str:
    if status in CERTAIN:
        return "CONFIRMED"
    return "TENTATIVE" if status in OPEN else "CANCELLED"


def _place(seat: Seat) -> str:
    """Where to meet: the link while there is something to join, else the place."""
    session = seat.session
    if seat.meeting_url and session.status in OPEN:
        return _line(seat.meeting_url)
    return _line(session.location)


def _organizer(mail_from: str) -> "vCalAddress":
    from icalendar import vCalAddress, vText

    name, mail = parseaddr(mail_from)
    organizer = vCalAddress(f"mailto:{_line(mail)}")
    organizer.params["CN"] = vText(_line(name) or "Visavis")
    return organizer


def _host(site: str) -> str:
    return site.partition("://")[2].partition("/")[0]


def _line(words: str) -> str:
    """One line without control characters: what people typed cannot begin a line of the file."""
    shown = "".join(" " if unicodedata.category(each) in {"Cc", "Zl", "Zp"} else each for each in words)
    return " ".join(shown.split())
