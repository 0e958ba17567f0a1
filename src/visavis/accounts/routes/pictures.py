"""/account/picture, and everybody's pictures."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import UploadFile

from visavis.accounts.access import load_account, load_picture_key, picture_address, require_browser
from visavis.accounts.actions.profile import change_picture, remove_picture
from visavis.accounts.routes.shared import Asked, settings_of
from visavis.accounts.rules import MOST_PICTURE_BYTES
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.files import FileStore, files_in
from visavis.kit.forms import Form
from visavis.kit.pages import Page, go, render

_BODY = MOST_PICTURE_BYTES + 64 * 1024  # the form around the file
_KEPT = "private, max-age=31536000, immutable"  # another picture has another address


class PicturePage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "accounts/picture.html"
    name: str
    picture: str
    form: Form
    most: int


@get("/account/picture", include_in_schema=False)
async def form_page(request: Asked, db: Db, actor: Actor) -> Response[Any]:
    """Choose a picture."""
    return await _page(request, db, actor, Form())


async def _page(request: Asked, db: Db, actor: Actor, form: Form, status: int = 200) -> Response[Any]:
    async with db.transaction(require_browser(actor)) as tx:
        account = await load_account(tx, actor)
    picture = picture_address(account.id, account.picture_key)
    page = PicturePage(name=account.name, picture=picture, form=form, most=MOST_PICTURE_BYTES)
    return render(request, page, status)


@post("/account/picture", include_in_schema=False, request_max_body_size=_BODY)
async def upload(request: Asked, db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Keep it: cut square and written anew."""
    require_browser(actor)
    sent = (await request.form()).get("picture")
    data = await sent.read() if isinstance(sent, UploadFile) else b""
    try:
        await change_picture(db, actor, _files(request), data, now)
    except InvalidInputError as refused:
        return await _page(request, db, actor, Form.refused({}, refused), refused.status)
    return go(request, "/account")


@post("/account/picture/removal", include_in_schema=False)
async def remove(request: Asked, db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Back to initials."""
    await remove_picture(db, require_browser(actor), _files(request), now)
    return go(request, "/account")


@get("/people/{person_id:uuid}/picture", include_in_schema=False)
async def picture(request: Asked, db: Db, actor: Actor, person_id: UUID) -> Response[bytes]:
    """To everybody when the practice is public, else to the person and the other side of a session."""
    async with db.transaction(actor) as tx:
        key = await load_picture_key(tx, person_id)
    data = await _files(request).get(key)
    return Response(data, media_type="image/webp", headers={"cache-control": _KEPT})


def _files(request: Asked) -> FileStore:
    return files_in(settings_of(request).home)


ROUTES = [form_page, upload, remove, picture]
