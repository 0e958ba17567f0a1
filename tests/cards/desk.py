"""A session that is paid by card over HTTP; the worker works when it is told to."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from tests.support.databases import SECRET_KEY, FreshDatabase
from tests.support.stripes import Stripes
from tests.support.tabs import Meeting, now
from tests.support.world import make_offering
from visavis.cards.direct.looking import look_at_account
from visavis.cards.looking import look, look_again
from visavis.cards.refunding import send_refund
from visavis.cards.stripe import accounts_of, provider_of
from visavis.kit.actor import SYSTEM
from visavis.kit.db import Database
from visavis.settings import Settings


class Till:
    """Emma has booked a session that is paid by card; the worker works when it is told to."""

    def __init__(
        self, meeting: Meeting, owner: Any, worker: Database, settings: Settings, session: UUID
    ) -> None:
        self.emma, self.sarah, self.owner, self.session = meeting.client, meeting.practitioner, owner, session
        self._worker, self._settings = worker, settings
        self.href = f"/sessions/{session}/card"

    async def press(self, href: str = "", **typed: str) -> dict[str, Any]:
        """*Pay*: what the script gets."""
        answer = await self.emma.post(f"{href or self.href}/attempt", typed, accept="application/json")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def work(self) -> None:
        """The jobs that were asked for."""
        provider: Any = provider_of(self._settings)
        accounts: Any = accounts_of(self._settings)
        while (asked := await self.owner.fetchrow(_ASKED)) is not None:
            handle = self._worker.handle()
            entry = _read(asked["payload"])
            if asked["entrypoint"] == "cards.look":
                await look(handle, SYSTEM, provider, entry["payment_id"], now())
            elif asked["entrypoint"] == "cards.look_at_account":
                await look_at_account(handle, SYSTEM, accounts, entry["practitioner_id"], now())
            else:
                await send_refund(handle, SYSTEM, provider, entry["refund_id"], now())

    async def look_again(self) -> None:
        """The clock: what is open and nobody said anything about."""
        provider: Any = provider_of(self._settings)
        await self.owner.execute(
            "update card_payment set begun_at = now() - interval '5 minutes', looked_at = null"
        )
        await look_again(self._worker.handle(), SYSTEM, provider, now())

    async def connect(self, stripes: Stripes, how: str = "ready") -> str:
        """The practitioner has an account at Stripe, which thinks so of it, and comes back; its name."""
        assert (await self.sarah.post("/practice/direct")).status_code == 303
        account: str = await self.owner.fetchval("select account_id from card_account")
        await stripes.become(account, how)
        assert (await self.sarah.get("/practice/direct/back")).status_code == 303
        await self.work()
        return account

    async def status(self) -> str:
        found: str = await self.owner.fetchval("select status from session where id = $1", self.session)
        return found

    async def forget_asked(self) -> None:
        """Nobody asks for a look: the webhook is late, the browser closed."""
        await self.owner.execute("delete from jobs.pgqueuer where entrypoint = 'cards.look'")


_ASKED = """delete from jobs.pgqueuer where id = (select id from jobs.pgqueuer
    where entrypoint in ('cards.look', 'cards.look_at_account', 'cards.refund') order by id limit 1)
    returning entrypoint, payload"""


def _read(payload: bytes) -> dict[str, UUID]:
    return msgspec.json.decode(payload, type=dict[str, UUID])


@pytest.fixture
def settings(tmp_path: Path, stripes: Stripes) -> Settings:
    given: Any = stripes.settings
    return Settings(home=tmp_path, given_secret_key=SECRET_KEY, web_processes=1, **given)


@pytest.fixture
async def till(
    meeting: Meeting, owner: asyncpg.Connection, database: FreshDatabase, settings: Settings
) -> AsyncIterator[Till]:
    await owner.execute("update installation set takes_cards = true, pays_directly = true")
    meeting.offering = await make_offering(owner, meeting.practitioner.person, "book_and_pay_by_card")
    session = await meeting.booked()
    worker = await Database.open(database.worker_url)
    yield Till(meeting, owner, worker, settings, session.id)
    await worker.close()
