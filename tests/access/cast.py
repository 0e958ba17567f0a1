"""One session with everything that hangs on it, and six people who ask for it."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from PIL import Image

from tests.access.cast_call import make_call
from tests.access.cast_chat import make_chat
from tests.access.cast_credits import make_credits
from tests.access.cast_money import make_money
from tests.support.world import Somebody, make_offering, make_person, make_practitioner
from visavis.accounts.authentication import digest
from visavis.availability.queries.undo import remember
from visavis.kit.clock import utc_now
from visavis.kit.files import FileStore

PEOPLE = ("nobody", "other client", "other practitioner", "own client", "own practitioner", "operator")

PASSWORD = "correct horse battery"
# Its argon2id digest, with small settings so that it is quick to check.
PASSWORD_HASH = (
    "$argon2id$v=19$m=64,t=1,p=1$c29tZSBzYWx0IGhlcmUhIQ$v35RWa6K3ujTB0BeQJaiXWYtKzCX5JEWM9Of4l7eJxA"
)


@cache
def picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, "PNG")
    return out.getvalue()


@dataclass
class Cast:
    """Who asks, and what for: `ids` fill the addresses."""

    people: dict[str, Somebody]
    ids: dict[str, str]

    @property
    def session_id(self) -> str:
        return self.ids["session_id"]


async def assemble(owner: asyncpg.Connection, store: FileStore, status: str) -> Cast:
    """Everybody, and a session of "own client" with "own practitioner" in `status`, all in public and new."""
    async with owner.transaction():  # one commit instead of a hundred
        return await _assemble(owner, store, status)


async def _assemble(owner: asyncpg.Connection, store: FileStore, status: str) -> Cast:
    practitioner = await make_practitioner(owner, "Own Practitioner")
    people = {
        "own practitioner": practitioner,
        "own client": await make_person(owner, "Own Client"),
        "other client": await make_person(owner, "Other Client"),
        "other practitioner": await make_practitioner(owner, "Other Practitioner"),
        "operator": await make_person(owner, "Operator", operator=True),
    }
    client = people["own client"]
    offering_id = await make_offering(owner, practitioner)
    await make_offering(owner, practitioner, "request_to_mentor", name="Mentoring")
    session_id = await make_session(owner, practitioner, client, offering_id, status)
    await owner.execute("update account set password_hash = $1 where password_hash is null", PASSWORD_HASH)
    ids: dict[str, Any] = {
        "session_id": session_id,
        "practitioner_id": practitioner.id,
        "offering_id": offering_id,
        "person_id": client.id,
        "proof_id": await make_proof(owner, store, session_id, client, status),
        "sign_in_id": await make_sign_in(owner, client),
        "key_id": await make_key(owner, client),
        "mail_id": uuid4(),  # the outbox is a demonstration's alone
        "side": "client",
        "slug": "slot-taken",
        "path": "nothing.html",
        "version": "0",
        "name": "app.css",
    }
    ids |= await make_credits(owner, store, people, status) | await make_chat(owner, store, people)
    ids |= await make_money(owner, people, session_id)
    introduce = "insert into introduction (practitioner_id, client_id) values ($1, $2)"
    await owner.execute(introduce, practitioner.id, client.id)
    await make_time(owner, practitioner, client, session_id)
    ids |= await times_of(owner, practitioner) | await make_call(owner, practitioner, client, session_id)
    await owner.execute(
        "update person set picture_key = $2 where id = $1", client.id, await store.put(picture(), "webp")
    )
    return Cast(people, {name: str(value) for name, value in ids.items()})


async def make_session(
    owner: asyncpg.Connection, practitioner: Somebody, client: Somebody, offering_id: UUID, status: str
) -> UUID:
    """An hour in `status`: over when it is in progress or completed, about to begin when confirmed."""
    start = _start(status)
    session_id: UUID = await owner.fetchval(
        """insert into session (practitioner_id, client_id, offering_id, offering_name, created_by, status,
            during, blocked, length_minutes, price_minor, currency, policy, due_at)
        select practitioner_id, $2, id, name, 'client', $4,
            tstzrange($5, $6), tstzrange($5, $6), 60, 8000, 'GBP', policy, $5
        from offering where practitioner_id = $1 and id = $3 returning id""",
        practitioner.id,
        client.id,
        offering_id,
        status,
        start,
        start + timedelta(hours=1),
    )
    await make_news(owner, practitioner, client, session_id)
    return session_id


async def make_news(
    owner: asyncpg.Connection, practitioner: Somebody, client: Somebody, session_id: UUID
) -> None:
    """Each of the two did something, the other was told, and both have chosen what they hear of."""
    for who, verb in ((client, "book"), (practitioner, "set_meeting_link")):
        event_id = await owner.fetchval(
            """insert into audit_event (actor_id, verb, subject_type, subject_id, concerns)
            values ($1, $2, 'session', $3, array[$4, $5]::uuid[]) returning id""",
            who.id,
            verb,
            session_id,
            practitioner.id,
            client.id,
        )
        told = practitioner if who is client else client
        await owner.execute(
            """insert into notification (account_id, event_id, kind, session_id, created_at)
            values ($1, $2, $3, $4, now())""",
            told.id,
            event_id,
            verb,
            session_id,
        )
    choice = "insert into notification_choice (account_id) values ($1) on conflict do nothing"
    await owner.executemany(choice, [(practitioner.id,), (client.id,)])


async def make_time(
    owner: asyncpg.Connection, practitioner: Somebody, client: Somebody, session_id: UUID
) -> None:
    """A holiday, a slot switched off, a travel; another time proposed, a slot held; a private note."""
    far = utc_now() + timedelta(days=40)
    hour = (far, far + timedelta(hours=1))
    for statement, values in (
        ("insert into date_override (practitioner_id, on_date) values ($1, $2)", (far.date(),)),
        (
            """insert into slot_switch (practitioner_id, during, is_available)
            values ($1, tstzrange($2, $3), false)""",
            hour,
        ),
        (
            """insert into travel (practitioner_id, time_zone, dates)
            values ($1, 'Europe/Lisbon', daterange($2, $3))""",
            (far.date(), far.date() + timedelta(days=3)),
        ),
        (
            """insert into reschedule (practitioner_id, session_id, proposed_by, during, blocked, due_at)
            values ($1, $2, 'client', tstzrange($3, $4), tstzrange($3, $4), $3)""",
            (session_id, *hour),
        ),
        (
            """insert into slot_hold (practitioner_id, holder_id, during, blocked, expires_at)
            values ($1, $2, tstzrange($3, $4), tstzrange($3, $4), now() + interval '5 minutes')""",
            (client.id, *(each + timedelta(days=1) for each in hour)),
        ),
        (
            """insert into session_note (practitioner_id, session_id, version, key_id, sealed)
            values ($1, $2, 1, 'test', 'sealed')""",
            (session_id,),
        ),
        (
            """insert into reminder_sent (account_id, session_id, before_minutes, starts_at, sent_at)
            values ($1, $2, 60, $3, now())""",
            (session_id, hour[0]),
        ),
    ):
        await owner.execute(statement, practitioner.id, *values)


async def times_of(owner: asyncpg.Connection, practitioner: Somebody) -> dict[str, Any]:
    """By which a travel, a date of its own, a range of the week and the last change are known."""
    async with owner.transaction():
        await owner.execute(f"set local visavis.account = '{practitioner.id}'")
        await remember.run(owner, "set_hours", utc_now())
    mine = "where practitioner_id = $1"
    on_date = await owner.fetchval(f"select on_date from date_override {mine}", practitioner.id)
    return {
        "slot_id": await owner.fetchval(f"select id from working_hours {mine} limit 1", practitioner.id),
        "change_id": await owner.fetchval(
            f"select change_id from availability_before {mine}", practitioner.id
        ),
        "travel_id": await owner.fetchval(f"select id from travel {mine}", practitioner.id),
        "on": on_date,
        "on_date": on_date,
    }


def _start(status: str) -> datetime:
    whole = utc_now().replace(minute=0, second=0, microsecond=0)
    if status in ("in_progress", "completed"):
        return whole - timedelta(hours=2)
    return utc_now() + timedelta(minutes=5) if status == "confirmed" else whole + timedelta(days=2)


async def make_proof(
    owner: asyncpg.Connection, store: FileStore, session_id: UUID, client: Somebody, status: str
) -> UUID:
    """A proof that awaits its check, or was rejected when the session is elsewhere."""
    waiting = status == "payment_submitted"
    proof_id: UUID = await owner.fetchval(
        """insert into payment_proof (session_id, submitted_by, file_key, content_type, size_bytes,
            decision, decided_at)
        values ($1, $2, $3, 'image/png', 1, $4, case when $4::text is not null then now() end)
        returning id""",
        session_id,
        client.id,
        await store.put(picture(), "png"),
        None if waiting else "rejected",
    )
    return proof_id


async def make_key(owner: asyncpg.Connection, person: Somebody, key: str | None = None) -> UUID:
    key_id: UUID = await owner.fetchval(
        "insert into api_key (account_id, name, hint, token_hash) values ($1, 'test', '…', $2) returning id",
        person.id,
        digest(key or secrets.token_urlsafe(32)),
    )
    return key_id


async def make_sign_in(owner: asyncpg.Connection, person: Somebody) -> UUID:
    sign_in_id: UUID = await owner.fetchval(
        """insert into sign_in (token_hash, account_id, expires_at) values ($1, $2, now() + '1 day')
        returning id""",
        digest(secrets.token_urlsafe(32)),
        person.id,
    )
    return sign_in_id
