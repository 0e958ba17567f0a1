"""Profiles of browsers (cookies, storage, a page to begin with), used again where nobody can tell.

A new profile is a new process that has to read and compile everything: as much work as two pages.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

PATIENCE = 30_000  # ms: how long anything is waited for in a browser
_CLOSE_WITHIN = 30  # seconds
# What is done to a page or a profile with one of these stays.
_MARKS = (
    *("add_init_script", "expose_binding", "expose_function", "grant_permissions", "new_cdp_session"),
    *("on", "once", "route", "set_extra_http_headers", "set_geolocation", "set_offline"),
)
_rest: WeakKeyDictionary[Any, dict[tuple[str, ...], list["Profile"]]] = WeakKeyDictionary()


class Profile:
    """One profile; `hear` is told of what its first page's scripts fail at and of what they say.

    `media` are those of which its pages believe that somebody likes them, unless a test says otherwise.
    """

    def __init__(self, context: Any, page: Any, kind: tuple[str, ...], media: dict[str, str]) -> None:
        self.context, self.page = context, page
        self.hear: Callable[[str, Any], None] = lambda _what, _said: None
        self._kind, self._media = kind, media
        self._marked = False
        page.on("pageerror", lambda error: self.hear("pageerror", error))
        page.on("console", lambda message: self.hear("console", message))
        for thing in (context, page):
            for name in _MARKS:
                if hasattr(thing, name):
                    setattr(thing, name, self._marking(getattr(thing, name)))
        page.clock.install = self._marking(page.clock.install)

    def _marking(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **options: Any) -> Any:
            self._marked = True
            return method(*arguments, **options)

        return called

    async def leave(self, browser: Any, *, well: bool) -> None:
        """End what it shows; keep it for the next one when it went `well` and nothing of it would be left."""
        self.hear = lambda _what, _said: None
        if well and not self._marked and await self._emptied():
            _rest.setdefault(browser, {}).setdefault(self._kind, []).append(self)
            return
        for page in self.context.pages:
            await _settle(page)
        # Should it not end all the same, it ends with the program.
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_WITHIN):
                await self.context.close()

    async def _emptied(self) -> bool:
        """Whether nothing is left but the first page, at an address where nothing happens."""
        from playwright.async_api import Error

        try:
            for page in self.context.pages:
                if page != self.page:
                    await page.close()
            answer = await self.page.goto("/health/live", timeout=10_000)
            await self.page.evaluate("localStorage.clear(); sessionStorage.clear()")
            await self.page.emulate_media(media="null", **self._media)
            await self.context.clear_cookies()
        except Error:
            return False  # its server has gone
        return bool(answer.ok)


def rested(browser: Any, kind: tuple[str, ...]) -> Profile | None:
    """A profile of that kind that somebody has left."""
    resting = _rest.get(browser, {}).get(kind)
    return resting.pop() if resting else None


async def _settle(page: Any) -> None:
    """End what it is loading: a profile closed while a page arrives may never end (Chromium 156, 1 in 10)."""
    from playwright.async_api import Error

    with suppress(Error):
        await page.goto("about:blank", timeout=10_000)
