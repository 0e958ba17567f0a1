"""The only way to a practitioner's clients: everybody with whom they have had a session."""

from uuid import UUID

from visavis.booking.listing import literally
from visavis.booking.queries.creating import ClientRow, find_own_client, own_clients
from visavis.kit.sql import Tx

__all__ = ["ClientRow", "find_client", "load_clients"]


async def load_clients(tx: Tx, name: str, most: int) -> list[ClientRow]:
    """The acting practitioner's clients, those of last first; `name` is a part of theirs, empty for all."""
    return await own_clients.all(tx, f"%{literally(name)}%" if name else None, most)


async def find_client(tx: Tx, client_id: UUID) -> ClientRow:
    """One of them; NotFoundError for everybody else."""
    return await find_own_client.one(tx, client_id)
