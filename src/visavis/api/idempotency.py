"""`Idempotency-Key`: a change sent twice acts once and gets the same answer twice, for 24 hours.

The key, the act and its answer are one transaction: whatever breaks, a repetition finds the whole answer or
acts anew. So the answer leaves only after the commit. An act that was refused (4xx) leaves nothing but its
answer, since actions' own transactions are savepoints in this one; a fault of ours (5xx) leaves nothing.
"""

import hashlib
import re
from typing import Any

from litestar import Request
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from litestar.utils.scope.state import ScopeState

from visavis.api import queries
from visavis.kit import throttle
from visavis.kit.actor import Actor
from visavis.kit.db import Database, Db
from visavis.kit.errors import InvalidInputError, VisavisError
from visavis.kit.sql import Tx
from visavis.kit.words import _

HEADER = "Idempotency-Key"
MOST_KEYS = 5000
"""Of one account in an hour: each stays for a day with its answer, also when that was a refusal."""
KEY, LONGEST = "^[!-~]+$", 255  # visible ASCII, as the document of the API says too
REPLAYED = b"idempotency-replayed"
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_NEVER_KEPT = frozenset({429})  # "later" must not become "never"


class KeyReusedError(InvalidInputError):
    type = "idempotency-key-reused"
    title = _("This Idempotency-Key was used for another request")


class UnclearKeyError(VisavisError):
    type = "idempotency-key-unclear"
    title = _("An Idempotency-Key has 1 to 255 visible ASCII characters")


class IdempotencyGate:
    """Middleware of the API; runs when it is known who asks."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        actor, key = scope.get("user"), _key_of(scope)
        if key is None or not isinstance(actor, Actor) or actor.account_id is None:
            await self.app(scope, receive, send)
            return
        request_hash = await _digest(Request(scope, receive))
        database: Database = scope["litestar_app"].state.database
        await throttle.count(database.handle(), "keyed", actor.account_id, most=MOST_KEYS, seconds=3600)
        async with (
            database.long_exchanges
        ):  # each holds a connection, and may need another to count its tries
            answer = await self._once(scope, receive, actor, key, request_hash)
        for message in answer.messages:
            await send(message)

    async def _once(
        self, scope: Scope, receive: Receive, actor: Actor, key: str, request_hash: bytes
    ) -> "_Answer":
        """The answer kept under the key; else the route's own, kept with what the route did."""
        database: Database = scope["litestar_app"].state.database
        db = database.handle()
        answer = _Answer()
        try:
            async with db.transaction(actor) as tx:
                if not await queries.claim_key.run(tx, actor.account_id, key, request_hash):
                    return await _kept(tx, actor, key, request_hash)
                await self.app(_with_db(scope, db), receive, answer.take)
                if answer.passing:
                    raise _PassingError
                await queries.keep_answer.run(
                    tx, actor.account_id, key, answer.status, answer.media, answer.body
                )
        except _PassingError:
            return answer
        except BaseException:
            ScopeState.from_scope(scope).response_started = False  # held back here: another answer may follow
            raise
        return answer


class _PassingError(Exception):
    """Rolls back an exchange whose answer says nothing about the next try."""


class _Answer:
    """What the route said, held back until the commit."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def take(self, message: Message) -> None:
        self.messages.append(message)

    @property
    def status(self) -> int:
        return int(self.messages[0]["status"])  # type: ignore[typeddict-item]

    @property
    def passing(self) -> bool:
        return self.status >= 500 or self.status in _NEVER_KEPT

    @property
    def media(self) -> str | None:
        headers = dict(self.messages[0]["headers"])  # type: ignore[typeddict-item]
        return headers[b"content-type"].decode() if b"content-type" in headers else None

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.messages[1:])  # type: ignore[misc]


async def _kept(tx: Tx, actor: Actor, key: str, request_hash: bytes) -> _Answer:
    """The answer given before; KeyReusedError when it was given to another request."""
    row = await queries.find_answer.one(tx, actor.account_id, key)
    if row.request_hash != request_hash:
        raise KeyReusedError
    headers = [(REPLAYED, b"true"), (b"content-length", str(len(row.body)).encode())]
    if row.content_type is not None:
        headers.append((b"content-type", row.content_type.encode()))
    answer = _Answer()
    await answer.take({"type": "http.response.start", "status": row.status, "headers": headers})
    await answer.take({"type": "http.response.body", "body": row.body, "more_body": False})
    return answer


def _key_of(scope: Scope) -> str | None:
    """The key of a changing request; UnclearKeyError when it is empty, too long or not plain text."""
    given = [value for name, value in scope["headers"] if name == HEADER.lower().encode()]
    if not given or scope.get("method") not in _CHANGING:
        return None
    key = given[0].decode("latin-1").strip()
    if len(given) > 1 or len(key) > LONGEST or not re.match(KEY, key):
        raise UnclearKeyError
    return key


async def _digest(request: Request[Any, Any, Any]) -> bytes:
    """What makes two requests the same: method, address and body, less the random boundary of its parts."""
    body = await request.body()
    boundary = request.content_type[1].get("boundary")
    if boundary:
        body = body.replace(boundary.encode(), b"")
    what = (request.method.encode(), request.scope["path"].encode(), request.scope["query_string"])
    return hashlib.sha256(b"\n".join((*what, body))).digest()


def _with_db(scope: Scope, db: Db) -> Scope:
    scope["visavis_db"] = db  # type: ignore[typeddict-unknown-key]
    return scope
