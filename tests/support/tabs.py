"""People at their browsers without scripts: they read pages as words and send forms."""

import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from typing import Any
from uuid import UUID

import httpx
from PIL import Image

from tests.support.world import Somebody, tomorrow_at
from visavis.booking import actions
from visavis.booking.access import SessionRow
from visavis.booking.taking import Wish, book_slot
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.files import FileStore
from visavis.payments.actions import Proof, submit_payment, verify_payment

DIALOG = {"hx-request": "true", "hx-target": "dialog"}
BUTTON = {"hx-request": "true"}


def words(page: httpx.Response) -> str:
    """What a reader of the page reads, in one line."""
    shown = re.sub(r"<(script|style|template)\b.*?</\1>", " ", page.text, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", shown)).split())


@cache
def picture(kind: str = "PNG", size: tuple[int, int] = (20, 20)) -> bytes:
    """A small image of that format."""
    out = BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


class Tab:
    """One person's browser."""

    def __init__(self, person: Somebody, client: httpx.AsyncClient) -> None:
        self.person, self.client = person, person.sign_in(client)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Open a page."""
        return await self.client.get(path, headers=headers)

    async def post(
        self, path: str, data: dict[str, str] | None = None, files: Any = None, **headers: str
    ) -> httpx.Response:
        """Send a form."""
        if "visavis-csrf" not in self.client.cookies:
            await self.client.get("/dashboard/client")
        headers = {"x-csrftoken": self.client.cookies["visavis-csrf"]} | headers
        return await self.client.post(path, data=data or {}, files=files, headers=headers)


@dataclass
class Meeting:
    """A practitioner, a client, something to book, and the steps that tests begin after."""

    db: Db
    store: FileStore
    practitioner: Tab
    client: Tab
    offering: UUID

    async def booked(self, hour: int = 10, days: int = 3, notes: str = "", length: int = 60) -> SessionRow:
        wish = Wish(
            offering_id=self.offering,
            starts_at=tomorrow_at(hour, days),
            length_minutes=length,
            notes=notes,
        )
        return (await book_slot(self.db, self.as_client, wish, now())).session

    async def approved(self, **how: Any) -> SessionRow:
        session = await self.booked(**how)
        return (await actions.approve(self.db, self.as_practitioner, session.id, now())).session

    async def paid(self, **how: Any) -> SessionRow:
        session = await self.approved(**how)
        proof = Proof(data=picture(), reference="Ref 77", note="Sent today")
        return (await submit_payment(self.db, self.as_client, self.store, session.id, proof, now())).session

    async def confirmed(self, **how: Any) -> SessionRow:
        session = await self.paid(**how)
        return (await verify_payment(self.db, self.as_practitioner, session.id, now())).session

    async def linked(self, **how: Any) -> SessionRow:
        session = await self.confirmed(**how)
        url = "https://meet.example.org/room"
        return (await actions.set_meeting_link(self.db, self.as_practitioner, session.id, url, now())).session

    @property
    def as_client(self) -> Actor:
        return self.client.person.actor

    @property
    def as_practitioner(self) -> Actor:
        return self.practitioner.person.actor


def now() -> datetime:
    """This instant."""
    return datetime.now(UTC)
