"""The pool of a process, and the database handle of one exchange."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from types import TracebackType
from typing import Any

import asyncpg
import msgspec
import structlog

from visavis.kit.actor import NOBODY, Actor
from visavis.kit.errors import UnavailableError
from visavis.kit.sql import Tx

_log = structlog.get_logger(__name__)
_LOST = (
    ConnectionError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what the driver says when it is cut off in the middle of a word
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
)
_NO_ROOM = (
    asyncpg.InsufficientResourcesError,  # no connection left, the disk or the memory is full
    asyncpg.ReadOnlySQLTransactionError,  # a standby that has not taken over yet
)
"""What nobody mends by asking otherwise, and what passes without a change of ours."""
_RETRY_AFTER = "5"  # seconds

_GAVE_WAY = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
_TWO_UPDATERS = "more than one updating member"
"""PostgreSQL (multixact.c) says so when a row's last writer has rolled back and is still in the list of those
that run, while somebody holds a key share of the row: very rare, and past by the next attempt."""

_CLOSE_WITHIN = 10.0  # seconds: a process that stops never waits for somebody else's query


async def _prepare_connection(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec(
        "jsonb", encoder=_encode_jsonb, decoder=_decode_jsonb, schema="pg_catalog", format="binary"
    )


def _encode_jsonb(value: Any) -> bytes:
    return b"\x01" + msgspec.json.encode(value)


def _decode_jsonb(value: bytes) -> Any:
    return msgspec.json.decode(value[1:])


class Database:
    """All connections of this process under one role."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool = pool
        self.long_exchanges = asyncio.Semaphore(max(1, pool.get_max_size() // 2))
        """Exchanges that hold a connection from their beginning to their end: half are left to others."""

    @classmethod
    async def open(cls, url: str, *, min_size: int = 1, max_size: int = 10) -> "Database":
        """Connect as the role named in `url`."""
        pool = await asyncpg.create_pool(
            url,
            min_size=min_size,
            max_size=max_size,
            init=_prepare_connection,
            reset=_leave_nothing_open,
            command_timeout=30,
            server_settings={
                "application_name": "visavis",
                "timezone": "UTC",
                "plan_cache_mode": "force_generic_plan",  # planning a home anew takes longer than reading it
                "statement_timeout": "20s",
                "idle_in_transaction_session_timeout": "20s",
            },
        )
        return cls(pool)

    async def close(self) -> None:
        """Close the connections; one that is still in use after a while is cut off."""
        with suppress(TimeoutError):  # the pool has cut off what was left
            async with asyncio.timeout(_CLOSE_WITHIN):
                await self.pool.close()

    def handle(self) -> "Db":
        """A handle for one exchange (one request, one job)."""
        return Db(self.pool)


async def _leave_nothing_open(connection: asyncpg.Connection) -> None:
    """Settings end with their transaction (SET LOCAL only), so the usual reset round trip is saved."""
    if connection.is_in_transaction():
        await connection.execute("ROLLBACK")


class Db:
    """The database as one exchange sees it: nothing, or exactly one open transaction."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._tx: Tx | None = None
        self._actor = NOBODY

    @asynccontextmanager
    async def transaction(self, actor: Actor) -> AsyncIterator[Tx]:
        """Open a transaction for the acting account of `actor`; inside another one, a savepoint, likewise.

        Raises UnavailableError when the database cannot be reached, has no room or takes no changes, or had
        to undo it for another one's sake: the same again is likely to work.
        """
        if self._tx is not None:
            outer, self._actor = self._actor, actor
            try:
                async with _savepoint(self._tx, _act_as(actor), _act_as(outer)):
                    yield self._tx
            finally:
                self._actor = outer
            return
        async with _Lease(self._pool) as tx:
            await tx.execute(f"BEGIN; {_act_as(actor)}")
            self._tx, self._actor = tx, actor
            try:
                yield tx
            except BaseException:
                self._tx = None
                await _rollback(tx)
                raise
            self._tx = None
            if await tx.execute("COMMIT") != "COMMIT":
                raise RuntimeError("a failed statement was swallowed: the transaction was rolled back")

    async def call(self, sql: str, *args: Any) -> asyncpg.Record | None:
        """One statement on its own, for no account: for looking up who somebody is."""
        async with _Lease(self._pool) as connection:
            return await connection.fetchrow(sql, *args)


class _Lease:
    """A pooled connection; a lost database becomes UnavailableError."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def __aenter__(self) -> Tx:
        try:
            self._connection = await self._pool.acquire(timeout=10)
        except (*_LOST, *_NO_ROOM, OSError) as lost:
            raise _unavailable(lost) from lost
        return self._connection

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(*_LOST):  # the pool closes a connection that cannot be cleaned
            await self._pool.release(self._connection)
        if _is_passing(error):
            raise _unavailable(error) from error


def _unavailable(why: BaseException | None) -> UnavailableError:
    if isinstance(why, _NO_ROOM):  # of a lost database readiness tells
        _log.error("the database has no room, or takes no changes", why=repr(why))
    return UnavailableError(headers={"retry-after": _RETRY_AFTER})


def _is_passing(error: BaseException | None) -> bool:
    return _is_outage(error) or _gave_way(error) or isinstance(error, _NO_ROOM)


def _gave_way(error: BaseException | None) -> bool:
    return isinstance(error, _GAVE_WAY) or (
        isinstance(error, asyncpg.InternalServerError) and _TWO_UPDATERS in str(error)
    )


def _is_outage(error: BaseException | None) -> bool:
    # A value that does not fit is an InterfaceError too, but no outage.
    return isinstance(error, _LOST) and not isinstance(error, ValueError)


def _act_as(actor: Actor) -> str:
    # Sent with BEGIN or SAVEPOINT, as one simple-protocol message, which takes no arguments.
    # The id is a UUID object, so it cannot carry anything but hex and dashes.
    account = "" if actor.account_id is None else str(actor.account_id)
    return f"SET LOCAL visavis.account = '{account}'"


@asynccontextmanager
async def _savepoint(tx: Tx, inside: str, after: str) -> AsyncIterator[None]:
    try:
        await tx.execute(f"SAVEPOINT inner_act; {inside}")
        try:
            yield
        except BaseException:
            await tx.execute("ROLLBACK TO SAVEPOINT inner_act; RELEASE SAVEPOINT inner_act")
            raise
        await tx.execute(f"RELEASE SAVEPOINT inner_act; {after}")
    except (*_LOST, asyncpg.PostgresError) as error:
        if _is_passing(error):
            raise _unavailable(error) from error
        raise


async def _rollback(tx: Tx) -> None:
    try:
        await tx.execute("ROLLBACK")
    except _LOST:
        return  # the server has rolled back by losing the connection
