"""A session that is paid by card over HTTP; the worker works when it is told to."""

from typing import Any
from uuid import UUID

import msgspec

from tests.support.tabs import Meeting, now
from visavis.cards.looking import look, look_again
from visavis.cards.refunding import send_refund
from visavis.cards.stripe import provider_of
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
        while (asked := await self.owner.fetchrow(_ASKED)) is not None:
            handle = self._worker.handle()
            entry = _read(asked["payload"])
            if asked["entrypoint"] == "cards.look":
                await look(handle, SYSTEM, provider, entry["payment_id"], now())
            else:
                await send_refund(handle, SYSTEM, provider, entry["refund_id"], now())

    async def look_again(self) -> None:
        """The clock: what is open and nobody said anything about."""
        provider: Any = provider_of(self._settings)
        await self.owner.execute(
            "update card_payment set begun_at = now() - interval '5 minutes', looked_at = null"
        )
        await look_again(self._worker.handle(), SYSTEM, provider, now())

    async def status(self) -> str:
        found: str = await self.owner.fetchval("select status from session where id = $1", self.session)
        return found

    async def forget_asked(self) -> None:
        """Nobody asks for a look: the webhook is late, the browser closed."""
        await self.owner.execute("delete from jobs.pgqueuer where entrypoint = 'cards.look'")


_ASKED = """delete from jobs.pgqueuer where id = (select id from jobs.pgqueuer
    where entrypoint in ('cards.look', 'cards.refund') order by id limit 1) returning entrypoint, payload"""


def _read(payload: bytes) -> dict[str, UUID]:
    return msgspec.json.decode(payload, type=dict[str, UUID])
