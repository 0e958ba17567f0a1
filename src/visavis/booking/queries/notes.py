"""SQL of the practitioner's private notes: every version is kept, sealed before it comes here."""

from datetime import datetime
from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement


class NoteRow(msgspec.Struct, frozen=True):
    """One version, and who wrote it when; `sealed` only where its words were asked for."""

    session_id: UUID
    version: int
    key_id: str
    sealed: bytes | None
    created_at: datetime
    author: str


notes_of = Query(
    NoteRow,
    "Up to 200 versions of the notes on a session, latest first; sealed words of the latest and of $2.",
    """
    select n.session_id, n.version, n.key_id,
        case when n.version in (latest.version, $2) then n.sealed end as sealed,
        n.created_at, p.name as author
    from session_note n join person p on p.id = n.practitioner_id
    cross join (select max(version) as version from session_note where session_id = $1) latest
    where n.session_id = $1 and (n.version > latest.version - 200 or n.version = $2) order by n.version desc
    """,
)
insert_note = Statement(
    "A new version; no row when there is one of that number already.",
    """
    insert into session_note (session_id, version, practitioner_id, key_id, sealed, created_at)
    values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning version
    """,
)

# Jobs and commands


class OldSealRow(msgspec.Struct, frozen=True):
    """A version sealed with another key than the present one."""

    session_id: UUID
    version: int
    key_id: str
    sealed: bytes


old_seals = Query(
    OldSealRow,
    "Versions not sealed with the key $1, after a place in their order; locked while they are sealed anew.",
    """
    select session_id, version, key_id, sealed from session_note
    where key_id <> $1 and (session_id, version) > ($2, $3)
    order by session_id, version limit 100 for update
    """,
)
seal_anew = Statement(
    "The same words under another key.",
    "update session_note set key_id = $3, sealed = $4 where session_id = $1 and version = $2",
)
