"""A card that is used again says what it would say if it were made anew, to everybody and at any instant."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from visavis.booking.access import Seat
from visavis.booking.policies import PRESETS
from visavis.booking.queries import SessionRow
from visavis.booking.remembered_cards import cards_of
from visavis.booking.rules import OPEN, Party, Status
from visavis.booking.views import Side, card_of
from visavis.kit.actor import Actor

BEGIN = datetime(2026, 3, 28, 20, 17, 5, tzinfo=UTC)  # hours before the clocks of Europe change
TINY = timedelta(microseconds=1)
ZONES = ("Europe/London", "Asia/Kolkata", "America/New_York", "Pacific/Kiritimati")
MIDNIGHTS = {
    datetime.combine(date(2026, 3, day), time(), ZoneInfo(name)) for name in ZONES for day in (29, 30)
}
COURSE = [timedelta(minutes=each) for each in (0, 1, 59, 60, 61, 719, 1440, 2880, 4000)]
HOURS = (0, 1, 24, 48)
PEOPLE = {side: uuid4() for side in ("client", "practitioner")}

instants = st.builds(
    lambda about, more: BEGIN + about + timedelta(seconds=more), st.sampled_from(COURSE), st.integers(0, 90)
)
sides = st.sampled_from(["client", "practitioner"])
texts = st.sampled_from(["", "Words"])
policies = st.builds(
    lambda preset, reschedule, until: msgspec.to_builtins(
        msgspec.structs.replace(preset.policy, reschedule=reschedule, reschedule_until_hours=until)
    ),
    st.sampled_from(list(PRESETS.values())),
    st.sampled_from(["agreed", "at_once"]),
    st.sampled_from(HOURS),
)


_PLAIN: dict[str, Any] = dict.fromkeys(SessionRow.__struct_fields__) | {
    "practitioner_id": PEOPLE["practitioner"],
    "practitioner_name": "Dr. Sarah Johnson",
    "practitioner_zone": "Europe/London",
    "verified": True,
    "client_id": PEOPLE["client"],
    "client_name": "Emma Clarke",
    "client_zone": "Asia/Kolkata",
    "offering_name": "Talking session",
    "created_by": "client",
    "length_minutes": 50,
    "instant": False,
    "needs_approval": True,
    "credits": 0,
    "price_minor": 8000,
    "currency": "GBP",
    "policy": msgspec.to_builtins(PRESETS["approve_then_transfer"].policy),
    "created_at": BEGIN,
    "cancelled_late": False,
    "cards_taken": True,
    **dict.fromkeys(("topic", "answer", "notes", "reason", "location", "title"), ""),
}


def made(**fields: Any) -> SessionRow:
    """A session of which only `fields` matter."""
    return SessionRow(**_PLAIN | {"id": uuid4()} | fields)


@st.composite
def sessions(draw: Any) -> SessionRow:
    """Any session as the database might hold it, and some that it never would."""
    start = draw(st.sampled_from([None, *(BEGIN + each for each in COURSE)]))
    length = timedelta(minutes=draw(st.sampled_from([25, 50])))
    proposal: dict[str, Any] = {}
    if draw(st.booleans()):
        proposed = draw(instants)
        proposal = {
            "proposed_by": draw(sides),
            "proposed_from": proposed,
            "proposed_to": proposed + length,
            "proposal_message": draw(texts),
            "proposal_due_at": draw(instants),
        }
    return made(
        created_by=draw(sides),
        status_text=draw(st.sampled_from([each.value for each in (*OPEN, *OPEN, *Status)])),
        starts_at=start,
        ends_at=start and start + length,
        due_at=draw(st.none() | instants),
        policy=draw(policies),
        **proposal,
        client_came_at=draw(st.none() | st.just(BEGIN)),
        practitioner_came_at=draw(st.none() | st.just(BEGIN)),
        rating=draw(st.none() | st.just(4)),
        meeting_url=draw(st.none() | st.just("https://example.org/x")),
        card_status=draw(st.none() | st.just("failed")),
        **{name: draw(texts) for name in ("topic", "answer", "reason")},
        **{
            name: draw(st.booleans())
            for name in ("instant", "needs_approval", "cancelled_late", "cards_taken")
        },
        **{name: draw(st.sampled_from([0, 2])) for name in ("credits", "price_minor")},
    )


def moments(session: SessionRow) -> list[datetime]:
    """Just before, at and just after every instant that could mean something."""
    named = [
        session.starts_at,
        session.ends_at,
        session.due_at,
        session.proposal_due_at,
        session.proposed_from,
    ]
    before = [timedelta(minutes=10), *(timedelta(hours=each) for each in HOURS)]
    marks = {mark - each for mark in named if mark is not None for each in before}
    marks |= MIDNIGHTS
    return sorted(mark + each for mark in marks for each in (-TINY, timedelta(0), TINY))


_SOON = {"starts_at": BEGIN + timedelta(days=2), "ends_at": BEGIN + timedelta(days=2, hours=1)}
_MOVES = msgspec.structs.replace(PRESETS["book_and_pay_by_card"].policy, reschedule="at_once")
LAPSES = made(status_text="approved", policy=msgspec.to_builtins(_MOVES), due_at=BEGIN, **_SOON)
MOVES = made(status_text="confirmed", policy=msgspec.to_builtins(_MOVES), **_SOON)


@example(session=LAPSES, side="client", zone="UTC", back=False)
@example(session=MOVES, side="client", zone="UTC", back=False)
@given(session=sessions(), side=sides, zone=st.sampled_from(ZONES), back=st.booleans())
@settings(max_examples=50)
def test_used_again_is_as_good_as_new(session: SessionRow, side: Side, zone: str, back: bool) -> None:
    reader = Actor(account_id=PEOPLE[side], time_zone=zone, via="cookie")
    for now in sorted(
        moments(session), reverse=back
    ):  # a request may have begun before the last one's instant
        read = msgspec.structs.replace(session)  # each has rows of its own
        anew = card_of(Seat(read, Party(side)), reader, now, {}, {})
        assert cards_of(side, [read], reader, now) == [anew]


@pytest.mark.parametrize("status", Status)
def test_whatever_it_is_made_of_makes_another(status: Status) -> None:
    """One thing changes at a time, in one place at one instant, there and back."""
    start, one = BEGIN + timedelta(hours=2), uuid4()
    times = {"starts_at": start, "ends_at": start + timedelta(hours=1), "due_at": start}
    session = made(id=one, status_text=status.value, credits=2, **times)
    usual = {"row": session, "side": "client", "zone": "UTC", "words": "", "balance": 0}
    for change in (
        {"row": msgspec.structs.replace(session, client_name="Anna", practitioner_name="Dr. Bell")},
        {"side": "practitioner"},
        {"zone": "Africa/Lagos"},
        {"words": "To this account"},
        {"balance": 1},
    ):
        for now in (usual, usual | change, usual):
            seller = session.practitioner_id
            known = {seller: now["words"]}, {seller: now["balance"]}
            reader = Actor(account_id=PEOPLE["client"], time_zone=now["zone"], via="cookie")
            seat = Seat(msgspec.structs.replace(now["row"]), Party(now["side"]))
            anew = card_of(seat, reader, BEGIN, *known)
            assert cards_of(now["side"], [seat.session], reader, BEGIN, *known) == [anew]


def test_made_once_for_each_reader() -> None:
    start = BEGIN + timedelta(days=1)
    session = made(starts_at=start, ends_at=start + timedelta(hours=1), status_text="confirmed")
    reader = Actor(account_id=PEOPLE["client"], via="cookie")
    stranger = msgspec.structs.replace(reader, account_id=uuid4())
    first, second, strangers = (
        cards_of("client", [msgspec.structs.replace(session)], each, BEGIN)[0]
        for each in (reader, reader, stranger)
    )
    assert first is second
    assert first is not strangers
