"""Work outside the exchange with a person: what a job is, and how to ask for one.

A domain's `jobs.py` says what it can do later:

    class MailId(msgspec.Struct, frozen=True):
        mail_id: UUID

    async def send(work: Work, asked: MailId) -> None: ...  # load, call one action; safe to run twice

    SEND = Job("operations.send_mail", MailId, send)
    JOBS = [SEND]
    SCHEDULES = [Schedule("operations.forget_old_mail", "17 3 * * *", forget_old)]

and an action asks for it inside its own transaction, so job and rows are committed together or not at all:

    await SEND.ask(tx, MailId(mail_id))

A job runs at least once. When it raises, it runs again after 2 s, 4 s, 8 s … (at most an hour apart); after
`attempts` failures it is held in the table `jobs.pgqueuer` with the status `failed`. Payloads hold ids, never
a person's data.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import msgspec

from visavis.kit.db import Database
from visavis.kit.sql import Tx
from visavis.operations.queries import enqueue
from visavis.settings import Settings

P = TypeVar("P", bound=msgspec.Struct)


class Work(msgspec.Struct, frozen=True):
    """What a job gets: the database as visavis_worker, the settings and the time (UTC) it began."""

    database: Database
    settings: Settings
    now: datetime


@dataclass(frozen=True)
class Job(Generic[P]):
    """A named piece of work; the name stays for ever, because rows in the queue carry it."""

    name: str
    payload: type[P]
    work: Callable[[Work, P], Awaitable[None]]
    attempts: int = 12

    async def ask(self, tx: Tx, payload: P, *, at: datetime | None = None) -> None:
        """Queue it on the caller's transaction, for now or for `at` (UTC)."""
        delay = max(at - await tx.fetchval("select now()"), timedelta(0)) if at else timedelta(0)
        body = msgspec.json.encode(payload)
        await enqueue.values(tx, [0], [self.name], [body], [delay], [None], [None])

    async def ask_each(self, tx: Tx, payloads: Sequence[P]) -> None:
        """Queue several for now, in one statement."""
        if not payloads:
            return
        many, bodies = len(payloads), [msgspec.json.encode(payload) for payload in payloads]
        nothing = [None] * many
        await enqueue.values(
            tx, [0] * many, [self.name] * many, bodies, [timedelta(0)] * many, nothing, nothing
        )


@dataclass(frozen=True)
class Schedule:
    """Work by the clock: `cron` has five fields, in UTC. It runs once, however many workers there are."""

    name: str
    cron: str
    work: Callable[[Work], Awaitable[None]]
