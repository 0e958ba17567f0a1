"""Who is asking: a sign-in cookie or an API key, looked up in the database on every request."""

from typing import Any
from uuid import UUID

from asyncpg import Record
from litestar.connection import ASGIConnection
from litestar.middleware import AbstractAuthenticationMiddleware
from litestar.middleware.authentication import AuthenticationResult
from litestar.types import Receive, Scope, Send

from visavis.accounts import queries
from visavis.accounts.authentication import cookie_name, digest
from visavis.kit.actor import Actor
from visavis.kit.bodies import was_slow
from visavis.kit.clock import utc_now
from visavis.kit.db import Database
from visavis.kit.errors import SignInRequiredError
from visavis.kit.security import bearer

Connection = ASGIConnection[Any, Any, Any, Any]


class Authentication(AbstractAuthenticationMiddleware):
    """Sets `request.user` to an Actor, with no account when nobody signed in; a wrong API key is refused."""

    async def authenticate_request(self, connection: Connection) -> AuthenticationResult:
        connection.scope["visavis_began"] = utc_now()  # type: ignore[typeddict-unknown-key]
        address = connection.client.host if connection.client else ""
        key = bearer(connection.scope)
        if key is not None:
            return await self._by_key(connection, key, address)
        token = connection.cookies.get(cookie_name(connection.app.state.settings.secure), "")
        record = (
            await _database(connection).handle().call(queries.account_of_sign_in.sql, digest(token))
            if token
            else None
        )
        if record is None:
            return AuthenticationResult(user=Actor(address=address), auth="none")
        connection.scope["visavis_known"] = record["known"]  # type: ignore[typeddict-unknown-key]
        return AuthenticationResult(user=_actor(record, "cookie", address), auth="cookie")

    async def _by_key(self, connection: Connection, key: str, address: str) -> AuthenticationResult:
        record = await _database(connection).handle().call(queries.account_of_api_key.sql, digest(key))
        if record is None:
            raise SignInRequiredError("This API key is not valid, or it was revoked.")
        return AuthenticationResult(user=_actor(record, "key", address), auth="key")


class SecondLook(Authentication):
    """Asks once more who it is when the body took its time: a sign-in may have ended meanwhile."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (super().__call__ if was_slow(scope) else self.app)(scope, receive, send)


def _database(connection: Connection) -> Database:
    database: Database = connection.app.state.database
    return database


def _actor(record: Record, via: str, address: str) -> Actor:
    sign_in_id: UUID | None = record["sign_in_id"]
    return Actor(
        account_id=record["account_id"],
        name=record["name"],
        time_zone=record["time_zone"],
        locale=record["locale"],
        is_client=record["is_client"],
        is_practitioner=record["is_practitioner"],
        is_operator=record["is_operator"],
        sign_in_id=sign_in_id,
        via="key" if via == "key" else "cookie",
        address=address,
        unread=record["unread"],
        latest=record["latest"],
        volume=record["volume"],
        messages=record["messages"],
    )
