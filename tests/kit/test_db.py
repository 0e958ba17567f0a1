"""Whoever acts inside another's transaction acts as themselves, and the outer one goes on as before."""

from typing import Any

import pytest

from tests.support.world import make_person
from visavis.kit.actor import Actor
from visavis.kit.db import Database


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


async def _actor(owner: Any, name: str) -> Actor:
    person = await make_person(owner, name)
    return Actor(account_id=person.id, name=name)
