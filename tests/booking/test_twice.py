"""Sent twice, made once: a reload, a double click, two tabs at the same moment."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from tests.booking.proposals import NOON, make, met
from tests.support.tabs import Meeting
from tests.support.world import make_offering
from visavis.kit.db import Database
from visavis.kit.errors import TooManyRequestsError


async def test_a_request_sent_twice_is_one_and_another_one_is_another(meeting: Meeting, owner: Any) -> None:
    await owner.execute("update offering set archived_at = now()")
    await make_offering(owner, meeting.practitioner.person, "request_to_mentor")
    address = f"/practitioners/{meeting.practitioner.person.id}/ask"
    page = await meeting.client.get(address)
    found = re.search(r'name="form_id" value="([^"]+)"', page.text)
    assert found is not None
    typed = {"topic": "My first talk", "form_id": found[1]}
    sent = await asyncio.gather(*(meeting.client.post(address, typed) for _ in range(3)))
    sent.append(await meeting.client.post(address, typed))
    assert {each.status_code for each in sent} == {303}
    assert len({each.headers["location"] for each in sent}) == 1
    assert await owner.fetchval("select count(*) from session") == 1
    assert await owner.fetchval("select count(*) from audit_event where verb = 'book'") == 1
    refused = await meeting.client.post(address, typed | {"topic": ""})
    assert f'name="form_id" value="{found[1]}"' in refused.text
    other = await meeting.client.post(address, typed | {"topic": "Something else"})
    assert other.headers["location"] != sent[0].headers["location"]
    theirs = await meeting.practitioner.post(address, typed)
    assert theirs.status_code == 422, "another's form is nobody's answer"


async def test_at_the_same_moment_one_instant_invitation_and_not_too_many_proposals(
    meeting: Meeting, owner: Any, db: Database
) -> None:
    await met(meeting)
    made = [make(replace(meeting, db=db.handle()), starts_at=None, credits=1) for _ in range(4)]
    answers = await asyncio.gather(*made, return_exceptions=True)
    assert sorted(type(each).__name__ for each in answers) == ["SessionRow", *["UnderWayError"] * 3]
    times = [NOON + timedelta(hours=hour) for hour in range(7)]
    made = [make(replace(meeting, db=db.handle()), starts_at=time) for time in times]
    answers = await asyncio.gather(*made, return_exceptions=True)
    assert sum(isinstance(each, TooManyRequestsError) for each in answers) == 3
    assert await owner.fetchval("select count(*) from session where created_by = 'practitioner'") == 5


async def test_the_database_keeps_it_at_one_instant_invitation(meeting: Meeting, owner: Any) -> None:
    """The second lock; and one whose time is up is in nobody's way before the job has come by."""
    await met(meeting)
    first = await make(meeting, starts_at=None, credits=1)
    again = """insert into session (
            practitioner_id, client_id, offering_id, offering_name, created_by, status, length_minutes,
            price_minor, currency, policy, credits, instant, due_at)
        select practitioner_id, client_id, offering_id, offering_name, created_by, status,
            length_minutes, price_minor, currency, policy, credits, instant, now() + interval '15 minutes'
        from session where id = $1"""
    with pytest.raises(asyncpg.ExclusionViolationError):
        await owner.execute(again, first.id)
    await owner.execute("update session set due_at = now() where id = $1", first.id)
    assert (await make(meeting, starts_at=None, credits=1)).id != first.id
