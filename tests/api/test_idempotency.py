"""A change sent twice acts once and answers the same (ASVS 2.3.3, 2.3.4)."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.api.conftest import Program, World
from tests.api.test_steps import picture
from tests.support.databases import FreshDatabase
from tests.support.world import make_person, tomorrow_at
from visavis.api import idempotency, jobs, queries
from visavis.api.routes import steps
from visavis.kit.clock import utc_now
from visavis.kit.db import Database
from visavis.kit.errors import TooManyRequestsError
from visavis.operations.jobs import Work
from visavis.settings import Settings

KEY = {"idempotency-key": "one-and-only"}


async def sessions(owner: Any) -> int:
    count: int = await owner.fetchval("select count(*) from session")
    return count


async def test_the_same_request_gets_the_same_answer(world: World, owner: Any) -> None:
    first, second = [await world.book(headers=KEY) for _ in range(2)]
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert first.headers["content-type"] == second.headers["content-type"]
    assert ("idempotency-replayed" in first.headers, second.headers["idempotency-replayed"]) == (
        False,
        "true",
    )
    assert second.headers["content-security-policy"] == first.headers["content-security-policy"]
    assert await sessions(owner) == 1


async def test_another_request_under_the_same_key_is_refused(world: World, owner: Any) -> None:
    session_id = (await world.book(10, headers=KEY)).json()["id"]
    for answer in (
        await world.book(12, headers=KEY),
        await world.his.post(f"/api/sessions/{session_id}/cancel", json={"reason": "x"}, headers=KEY),
    ):
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency-key-reused")
    assert await sessions(owner) == 1


async def test_a_key_belongs_to_one_account(world: World, owner: Any, program: Program) -> None:
    other = await program(await make_person(owner, "Ben Other"))
    await world.book(10, headers=KEY)
    answer = await other.post("/api/sessions", json=world.wish(tomorrow_at(12)), headers=KEY)
    assert (answer.status_code, "idempotency-replayed" in answer.headers) == (201, False)


async def test_a_refusal_is_kept_and_leaves_no_row(world: World, owner: Any) -> None:
    taken = (await world.book(10)).json()["id"]
    before = await owner.fetchval("select count(*) from audit_event")
    refused = await world.book(10, headers=KEY)
    await world.his.post(f"/api/sessions/{taken}/cancel", json={"reason": "Ill"})
    again = await world.book(10, headers=KEY)
    assert (refused.status_code, again.status_code) == (409, 409)
    assert refused.content == again.content
    assert again.headers["content-type"] == "application/problem+json"
    assert await sessions(owner) == 1
    assert await owner.fetchval("select count(*) from audit_event") == before + 1  # the cancellation


async def test_at_the_same_time_one_acts_and_all_hear_the_same(world: World, owner: Any) -> None:
    answers = await asyncio.gather(*(world.book(headers=KEY) for _ in range(12)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" in answer.headers for answer in answers) == 11
    assert await sessions(owner) == 1


@pytest.mark.parametrize("late", [False, True], ids=["before the answer is kept", "before the commit"])
async def test_a_crash_keeps_nothing_so_a_repetition_acts_anew(
    world: World, owner: Any, monkeypatch: pytest.MonkeyPatch, late: bool
) -> None:
    keep = queries.keep_answer.run

    async def crash(tx: Any, *args: Any) -> int:
        if late:
            await keep(tx, *args)
        await owner.execute("select pg_terminate_backend($1)", tx.get_server_pid())
        return 1 if late else await keep(tx, *args)

    monkeypatch.setattr(queries.keep_answer, "run", crash)
    assert (await world.book(headers=KEY)).status_code == 503
    assert await sessions(owner) == 0
    monkeypatch.undo()
    again = await world.book(headers=KEY)
    assert (again.status_code, "idempotency-replayed" in again.headers) == (201, False)
    assert await sessions(owner) == 1


async def test_our_own_faults_and_too_many_requests_are_not_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/api/sessions/{(await world.book()).json()['id']}/approve"
    for error, status in ((RuntimeError("a bug"), 500), (TooManyRequestsError(), 429)):
        with monkeypatch.context() as patched:
            patched.setattr(steps, "accept", failing(error))
            assert (await world.hers.put(path, headers=KEY)).status_code == status
    answer = await world.hers.put(path, headers=KEY)
    assert (answer.status_code, answer.json()["status"]) == (200, "approved")


async def test_keys_have_an_end(world: World, owner: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each would be kept for a day, with an answer that refuses."""
    monkeypatch.setattr(idempotency, "MOST_KEYS", 2)
    nowhere = f"/api/sessions/{uuid4()}/approve"
    answers = [await world.his.put(nowhere, headers={"idempotency-key": str(number)}) for number in range(4)]
    assert [answer.status_code for answer in answers] == [404, 404, 429, 429]
    assert "retry-after" in answers[-1].headers
    assert (await world.hers.put(nowhere, headers=KEY)).status_code == 404


def failing(error: Exception) -> Callable[..., Any]:
    async def fail(*_: Any, **__: Any) -> None:
        raise error

    return fail


async def test_a_proof_sent_twice_is_kept_once_whatever_its_boundary(world: World, owner: Any) -> None:
    path = f"/api/sessions/{(await world.book()).json()['id']}"
    await world.hers.put(f"{path}/approve")
    proof = {"proof": ("slip.png", picture(), "image/png")}

    async def send(**words: str) -> httpx.Response:
        return await world.his.post(f"{path}/submit-payment", files=proof, data=words, headers=KEY)

    first, second, other = await send(), await send(), await send(note="other")
    assert (first.status_code, second.status_code, other.status_code) == (200, 200, 422)
    assert first.content == second.content
    assert await owner.fetchval("select count(*) from payment_proof") == 1


async def test_a_large_proof_passes(world: World) -> None:
    path = f"/api/sessions/{(await world.book()).json()['id']}"
    await world.hers.put(f"{path}/approve")
    pdf = b"%PDF-1.7\n" + b"x" * (10 * 1024 * 1024 - 100) + b"\n%%EOF\n"
    for size, status in ((len(pdf) + 200_000, 413), (len(pdf), 200)):
        answer = await world.his.post(
            f"{path}/submit-payment",
            files={"proof": ("slip.pdf", pdf.ljust(size), "application/pdf")},
            headers={"idempotency-key": str(size)},
        )
        assert answer.status_code == status, answer.text


async def test_after_24_hours_a_key_is_new(world: World, owner: Any) -> None:
    await world.book(10, headers=KEY)
    await owner.execute("update idempotency_key set created_at = now() - interval '24 hours'")
    assert (await world.book(12, headers=KEY)).status_code == 201
    assert (await world.book(10, headers=KEY)).status_code == 422  # the key is the later request's now


async def test_old_keys_are_forgotten_by_a_job(
    world: World, owner: Any, database: FreshDatabase, settings: Settings
) -> None:
    await world.book(10, headers=KEY)
    await world.book(12, headers={"idempotency-key": "younger"})
    await owner.execute(
        "update idempotency_key set created_at = now() - interval '25 hours' where key = 'one-and-only'"
    )
    worker = await Database.open(database.worker_url)
    await jobs.forget_old_keys(Work(worker, settings, utc_now()))
    await worker.close()
    assert await owner.fetchval("select array_agg(key) from idempotency_key") == ["younger"]


@pytest.mark.parametrize("key", ["", " ", "k" * 256, "k\u00e4se".encode("latin-1"), "a\tb", "a b"])
async def test_an_unclear_key_is_refused(world: World, owner: Any, key: Any) -> None:
    answer = await world.book(headers={"idempotency-key": key})
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/idempotency-key-unclear")
    assert await sessions(owner) == 0


async def test_two_keys_are_none(world: World) -> None:
    answer = await world.his.post(
        "/api/sessions", json=world.wish(), headers=[("idempotency-key", "a"), ("idempotency-key", "b")]
    )
    assert answer.status_code == 400


async def test_reading_needs_no_key_and_keeps_none(world: World, owner: Any) -> None:
    assert (await world.his.get("/api/sessions", headers=KEY)).status_code == 200
    assert await owner.fetchval("select count(*) from idempotency_key") == 0


async def test_many_keyed_requests_leave_connections_for_others(world: World, owner: Any) -> None:
    start = tomorrow_at(0, 3)
    wishes = [world.wish(start.replace(hour=hour)) for hour in range(16)]
    answers = await asyncio.gather(
        *(
            world.his.post("/api/sessions", json=wish, headers={"idempotency-key": str(number)})
            for number, wish in enumerate(wishes)
        ),
        *(world.hers.get("/api/sessions") for _ in range(16)),
    )
    assert {answer.status_code for answer in answers} == {200, 201}
