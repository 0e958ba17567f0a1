"""People to test with: arranged behind row-level security, so that a test begins where it matters."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import httpx
import msgspec

from visavis.accounts.authentication import digest
from visavis.booking.policies import PRESETS
from visavis.kit.actor import Actor


@dataclass(frozen=True)
class Somebody:
    """An account with a valid sign-in."""

    id: UUID
    name: str
    token: str
    sign_in_id: UUID
    time_zone: str

    @property
    def actor(self) -> Actor:
        """As whom actions are called."""
        return Actor(
            account_id=self.id,
            name=self.name,
            time_zone=self.time_zone,
            sign_in_id=self.sign_in_id,
            via="cookie",
        )

    def sign_in(self, client: httpx.AsyncClient) -> httpx.AsyncClient:
        """Make `client` this person's browser."""
        client.cookies.set("visavis", self.token)
        return client


async def make_person(
    owner: asyncpg.Connection,
    name: str = "Ada Client",
    *,
    time_zone: str = "Europe/London",
    operator: bool = False,
) -> Somebody:
    """A confirmed account."""
    email = f"{name.lower().replace(' ', '.')}.{secrets.token_hex(8)}@example.org"
    account_id = await owner.fetchval(
        "insert into account (email, email_confirmed_at, is_operator) values ($1, now(), $2) returning id",
        email,
        operator,
    )
    await owner.execute(
        "insert into person (id, name, time_zone) values ($1, $2, $3)", account_id, name, time_zone
    )
    token = secrets.token_urlsafe(32)
    sign_in_id = await owner.fetchval(
        """insert into sign_in (token_hash, account_id, expires_at)
        values ($1, $2, now() + '1 day') returning id""",
        digest(token),
        account_id,
    )
    return Somebody(account_id, name, token, sign_in_id, time_zone)


async def make_practitioner(
    owner: asyncpg.Connection,
    name: str = "Dr. Sarah Johnson",
    *,
    time_zone: str = "Europe/London",
    rate_minor: int = 8000,
    currency: str = "GBP",
) -> Somebody:
    """A published practice that works every day around the clock, without notice: any grid time is free."""
    person = await make_person(owner, name, time_zone=time_zone)
    await owner.execute("update account set is_practitioner = true where id = $1", person.id)
    await owner.execute(
        """insert into practice (practitioner_id, title, time_zone, currency, rate_minor, notice_minutes,
            published_at)
        values ($1, 'Psychologist', $2, $3, $4, 0, now())""",
        person.id,
        time_zone,
        currency,
        rate_minor,
    )
    await owner.execute(
        """insert into working_hours (practitioner_id, day_of_week, starts_minute, ends_minute)
        select $1, day, 0, 1440 from generate_series(0, 6) day""",
        person.id,
    )
    return person


async def make_offering(
    owner: asyncpg.Connection,
    practitioner: Somebody,
    preset: str = "approve_then_transfer",
    *,
    name: str = "Talking session",
    lengths: tuple[int, ...] = (60,),
    fixed_price_minor: int | None = None,
) -> UUID:
    """An offering with a preset's policy; priced by the rate unless a fixed price is given."""
    offering_id: UUID = await owner.fetchval(
        """insert into offering (practitioner_id, name, lengths_minutes, pricing, fixed_price_minor, policy)
        values ($1, $2, $3, $4, $5, $6) returning id""",
        practitioner.id,
        name,
        list(lengths),
        "rate" if fixed_price_minor is None else "fixed",
        fixed_price_minor,
        msgspec.to_builtins(PRESETS[preset].policy),
    )
    return offering_id


# One for all tests of a process, which may begin before midnight and end after it; an hour before midnight it
# is the next already, or what is asked for of tomorrow would be over then.
_TODAY = (datetime.now(UTC) + timedelta(hours=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def tomorrow_at(hour: int, days: int = 1) -> datetime:
    """An instant on the hour, UTC, `days` from today."""
    return _TODAY + timedelta(days=days, hours=hour)


async def move_to_past(owner: asyncpg.Connection, session_id: UUID, *, hours: float = 2) -> None:
    """Let a session have begun `hours` ago: the way tests let time pass for several processes at once."""
    await owner.execute(
        """update session set during = moved, blocked = moved
        from (select tstzrange(now() - $2::interval, now() - $2::interval + (ends_at - starts_at)) as moved
            from session where id = $1) past
        where id = $1""",
        session_id,
        timedelta(hours=hours),
    )
