"""Rooms of two who have met: people 2n and 2n + 1 of a crowd, the second of whom is a practitioner."""

from uuid import UUID

import msgspec

from bench.site import Crowd, Site


class Pair(msgspec.Struct, frozen=True):
    """A room, and who is in it: their numbers in the crowd."""

    room: UUID
    people: tuple[int, int]


async def furnish(site: Site, crowd: Crowd, rooms: int) -> list[Pair]:
    """A declined session each, which has opened their room."""
    owner = await site.owner()
    pairs = [(2 * number, 2 * number + 1) for number in range(rooms)]
    clients, practitioners = ([crowd.client(pair[side]) for pair in pairs] for side in (0, 1))
    await owner.execute(_PRACTICES, practitioners, crowd.offering(0))
    await owner.execute(_SESSIONS, clients, practitioners)
    rows = await owner.fetch("select client_id, id from chat_room where client_id = any ($1)", clients)
    await owner.execute("vacuum analyze")
    await owner.close()
    found = {row["client_id"]: row["id"] for row in rows}
    return [Pair(found[crowd.client(pair[0])], pair) for pair in pairs]


_PRACTICES = """
    with made as (insert into practice (practitioner_id, title, time_zone, rate_minor, published_at)
        select id, 'Psychologist', 'Europe/London', 8000, now() from unnest($1::uuid[]) id
        returning practitioner_id)
    insert into offering (practitioner_id, name, lengths_minutes, pricing, policy)
    select practitioner_id, 'Talking session', '{60}', 'rate', (select policy from offering where id = $2)
    from made
"""
_SESSIONS = """
    insert into session (practitioner_id, client_id, offering_id, offering_name, created_by, status, during,
        blocked, length_minutes, price_minor, currency, policy)
    select o.practitioner_id, client, o.id, o.name, 'client', 'declined', d, d, 60, 8000, 'GBP', o.policy
    from unnest($1::uuid[], $2::uuid[]) each (client, practitioner)
        join offering o on o.practitioner_id = practitioner,
        lateral (select tstzrange(now(), now() + interval '1 hour') as d) as time
"""
