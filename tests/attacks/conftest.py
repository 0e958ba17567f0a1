"""Everybody at a browser, and one session to fight for."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from litestar import Litestar

from tests.access.asking import CSRF_COOKIE, csrf_token
from tests.access.cast import Cast, assemble
from tests.access.stage import Stage
from tests.support.apps import visitor
from tests.support.meetings import meeting, stranger
from visavis.kit.files import files_in
from visavis.settings import Settings

__all__ = ["meeting", "stranger"]

Assemble = Callable[[str], Awaitable[Cast]]


@pytest.fixture
def assembled(owner: Any, settings: Settings) -> Assemble:
    """Makes casts: `await assembled("approved")`."""

    async def make(status: str) -> Cast:
        return await assemble(owner, files_in(settings.home), status)

    return make


@pytest.fixture
def stage(owner: Any, settings: Settings) -> Stage:
    """Makes one cast for each status, and puts back what was changed."""
    return Stage(owner, settings.home)


class Browser:
    """One person's browser, which sends its token unless told otherwise."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def token(self) -> str:
        return await csrf_token(self.client)

    async def sit_down(self, cast: Cast, person: str) -> None:
        """Signed in as this one, or as nobody, with the token of before."""
        token = await self.token()
        self.client.cookies.clear()
        self.client.cookies.set(CSRF_COOKIE, token)
        if person in cast.people:
            cast.people[person].sign_in(self.client)

    async def get(self, path: str, **how: Any) -> httpx.Response:
        return await self.client.get(path, **how)

    async def send(self, method: str, path: str, **how: Any) -> httpx.Response:
        how["headers"] = {"x-csrftoken": await self.token()} | how.get("headers", {})
        return await self.client.request(method, path, **how)

    async def post(self, path: str, **how: Any) -> httpx.Response:
        return await self.send("POST", path, **how)

    async def put(self, path: str, **how: Any) -> httpx.Response:
        return await self.send("PUT", path, **how)


Open = Callable[..., Browser]


@pytest.fixture
async def opened(app: Litestar, settings: Settings) -> AsyncIterator[Open]:
    """Opens browsers: `opened(cast, "own client")`, or `opened()` for nobody's."""
    made: list[httpx.AsyncClient] = []

    def make(cast: Cast | None = None, person: str = "nobody") -> Browser:
        made.append(visitor(app, settings.public_url))
        if cast is not None and person in cast.people:
            cast.people[person].sign_in(made[-1])
        return Browser(made[-1])

    yield make
    for each in made:
        await each.aclose()
