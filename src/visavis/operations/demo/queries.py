"""SQL of a demonstration, run as the worker."""

from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement, Tx


class InvitedRow(msgspec.Struct, frozen=True):
    """Who invites whom to what."""

    practitioner_id: UUID
    client_id: UUID
    offering_id: UUID


is_loaded = Statement("Whether this is a demonstration already.", "select demonstration from installation")
mark_loaded = Statement("This is a demonstration.", "update installation set demonstration = true")
read_before = Statement(
    "Who lives here has read what happened before.",
    "update notification set read_at = created_at where created_at < $1",
)
has_accounts = Statement("Whether anybody lives here.", "select exists (select from account)")

insert_account = Statement(
    "An account anybody may sign in as.",
    """
    insert into account (email, email_confirmed_at, is_practitioner, is_operator, demonstration)
    values ($1, now(), $2, $3, true) returning id
    """,
)
insert_person = Statement("Its public face.", "insert into person (id, name, time_zone) values ($1, $2, $3)")
insert_practice = Statement(
    "A published practice.",
    """
    insert into practice (practitioner_id, time_zone, title, headline, about, location, languages,
        specialities, currency, rate_minor, verified_at, published_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, case when $11 then now() end, now())
    """,
)
insert_instructions = Statement(
    "How to pay by transfer.", "insert into payment_instructions (practitioner_id, words) values ($1, $2)"
)
insert_hours = Statement(
    "Monday to Friday, 9 to 13 and 14 to 18.",
    """
    insert into working_hours (practitioner_id, day_of_week, starts_minute, ends_minute)
    select $1, day, part.starts, part.ends from generate_series(1, 5) day,
        (values (9 * 60, 13 * 60), (14 * 60, 18 * 60)) part (starts, ends)
    """,
)
insert_offering = Statement(
    "Something to book.",
    """
    insert into offering (practitioner_id, name, description, lengths_minutes, pricing, fixed_price_minor,
        policy, position)
    values ($1, $2, $3, $4, $5, $6, $7, $8) returning id
    """,
)


async def number_cards(tx: Tx) -> None:
    """Cards of sessions get their numbers now, not with the commit."""
    await tx.execute("set constraints chat_cards_numbered immediate")


find_room = Statement(
    "The room of a client and a practitioner.",
    "select id from chat_room where client_id = $1 and practitioner_id = $2",
)
number_by_time = Statement(
    "Everything is made in one moment, and told as if it took weeks: places follow the told time.",
    """
    update chat_message m set number = -o.nth, version = -o.nth
    from (select id, row_number() over (partition by room_id order by created_at, number) as nth
        from chat_message) o
    where m.id = o.id
    """,
)
count_upwards = Statement(
    "No two have the same number at any time.",
    "update chat_message set number = -number, version = -version where number < 0",
)
count_rooms = Statement(
    "What rooms know of their messages.",
    """
    update chat_room r set version = latest, latest_at = m.at, client_said = coalesce(m.client, 0),
        practitioner_said = coalesce(m.practitioner, 0)
    from (select room_id, max(c.created_at) as at,
            max(number) filter (where author_id = o.client_id and session_id is null) as client,
            max(number) filter (where author_id = o.practitioner_id and session_id is null) as practitioner
        from chat_message c join chat_room o on o.id = room_id group by room_id) m
    where m.room_id = r.id
    """,
)
COUNT_ROOMS = (number_by_time, count_upwards, count_rooms)
read_rooms_until = Statement(
    "Both have read what was said until then, and whatever stands before what they wrote themselves.",
    """
    update chat_room r set client_seen = greatest(m.upto, r.client_said),
        practitioner_seen = greatest(m.upto, r.practitioner_said),
        client_shown = greatest(m.upto, r.client_said),
        practitioner_shown = greatest(m.upto, r.practitioner_said)
    from (select room_id, coalesce(max(number) filter (where created_at < $1), 0) as upto
        from chat_message group by room_id) m
    where m.room_id = r.id
    """,
)
to_invite = Query(
    InvitedRow,
    "The offering $3 of who has the address $1 and who has the address $2, unless they are invited at $4.",
    """
    select o.practitioner_id, c.id as client_id, o.id as offering_id
    from account p join offering o on o.practitioner_id = p.id and o.name = $3, account c
    where p.email = $1 and p.demonstration and c.email = $2 and c.demonstration
        and not exists (select from session s
            where s.practitioner_id = p.id and s.client_id = c.id and s.instant
            and (s.status = 'in_progress' or s.status = 'pending_approval' and s.due_at > $4))
    order by o.position limit 1
    """,
)
