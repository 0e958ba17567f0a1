"""Notifications: what happened that concerns the caller."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import QueryParameter
from msgspec import Meta

from visavis.api.problems import problems
from visavis.api.shapes.bodies import Instant
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.notifications.access import NotificationRow, load_after
from visavis.notifications.actions import mark_read
from visavis.notifications.views import href_of, item_of, words_of
from visavis.notifications.words import Group

_LAST = 2**63 - 1  # a bigint's
Number = Annotated[int, Meta(ge=1, le=_LAST, description="Of your own; grows in the order of what happened")]


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """Something that somebody else did, and that concerns you; `page` is where it leads."""

    number: Number
    kind: Annotated[str, Meta(description="What was done", examples=["book", "approve"])]
    group: Group
    sentence: Annotated[str, Meta(examples=["Emma Clarke asks for a session"])]
    about: str
    detail: str
    happened_at: Instant
    read_at: Instant | None
    session_id: UUID | None
    page: Annotated[str, Meta(examples=["/notifications"])]


class Notifications(msgspec.Struct, frozen=True):
    notifications: list[Notification]
    more: Annotated[bool, Meta(description="Whether there are more after the last of these")]


class Seen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The numbers of the first and the last one that were read."""

    first: Number
    last: Number


class Read(msgspec.Struct, frozen=True):
    read: Annotated[int, Meta(ge=0, description="How many had been unread")]


@get(
    "/notifications",
    operation_id="listNotifications",
    summary="What happened, in its order",
    tags=["You"],
    responses=problems(),
)
async def list_mine(
    db: Db,
    actor: Actor,
    after: Annotated[
        int, QueryParameter(ge=0, le=_LAST, description="Only those after this number: none is missed")
    ] = 0,
    limit: Annotated[int, QueryParameter(ge=1, le=100, description="At most this many")] = 50,
) -> Notifications:
    """Ask again with the number of the last one to get what came since."""
    async with db.transaction(actor) as tx:
        rows = await load_after(tx, actor, after, limit + 1)
    return Notifications([_notification(row, actor) for row in rows[:limit]], len(rows) > limit)


@post(
    "/notifications/read",
    operation_id="readNotifications",
    summary="They were read",
    tags=["You"],
    status_code=200,
    responses=problems(),
)
async def read(db: Db, actor: Actor, now: datetime, data: Seen) -> Read:
    """Those with numbers from `first` to `last`; every open page shows it."""
    return Read(await mark_read(db, actor, data.first, data.last, now))


def _notification(row: NotificationRow, actor: Actor) -> Notification:
    item = item_of(row, actor)
    return Notification(
        number=row.number,
        kind=row.kind,
        group=words_of(row).group,
        sentence=item.sentence,
        about=item.about,
        detail=item.detail,
        happened_at=row.created_at,
        read_at=row.read_at,
        session_id=row.session_id,
        page=href_of(row),
    )


READS = [list_mine]
CHANGES = [read]
