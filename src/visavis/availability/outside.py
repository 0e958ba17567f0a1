"""What one press changes is asked about too: the page that lists sessions before they end up outside."""

from datetime import datetime
from typing import Any, ClassVar

from litestar import Request, Response
from msgspec import Struct

from visavis.availability import checks
from visavis.availability.access import Change, ClashRow
from visavis.availability.changes import with_switch
from visavis.availability.manager import unseen_clashes
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.pages import Page, render
from visavis.kit.words import _

_SENT = ("last", "on", "slot")


class Asked(Struct, frozen=True):
    """What the page says above the list, and where it leads back to."""

    title: str
    lead: str
    back: str


class OutsidePage(Page, frozen=True, kw_only=True):
    """`to` is where the button sends `sent` once more."""

    template: ClassVar[str] = "availability/outside.html"
    asked: Asked
    to: str
    sent: dict[str, str]
    clashes: list[ClashRow]


async def listed_first(
    request: Request[Any, Any, Any], db: Db, actor: Actor, change: Change, asked: Asked, now: datetime
) -> Response[Any] | None:
    """The page of what the change would leave outside; None when nothing is, or the form has seen it all."""
    data = await request.form()
    found = await unseen_clashes(db, actor, change, data, now)
    if not found:
        return None
    sent = {name: str(data[name]) for name in _SENT if name in data}
    return render(request, OutsidePage(asked=asked, to=request.url.path, sent=sent, clashes=found), 409)


async def slot_listed_first(
    request: Request[Any, Any, Any],
    db: Db,
    actor: Actor,
    slot: tuple[datetime, int, bool],
    back: str,
    now: datetime,
) -> Response[Any] | None:
    """The same for a single slot: start, minutes, on or off. Raises InvalidInputError."""
    starts_at, minutes, available = slot
    checks.check_stretch(starts_at, minutes, now)
    asked = Asked(_("Switch a slot off"), _("Nobody can book you then."), back)
    return await listed_first(
        request, db, actor, lambda each: with_switch(each, starts_at, minutes, available), asked, now
    )
