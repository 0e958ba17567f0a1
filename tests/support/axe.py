"""What is wrong with a page as it stands: what axe finds, what is too wide, what moved, what was refused."""

from pathlib import Path
from typing import Any

import axe_playwright_python

from tests.support.pages import SIZES

CALM = 0.1  # cumulative layout shift that web.dev calls good
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
# Without a window: it takes that of the page it is asked about, and may live in another one itself.
BRING = f"""() => {{
  const nobody = {{ getComputedStyle: () => null }};
  ((window) => {{
{AXE}
  }})(nobody);
  globalThis.axe = nobody.axe;
  axe.configure({{ rules: [{{ id: "color-contrast", selector: "[data-judged]" }}] }});
}}"""
# Contrast is more than half of axe's work, and follows from colours, size and grounds alone: words that stand
# on some page like words that were judged on another are not judged again, nor more than three of a kind.
CHECK = """async ([rules, judged, beside]) => {
  const { document, getComputedStyle, Node } = beside ? opener : window;
  const grounds = new Map([[null, ""]]);
  const groundsOf = (each) => {
    if (grounds.has(each)) return grounds.get(each);
    const { backgroundColor, backgroundImage, opacity } = getComputedStyle(each);
    const plain = backgroundColor === "rgba(0, 0, 0, 0)" && backgroundImage === "none" && opacity === "1";
    const own = plain ? "" : `|${backgroundColor} ${backgroundImage} ${opacity}`;
    const all = groundsOf(each.parentElement) + own;
    grounds.set(each, all);
    return all;
  };
  const idle = ":disabled, [aria-disabled=true], label:has(:disabled)"; // may be faint
  const kindOf = (each) => {
    const { color, fontSize, fontWeight, textShadow } = getComputedStyle(each);
    const points = Math.ceil(parseFloat(fontSize) * 72) / 96; // large words may be fainter
    const large = points >= 18 || (points >= 14 && fontWeight >= 700) ? "large" : "";
    const exempt = each.closest(idle) ? "idle" : "";
    return [color, large, textShadow, exempt, groundsOf(each)].join(" ");
  };
  const says = (each) => each.matches("input, select, textarea")
    || [...each.childNodes].some(({ nodeType, data }) => nodeType === Node.TEXT_NODE && data.trim());
  const kinds = new Map();
  for (const each of document.body.querySelectorAll("*")) {
    if (!says(each) || !each.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const kind = kindOf(each);
    const before = kinds.get(kind) ?? 0;
    kinds.set(kind, before + 1);
    if (before < 3 && !judged.includes(kind)) each.dataset.judged = "";
  }
  const look = async (noHtml) => {
    axe._audit.noHtml = noHtml;
    // What axe would load beforehand is for a rule about turned screens that none of these tags has.
    const options = { runOnly: rules, resultTypes: ["violations"], preload: false };
    return (await axe.run(document.documentElement, options)).violations;
  };
  const where = (nodes) => nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(" | ");
  // To write down what is as it should be takes its time, too.
  const found = (await look(true)).length ? await look(false) : [];
  for (const each of document.querySelectorAll("[data-judged]")) delete each.dataset.judged;
  return [found.map(({ id, help, nodes }) => `${id}: ${help}: ${where(nodes)}`), [...kinds.keys()]];
}"""
ALL = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# Each size and each scheme once: colours are the same on both sizes, places the same in both schemes.
LOOKS = [("desk", "light"), ("phone", "dark")]
OTHER = {"desk": "phone", "phone": "desk", "light": "dark", "dark": "light"}
WORN = """scheme => [`(prefers-color-scheme: ${scheme})`, "(prefers-reduced-motion: reduce)"]
    .every(each => matchMedia(each).matches)"""
TOO_WIDE = """() => document.documentElement.scrollWidth > innerWidth
    ? [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
        .slice(0, 3).map(e => e.outerHTML.slice(0, 120)) : []"""
SETTLED = """async () => {
  await new Promise(requestAnimationFrame);
  const ends = ({ effect }) => Number.isFinite(effect.getComputedTiming().endTime);
  const ending = document.getAnimations().filter(ends);
  await Promise.all(ending.map(({ finished }) => finished.catch(() => {})));
}"""
# How high a window has to be for all of a page to be in view, where something stays at its lower end: what
# that covers would count as too small to touch.
WHOLE = """() => {
  const stays = (each) => {
    const { position, bottom } = getComputedStyle(each);
    return (position === "fixed" || (position === "sticky" && bottom !== "auto")) && each.checkVisibility()
      && each.getBoundingClientRect().bottom > innerHeight / 2;
  };
  const covered = [...document.body.querySelectorAll("*")].some(stays);
  return covered ? document.documentElement.scrollHeight + 100 : 0;
}"""
STANDS = f"""async () => {{
  await ({SETTLED})();
  return [({TOO_WIDE})(), ({WHOLE})()];
}}"""
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


class Judge:
    """Axe in a window beside the page it looks at: read, and made quick by use, once for many pages.

    `judged` are the kinds of words whose contrast was judged on other pages; it grows.
    """

    def __init__(self, seat: Any, judged: set[str]) -> None:
        self.seat, self.judged = seat, judged

    @classmethod
    async def beside(cls, page: Any, judged: set[str]) -> "Judge":
        """Beside a page that is open at the house's address: it may go to any other there."""
        async with page.expect_popup() as opened:
            await page.evaluate("() => { open('about:blank') }")
        seat = await opened.value
        await seat.evaluate(BRING)
        return cls(seat, judged)


async def violations(page: Any, judge: Judge | None = None, rules: dict[str, Any] = ALL) -> list[str]:
    """What axe finds on the page as it stands, said by who sits beside it if anybody does."""
    seat, judged = (judge.seat, judge.judged) if judge else (page, set[str]())
    if not judge and not await page.evaluate("'axe' in window"):
        await page.evaluate(BRING)
    found: list[str]
    found, kinds = await seat.evaluate(CHECK, [rules, sorted(judged), judge is not None])
    if not found:
        judged.update(kinds)
    return found


async def dressed(page: Any, look: tuple[str, str]) -> None:
    """Let the page, and those after it, be seen in that size and scheme."""
    size, scheme = look
    if not await page.evaluate(WORN, scheme):  # else all of it would be worked out and drawn once more
        # Without motion: colours on their way from light to dark are nobody's to read.
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    await _sized(page, *SIZES[size])


async def _sized(page: Any, width: int, height: int) -> None:
    wanted = {"width": width, "height": height}
    if page.viewport_size != wanted:  # else it would be laid out once more all the same
        await page.set_viewport_size(wanted)


async def problems_of(
    page: Any, looks: list[tuple[str, str]] = LOOKS, judge: Judge | None = None
) -> list[str]:
    """What is wrong with the page as it stands, looked at like this; neither size may be too small for it.

    The window stays in the size that was looked at last, which is the other one.
    """
    await page.wait_for_load_state("load")
    moved, what, refused = await page.evaluate("[window.shift, window.shifted, window.refused]")
    problems = [f"moved by {moved:.3f} while loading: {what}"] if moved >= CALM else []
    problems += refused
    for look in looks:
        problems += [f"{' '.join(look)}: {each}" for each in await _seen_like(page, look, judge)]
    for size in SIZES.keys() - {size for size, _scheme in looks}:
        await _sized(page, *SIZES[size])
        problems += [f"{size}: too wide: {each}" for each in await page.evaluate(TOO_WIDE)]
    return problems


async def _seen_like(page: Any, look: tuple[str, str], judge: Judge | None) -> list[str]:
    await dressed(page, look)
    wide, whole = await page.evaluate(STANDS)
    width, height = SIZES[look[0]]
    await _sized(page, width, max(height, whole))
    return [f"too wide: {each}" for each in wide] + await violations(page, judge)
