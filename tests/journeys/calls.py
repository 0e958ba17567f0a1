"""What journeys of calls look at: pictures that move, voices that sound."""

import asyncio
import time
from uuid import UUID

from playwright.async_api import expect

from tests.journeys.screens import Screen

WITHIN = 30_000  # ms
_ENERGY = """async () => {
  const [pc] = window.__calls.slice(-1);
  for (const each of (await pc.getStats()).values())
    if (each.type === "inbound-rtp" && each.kind === "audio") return each.totalAudioEnergy ?? 0;
  return 0;
}"""


async def keeps_to(screen: Screen, policy: str) -> None:
    """The ways that each connection of the page may go from now on."""
    await screen.page.add_init_script(
        """window.RTCPeerConnection = class extends RTCPeerConnection {
          constructor(given) {
            super({ ...given, iceTransportPolicy: "POLICY" });
          }
        };""".replace("POLICY", policy)
    )


async def joined(screen: Screen, session_id: UUID, policy: str = "") -> None:
    """Go through the lobby into the call."""
    if policy:
        await keeps_to(screen, policy)
    await screen.go(f"/sessions/{session_id}/room")
    await expect(screen.page.locator(".mirror.seen")).to_be_visible(timeout=WITHIN)
    await screen.page.get_by_role("button", name="Join the call").click()
    await expect(screen.page.locator(".stage")).to_be_visible(timeout=WITHIN)


async def sees_moving(screen: Screen) -> None:
    """The other person's picture is there and moves."""
    page = screen.page
    await until(screen, "() => document.getElementById('remote')?.videoWidth > 0", "no picture")
    then = await page.evaluate("document.getElementById('remote').currentTime")
    await until(
        screen, f"() => document.getElementById('remote').currentTime > {then} + 0.2", "it does not move"
    )


async def hears(screen: Screen) -> None:
    """The other person's voice sounds."""
    await until(screen, f"async () => (await ({_ENERGY})()) > 0", "no voice")


async def until(screen: Screen, condition: str, why: str) -> None:
    """Wait until a function of the page says yes; the content policy forbids to wait in the page."""
    end = time.monotonic() + WITHIN / 1000
    while not await screen.page.evaluate(condition):
        assert time.monotonic() < end, f"{why}: {await screen.page.inner_text('#main')!r}"
        await asyncio.sleep(0.1)
