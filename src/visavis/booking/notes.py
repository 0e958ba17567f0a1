"""The practitioner's own notes on a session: sealed, in versions, and nobody else's to read."""

from datetime import datetime
from uuid import UUID

import msgspec

from visavis.booking import queries
from visavis.booking.access import Seat, load_session
from visavis.booking.queries import NoteRow
from visavis.booking.rules import Party
from visavis.kit import audit
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import ConflictError, InvalidInputError, NotFoundError
from visavis.kit.sealing import Keyring, Sealed, SealedAwayError
from visavis.kit.sql import Tx
from visavis.kit.words import _
from visavis.live.actions import hint

MOST_WORDS = 20_000  # characters of each of the two
_FIRST = UUID(int=0)


class NoteChangedError(ConflictError):
    type = "note-changed"
    title = _("You have written a newer version meanwhile, in another window")


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """What is sealed: what was spoken of, and what the practitioner observed."""

    notes: str = ""
    observations: str = ""


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One version as its author reads it; `note` is None when its key is not there any more, or when only
    its place among the others was asked for."""

    number: int
    at: datetime
    author: str
    note: Note | None


class Notebook(msgspec.Struct, frozen=True, kw_only=True):
    """A session and the versions of its notes, latest first."""

    seat: Seat
    versions: list[Version]

    @property
    def latest(self) -> Version | None:
        return self.versions[0] if self.versions else None


async def read_notes(
    db: Db, actor: Actor, keys: Keyring, session_id: UUID, number: int | None = None
) -> Notebook:
    """What the acting practitioner wrote about a session: the words of the latest version, and of version
    `number`; that there are others. NotFoundError for everybody else."""
    async with db.transaction(actor) as tx:
        seat = await _own(tx, actor, session_id)
        rows = await queries.notes_of.all(tx, session_id, _countable(number))
    return Notebook(seat=seat, versions=[_version(keys, row) for row in rows])


async def write_note(
    db: Db, actor: Actor, keys: Keyring, session_id: UUID, note: Note, seen: int, now: datetime
) -> int:
    """A new version after the one that was `seen` (0: none); its number. The same words make no new one.

    Raises NoteChangedError when another version came first, InvalidInputError, NotFoundError.
    """
    _check(note)
    async with db.transaction(actor) as tx:
        await _own(tx, actor, session_id)
        rows = await queries.notes_of.all(tx, session_id, None)
        present = rows[0].version if rows else 0
        if present != seen:
            raise NoteChangedError
        if note == (_version(keys, rows[0]).note if rows else Note()):
            return present
        sealed = keys.seal(msgspec.json.encode(note), _place(session_id, seen + 1))
        made = await queries.insert_note.value(
            tx, session_id, seen + 1, actor.known_id, sealed.key_id, sealed.data, now
        )
        if made is None:
            raise NoteChangedError
        # The history says that there is a note, to its author only, and never a word of it.
        own = [actor.known_id]
        await audit.record(tx, actor, "write_note", ("session", session_id), own, {"version": seen + 1}, now)
        await hint(tx, to=own, about=[f"session:{session_id}"])
        return seen + 1


async def seal_notes_anew(db: Db, system: Actor, keys: Keyring) -> tuple[int, int]:
    """Bring what older keys sealed under the present one: how many were, and how many no key opens."""
    done, lost, place = 0, 0, (_FIRST, 0)
    while True:
        async with db.transaction(system) as tx:
            rows = await queries.old_seals.all(tx, keys.key_id, *place)
            for row in rows:
                sealed = _anew(keys, row.session_id, row.version, Sealed(row.key_id, row.sealed))
                if sealed is not None:
                    await queries.seal_anew.run(tx, row.session_id, row.version, sealed.key_id, sealed.data)
                done, lost = done + (sealed is not None), lost + (sealed is None)
        if not rows:
            return done, lost
        place = rows[-1].session_id, rows[-1].version


def _anew(keys: Keyring, session_id: UUID, version: int, sealed: Sealed) -> Sealed | None:
    where = _place(session_id, version)
    try:
        return keys.seal(keys.open(sealed, where), where)
    except SealedAwayError:
        return None


async def _own(tx: Tx, actor: Actor, session_id: UUID) -> Seat:
    """The session of which the actor is the practitioner: for the client, too, there are no notes."""
    seat = await load_session(tx, actor, session_id)
    if seat.party is not Party.PRACTITIONER:
        raise NotFoundError
    return seat


def _version(keys: Keyring, row: NoteRow) -> Version:
    note = None if row.sealed is None else _opened(keys, row, row.sealed)
    return Version(number=row.version, at=row.created_at, author=row.author, note=note)


def _opened(keys: Keyring, row: NoteRow, sealed: bytes) -> Note | None:
    try:
        words = keys.open(Sealed(row.key_id, sealed), _place(row.session_id, row.version))
        return msgspec.json.decode(words, type=Note)
    except SealedAwayError:
        return None


def _countable(number: int | None) -> int | None:
    """None for what no version can have."""
    return number if number is not None and 0 < number < 2**31 else None


def _place(session_id: UUID, version: int) -> str:
    return f"session {session_id} version {version}"


def _check(note: Note) -> None:
    sentence = _("Please keep this to 20,000 characters.")
    given = msgspec.structs.asdict(note)
    errors = {name: sentence for name, words in given.items() if len(words) > MOST_WORDS}
    if errors:
        raise InvalidInputError(fields=errors)
