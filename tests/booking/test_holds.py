"""A slot is held for five minutes: for one person, in nobody's way once it has run out."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.support.hints import Hints, hints
from tests.support.tabs import Meeting, Tab, now
from tests.support.world import make_offering, make_person, make_practitioner, tomorrow_at
from visavis.accounts.errors import UnconfirmedError
from visavis.booking import actions
from visavis.booking.errors import SlotTakenError
from visavis.booking.holding import HOLD_LASTS, hold_slot, release_hold
from visavis.booking.taking import Wish, book_slot
from visavis.kit.actor import NOBODY, Actor
from visavis.kit.errors import InvalidInputError, SignInRequiredError, TooManyRequestsError

__all__ = ["hints"]

TEN = tomorrow_at(10)


@pytest.fixture
async def lara(owner: Any) -> Actor:
    """Another client after the same slot."""
    return (await make_person(owner, "Lara Late")).actor


async def hold(meeting: Meeting, actor: Actor, start: Any = TEN, offering: UUID | None = None) -> Any:
    return await hold_slot(meeting.db, actor, offering or meeting.offering, start, 60, now())


async def book(meeting: Meeting, actor: Actor, start: Any = TEN) -> Any:
    wish = Wish(offering_id=meeting.offering, starts_at=start, length_minutes=60)
    return await book_slot(meeting.db, actor, wish, now())


async def test_a_hold_keeps_others_out_and_never_oneself(meeting: Meeting, lara: Actor, owner: Any) -> None:
    until = await hold(meeting, meeting.as_client)
    assert timedelta(minutes=4.9) < until - now() <= HOLD_LASTS
    for attempt in (hold, book):
        with pytest.raises(SlotTakenError) as refused:
            await attempt(meeting, lara)
        assert "Somebody is just booking this time" in refused.value.message
        assert len(refused.value.alternatives) == 3
        assert TEN not in refused.value.alternatives
    await book(meeting, meeting.as_client)
    assert await owner.fetchval("select count(*) from slot_hold") == 0, "it has served"


async def test_asked_again_the_time_does_not_begin_anew(meeting: Meeting) -> None:
    first = await hold(meeting, meeting.as_client)
    assert await hold(meeting, meeting.as_client) == first


async def test_another_choice_lets_the_first_go(meeting: Meeting, lara: Actor, owner: Any) -> None:
    await hold(meeting, meeting.as_client)
    await hold(meeting, meeting.as_client, TEN + timedelta(hours=2))
    assert await owner.fetchval("select count(*) from slot_hold") == 1
    await book(meeting, lara)


async def test_a_hold_that_has_run_out_is_in_nobodys_way(meeting: Meeting, lara: Actor, owner: Any) -> None:
    await hold(meeting, meeting.as_client)
    await owner.execute(
        """update slot_hold set held_at = held_at - interval '6 min',
            expires_at = expires_at - interval '6 min'"""
    )
    await hold(meeting, lara)
    assert await owner.fetchval("select count(*) from slot_hold") == 2, "no job has cleared anything"
    with pytest.raises(SlotTakenError):
        await book(meeting, meeting.as_client)
    await book(meeting, lara)


async def test_released_it_is_free_and_only_that_one(meeting: Meeting, lara: Actor, owner: Any) -> None:
    await hold(meeting, meeting.as_client)
    await release_hold(meeting.db, meeting.as_client, TEN + timedelta(hours=1))
    await release_hold(meeting.db, lara, TEN)
    assert await owner.fetchval("select count(*) from slot_hold") == 1
    await release_hold(meeting.db, meeting.as_client, TEN)
    await book(meeting, lara)


async def test_buffers_are_held_too(meeting: Meeting, lara: Actor, owner: Any) -> None:
    await owner.execute("update practice set buffer_after_minutes = 30")
    await hold(meeting, meeting.as_client)
    with pytest.raises(SlotTakenError):
        await hold(meeting, lara, TEN + timedelta(hours=1))
    await hold(meeting, lara, TEN + timedelta(minutes=90))


async def test_only_what_could_be_booked_is_held(meeting: Meeting, owner: Any) -> None:
    with pytest.raises(SignInRequiredError):
        await hold(meeting, NOBODY)
    with pytest.raises(InvalidInputError):
        await hold(meeting, meeting.as_practitioner)
    with pytest.raises(InvalidInputError):
        await hold(meeting, meeting.as_client, TEN + timedelta(minutes=7))
    await book(meeting, meeting.as_client)
    elsewhere = await make_offering(owner, await make_practitioner(owner, "Lena Fischer"))
    with pytest.raises(SlotTakenError) as refused:
        await hold(meeting, meeting.as_client, offering=elsewhere)
    assert "You have another session" in refused.value.message
    await owner.execute(
        "update account set email_confirmed_at = null where id = $1", meeting.client.person.id
    )
    with pytest.raises(UnconfirmedError):
        await hold(meeting, meeting.as_client, TEN + timedelta(hours=3))
    assert await owner.fetchval("select count(*) from slot_hold") == 0


async def test_slots_are_for_people(meeting: Meeting) -> None:
    for number in range(60):
        await hold(meeting, meeting.as_client, TEN + timedelta(hours=number % 2))
    with pytest.raises(TooManyRequestsError):
        await hold(meeting, meeting.as_client)


async def test_everyone_who_looks_hears_of_it(meeting: Meeting, hints: Hints, stranger: Tab) -> None:
    slots = f"slots:{meeting.practitioner.person.id}"
    await hold(meeting, meeting.as_client)
    said = await hints.next()
    assert (said["public"], said["about"]) == ([slots], [f"hold:{TEN:%Y-%m-%dT%H:%M:%SZ}"])
    await release_hold(meeting.db, meeting.as_client, TEN)
    assert (await hints.next())["public"] == [slots]
    seat = await book(meeting, meeting.as_client)
    said = await hints.next()
    assert said["public"] == [slots]
    assert set(said["to"]) == {str(meeting.client.person.id), str(meeting.practitioner.person.id)}
    assert said["about"] == ["dashboard", "notifications", f"session:{seat.session.id}"]


async def test_whoever_looks_for_a_time_hears_what_frees_one_and_nothing_else(
    meeting: Meeting, hints: Hints
) -> None:
    session = await meeting.approved()
    at, who = now(), meeting.as_practitioner
    public = [(await hints.next()).get("public", []) for _step in ("book", "approve")]
    await actions.cancel(meeting.db, who, session.id, "A cold", at)
    other = await meeting.booked()
    await actions.decline(meeting.db, who, other.id, "Away", at)
    public += [(await hints.next()).get("public", []) for _step in ("cancel", "book", "decline")]
    slots = [f"slots:{session.practitioner_id}"]
    assert public == [slots, [], slots, slots, slots]
