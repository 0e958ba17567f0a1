"""Coming into a call, what is said in it, and going."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.booking.proposals import make
from tests.support.tabs import Meeting, Tab, now
from tests.support.world import move_to_past
from visavis.booking import actions as booking
from visavis.booking.access import SessionRow
from visavis.booking.rules import Status, WrongStateError
from visavis.kit.actor import SYSTEM
from visavis.kit.db import Database
from visavis.kit.errors import InvalidInputError, NotFoundError, TooManyRequestsError
from visavis.payments.actions import verify_payment
from visavis.video.actions import ElsewhereError, beat, forget_signals, join, leave, signal, signals_after
from visavis.video.rules import MOST_SIGNAL


async def soon(meeting: Meeting, owner: Any, minutes: float = 5) -> SessionRow:
    """Certain, and about to begin."""
    session = await meeting.confirmed()
    await move_to_past(owner, session.id, hours=-minutes / 60)
    return session


async def test_with_the_practitioner_the_session_begins(meeting: Meeting, owner: Any) -> None:
    session = await soon(meeting, owner)
    client = await join(meeting.db, meeting.as_client, session.id, now())
    assert (client.seat.session.status, client.other) == (Status.CONFIRMED, None)
    joined = await join(meeting.db, meeting.as_practitioner, session.id, now())
    assert joined.seat.session.status is Status.IN_PROGRESS
    assert joined.other is not None
    assert joined.other.id == client.stay_id
    row = await owner.fetchrow("select client_came_at, practitioner_came_at from session")
    assert row[0] < row[1]
    kinds = await owner.fetch("select kind, account_id from notification order by number, account_id")
    told = [(each["kind"], each["account_id"] == session.client_id) for each in kinds]
    assert ("join_call", False) in told, "the client waited"
    assert told.count(("join_call", True)) == 0
    assert ("start", True) in told


async def test_who_waits_is_announced_once(meeting: Meeting, owner: Any) -> None:
    session = await soon(meeting, owner)
    for _reload in range(3):
        await join(meeting.db, meeting.as_practitioner, session.id, now())
    assert await owner.fetchval("select status from session") == "in_progress"
    told = await owner.fetch("select kind from notification where account_id = $1", session.client_id)
    assert [row["kind"] for row in told].count("join_call") == 1
    assert await owner.fetchval("select count(*) from video_presence where left_at is null") == 1


async def test_the_history_has_who_came_also_to_somebody_who_is_there(meeting: Meeting, owner: Any) -> None:
    session = await soon(meeting, owner)
    await join(meeting.db, meeting.as_practitioner, session.id, now())
    for _reload in range(2):
        await join(meeting.db, meeting.as_client, session.id, now())
    asked = "select actor_id from audit_event where verb = 'join_call' order by id"
    came = [each["actor_id"] for each in await owner.fetch(asked)]
    assert came == [session.practitioner_id, session.client_id]
    told = await owner.fetchval("select count(*) from notification where kind = 'join_call'")
    assert told == 1  # the client, before they came


async def test_not_too_early_not_too_late_not_before_it_is_certain(meeting: Meeting, owner: Any) -> None:
    session = await meeting.paid()
    for refused in ("payment", "ten minutes"):
        with pytest.raises(WrongStateError, match=refused):
            await join(meeting.db, meeting.as_client, session.id, now())
        if refused == "payment":
            await verify_payment(meeting.db, meeting.as_practitioner, session.id, now())
    await move_to_past(owner, session.id, hours=1.4)
    await join(meeting.db, meeting.as_client, session.id, now())
    await move_to_past(owner, session.id, hours=1.51)
    for attempt in (join, signals_after_nothing):
        with pytest.raises(WrongStateError):
            await attempt(meeting.db, meeting.as_client, session.id, now())
    assert await owner.fetchval("select count(*) from video_presence") == 1


async def signals_after_nothing(db: Any, actor: Any, session_id: UUID, at: Any) -> Any:
    return await signals_after(db, actor, session_id, 0, at)


async def test_a_third_person_is_not_there(meeting: Meeting, owner: Any, stranger: Tab) -> None:
    session = await soon(meeting, owner)
    mine = await join(meeting.db, meeting.as_client, session.id, now())
    other = stranger.person.actor
    for attempt in (
        join(meeting.db, other, session.id, now()),
        signals_after(meeting.db, other, session.id, 0, now()),
        signal(meeting.db, other, session.id, mine.stay_id, "{}", now()),
        beat(meeting.db, other, session.id, mine.stay_id, now()),
        leave(meeting.db, other, session.id, mine.stay_id, now()),
    ):
        with pytest.raises(NotFoundError):
            await attempt
    assert await owner.fetchval("select count(*) from video_presence where left_at is null") == 1


async def test_what_one_says_the_other_hears_in_order_after_any_number(meeting: Meeting, owner: Any) -> None:
    session = await soon(meeting, owner)
    client = await join(meeting.db, meeting.as_client, session.id, now())
    practitioner = await join(meeting.db, meeting.as_practitioner, session.id, now())
    for words in ("a", "b"):
        await signal(meeting.db, meeting.as_client, session.id, client.stay_id, words, now())
    await signal(meeting.db, meeting.as_practitioner, session.id, practitioner.stay_id, "c", now())
    heard = await signals_after(meeting.db, meeting.as_practitioner, session.id, practitioner.latest, now())
    assert [(each.number, each.body) for each in heard.signals] == [(1, "a"), (2, "b")]
    later = await signals_after(meeting.db, meeting.as_practitioner, session.id, 1, now())
    assert [each.body for each in later.signals] == ["b"]
    mine = await signals_after(meeting.db, meeting.as_client, session.id, 0, now())
    assert [(each.number, each.stay_id) for each in mine.signals] == [(3, practitioner.stay_id)]
    with pytest.raises(ElsewhereError):  # with a page that is not one's own
        await signal(meeting.db, meeting.as_client, session.id, practitioner.stay_id, "d", now())


async def test_numbers_follow_the_commits(meeting: Meeting, owner: Any, database: Any) -> None:
    session = await soon(meeting, owner)
    pages = [
        (actor, (await join(meeting.db, actor, session.id, now())).stay_id)
        for actor in (meeting.as_client, meeting.as_practitioner)
    ]
    several = await Database.open(database.url, max_size=8)

    async def say(nth: int) -> None:
        actor, stay_id = pages[nth % 2]
        await signal(several.handle(), actor, session.id, stay_id, str(nth), now())

    await asyncio.gather(*(say(nth) for nth in range(40)))
    await several.close()
    numbers = await owner.fetch("select number from video_signal order by number")
    assert [row["number"] for row in numbers] == list(range(1, 41))


async def test_a_second_page_takes_over_and_a_leaving_one_takes_its_words_along(
    meeting: Meeting, owner: Any
) -> None:
    session = await soon(meeting, owner)
    first = await join(meeting.db, meeting.as_client, session.id, now())
    await signal(meeting.db, meeting.as_client, session.id, first.stay_id, "old", now())
    second = await join(meeting.db, meeting.as_client, session.id, now())
    assert await owner.fetchval("select count(*) from video_signal") == 0
    assert second.latest == 1
    with pytest.raises(ElsewhereError):
        await beat(meeting.db, meeting.as_client, session.id, first.stay_id, now())
    await beat(meeting.db, meeting.as_client, session.id, second.stay_id, now())
    await leave(meeting.db, meeting.as_client, session.id, second.stay_id, now())
    await leave(meeting.db, meeting.as_client, session.id, second.stay_id, now())
    heard = await signals_after(meeting.db, meeting.as_client, session.id, 0, now())
    assert (heard.mine, heard.other) == (None, None)
    with pytest.raises(ElsewhereError):
        await beat(meeting.db, meeting.as_client, session.id, second.stay_id, now())


async def test_a_completed_session_may_be_talked_to_its_end_but_not_joined(
    meeting: Meeting, owner: Any
) -> None:
    session = await soon(meeting, owner)
    stay = await join(meeting.db, meeting.as_practitioner, session.id, now())
    await move_to_past(owner, session.id, hours=1.1)
    await booking.complete(meeting.db, meeting.as_practitioner, session.id, now())
    await beat(meeting.db, meeting.as_practitioner, session.id, stay.stay_id, now())
    with pytest.raises(WrongStateError, match="already completed"):
        await join(meeting.db, meeting.as_client, session.id, now())


async def test_instant_is_waited_in_before_it_is_approved(meeting: Meeting, owner: Any) -> None:
    await meeting.booked(hour=7, days=9)
    session = await make(meeting, starts_at=None, credits=None, price_minor=0)
    waiting = await join(meeting.db, meeting.as_practitioner, session.id, now())
    await beat(meeting.db, meeting.as_practitioner, session.id, waiting.stay_id, now())
    with pytest.raises(WrongStateError):
        await join(meeting.db, meeting.as_client, session.id, now())
    await booking.approve(meeting.db, meeting.as_client, session.id, now())
    joined = await join(meeting.db, meeting.as_client, session.id, now())
    assert joined.other is not None
    assert joined.other.id == waiting.stay_id


async def test_limits_and_forgetting(meeting: Meeting, owner: Any, database: Any) -> None:
    session = await soon(meeting, owner)
    mine = await join(meeting.db, meeting.as_client, session.id, now())
    for body in ("", "x" * (MOST_SIGNAL + 1), "€" * MOST_SIGNAL):
        with pytest.raises(InvalidInputError):
            await signal(meeting.db, meeting.as_client, session.id, mine.stay_id, body, now())
    with pytest.raises(ElsewhereError):
        await signal(meeting.db, meeting.as_client, session.id, uuid4(), "x", now())
    await signal(meeting.db, meeting.as_client, session.id, mine.stay_id, "x", now())
    worker = await Database.open(database.worker_url)
    assert await forget_signals(worker.handle(), SYSTEM, now() + timedelta(minutes=59)) == 0
    assert await forget_signals(worker.handle(), SYSTEM, now() + timedelta(minutes=61)) == 1
    await worker.close()
    await owner.execute("update rate_limit set count = 1000")
    for attempt in (
        signal(meeting.db, meeting.as_client, session.id, mine.stay_id, "x", now()),
        join(meeting.db, meeting.as_client, session.id, now()),
    ):
        with pytest.raises(TooManyRequestsError):
            await attempt
