"""Tells a session's story with the real actions, each at the time it would have happened."""

from datetime import UTC, datetime, time, timedelta
from io import BytesIO
from uuid import UUID

import msgspec
from PIL import Image, ImageDraw

from visavis.booking import actions, feedback
from visavis.booking.access import load_offer
from visavis.booking.inserting import NewSession, insert_session, sold
from visavis.kit import audit
from visavis.kit.actor import SYSTEM, Actor
from visavis.kit.clock import zone
from visavis.kit.db import Db
from visavis.kit.files import FileStore
from visavis.kit.sql import Tx
from visavis.notifications.actions import tell
from visavis.operations.demo.people import DemoPractitioner
from visavis.operations.demo.stories import Ending, Story
from visavis.payments.actions import Proof, reject_payment, submit_payment, verify_payment

_HOUR = timedelta(hours=1)
_APPROVED: frozenset[Ending] = frozenset(
    {"approved", "rejected", "paid", "confirmed", "running", "completed", "no_show", "called_off", "expired"}
)
_PAID: frozenset[Ending] = frozenset(
    {"rejected", "paid", "confirmed", "running", "completed", "no_show", "called_off"}
)
_CERTAIN: frozenset[Ending] = frozenset({"confirmed", "running", "completed", "no_show", "called_off"})
_STARTED: frozenset[Ending] = frozenset({"running", "completed", "no_show"})


class Cast(msgspec.Struct):
    """Who plays: actors by name, offerings by (practitioner's name, whether free)."""

    actors: dict[str, Actor]
    offerings: dict[tuple[str, bool], UUID]


class Teller:
    """Plays stories inside the one transaction of the demonstration."""

    def __init__(self, db: Db, tx: Tx, store: FileStore, cast: Cast, now: datetime) -> None:
        self.db, self.tx, self.store, self.cast, self.now = db, tx, store, cast, now

    async def tell(self, story: Story) -> None:
        """Book, then every step up to the story's ending."""
        starts_at = self._starts_at(story)
        asked_at = self._asked_at(story, starts_at)
        session_id = await self._book(story, starts_at, asked_at)
        client = self.cast.actors[story.client.name]
        practitioner = self.cast.actors[story.practitioner.name]
        if not story.free:
            await self._agree_and_pay(story, session_id, client, practitioner, asked_at)
        await self._hold(story, session_id, client, practitioner, starts_at)

    def _starts_at(self, story: Story) -> datetime:
        if story.ending == "running":
            return self.now.replace(minute=self.now.minute // 5 * 5, second=0, microsecond=0) - timedelta(
                minutes=15
            )
        return self.at(story.practitioner, story.day, story.hour)

    def at(self, practitioner: DemoPractitioner, days: int, hour: int) -> datetime:
        """That hour of the practitioner's clock so many days from today, or on the working day after it."""
        there = zone(practitioner.time_zone)
        day = self.now.astimezone(there).date() + timedelta(days=days)
        step = timedelta(days=1 if days > 0 else -1)
        while day.weekday() > 4:
            day += step * 2
        return datetime.combine(day, time(hour), there).astimezone(UTC)

    def _asked_at(self, story: Story, starts_at: datetime) -> datetime:
        waiting = story.ending in ("asked", "approved", "rejected", "paid")
        return self.now - 5 * _HOUR if waiting else min(self.now, starts_at) - timedelta(days=2)

    async def _book(self, story: Story, starts_at: datetime, asked_at: datetime) -> UUID:
        minutes = 20 if story.free else 50
        people = [self.cast.actors[person.name].known_id for person in (story.practitioner, story.client)]
        offer = await load_offer(self.tx, self.cast.offerings[story.practitioner.name, story.free])
        made = NewSession(
            sold=sold(offer, minutes),
            client_id=people[1],
            created_by="client",
            length_minutes=minutes,
            starts_at=starts_at,
            blocked=(starts_at, starts_at + timedelta(minutes=minutes)),
            notes=story.notes,
        )
        session_id = await insert_session(self.tx, made, asked_at)
        if session_id is None:
            raise LookupError("two stories of the demonstration want the same time")
        client = self.cast.actors[story.client.name]
        event = await audit.record(self.tx, client, "book", ("session", session_id), people, at=asked_at)
        await tell(self.tx, event)
        return session_id

    async def _agree_and_pay(
        self, story: Story, session_id: UUID, client: Actor, practitioner: Actor, asked_at: datetime
    ) -> None:
        if story.ending == "declined":
            await actions.decline(self.db, practitioner, session_id, story.reason, asked_at + _HOUR)
        if story.ending in _APPROVED:
            await actions.approve(self.db, practitioner, session_id, asked_at + _HOUR)
        if story.ending in _PAID:
            proof = Proof(
                data=slip(story.client.name), reference=story.client.name, note="Sent this morning."
            )
            await submit_payment(self.db, client, self.store, session_id, proof, asked_at + 2 * _HOUR)
        if story.ending == "rejected":
            await reject_payment(self.db, practitioner, session_id, story.reason, asked_at + 3 * _HOUR)
        if story.ending in _CERTAIN:
            await verify_payment(self.db, practitioner, session_id, asked_at + 3 * _HOUR)
            link = "https://meet.example.org/calm-river"
            await actions.set_meeting_link(self.db, practitioner, session_id, link, asked_at + 4 * _HOUR)

    async def _hold(
        self, story: Story, session_id: UUID, client: Actor, practitioner: Actor, starts_at: datetime
    ) -> None:
        over = starts_at + _HOUR
        if story.ending in _STARTED:
            await actions.start(self.db, practitioner, session_id, starts_at)
        if story.ending == "completed":
            await actions.complete(self.db, practitioner, session_id, over)
        if story.ending == "no_show":
            await actions.mark_no_show(self.db, practitioner, session_id, over)
        if story.ending == "cancelled":
            await actions.cancel(self.db, client, session_id, story.reason, starts_at - 6 * _HOUR)
        if story.ending == "called_off":
            await actions.cancel(self.db, practitioner, session_id, story.reason, starts_at - 6 * _HOUR)
        if story.ending == "expired":
            await actions.expire_overdue(self.db, SYSTEM, starts_at)
        if story.rating:
            await feedback.give_feedback(self.db, client, session_id, story.rating, story.words, over + _HOUR)


def slip(name: str) -> bytes:
    """A picture of a made-up transfer."""
    image = Image.new("RGB", (720, 420), "#fbf8f1")
    draw = ImageDraw.Draw(image)
    draw.rectangle((24, 24, 696, 396), outline="#8a8377", width=2)
    for line, text in enumerate(
        ("TRANSFER SENT", f"From: {name}", "Demonstration only: no real money", "Reference 2041")
    ):
        draw.text((60, 70 + 70 * line), text, fill="#2b2a27", font_size=30)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
