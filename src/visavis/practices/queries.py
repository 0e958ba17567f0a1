"""SQL of practices: who practises, and what they offer."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from visavis.booking.policies import Policy
from visavis.booking.questions import Question, questions_in
from visavis.kit.sql import Query, Statement


class PracticeRow(msgspec.Struct, frozen=True):
    """A practice as the acting account may see it; the rate is in minor units per hour."""

    practitioner_id: UUID
    name: str
    picture_key: str | None
    title: str
    headline: str
    about: str
    location: str
    time_zone: str
    languages: list[str]
    specialities: list[str]
    currency: str
    rate_minor: int
    published_at: datetime | None
    verified_at: datetime | None
    reviews: int
    rating: float | None


class SimilarRow(msgspec.Struct, frozen=True):
    """Another practice and the minutes of its shortest session."""

    practitioner_id: UUID
    shortest: int


_PRACTICE = """
    select p.practitioner_id, n.name, n.picture_key, p.title, p.headline, p.about, p.location, p.time_zone,
        p.languages, p.specialities, p.currency, p.rate_minor, p.published_at, p.verified_at,
        r.reviews, r.rating
    from practice p
    join person n on n.id = p.practitioner_id
    cross join lateral (select count(*)::int as reviews, avg(f.rating)::float8 as rating
        from feedback f where f.practitioner_id = p.practitioner_id) r
"""

find_practice = Query(PracticeRow, "One practice.", f"{_PRACTICE} where p.practitioner_id = $1")
published = Query(
    PracticeRow,
    "Practices that everybody can see, verified ones first, in pages.",
    f"""{_PRACTICE} where p.published_at is not null
        order by p.verified_at is null, n.name, p.practitioner_id limit $1 offset $2""",
)
similar = Query(
    SimilarRow,
    "Public practices that share a speciality or a language with one, likest first, and can be booked.",
    """
    select a.practitioner_id, min(length)::int as shortest
    from similar_practices($1, $2) with ordinality a (practitioner_id, place)
    join offering o on o.practitioner_id = a.practitioner_id and o.archived_at is null,
    unnest(o.lengths_minutes) as length
    group by a.practitioner_id, a.place order by a.place
    """,
)
of_several = Query(PracticeRow, "Several practices.", f"{_PRACTICE} where p.practitioner_id = any ($1)")
lock_practice = Statement(
    "One change of a practice at a time.",
    "select practitioner_id from practice where practitioner_id = $1 for no key update",
)

insert_practice = Statement(
    "Open a practice; no row when there is one.",
    """
    insert into practice (practitioner_id, time_zone, currency) values ($1, $2, $3)
    on conflict do nothing returning practitioner_id
    """,
)
mark_practitioner = Statement(
    "The account is a practitioner's, too.", "update account set is_practitioner = true where id = $1"
)
update_profile = Statement(
    "What clients read about a practitioner.",
    """
    update practice set title = $2, headline = $3, about = $4, location = $5, time_zone = $6, languages = $7,
        specialities = $8
    where practitioner_id = $1
    """,
)
update_rate = Statement(
    "The rate from now on; sessions keep the price they were made with.",
    "update practice set rate_minor = $2, currency = $3 where practitioner_id = $1",
)
find_place = Statement(
    "The link at which a practitioner always meets; only for themselves.",
    "select url from meeting_place where practitioner_id = $1",
)
put_place = Statement(
    "Sessions that become certain from now on have this link.",
    """
    insert into meeting_place (practitioner_id, url) values ($1, $2)
    on conflict (practitioner_id) do update set url = excluded.url
    """,
)
forget_place = Statement(
    "Sessions that become certain from now on have no link.",
    "delete from meeting_place where practitioner_id = $1",
)
update_published = Statement(
    "Show the practice to everybody ($2: since when), or to nobody (null).",
    "update practice set published_at = $2 where practitioner_id = $1",
)


class OfferingRow(msgspec.Struct, frozen=True):
    """Something to book; a fixed price is in minor units."""

    id: UUID
    practitioner_id: UUID
    name: str
    description: str
    lengths_minutes: list[int]
    pricing: Literal["rate", "fixed"]
    fixed_price_minor: int | None
    policy: dict[str, Any]
    position: int
    archived_at: datetime | None
    questions: list[dict[str, Any]]

    @property
    def asks(self) -> list[Question]:
        """What is asked when somebody books it."""
        return questions_in(self.questions)

    @property
    def terms(self) -> Policy:
        """The policy in force now."""
        return msgspec.convert(self.policy, Policy)


_OFFERING = """
    select id, practitioner_id, name, description, lengths_minutes, pricing, fixed_price_minor, policy,
        position, archived_at, questions
    from offering
"""

find_offering = Query(OfferingRow, "One offering.", f"{_OFFERING} where id = $1")
offerings_of = Query(
    OfferingRow,
    "What a practitioner offers now, in the practitioner's order.",
    f"""{_OFFERING} where practitioner_id = $1 and archived_at is null
        and (policy ->> 'payment' <> 'card' or policy ->> 'other_way' = 'transfer'
            or practitioner_id = (select current_account()) or (select takes_cards from installation))
        order by position, created_at, id""",
)
insert_offering = Statement(
    "A new offering, after the others.",
    """
    insert into offering (practitioner_id, name, description, lengths_minutes, pricing, fixed_price_minor,
        policy, questions, position)
    values ($1, $2, $3, $4, $5, $6, $7, $8,
        (select coalesce(max(o.position) + 1, 0) from offering o where o.practitioner_id = $1))
    returning id
    """,
)
update_offering = Statement(
    "Change an offering; sessions keep the terms they were made with.",
    """
    update offering set name = $3, description = $4, lengths_minutes = $5, pricing = $6,
        fixed_price_minor = $7, policy = $8, questions = $9
    where id = $1 and practitioner_id = $2 and archived_at is null
    """,
)
archive_offering = Statement(
    "No longer offered; sessions made with it stay.",
    "update offering set archived_at = $3 where id = $1 and practitioner_id = $2 and archived_at is null",
)
