"""/notifications: what happened, day by day; the bell on every page; what is new, for sounds and browsers."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

import msgspec
from litestar import Request, Response, get, post
from litestar.params import QueryParameter

from visavis.accounts.access import require_browser
from visavis.kit.actor import Actor
from visavis.kit.clock import zone
from visavis.kit.db import Db
from visavis.kit.forms import number_in, typed_text
from visavis.kit.pages import Page, done, render
from visavis.notifications.access import NotificationRow, load_after, load_choice, load_newest
from visavis.notifications.actions import mark_read
from visavis.notifications.rules import Choice, loudness
from visavis.notifications.views import Day, by_day, item_of, words_of

HOME = "/notifications"
_PAGE = 50
_MOST_NEWS = 20
_LAST = 2**63 - 1  # a bigint's

Asked = Request[Any, Any, Any]
Number = Annotated[int | None, QueryParameter(ge=1, le=_LAST)]


class CentrePage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "notifications/centre.html"
    days: list[Day]
    address: str
    earlier: str
    later: bool


class ListFragment(CentrePage, frozen=True, kw_only=True):
    template: ClassVar[str] = "notifications/list.html"


class BellFragment(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "notifications/bell_alone.html"


class News(msgspec.Struct, frozen=True):
    """One new notification, for sounds and browsers: how loud it is was decided here, with quiet hours."""

    number: int
    sentence: str
    about: str
    href: str
    sound: str
    shown: bool


@get(HOME, include_in_schema=False)
async def centre(request: Asked, db: Db, actor: Actor, now: datetime, before: Number = None) -> Response[Any]:
    """Everything that happened, the latest first, a page at a time."""
    return render(request, CentrePage(**await _list(db, require_browser(actor), now, before)))


@get(f"{HOME}/list", include_in_schema=False)
async def listed(request: Asked, db: Db, actor: Actor, now: datetime, before: Number = None) -> Response[Any]:
    """The same list alone."""
    return render(request, ListFragment(**await _list(db, require_browser(actor), now, before)))


@get(f"{HOME}/bell", include_in_schema=False, sync_to_thread=False)
def bell(request: Asked, actor: Actor) -> Response[Any]:
    """How many are unread; it came with who asks."""
    require_browser(actor)
    return render(request, BellFragment())


@get(f"{HOME}/news", include_in_schema=False)
async def news(
    db: Db,
    actor: Actor,
    now: datetime,
    after: Annotated[int, QueryParameter(ge=0, le=_LAST)] = 0,
) -> list[News]:
    """What came after a number, and how loud each is now."""
    async with db.transaction(require_browser(actor)) as tx:
        choice = await load_choice(tx, actor)
        rows = await load_after(tx, actor, after, _MOST_NEWS)
    return [_news(row, choice, actor, now) for row in rows if row.read_at is None]


@post(f"{HOME}/read", include_in_schema=False)
async def read(request: Asked, db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """They were seen: those with the numbers `first` to `last`."""
    data = await request.form()
    require_browser(actor)
    first, last = (number_in(typed_text(data, name), 18) or 0 for name in ("first", "last"))
    if first and last:
        await mark_read(db, actor, first, last, now)
    return done(request, HOME)


async def _list(db: Db, actor: Actor, now: datetime, before: int | None) -> dict[str, Any]:
    async with db.transaction(actor) as tx:
        rows = await load_newest(tx, actor, before, _PAGE + 1)
    shown = rows[:_PAGE]
    return {
        "days": by_day(shown, actor, now),
        "address": f"{HOME}/list" + (f"?before={before}" if before else ""),
        "earlier": f"{HOME}?before={shown[-1].number}" if len(rows) > _PAGE else "",
        "later": before is not None,
    }


def _news(row: NotificationRow, choice: Choice, actor: Actor, now: datetime) -> News:
    item, loud = item_of(row, actor), loudness(words_of(row), choice, zone(actor.time_zone), now)
    return News(row.number, item.sentence, item.about, item.href, loud.sound, loud.shown)


ROUTES = [centre, listed, bell, news, read]
