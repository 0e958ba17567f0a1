"""What a journey that fails leaves to be read: every screen as it stood, what it had asked for and said."""

import asyncio
from typing import Any

import pytest

FAILED = pytest.StashKey[bool]()  # of a test, so that its fixtures know
_WITHIN = 10  # seconds
# What the page knows of itself costs a test nothing until it fails.
_STATE = """() => {
  const short = (each, most) => (each?.innerText ?? "nothing").replace(/\\s+/g, " ").trim().slice(0, most);
  const asked = performance.getEntriesByType("resource").filter(({ initiatorType }) =>
    ["xmlhttprequest", "fetch", "beacon"].includes(initiatorType));
  const one = ({ name, startTime, duration, responseStatus }) =>
    `${Math.round(startTime)} ms +${Math.round(duration)} ${responseStatus} ${name.replace(origin, "")}`;
  const { activeElement: focus } = document;
  return {
    age: `${Math.round(performance.now())} ms, ${document.readyState}, ${document.visibilityState}`,
    live: document.querySelector("[data-connection]")?.dataset.state ?? "without",
    focus: focus?.cloneNode().outerHTML.slice(0, 160),
    waiting: [...document.querySelectorAll(".htmx-request, [aria-busy]")].map((each) =>
      each.cloneNode().outerHTML.slice(0, 120)).join(" | "),
    main: short(document.getElementById("main"), 1500),
    dialog: [...document.querySelectorAll("dialog[open], #messages > *, #talk:not([hidden])")].map((each) =>
      short(each, 400)).join(" | "),
    asked: asked.slice(-15).map(one).join("\\n      "),
  };
}"""


async def tell_of(pages: list[Any], said: list[str]) -> None:
    """Print how the pages stand (asked for since they were opened, ms of their own), and what was said."""
    for told in await asyncio.gather(*map(_state_of, pages)):
        print(told)
    print("console:", *said, sep="\n  ")


async def _state_of(page: Any) -> str:
    from playwright.async_api import Error

    try:
        async with asyncio.timeout(_WITHIN):
            state = await page.evaluate(_STATE)
    except (Error, TimeoutError) as error:
        state = {"silent": str(error).partition("\n")[0]}
    return "\n".join([f"screen {page.url}", *(f"  {name}: {words}" for name, words in state.items())])
