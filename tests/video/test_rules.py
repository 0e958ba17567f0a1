"""When a call is open, and who counts as there."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from visavis.booking.policies import PRESETS
from visavis.booking.rules import Facts, Party, Status
from visavis.video.rules import Stay, goes_on, open_to, present, refusal, spans

START = datetime(2026, 3, 3, 10, tzinfo=UTC)
END = START + timedelta(hours=1)
MINUTE = timedelta(minutes=1)
ADA, BEN = UUID(int=1), UUID(int=2)
CERTAIN = Facts(
    status=Status.CONFIRMED,
    created_by="client",
    starts_at=START,
    ends_at=END,
    length_minutes=60,
    policy=PRESETS["approve_then_transfer"].policy,
    price_minor=0,
    credits=0,
)


@pytest.mark.parametrize("party", [Party.CLIENT, Party.PRACTITIONER])
def test_from_ten_minutes_before_until_thirty_after(party: Party) -> None:
    for at, is_open in (
        (START - 10 * MINUTE - timedelta(seconds=1), False),
        (START - 10 * MINUTE, True),
        (END + 30 * MINUTE - timedelta(seconds=1), True),
        (END + 30 * MINUTE, False),
    ):
        assert open_to(CERTAIN, party, at) is is_open, at
        begun = msgspec.structs.replace(CERTAIN, status=Status.IN_PROGRESS)
        assert open_to(begun, party, at) is is_open, at
    early = refusal(CERTAIN, party, START - timedelta(days=1))
    assert early is not None
    assert "ten minutes before" in early.message


@pytest.mark.parametrize(
    "status", [each for each in Status if each not in (Status.CONFIRMED, Status.IN_PROGRESS)]
)
def test_only_what_is_certain(status: Status) -> None:
    facts = msgspec.structs.replace(CERTAIN, status=status)
    assert not open_to(facts, Party.CLIENT, START)
    assert not open_to(facts, Party.PRACTITIONER, START)
    assert goes_on(facts, START) is (status in (Status.COMPLETED, Status.NO_SHOW))


def test_without_a_time_whenever_it_is_certain() -> None:
    facts = msgspec.structs.replace(CERTAIN, starts_at=None, ends_at=None)
    assert open_to(facts, Party.CLIENT, START)
    assert goes_on(facts, START)


def test_instant_is_open_to_its_maker_at_once_and_to_the_client_with_the_approval() -> None:
    asked = msgspec.structs.replace(
        CERTAIN, status=Status.PENDING_APPROVAL, instant=True, starts_at=None, ends_at=None, due_at=START
    )
    assert open_to(asked, Party.PRACTITIONER, START - MINUTE)
    assert not open_to(asked, Party.PRACTITIONER, START)
    assert not open_to(asked, Party.CLIENT, START - MINUTE)
    begun = msgspec.structs.replace(asked, status=Status.IN_PROGRESS, starts_at=START, ends_at=END)
    assert open_to(begun, Party.CLIENT, START)


def stay(account: UUID, joined: int, left: int | None = None, seen: int | None = None) -> Stay:
    """In minutes from the start."""
    last = left if seen is None else seen
    return Stay(
        uuid4(),
        account,
        START + joined * MINUTE,
        START + (joined if last is None else last) * MINUTE,
        None if left is None else START + left * MINUTE,
    )


def test_who_is_silent_for_long_is_gone() -> None:
    here, gone, left = stay(ADA, 0, seen=10), stay(BEN, 0, seen=8), stay(BEN, 0, left=9)
    now = START + 10 * MINUTE
    assert present([here, gone, left], ADA, now) == here
    assert present([here, gone, left], BEN, now) is None


def test_the_latest_page_counts() -> None:
    first, second = stay(ADA, 0, seen=5), stay(ADA, 4, seen=5)
    assert present([second, first], ADA, START + 5 * MINUTE) == second


def test_how_long_each_was_there() -> None:
    stays = [stay(ADA, 0, left=10), stay(BEN, 2, seen=5), stay(ADA, 8, left=20), stay(ADA, 30, seen=40)]
    ada, ben = spans(stays, START + 40 * MINUTE)
    assert (ada.account_id, ada.came_at, ada.seconds, ada.there) == (ADA, START, 30 * 60, True)
    assert ada.left_at == START + 40 * MINUTE
    assert (ben.account_id, ben.seconds, ben.there, ben.left_at) == (BEN, 180, False, START + 5 * MINUTE)
