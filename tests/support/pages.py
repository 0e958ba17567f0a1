"""Every page of a demonstration: who sees which, and how a browser gets there."""

import re
from collections.abc import AsyncIterator
from typing import Any

NOBODY, CLIENT, PRACTITIONER, OPERATOR = "", "Emma Clarke", "Dr. Sarah Johnson", "Olive Park"
SIZES = {"desk": (1280, 900), "phone": (390, 844)}

_PAGES = {
    NOBODY: "/ /sign-in /sign-up /forgot-password /practitioners /outbox /nowhere /api/docs",
    CLIENT: "/dashboard/client /sessions /practitioners /sessions?person=sarah&from=2026-01-01&payment=paid"
    " /credits /account /account/preferences /account/password /account/picture /account/sign-ins"
    " /account/keys /account/billing /papers /account/notifications /notifications /operator /chat",
    PRACTITIONER: "/dashboard/practitioner /sessions /practice /practice/profile"
    " /sessions/new /sessions/new?kind=custom&client=new /sessions/new?kind=instant&client=new"
    " /practice/rate /practice/meeting-place /practice/offerings/new /practice/availability"
    " /practice/availability/calendar /practice/availability/calendar?view=week&on=2026-12-01"
    " /practice/availability/settings /practice/availability/days-off /practice/availability/stretch"
    " /practice/availability/travel /practice/payment /practice/credits /practice/credits/packages/new"
    " /practice/credits/grant /practice/billing /practice/earnings /practice/chat /chat",
    OPERATOR: "/operator /operator/credits /operator/reports /operator/video /dashboard/client"
    " /operator/money /operator/money/commission /operator/money/payouts/new"
    " /operator/billing",
}
_STEPS = (
    "approval|decline|cancellation|payment|verification|cash|rejection|no-show|start|feedback|meeting-link|new-time"
    "|notes|response"
)
_WORTH_FOLLOWING = (
    rf"/practitioners/\*(/book|/ask)?|/sessions/\*/({_STEPS})|/practice/offerings/\*|/credits/purchases/\*"
    r"|/chat/\*(/block|/report)?|/papers/\*"
)
_SESSIONS = """all => all.map(one =>
    [one.querySelector("h3 a, b a").getAttribute("href"), one.querySelector(".chip").dataset.status])"""
_NOW = "all => all.map(one => one.getAttribute('href'))"
_LINKS = "all => all.map(one => [one.getAttribute('href'), ''])"


async def sign_in_as(page: Any, person: str) -> None:
    """With one click, as demonstrations let one; NOBODY stays nobody."""
    if person:
        await page.goto("/sign-in")
        await page.get_by_role("button", name=f"Be {person}", exact=True).click()
        await page.wait_for_url("**/dashboard/**")


async def addresses(page: Any, person: str) -> AsyncIterator[str]:
    """All pages of a person, and one of each kind to which they lead: sessions in each state, each step.

    Whoever is given one opens it before asking for the next: some are read for what they lead to.
    """
    known = _PAGES[person].split()
    leading = {*known[:3], "/chat"} if person else {"/practitioners"}
    kinds: set[str] = set()
    found: list[str] = []
    for path in known:
        yield path
        if path in leading:
            found += [each for each in await _leads_to(page, kinds) if each not in found]
    papers = [f"{href}/print" for href in found if re.fullmatch(r"/sessions/[0-9a-f-]{36}", href)]
    for path in found + papers[:1]:
        yield path


async def _leads_to(page: Any, kinds: set[str]) -> list[str]:
    links = await page.eval_on_selector_all(".session[id], .past > li", _SESSIONS)
    links += await page.eval_on_selector_all("main a[href^='/']", _LINKS)
    found: list[str] = []
    for href, status in links:
        kind = status or re.sub(r"[0-9a-f-]{36}", "*", href.partition("?")[0])
        if (status or re.fullmatch(_WORTH_FOLLOWING, kind)) and kind not in kinds:
            kinds.add(kind)
            found.append(href)
    begins = await page.eval_on_selector_all("#asked .instant h2 a", _NOW)
    return found + [each for href in begins for each in (href, f"{href}/room") if each not in found]


def plain(path: str) -> str:
    """An address as the name of a file."""
    short = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{23}([0-9a-f]{4})", r"\1", path)
    return re.sub(r"[^a-z0-9-]+", "-", short).strip("-") or "landing"
