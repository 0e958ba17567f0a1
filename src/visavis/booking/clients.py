"""The only way to a practitioner's clients: everybody with whom they have had a session."""

from datetime import datetime
from uuid import UUID

import msgspec

from visavis.accounts.access import picture_address
from visavis.booking.listing import literally
from visavis.booking.queries.creating import ClientRow, find_own_client, own_clients
from visavis.kit.sql import Tx

__all__ = ["ClientRow", "Whom", "find_client", "load_clients", "whom_of"]


class Whom(msgspec.Struct, frozen=True, kw_only=True):
    """A client to choose, at `href`, or the one that is chosen."""

    id: UUID
    name: str
    picture: str
    sessions: int
    last_at: datetime
    time_zone: str
    href: str


async def load_clients(tx: Tx, name: str, most: int) -> list[ClientRow]:
    """The acting practitioner's clients, those of last first; `name` is a part of theirs, or of the e-mail
    address of who has agreed on a session; empty for all."""
    return await own_clients.all(tx, f"%{literally(name)}%" if name else None, most)


async def find_client(tx: Tx, client_id: UUID) -> ClientRow:
    """One of them; NotFoundError for everybody else."""
    return await find_own_client.one(tx, client_id)


def whom_of(row: ClientRow, href: str) -> Whom:
    """A client as pages show them."""
    return Whom(
        id=row.id,
        name=row.name,
        picture=picture_address(row.id, row.picture_key),
        sessions=row.sessions,
        last_at=row.last_at,
        time_zone=row.time_zone,
        href=href,
    )
