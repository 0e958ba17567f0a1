"""Nobody gets around a deadline by sending slowly: the clock is read when the last byte has come."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import httpx
import pytest
from litestar import Litestar

from tests.access.asking import csrf_token, filled, form_of, routes_of
from tests.access.cast import Cast
from tests.access.stage import Stage
from tests.attacks.conftest import Assemble, Browser, Open
from tests.support.apps import visitor
from visavis import main
from visavis.kit import bodies
from visavis.kit.clock import utc_now
from visavis.settings import Settings

_CHANGING = {"POST", "PUT", "PATCH", "DELETE"}


class Slowly:
    """A body whose last part comes late; `here` says whether it has come, `late` whether nobody saw the clock
    before."""

    def __init__(self) -> None:
        self.here, self.late = False, True

    async def parts(self, whole: bytes) -> AsyncIterator[bytes]:
        yield whole[:-1]
        await asyncio.sleep(0)
        self.here = True
        yield whole[-1:]

    def clock(self) -> datetime:
        self.late &= self.here
        return utc_now()


async def early(browser: Browser, cast: Cast, method: str, path: str, body: Slowly) -> bool:
    """Whether the clock was read before the body was there."""
    await browser.sit_down(
        cast, "own practitioner" if "practice" in path or "availab" in path else "own client"
    )
    token = {"x-csrftoken": await browser.token()}
    asked = browser.client.build_request(method, filled(path, cast), headers=token, **form_of(path, cast))
    whole = asked.read()
    kept = {name: value for name, value in asked.headers.items() if name != "content-length"}
    body.late = True
    answer = await browser.client.request(method, asked.url, headers=kept, content=body.parts(whole))
    assert answer.status_code != 401, "who is signed out says nothing about the route"
    return not body.late


async def test_the_clock_is_read_after_the_body_on_every_route(
    app: Litestar, stage: Stage, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, found = opened(), []
    cast = await stage.cast("pending_approval")
    for method, path in sorted(routes_of(app)):
        if method not in _CHANGING or path in ("/sign-out", "/account/sign-ins"):
            continue
        body = Slowly()
        monkeypatch.setattr(main, "utc_now", body.clock)
        if await early(browser, cast, method, path, body):
            found.append((method, path))
        await stage.has_changed()  # some sign everybody out
    assert found == [], "these read the clock before what was sent is there"


async def test_a_body_that_does_not_end_is_refused(
    app: Litestar, settings: Settings, assembled: Assemble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "WITHIN", 0.05)
    cast = await assembled("pending_approval")

    async def endless() -> AsyncIterator[bytes]:
        yield b"body="
        await asyncio.sleep(30)

    async with visitor(app, settings.public_url) as browser:
        cast.people["own client"].sign_in(browser)
        headers = {
            "x-csrftoken": await csrf_token(browser),
            "content-type": "application/x-www-form-urlencoded",
        }
        answer = await browser.post(f"/chat/{cast.ids['room_id']}/seen", headers=headers, content=endless())
    assert answer.status_code == 408


async def test_who_signs_out_meanwhile_does_nothing(
    app: Litestar, settings: Settings, assembled: Assemble, monkeypatch: pytest.MonkeyPatch, owner: Any
) -> None:
    monkeypatch.setattr(bodies, "_AT_ONCE", -1.0)
    cast = await assembled("pending_approval")

    async def parts() -> AsyncIterator[bytes]:
        yield b"body=Hel"
        await owner.execute("delete from sign_in")
        yield b"lo"

    async with visitor(app, settings.public_url) as browser:
        cast.people["own client"].sign_in(browser)
        headers = {
            "x-csrftoken": await csrf_token(browser),
            "content-type": "application/x-www-form-urlencoded",
        }
        answer = await browser.post(f"/chat/{cast.ids['room_id']}", headers=headers, content=parts())
    assert answer.status_code == 401


async def test_files_of_nobody_are_not_even_read(opened: Open, assembled: Assemble) -> None:
    cast, nobody = await assembled("pending_approval"), opened()

    async def never() -> AsyncIterator[bytes]:
        raise AssertionError("the body was asked for")
        yield b""

    for path in ("/chat/{room_id:uuid}", "/sessions/{session_id:uuid}/payment", "/account/picture"):
        refused: httpx.Response = await nobody.post(
            filled(path, cast), content=never(), headers={"content-type": "multipart/form-data; boundary=x"}
        )
        assert refused.status_code == 401
