"""People at their browsers: Debian's Chromium driven by Playwright, one profile for each person."""

import asyncio
import os
import shutil
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from tests.support.telling import tell_of

_WITHOUT = (
    # What Playwright leaves out: Chromium obeys the last list alone.
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *("HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "OptimizationHints"),
    *("ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "NetworkTimeServiceQuerying"),
    *("AimEnabled", "PreconnectToSearch"),
    # Pages behind the address bar, which nobody sees here: a second of work for each profile.
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "PreloadTopChromeWebUI"),
    "SpareRendererForSitePerProcess",  # a process for the next page, which nobody may ever open
)
# An answer of 4xx, which tests look at themselves; a request whose page was left, or a newer one came; a read
# that took too long and is made again.
_EXPECTED = (
    *("Failed to load resource", "htmx:afterRequest, "),
    *("htmx:sendError, ", "htmx:sendAbort, ", "htmx:timeout, "),
)
_SHELL, _WHOLE = "chromium-headless-shell", ("chromium", "chromium-browser", "google-chrome")
_CLOSE_WITHIN = 30  # seconds
PATIENCE = 30_000  # ms: how long anything is waited for in a browser
_OPTIONS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--autoplay-policy=document-user-activation-required",  # as people's browsers are set
    # A camera and a microphone that everybody has and lends: a moving picture, a beep each second.
    "--use-fake-device-for-media-stream=fps=10",
    "--use-fake-ui-for-media-stream",
    f"--disable-features={','.join(_WITHOUT)}",
]
# Nobody can press anything before its script is there: a link would lead to a page where a dialog is meant.
_WHEN_LOADED = """
const untouchable = new CSSStyleSheet();
untouchable.replaceSync("* { pointer-events: none !important }");
document.adoptedStyleSheets.push(untouchable);
addEventListener("load", () => {
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== untouchable);
});
"""


@asynccontextmanager
async def chromium(*, whole: bool = False) -> AsyncIterator[Any]:
    """The browser program; no profile is open yet.

    Where it may be the one without windows, which is a quarter less work; `whole` for what that one lacks:
    notifications, and sounds that wait until somebody has touched the page.
    """
    from playwright.async_api import async_playwright, expect

    program = next(filter(None, map(shutil.which, _WHOLE if whole else (_SHELL, *_WHOLE))), None)
    if program is None:
        _missing("No Chromium here; bin/test installs it where it may")
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=_OPTIONS)
        try:
            yield browser
        finally:
            with suppress(TimeoutError):
                async with asyncio.timeout(_CLOSE_WITHIN):
                    await browser.close()


def _missing(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


class People:
    """Opens a page for each person, and keeps what their browsers complained of."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._profiles: list[Any] = []
        self._leaving = False
        self.complaints: list[str] = []
        self._said: deque[str] = deque(maxlen=30)

    async def open(self, base_url: str, *, width: int = 1280, height: int = 900, **options: Any) -> Any:
        """A page in a profile of its own (cookies, storage); `options` go to Playwright's new_context.

        Nothing moves by itself unless they ask for it: what rises into view is drawn a dozen times.
        """
        options = {"reduced_motion": "reduce"} | options
        context = await self._browser.new_context(
            base_url=base_url, viewport={"width": width, "height": height}, **options
        )
        self._profiles.append(context)
        context.set_default_timeout(PATIENCE)
        if options.get("java_script_enabled", True):  # else nothing would ever end it
            await context.add_init_script(_WHEN_LOADED)
        page = await context.new_page()
        page.on("pageerror", lambda error: self._complain(f"{page.url}: {error}"))
        page.on("console", self._listen)
        return page

    async def leave(self) -> None:
        """Close every page of everybody; what they say while they go is nobody's complaint."""
        self._leaving = True
        for profile in self._profiles:
            for page in profile.pages:
                await _settle(page)
            # Should it not end all the same, it ends with the program.
            with suppress(TimeoutError):
                async with asyncio.timeout(_CLOSE_WITHIN):
                    await profile.close()

    async def tell(self) -> None:
        """Print what is on everybody's screens, for who reads of a failure."""
        await tell_of([page for profile in self._profiles for page in profile.pages], [*self._said])

    def _listen(self, message: Any) -> None:
        self._said.append(f"{message.type}: {message.text[:300]}")
        if message.type == "error" and not message.text.startswith(_EXPECTED):
            self._complain(message.text)

    def _complain(self, of: str) -> None:
        if not self._leaving:
            self.complaints.append(of)


async def _settle(page: Any) -> None:
    """End what it is loading: a profile closed while a page arrives may never end (Chromium 156, 1 in 10)."""
    from playwright.async_api import Error

    with suppress(Error):
        await page.goto("about:blank", timeout=10_000)
