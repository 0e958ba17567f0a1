"""What a person is told about a session: kind sentences, deadlines, and how people are called. Pure."""

from collections.abc import Callable
from datetime import date, datetime

from visavis.booking.access import Seat
from visavis.booking.card_words import awaited_of_client, awaited_of_practitioner
from visavis.booking.course import to_pay
from visavis.booking.joining import both_came, client_missed, practitioner_missed
from visavis.booking.queries import SessionRow
from visavis.booking.rules import JOIN_OPENS, MOVABLE, Party, Status, joinable
from visavis.kit.actor import Actor
from visavis.kit.clock import zone
from visavis.kit.format import (
    babel_locale,
    format_city,
    format_clock,
    format_short,
    format_when,
    same_clock,
)
from visavis.kit.money import format_money
from visavis.kit.words import _, say, translations

_TITLES = {"dr", "dr.", "prof", "prof.", "professor"}


def called(name: str) -> str:
    """'Dr. Johnson' for Dr. Sarah Johnson, 'Emma' for Emma Clarke."""
    words = name.split()
    if len(words) > 1 and (words[0].lower() in _TITLES or words[0].endswith(".")):
        return f"{words[0]} {words[-1]}"
    return words[0] if words else name


def price_in(actor: Actor, minor: int, currency: str) -> str:
    """An amount in the reader's way of writing; 'Free' for nothing."""
    if minor == 0:
        return say(actor, _("Free"))
    return format_money(minor, currency, babel_locale(actor.locale))


def credits_in(actor: Actor, number: int) -> str:
    """'2 credits'."""
    sentence = translations(actor.locale).ngettext("%(number)s credit", "%(number)s credits", number)
    return sentence % {"number": number}


def amount(actor: Actor, session: SessionRow) -> str:
    """The session's price, or the credits that it takes."""
    if session.credits:
        return credits_in(actor, session.credits)
    return price_in(actor, session.price_minor, session.currency)


def cost(actor: Actor, session: SessionRow) -> str:
    """The same, and that it is not paid here where the two settle it themselves."""
    if session.terms.payment == "none" and session.price_minor:
        return say(actor, _("%(amount)s, settled outside Visavis"), amount=amount(actor, session))
    return amount(actor, session)


def by_when(actor: Actor, instant: datetime, now: datetime) -> str:
    """'18:00 today', 'Tuesday 18:00' within a week, else the whole date; on the reader's clock."""
    days = (_date(actor, instant) - _date(actor, now)).days
    clock = format_clock(instant, actor.time_zone, actor.locale)
    if days == 0:
        return say(actor, _("%(clock)s today"), clock=clock)
    if days == 1:
        return say(actor, _("%(clock)s tomorrow"), clock=clock)
    if 1 < days < 7:
        return f"{format_short(_date(actor, instant), 'EEEE', actor.locale)} {clock}"
    return format_when(instant, actor.time_zone, actor.locale)


def _date(actor: Actor, instant: datetime) -> date:
    return instant.astimezone(zone(actor.time_zone)).date()


def what_next(seat: Seat, actor: Actor, now: datetime) -> str:
    """The one sentence that says where the session stands and what happens next."""
    session = seat.session
    proposed = new_time(seat, actor, now)
    if proposed and session.status is Status.CONFIRMED:
        return proposed
    sentence = (_for_client if seat.party is Party.CLIENT else _for_practitioner)(session, now)
    values: dict[str, Callable[[], str]] = {
        "name": lambda: called(seat.other_name),
        "amount": lambda: amount(actor, session),
        "until": lambda: by_when(actor, session.due_at or session.starts_at or now, now),
        "opens": lambda: by_when(actor, (session.starts_at or now) - JOIN_OPENS, now),
        "ends": lambda: format_clock(session.ends_at or now, actor.time_zone, actor.locale),
        "rating": lambda: str(session.rating),
        "hours": lambda: str(session.terms.cancel_until_hours),
    }
    said = say(
        actor, sentence, **{name: make() for name, make in values.items() if f"%({name})s" in sentence}
    )
    return f"{proposed} {said}" if proposed else said


def new_time(seat: Seat, actor: Actor, now: datetime) -> str:
    """What is proposed instead of the session's time, and who answers; empty when nothing is."""
    session, proposal = seat.session, seat.session.proposal
    if proposal is None or session.status not in MOVABLE or now >= proposal.due_at:
        return ""
    sentence = _proposes(by_me=proposal.proposed_by == seat.party.value, first=session.starts_at is None)
    return say(
        actor,
        sentence,
        name=called(seat.other_name),
        when=on_both_clocks(seat, actor, proposal.starts_at),
        until=by_when(actor, proposal.due_at, now),
    )


def _proposes(*, by_me: bool, first: bool) -> str:
    if by_me and first:
        return _("You propose %(when)s. %(name)s will answer by %(until)s.")
    if by_me:
        return _("You propose %(when)s instead. %(name)s will answer by %(until)s.")
    if first:
        return _("%(name)s proposes %(when)s. Please answer by %(until)s.")
    return _("%(name)s proposes %(when)s instead. Please answer by %(until)s.")


def on_both_clocks(seat: Seat, actor: Actor, instant: datetime) -> str:
    """'Tue 24 Nov 2026, 18:00 (13:00 in New York)': the reader's clock, and the other's where it differs."""
    session = seat.session
    there = session.practitioner_zone if seat.party is Party.CLIENT else session.client_zone
    here = format_when(instant, actor.time_zone, actor.locale)
    if same_clock(actor.time_zone, there, instant):
        return here
    clock, local = format_clock(instant, there, actor.locale), instant.astimezone(zone(there)).date()
    if local != _date(actor, instant):
        clock = f"{format_short(local, 'EEE', actor.locale)} {clock}"
    return say(actor, _("%(here)s (%(clock)s in %(city)s)"), here=here, clock=clock, city=format_city(there))


def _for_client(session: SessionRow, now: datetime) -> str:
    match session.status:
        case Status.PENDING_APPROVAL:
            return _pending_for_client(session)
        case Status.APPROVED if session.reason:
            return _("%(name)s could not find the payment. Please send a new proof by %(until)s.")
        case Status.APPROVED:
            return awaited_of_client(session)
        case Status.PAYMENT_SUBMITTED:
            return _("%(name)s is checking your payment. There is nothing more for you to do.")
        case Status.CONFIRMED:
            return _confirmed_for_client(session, now)
        case Status.IN_PROGRESS if session.ends_at is not None and now < session.ends_at:
            return _("It has begun: %(name)s is there until %(ends)s.")
        case Status.IN_PROGRESS if practitioner_missed(session):
            return _("The time is over. %(name)s did not come into the room, and will close the session.")
        case Status.IN_PROGRESS:
            return _("The time is over. %(name)s will close the session.")
        case Status.COMPLETED if session.rating is None:
            return _("How was it? A few words help %(name)s, and others who choose.")
        case Status.COMPLETED:
            return _("Thank you for your feedback.")
        case Status.NO_SHOW:
            return _("%(name)s waited, but you did not meet.")
    return _ended(session)


def _pending_for_client(session: SessionRow) -> str:
    if session.instant:
        return _("%(name)s is there for you now. It begins when you approve it, until %(until)s.")
    if session.created_by == "practitioner":
        return _("%(name)s proposes this session. Please answer by %(until)s.")
    return _("%(name)s will answer by %(until)s.")


def _confirmed_for_client(session: SessionRow, now: datetime) -> str:
    if session.starts_at is None:
        return _("It is certain, and its time is open: propose one, or join whenever you are both there.")
    if joinable(session.facts, now):
        return _("It is time: you can join now.")
    return _("All set. You can join from %(opens)s.")


def _for_practitioner(session: SessionRow, now: datetime) -> str:
    match session.status:
        case Status.PENDING_APPROVAL:
            return _pending_for_practitioner(session)
        case Status.APPROVED if session.reason:
            return _("You asked for a new proof. %(name)s has until %(until)s.")
        case Status.APPROVED:
            return awaited_of_practitioner(session)
        case Status.PAYMENT_SUBMITTED:
            return _("%(name)s has paid %(amount)s and sent a proof. Please check it.")
        case Status.CONFIRMED:
            return _confirmed_for_practitioner(session, now)
        case Status.IN_PROGRESS if session.ends_at is not None and now < session.ends_at:
            return _("You are meeting %(name)s until %(ends)s.")
        case Status.IN_PROGRESS:
            return _over_for_practitioner(session)
        case Status.COMPLETED if session.rating is None:
            return _("%(name)s has not given feedback yet.")
        case Status.COMPLETED:
            return _("%(name)s gave you %(rating)s out of 5.")
        case Status.NO_SHOW:
            return _("%(name)s did not come.")
    return _ended(session)


def _pending_for_practitioner(session: SessionRow) -> str:
    if session.instant:
        return _("It begins when %(name)s approves it, until %(until)s.")
    if session.created_by == "practitioner":
        return _("%(name)s will answer by %(until)s.")
    return _("%(name)s hopes for your answer by %(until)s.")


def _confirmed_for_practitioner(session: SessionRow, now: datetime) -> str:
    if session.starts_at is None:
        return _("It is certain, and its time is open: propose one, or start whenever you are both there.")
    if joinable(session.facts, now):
        return _("It is time: %(name)s can join now.")
    return _("All set. You can start from %(opens)s.")


def _over_for_practitioner(session: SessionRow) -> str:
    if both_came(session):
        return _("The time is over, and you were both there. Please mark the session as complete.")
    if client_missed(session):
        return _("The time is over. You were in the room, and %(name)s did not come.")
    if practitioner_missed(session):
        return _("The time is over. %(name)s was in the room, and you were not.")
    return _("The time is over. Did %(name)s come?")


def _ended(session: SessionRow) -> str:
    money = to_pay(session.terms, session.price_minor)
    if session.starts_at is None and session.status in (Status.CANCELLED, Status.EXPIRED):
        lapsed = _("It was not answered or paid in time.") if money else _("It was not answered in time.")
        return _("It was called off.") if session.status is Status.CANCELLED else lapsed
    if session.cancelled_late:
        return _("It was called off late, within the last %(hours)s hours before. The time is free again.")
    return {
        Status.DECLINED: _("It did not work out this time."),
        Status.CANCELLED: _("It was called off, and the time is free again."),
        Status.EXPIRED: _("It was not answered or paid in time, so the time was set free.")
        if money
        else _("It was not answered in time, so the time was set free."),
    }[session.status]
