"""Inside another's transaction one acts as oneself, and the outer one goes on; a pool always closes."""

import asyncio
from typing import Any

import asyncpg
import pytest

from tests.support.databases import FreshDatabase
from tests.support.world import make_person
from visavis.kit.actor import NOBODY, Actor
from visavis.kit.db import Database
from visavis.kit.errors import UnavailableError


async def test_an_inner_transaction_acts_for_its_own_actor(db: Database, owner: Any) -> None:
    handle = db.handle()
    emma, ben = [await _actor(owner, name) for name in ("Emma", "Ben")]
    async with handle.transaction(emma) as tx:
        async with handle.transaction(ben) as inner:
            assert await inner.fetchval("select current_account()") == ben.account_id
        assert await tx.fetchval("select current_account()") == emma.account_id
        with pytest.raises(RuntimeError):
            async with handle.transaction(ben):
                raise RuntimeError
        assert await tx.fetchval("select current_account()") == emma.account_id


@pytest.mark.parametrize(
    "given_up",
    [
        "errcode = 'deadlock_detected'",
        "errcode = 'serialization_failure'",
        "errcode = 'disk_full'",
        "errcode = 'internal_error', message = 'new multixact has more than one updating member: 0 2[7, 8]'",
    ],
)
async def test_what_gives_way_or_has_no_room_can_be_tried_again(db: Database, given_up: str) -> None:
    handle = db.handle()
    with pytest.raises(UnavailableError):
        async with handle.transaction(NOBODY) as tx:
            await tx.execute(f"do $$ begin raise exception using {given_up}; end $$")
    async with handle.transaction(NOBODY) as tx:
        with pytest.raises(UnavailableError):  # as in a request with an Idempotency-Key
            async with handle.transaction(NOBODY) as inner:
                await inner.execute(f"do $$ begin raise exception using {given_up}; end $$")
        assert await tx.fetchval("select 1") == 1


async def test_what_went_wrong_inside_the_database_is_no_outage(db: Database) -> None:
    with pytest.raises(asyncpg.InternalServerError):
        async with db.handle().transaction(NOBODY) as tx:
            await tx.execute("do $$ begin raise exception using errcode = 'internal_error'; end $$")


async def test_a_closing_pool_waits_for_nobody_for_long(
    database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("visavis.kit.db._CLOSE_WITHIN", 0.1)
    opened = await Database.open(database.url)

    async def still_busy() -> None:
        async with opened.handle().transaction(NOBODY) as tx:
            await opened.close()
            await tx.fetchval("select 1")

    with pytest.raises(UnavailableError):
        await asyncio.wait_for(still_busy(), 20)


async def _actor(owner: Any, name: str) -> Actor:
    person = await make_person(owner, name)
    return Actor(account_id=person.id, name=name)
