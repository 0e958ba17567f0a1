"""The practitioner's private notes on a session: read, written, and their earlier versions."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from visavis.accounts.authentication import require_account
from visavis.booking.notes import Note, Notebook, NoteChangedError, Version, read_notes, write_note
from visavis.booking.views import Card, card_of
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError, NotFoundError
from visavis.kit.forms import Form, number_in, typed_text
from visavis.kit.pages import Page, done, render
from visavis.kit.sealing import Keyring
from visavis.settings import Settings


class NotesPage(Page, frozen=True, kw_only=True):
    """`seen` is the version that the form follows; `newer` what another window saved meanwhile."""

    template: ClassVar[str] = "booking/notes.html"
    card: Card
    form: Form
    seen: int
    latest: Version | None
    earlier: list[Version]
    newer: Version | None


class VersionPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "booking/note_version.html"
    card: Card
    version: Version


@get("/sessions/{session_id:uuid}/notes", include_in_schema=False)
async def notes(
    request: Request[Any, Any, Any],
    session_id: FromPath[UUID],
    actor: Actor,
    db: Db,
    now: datetime,
    version: FromQuery[int | None] = None,
) -> Response[Any]:
    """The latest version, to write on; `?version=2` shows an earlier one."""
    book = await read_notes(db, require_account(actor), _keys(request), session_id, version)
    card = card_of(book.seat, actor, now, {})
    if version is None:
        return render(request, _page(book, card, _form(book)))
    found = next((each for each in book.versions if each.number == version), None)
    if found is None:
        raise NotFoundError
    return render(request, VersionPage(card=card, version=found))


@post("/sessions/{session_id:uuid}/notes", include_in_schema=False)
async def write(
    request: Request[Any, Any, Any], session_id: FromPath[UUID], actor: Actor, db: Db, now: datetime
) -> Response[Any]:
    """A new version. When another one came first, the typed words stay and both are shown (409)."""
    require_account(actor)
    data = await request.form()
    typed = {name: typed_text(data, name) for name in ("notes", "observations", "seen")}
    seen = number_in(typed["seen"], 8) or 0
    note = Note(notes=typed["notes"].strip(), observations=typed["observations"].strip())
    try:
        await write_note(db, actor, _keys(request), session_id, note, seen, now)
    except (InvalidInputError, NoteChangedError) as refused:
        book = await read_notes(db, actor, _keys(request), session_id)
        newer = book.latest if isinstance(refused, NoteChangedError) else None
        page = _page(book, card_of(book.seat, actor, now, {}), Form.refused(typed, refused), newer)
        return render(request, page, refused.status)
    return done(request, f"/sessions/{session_id}/notes")


def _page(book: Notebook, card: Card, form: Form, newer: Version | None = None) -> NotesPage:
    latest = book.latest
    return NotesPage(
        card=card,
        form=form,
        seen=latest.number if latest else 0,
        latest=latest,
        earlier=book.versions[1:],
        newer=newer,
    )


def _form(book: Notebook) -> Form:
    note = (book.latest.note if book.latest else None) or Note()
    return Form(values={"notes": note.notes, "observations": note.observations})


def _keys(request: Request[Any, Any, Any]) -> Keyring:
    settings: Settings = request.app.state.settings
    return settings.note_keys


ROUTES = [notes, write]
