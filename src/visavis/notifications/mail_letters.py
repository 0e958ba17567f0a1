"""The letters: what stands in every one of them. Pure.

Subject and heading name nobody. What people wrote to each other, notes and topics stay at home: mail lies in
many places, so it only says that there are words to read.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from visavis.booking.access import Seat
from visavis.booking.phrases import called, cost
from visavis.booking.rules import Party
from visavis.kit.actor import Actor
from visavis.kit.format import (
    babel_locale,
    format_city,
    format_clock,
    format_minutes,
    format_when,
    format_zone,
    same_clock,
)
from visavis.kit.letters import Fact, Letter
from visavis.kit.money import format_money
from visavis.kit.words import _, say
from visavis.notifications.mail_kinds import MailKind
from visavis.notifications.mail_links import ways_out
from visavis.notifications.mail_words import WORDS, Words

_MOVED_BY_ONE = _("%(name)s moved it.")
_YOUR_PAYMENT = _("Your payment is there: it is certain.")
_PAID_BY_CARD = _("%(name)s paid by card: it is certain.")
_TIME_OPEN = _("Its time is open: either of you can propose one.")


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An event as its reader hears of it by mail. `out` turns its group off, which is called `group`."""

    kind: MailKind
    verb: str
    details: Mapping[str, Any]
    seat: Seat
    own: bool = False  # the reader did it themselves
    dated: bool = False  # a calendar file comes along
    group: str
    out: str


def letter_of(told: Told, reader: Actor, site: str) -> Letter:
    """The letter to `reader`; `site` is the public address."""
    words, session = WORDS[told.kind], told.seat.session
    when = format_when(session.starts_at, reader.time_zone, reader.locale) if session.starts_at else ""
    return Letter(
        subject=say(reader, words.subject, when=when) if when else say(reader, words.undated),
        heading=say(reader, words.heading),
        words=_sentences(told, words, reader),
        facts=_facts(told, words, reader),
        button=say(reader, words.button),
        link=f"{site}/credits?session={session.id}"
        if told.kind is MailKind.LACK
        else f"{site}/sessions/{session.id}",
        small=_small(told, reader),
        ways=ways_out(told.group, told.out, reader.locale, site),
        locale=reader.locale,
    )


def _sentences(told: Told, words: Words, reader: Actor) -> list[str]:
    lead = words.own if told.own else words.lead
    if told.verb == "reschedule" and not told.own:
        lead = _MOVED_BY_ONE
    if told.verb == "pay_by_card" and told.kind is MailKind.CONFIRMED:
        lead = _YOUR_PAYMENT if told.seat.party is Party.CLIENT else _PAID_BY_CARD
    name, proposed = called(told.seat.other_name), _at(told, "starts_at", reader)
    said = [say(reader, lead, name=name, proposed=proposed)]
    if told.kind is MailKind.CONFIRMED and told.seat.session.starts_at is None:
        said.append(say(reader, _TIME_OPEN))
    return [" ".join(said)]


def _at(told: Told, key: str, reader: Actor) -> str:
    if not told.details.get(key):
        return ""
    return format_when(datetime.fromisoformat(told.details[key]), reader.time_zone, reader.locale)


def _facts(told: Told, words: Words, reader: Actor) -> list[Fact]:
    session = told.seat.session
    facts = []
    if session.starts_at and session.ends_at:
        lines = _moment(told.seat, session.starts_at, session.ends_at, reader)
        if told.kind is MailKind.MOVED and (was := _at(told, "was", reader)):
            lines.append(say(reader, _("It was on %(was)s"), was=was))
        facts.append(Fact(say(reader, _("When")), lines))
    if told.kind is MailKind.NEW_TIME and session.proposal:
        lines = _moment(told.seat, session.proposal.starts_at, session.proposal.ends_at, reader)
        facts.append(Fact(say(reader, _("Proposed")), lines))
    length = format_minutes(session.length_minutes, reader.locale)
    facts.append(Fact(say(reader, _("With")), [told.seat.other_name, f"{session.offering_name} · {length}"]))
    if told.kind in _ABOUT_MONEY:
        facts.append(Fact(say(reader, _("Amount")), [cost(reader, session)]))
    if back := _comes_back(told, reader):
        facts.append(back)
    if words.by and (until := _deadline(told)):
        facts.append(Fact(say(reader, words.by), [format_when(until, reader.time_zone, reader.locale)]))
    return facts


def _comes_back(told: Told, reader: Actor) -> Fact | None:
    """What is owed of a session that was called off, or was sent back."""
    minor = told.details.get("amount_minor" if told.kind in _SENT_BACK else "refund_minor")
    if not minor:
        return None
    amount = format_money(minor, told.details["currency"], babel_locale(reader.locale))
    to_send = told.kind is MailKind.CANCELLED and told.seat.party is Party.PRACTITIONER
    words = _("Please send back") if to_send else _COMES_BACK.get(told.kind, _("Comes back"))
    return Fact(say(reader, words), [amount])


_COMES_BACK = {MailKind.DISPUTED: _("Taken back")}
_SENT_BACK = frozenset(
    {MailKind.REFUND, MailKind.CARD_REFUND, MailKind.TOO_LATE, MailKind.BOUNCED, MailKind.RESENT,
     MailKind.DISPUTED}
)  # fmt: skip


def _deadline(told: Told) -> datetime | None:
    session = told.seat.session
    if told.kind is MailKind.NEW_TIME:
        return session.proposal.due_at if session.proposal else None
    return session.due_at


_ABOUT_MONEY = frozenset(
    {
        MailKind.TO_PAY,
        MailKind.PROOF,
        MailKind.REJECTED,
        MailKind.PROPOSED,
        MailKind.INSTANT,
        MailKind.LACK,
        MailKind.FAILED,
    }
)


def _moment(seat: Seat, start: datetime, end: datetime, reader: Actor) -> list[str]:
    """The time on the reader's clock, and on the other's where it differs."""
    session = seat.session
    there = session.practitioner_zone if seat.party is Party.CLIENT else session.client_zone
    until = format_clock(end, reader.time_zone, reader.locale)
    zone = format_zone(reader.time_zone, start, reader.locale)
    lines = [
        f"{format_when(start, reader.time_zone, reader.locale)}–{until}",
        say(reader, _("Times in %(zone)s"), zone=zone),
    ]
    if not same_clock(reader.time_zone, there, start):
        clock = format_when(start, there, reader.locale)
        lines.append(say(reader, _("%(clock)s in %(city)s"), clock=clock, city=format_city(there)))
    return lines


def _small(told: Told, reader: Actor) -> list[str]:
    small = []
    answered = told.verb == "approve" and told.seat.session.answer
    if not told.own and (told.details.get("reason") or answered):
        sentence = _("%(name)s wrote a few words to you. They stand on the session's page.")
        small.append(say(reader, sentence, name=called(told.seat.other_name)))
    if told.dated:
        small.append(say(reader, _("The attached file keeps your calendar in step.")))
    return small
