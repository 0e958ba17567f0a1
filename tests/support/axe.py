"""What is wrong with a page as it stands: what axe finds, what is too wide, what moved, what was refused."""

from pathlib import Path
from typing import Any

import axe_playwright_python

from tests.support.pages import SIZES

CALM = 0.1  # cumulative layout shift that web.dev calls good
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
# Contrast is more than half of axe's work, and follows from colours, size and grounds alone: words that stand
# on some page like words that were judged on another are not judged again, nor more than three of a kind.
CHECK = """async ([rules, judged]) => {
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
    const exempt = each.closest(idle) ? "idle" : "";
    return [color, fontSize, fontWeight, textShadow, exempt, groundsOf(each)].join(" ");
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
    axe.reset();
    axe.configure({ noHtml, rules: [{ id: "color-contrast", selector: "[data-judged]" }] });
    // What axe would load beforehand is for a rule about turned screens that none of these tags has.
    return (await axe.run({ runOnly: rules, resultTypes: ["violations"], preload: false })).violations;
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
TOO_WIDE = """() => document.documentElement.scrollWidth > innerWidth
    ? [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
        .slice(0, 3).map(e => e.outerHTML.slice(0, 120)) : []"""
SETTLED = """async () => {
  await new Promise(requestAnimationFrame);
  const ends = ({ effect }) => Number.isFinite(effect.getComputedTiming().endTime);
  const ending = document.getAnimations().filter(ends);
  await Promise.all(ending.map(({ finished }) => finished.catch(() => {})));
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


async def violations(page: Any, judged: set[str] | None = None, rules: dict[str, Any] = ALL) -> list[str]:
    """What axe finds on the page as it stands; no contrast in words of the kinds in `judged`, which grows."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE)
    found: list[str]
    found, kinds = await page.evaluate(CHECK, [rules, sorted(judged or ())])
    if judged is not None and not found:
        judged.update(kinds)
    return found


async def dressed(page: Any, look: tuple[str, str]) -> None:
    """Let the page, and those after it, be seen in that size and scheme."""
    size, scheme = look
    width, height = SIZES[size]
    # Without motion: colours on their way from light to dark are nobody's to read.
    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    await page.set_viewport_size({"width": width, "height": height})


async def problems_of(
    page: Any, looks: list[tuple[str, str]] = LOOKS, judged: set[str] | None = None
) -> list[str]:
    """What is wrong with the page as it stands, looked at like this; neither size may be too small for it."""
    await page.wait_for_load_state("load")
    moved, what = await page.evaluate("[window.shift, window.shifted]")
    problems = [f"moved by {moved:.3f} while loading: {what}"] if moved >= CALM else []
    problems += await page.evaluate("window.refused")
    for look in looks:
        problems += [f"{' '.join(look)}: {each}" for each in await _seen_like(page, look, judged)]
    for size in SIZES.keys() - {size for size, _scheme in looks}:
        width, height = SIZES[size]
        await page.set_viewport_size({"width": width, "height": height})
        problems += [f"{size}: too wide: {each}" for each in await page.evaluate(TOO_WIDE)]
    return problems


async def _seen_like(page: Any, look: tuple[str, str], judged: set[str] | None) -> list[str]:
    await dressed(page, look)
    await page.evaluate(SETTLED)
    problems = [f"too wide: {each}" for each in await page.evaluate(TOO_WIDE)]
    # The whole page in view, or what the bottom bar covers would count as too small to touch.
    width, height = SIZES[look[0]]
    whole = await page.evaluate("document.documentElement.scrollHeight")
    await page.set_viewport_size({"width": width, "height": max(height, whole + 100)})
    return problems + await violations(page, judged)
