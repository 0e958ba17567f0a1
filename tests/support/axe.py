"""What is wrong with a page as it stands: what axe finds, what is too wide, what moved, what was refused."""

from pathlib import Path
from typing import Any

import axe_playwright_python

from tests.support.pages import SIZES

CALM = 0.1  # cumulative layout shift that web.dev calls good
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
CHECK = """async (rules) => {
  const look = () => axe.run({ runOnly: rules, resultTypes: ["violations"] });
  axe.configure({ noHtml: true }); // to write down what is as it should be takes its time, too
  if (!(await look()).violations.length) return [];
  axe.reset();
  const where = (nodes) => nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(" | ");
  return (await look()).violations.map(({ id, help, nodes }) => `${id}: ${help}: ${where(nodes)}`);
}"""
ALL = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# Each size and each scheme once: colours are the same on both sizes, places the same in both schemes.
LOOKS = [("desk", "light"), ("phone", "dark")]
TOO_WIDE = """() => document.documentElement.scrollWidth > innerWidth
    ? [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
        .slice(0, 3).map(e => e.outerHTML.slice(0, 120)) : []"""
SETTLED = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  await frame();
  const ends = ({ effect }) => Number.isFinite(effect.getComputedTiming().endTime);
  const ending = document.getAnimations().filter(ends);
  await Promise.all(ending.map(({ finished }) => finished.catch(() => {})));
  await frame();
}"""
OBSERVE = """
window.shift = 0;
window.shifted = [];
window.refused = [];
new PerformanceObserver((list) => {
  for (const { hadRecentInput, value, sources } of list.getEntries()) {
    if (hadRecentInput) continue;
    window.shift += value;
    shifted.push(...sources.map(({ node }) => node?.outerHTML?.slice(0, 80) ?? "gone"));
  }
}).observe({ type: "layout-shift", buffered: true });
document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
  refused.push(`${violatedDirective}: ${blockedURI}`));
"""


async def problems_of(page: Any, looks: list[tuple[str, str]] = LOOKS) -> list[str]:
    """What is wrong with the page as it stands, looked at like this."""
    await page.wait_for_load_state("load")
    moved, what = await page.evaluate("[window.shift, window.shifted]")
    problems = [f"moved by {moved:.3f} while loading: {what}"] if moved >= CALM else []
    problems += await page.evaluate("window.refused")
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE)
    # Without motion: colours on their way from light to dark are nobody's to read.
    await page.emulate_media(color_scheme="light", reduced_motion="reduce")
    for size, (width, height) in SIZES.items():
        await page.set_viewport_size({"width": width, "height": height})
        problems += [f"{size}: too wide: {each}" for each in await page.evaluate(TOO_WIDE)]
        for scheme in [scheme for at, scheme in looks if at == size]:
            await page.emulate_media(color_scheme=scheme)
            await page.evaluate(SETTLED)
            # The whole page in view, or what the bottom bar covers would count as too small to touch.
            whole = await page.evaluate("document.documentElement.scrollHeight")
            await page.set_viewport_size({"width": width, "height": max(height, whole + 100)})
            problems += [f"{size} {scheme}: {each}" for each in await page.evaluate(CHECK, ALL)]
    await page.set_viewport_size({"width": width, "height": height})
    return problems
