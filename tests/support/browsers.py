"""People at their browsers: Debian's Chromium driven by Playwright, one profile for each person."""

import asyncio
import os
import shutil
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.support.cameras import film
from tests.support.profiles import PATIENCE, Profile, rested
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
_OPTIONS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--autoplay-policy=document-user-activation-required",  # as people's browsers are set
    # A camera and a microphone that everybody has and lends: a film, a beep each second.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    f"--disable-features={','.join(_WITHOUT)}",
]
_MEDIA = {"color_scheme": "light", "reduced_motion": "reduce"}
# Nobody can press anything before its script is there: a link would lead to a page where a dialog is meant.
# So there is a pane before it; a style for each element was a sixth of the work of a page.
# And what is behind the bars is not blurred, which here no graphics card does: a tenth of a browser's work.
_IN_EVERY_PAGE = """
{
  const clear = new CSSStyleSheet();
  clear.replaceSync("* { backdrop-filter: none !important }");
  document.adoptedStyleSheets.push(clear);
  const pane = document.createElement("div");
  pane.style.cssText = "position: fixed; inset: 0; z-index: 2147483647";
  new MutationObserver((_changes, waiting) => {
    if (!document.body) return;
    waiting.disconnect();
    document.documentElement.append(pane);
  }).observe(document, { childList: true, subtree: true });
  addEventListener("load", () => pane.remove());
}
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
    with TemporaryDirectory() as folder:
        async with async_playwright() as playwright:
            camera = f"--use-file-for-fake-video-capture={film(Path(folder, 'camera.y4m'))}"
            browser = await playwright.chromium.launch(executable_path=program, args=[*_OPTIONS, camera])
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


class Program:
    """The browser program of many tests: another is started when it has gone, as it may where little runs.

    The test whose browser went has failed; those after it have nothing to do with that.
    """

    def __init__(self, *, whole: bool = False) -> None:
        self._whole = whole
        self._started = AsyncExitStack()
        self._browser: Any = None

    async def running(self) -> Any:
        """The one that answers."""
        if self._browser is None or not await _answers(self._browser):
            await self.end()
            self._browser = await self._started.enter_async_context(chromium(whole=self._whole))
        return self._browser

    async def end(self) -> None:
        """It may have gone already."""
        from playwright.async_api import Error

        with suppress(Error):
            await self._started.aclose()


async def _answers(browser: Any) -> bool:
    from playwright.async_api import Error

    try:
        await (await browser.new_browser_cdp_session()).detach()
    except Error:
        return False
    return True


class People:
    """Opens a page for each person, and keeps what their browsers complained of."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._profiles: list[Profile] = []
        self.complaints: list[str] = []
        self._said: deque[str] = deque(maxlen=30)

    async def open(
        self,
        base_url: str,
        *,
        width: int = 1280,
        height: int = 900,
        scripts: tuple[str, ...] = (),
        **options: Any,
    ) -> Any:
        """A page in a profile of its own (cookies, storage); `options` go to Playwright's new_context.

        `scripts` run in each of its pages before any other. Nothing moves by itself unless they ask for it:
        what rises into view is drawn a dozen times.
        """
        size = {"width": width, "height": height}
        kind = (base_url, *scripts, *map(repr, sorted(options.items())))
        profile = rested(self._browser, kind)
        if profile:
            await profile.page.set_viewport_size(size)
        else:
            profile = await self._new(kind, scripts, base_url=base_url, viewport=size, **options)
        profile.hear = self._listen_to(profile.page)
        self._profiles.append(profile)
        return profile.page

    async def _new(self, kind: tuple[str, ...], scripts: tuple[str, ...], **options: Any) -> Profile:
        options = _MEDIA | options
        context = await self._browser.new_context(**options)
        context.set_default_timeout(PATIENCE)
        if options.get("java_script_enabled", True):  # else nothing would ever end it
            await context.add_init_script("\n".join((_IN_EVERY_PAGE, *scripts)))
        return Profile(context, await context.new_page(), kind, {name: options[name] for name in _MEDIA})

    async def leave(self, *, well: bool = False) -> None:
        """End every page of everybody; what they say while they go is nobody's complaint."""
        for profile in self._profiles:
            await profile.leave(self._browser, well=well and not self.complaints)

    async def tell(self) -> None:
        """Print what is on everybody's screens, for who reads of a failure."""
        await tell_of([page for profile in self._profiles for page in profile.context.pages], [*self._said])

    def _listen_to(self, page: Any) -> Callable[[str, Any], None]:
        def hear(what: str, said: Any) -> None:
            if what == "pageerror":
                self.complaints.append(f"{page.url}: {said}")
                return
            self._said.append(f"{said.type}: {said.text[:300]}")
            if said.type == "error" and not said.text.startswith(_EXPECTED):
                self.complaints.append(said.text)

        return hear
