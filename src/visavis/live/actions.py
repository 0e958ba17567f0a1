"""Hints: whom a change concerns and what it is about; never the data itself."""

from collections.abc import Iterable
from uuid import UUID

import msgspec

from visavis.kit.sql import Tx
from visavis.live import queries
from visavis.live.queries import hint_sql

__all__ = ["end_streams", "hint", "hint_everyone", "hint_sql", "hint_words"]

_AT_A_TIME = 150
_MOST_BYTES = 7_900  # NOTIFY takes at most 7,999, with the number of the transaction


async def hint(tx: Tx, to: Iterable[UUID], about: Iterable[str], public: Iterable[str] = ()) -> None:
    """Tell the open pages of the accounts `to` that the things `about` changed; sent by the commit.

    The last statement of an action. `about` holds tokens such as "dashboard", "session:<id>"; `public` names
    what changed for whoever looks at it, such as "slots:<id>": one notification for both.
    """
    first, *others = _some(to)
    await queries.hint.run(tx, hint_words(first, about, public))
    for some in others:
        await queries.hint.run(tx, hint_words(some, about))


def hint_words(to: Iterable[UUID | str], about: Iterable[str], public: Iterable[str] = ()) -> str:
    """What `hint` sends, for a statement that has more to do and sends it itself, with `hint_sql`."""
    named: dict[str, object] = {
        "to": sorted({str(account) for account in to}),
        "about": sorted(set(about)),
    }
    return _encoded(named | ({"public": sorted(set(public))} if public else {}))


async def hint_everyone(tx: Tx, about: Iterable[str]) -> None:
    """Tell every open page that shows one of `about`, whoever looks at it (a public thing changed)."""
    await queries.hint.run(tx, _encoded({"everyone": True, "about": sorted(set(about))}))


async def end_streams(tx: Tx, sign_in_ids: Iterable[UUID]) -> None:
    """Close the streams of these sign-ins when this transaction commits."""
    for some in _some(sign_in_ids):
        await queries.notify.run(tx, _encoded({"end": some}))


def _some(ids: Iterable[UUID]) -> list[list[str]]:
    """As many at a time as one notification names: nobody signs in, or has clients, so often that all pages
    of everybody read again. At least one list."""
    names = sorted({str(each) for each in ids})
    return [names[begin : begin + _AT_A_TIME] for begin in range(0, len(names) or 1, _AT_A_TIME)]


def _encoded(payload: dict[str, object]) -> str:
    message = msgspec.json.encode(payload).decode()
    if len(message.encode()) > _MOST_BYTES:
        return '{"everyone":true,"about":["*"]}'  # too many to name: every page reads again
    return message
