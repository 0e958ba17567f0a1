"""Who is, or was, in the call of a session and for how long, in words. Pure."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from visavis.booking.access import Seat
from visavis.kit.actor import Actor
from visavis.kit.format import format_clock, format_minutes
from visavis.kit.words import _, say
from visavis.video.rules import Span, Stay, spans


class Attendance(msgspec.Struct, frozen=True):
    """One person of the call: whether they are in it now, and since when or how long they were."""

    name: str
    words: str
    there: bool


def attendance(seat: Seat, stays: Sequence[Stay], actor: Actor, now: datetime) -> list[Attendance]:
    """A line for each of the two who came, in the order of coming; empty while nobody has."""
    return [
        Attendance(_name(seat, span, actor), _words(span, actor), span.there) for span in spans(stays, now)
    ]


def _name(seat: Seat, span: Span, actor: Actor) -> str:
    return say(actor, _("You")) if span.account_id == actor.account_id else seat.other_name


def _words(span: Span, actor: Actor) -> str:
    came = format_clock(span.came_at, actor.time_zone, actor.locale)
    if span.there:
        return say(actor, _("in the room now, since %(came)s"), came=came)
    left = format_clock(span.left_at, actor.time_zone, actor.locale)
    if span.seconds < 60:
        return say(actor, _("in the room at %(came)s, less than a minute"), came=came)
    long = format_minutes(round(span.seconds / 60), actor.locale)
    return say(actor, _("in the room from %(came)s to %(left)s, %(long)s"), came=came, left=left, long=long)
