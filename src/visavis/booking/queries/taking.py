"""SQL of taking a slot."""

from typing import Any, Literal
from uuid import UUID

import msgspec

from visavis.booking.policies import Policy
from visavis.kit.sql import Query, Statement


class OfferRow(msgspec.Struct, frozen=True):
    """An offering of a published practice, and the acting account: whether its address is confirmed, how many
    of its requests wait for approval, how many sessions it asked for in the last hour."""

    offering_id: UUID
    practitioner_id: UUID
    name: str
    lengths_minutes: list[int]
    pricing: Literal["rate", "fixed"]
    fixed_price_minor: int | None
    policy: dict[str, Any]
    currency: str
    rate_minor: int
    confirmed: bool
    waiting: int
    asked_lately: int
    questions: list[dict[str, Any]]

    @property
    def terms(self) -> Policy:
        """The policy in force now."""
        return msgspec.convert(self.policy, Policy)


find_offer = Query(
    OfferRow,
    "The offering that the acting account wants to book.",
    """
    select o.id as offering_id, o.practitioner_id, o.name, o.lengths_minutes, o.pricing, o.fixed_price_minor,
        o.policy, p.currency, p.rate_minor,
        exists (select from account a
            where a.id = current_account() and a.email_confirmed_at is not null) as confirmed,
        mine.waiting, mine.asked_lately, o.questions
    from offering o join practice p using (practitioner_id),
        (select count(*) filter (where s.status = 'pending_approval' and s.created_by = 'client') as waiting,
            count(*) filter (where s.created_at > now() - interval '1 hour' and s.created_by = 'client')
                as asked_lately
        from session s where s.client_id = (select current_account())
            and s.listed_at > now() - interval '31 days') mine
    where o.id = $1 and o.archived_at is null and p.published_at is not null
        and (o.policy ->> 'payment' <> 'card' or o.policy ->> 'other_way' = 'transfer'
            or (select i.takes_cards from installation i))
    """,
)

insert_session = Statement(
    "Make a session, with its slot or (where $8 is null) without: no row when it overlaps one that is held "
    "by the practitioner or by the client, or was made before (as $23, or as an instant one that waits). "
    "The constraints decide; ON CONFLICT avoids their "
    "deadlocks. The client's own hold has served.",
    """
    with served as (delete from slot_hold where holder_id = $2)
    insert into session (id, practitioner_id, client_id, offering_id, offering_name, created_by, status,
        length_minutes, during, blocked,
        price_minor, currency, credits, policy, notes, answers, topic, wished_on, wished_at,
        instant, due_at, created_at, status_changed_at)
    values (coalesce($23::uuid, uuidv7()), $1, $2, $3, $4, $5, $6,
        $7, case when $8::timestamptz is not null then tstzrange($8, $8 + make_interval(mins => $7)) end,
        case when $9::timestamptz is not null then tstzrange($9, $10) end,
        $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $22)
    on conflict do nothing returning id
    """,
)

taken_by = Statement(
    "Who has a part of $2 to $3 in the calendar of $1: 'the client' who acts, in another session of theirs; "
    "'a hold' of somebody who is just booking; null for somebody else's session.",
    """
    select case
        when exists (select from session s
            where s.client_id = current_account() and s.during && tstzrange($2, $3) and s.status in
                ('pending_approval', 'approved', 'payment_submitted', 'confirmed', 'in_progress'))
        then 'the client'
        when exists (select from hold_ends($1, $2, $3, $4)) then 'a hold' end
    """,
)
