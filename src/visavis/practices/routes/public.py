"""What everybody sees: the list of practitioners, and one practitioner."""

from typing import Annotated, Any, ClassVar
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.params import Parameter

from visavis.booking.access import ReviewRow, load_reviews
from visavis.chat.access import find_room_with
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.pages import Page, render
from visavis.practices.access import load_offerings, load_practice, load_published
from visavis.practices.queries import PracticeRow
from visavis.practices.views import Offer, offers_of, picture_of


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One practitioner in the list."""

    practice: PracticeRow
    picture: str


class ListPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "practices/list.html"
    entries: list[Entry]
    previous: str
    following: str


class ProfilePage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "practices/profile.html"
    practice: PracticeRow
    picture: str
    offers: list[Offer]
    reviews: list[ReviewRow]
    own: bool
    room_id: UUID | None


@get("/practitioners", include_in_schema=False)
async def practitioners(
    request: Request[Any, Any, Any],
    db: Db,
    actor: Actor,
    page: Annotated[int, Parameter(ge=1, le=10_000)] = 1,
) -> Response[Any]:
    """Everybody whose practice is published."""
    async with db.transaction(actor) as tx:
        found, more = await load_published(tx, page)
    entries = [Entry(practice=each, picture=picture_of(each)) for each in found]
    previous = f"/practitioners?page={page - 1}" if page > 1 else ""
    following = f"/practitioners?page={page + 1}" if more else ""
    return render(request, ListPage(entries=entries, previous=previous, following=following))


@get("/practitioners/{practitioner_id:uuid}", include_in_schema=False)
async def profile(
    request: Request[Any, Any, Any], db: Db, actor: Actor, practitioner_id: UUID
) -> Response[Any]:
    """One practitioner: words, offerings with prices, reviews."""
    async with db.transaction(actor) as tx:
        practice = await load_practice(tx, actor, practitioner_id)
        offerings = await load_offerings(tx, practitioner_id)
        reviews = await load_reviews(tx, practitioner_id)
        room_id = await find_room_with(tx, actor, practitioner_id)
    page = ProfilePage(
        practice=practice,
        picture=picture_of(practice),
        offers=offers_of(practice, offerings),
        reviews=reviews,
        own=practitioner_id == actor.account_id,
        room_id=room_id,
    )
    return render(request, page)


ROUTES = [practitioners, profile]
