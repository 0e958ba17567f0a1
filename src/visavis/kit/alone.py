"""Work by the clock on many rows: one that fails is logged and left for the next time, the others go on.

A database that cannot be reached fails for all of them, so UnavailableError ends the round.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol, TypeVar
from uuid import UUID

import structlog

from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import UnavailableError
from visavis.kit.sql import Tx

_log = structlog.get_logger(__name__)


class Row(Protocol):
    """What has an id."""

    @property
    def id(self) -> UUID: ...


R = TypeVar("R", bound=Row)
T = TypeVar("T")


async def take_each(
    db: Db,
    actor: Actor,
    take: Callable[[Tx, list[UUID]], Awaitable[R | None]],
    act: Callable[[Tx, R], Awaitable[object]],
) -> int:
    """`act` on each row that `take` finds and locks, in a transaction of its own; how many it did.

    `take` leaves out the given ids: those that failed in this round. `act` must make it find another one.
    """
    done, failed = 0, list[UUID]()
    while True:
        row = None
        try:
            async with db.transaction(actor) as tx:
                row = await take(tx, failed)
                if row is None:
                    return done
                await act(tx, row)
        except UnavailableError:
            raise
        except Exception:
            if row is None:
                raise
            _log.exception("one of many failed", of=act.__qualname__, row=str(row.id))
            failed.append(row.id)
        else:
            done += 1


async def each_alone(things: Iterable[T], act: Callable[[T], Awaitable[object]]) -> None:
    """`act` on each; its transactions are its own."""
    for thing in things:
        try:
            await act(thing)
        except UnavailableError:
            raise
        except Exception:  # noqa: BLE001 - whatever it is, it is this one's
            _log.exception("one of many failed", of=act.__qualname__, row=_named(thing))


def _named(thing: object) -> str:
    return str(thing if isinstance(thing, UUID) else getattr(thing, "session_id", ""))
