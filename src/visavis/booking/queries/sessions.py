"""SQL of sessions: reading them as either person, and moving them on."""

from datetime import date, datetime, time
from functools import cached_property
from typing import Any, Literal
from uuid import UUID

import msgspec

from visavis.booking.policies import Policy
from visavis.booking.rules import Facts, Proposal, Status
from visavis.kit.sql import Query, Statement

_STATUSES = {each.value: each for each in Status}


class SessionRow(msgspec.Struct, frozen=True, dict=True):
    """A session with both people, as either of them may see it.

    Without `starts_at` its time is open; `listed_at` is its place in lists all the same. `wished_on` and
    `wished_at` are on the client's clock.
    """

    id: UUID
    practitioner_id: UUID
    practitioner_name: str
    practitioner_picture: str | None
    practitioner_zone: str
    verified: bool
    client_id: UUID
    client_name: str
    client_picture: str | None
    client_zone: str
    offering_id: UUID
    offering_name: str
    created_by: Literal["client", "practitioner"]
    status_text: str
    starts_at: datetime | None
    ends_at: datetime | None
    length_minutes: int
    listed_at: datetime
    instant: bool
    needs_approval: bool
    credits: int
    topic: str
    wished_on: date | None
    wished_at: time | None
    answer: str
    price_minor: int
    currency: str
    policy: dict[str, Any]
    notes: str
    meeting_url: str | None
    reason: str
    due_at: datetime | None
    created_at: datetime
    status_changed_at: datetime
    rating: int | None
    feedback: str | None
    location: str
    title: str
    answers: list[dict[str, Any]]
    cancelled_late: bool
    proposed_by: Literal["client", "practitioner"] | None
    proposed_from: datetime | None
    proposed_to: datetime | None
    proposal_message: str | None
    proposal_due_at: datetime | None
    sequence: int  # of its calendar file
    client_came_at: datetime | None  # into its call
    practitioner_came_at: datetime | None
    paid_in_hand: Literal["cash", "other"] | None
    card_status: Literal["settled", "failed"] | None  # of its payment by card
    card_failure: str | None  # of the latest try
    cards_taken: bool  # here, at present

    @cached_property
    def status(self) -> Status:
        return _STATUSES[self.status_text]

    @cached_property
    def terms(self) -> Policy:
        """The policy as it was when the session was made."""
        return msgspec.convert(self.policy, Policy)

    @cached_property
    def facts(self) -> Facts:
        """What the rules need to know."""
        return Facts(
            status=self.status,
            created_by=self.created_by,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            length_minutes=self.length_minutes,
            policy=self.terms,
            price_minor=self.price_minor,
            credits=self.credits,
            instant=self.instant,
            due_at=self.due_at,
            proposal=self.proposal,
        )

    @cached_property
    def proposal(self) -> Proposal | None:
        """The time that one side proposes for it now."""
        if not (self.proposed_by and self.proposed_from and self.proposed_to and self.proposal_due_at):
            return None
        return Proposal(
            proposed_by=self.proposed_by,
            starts_at=self.proposed_from,
            ends_at=self.proposed_to,
            message=self.proposal_message or "",
            due_at=self.proposal_due_at,
        )

    @property
    def people(self) -> list[UUID]:
        """Both accounts: whom every change concerns."""
        return [self.practitioner_id, self.client_id]


SESSION = """
    select s.id, s.practitioner_id, pp.name as practitioner_name, pp.picture_key as practitioner_picture,
        pr.time_zone as practitioner_zone, pr.verified_at is not null as verified,
        s.client_id, cp.name as client_name, cp.picture_key as client_picture, cp.time_zone as client_zone,
        s.offering_id, s.offering_name, s.created_by, s.status as status_text, s.starts_at, s.ends_at,
        s.length_minutes, s.listed_at, s.instant, s.needs_approval, s.credits, s.topic, s.wished_on,
        s.wished_at, s.answer, s.price_minor, s.currency, s.policy, s.notes, s.meeting_url, s.reason,
        s.due_at, s.created_at, s.status_changed_at, f.rating, f.text as feedback, pr.location,
        pr.title, s.answers, s.cancelled_late, r.proposed_by, lower(r.during) as proposed_from,
        upper(r.during) as proposed_to, r.message as proposal_message, r.due_at as proposal_due_at,
        s.sequence, s.client_came_at, s.practitioner_came_at, s.paid_in_hand,
        case when c.outcome = 'settled' then 'settled' when c.outcome is null and c.failure is not null
            then 'failed' end as card_status, c.failure as card_failure,
        (select i.takes_cards from installation i) as cards_taken
    from session s
    join person pp on pp.id = s.practitioner_id
    join practice pr on pr.practitioner_id = s.practitioner_id
    join person cp on cp.id = s.client_id
    left join lateral (select * from feedback where session_id = s.id limit 1) f on true -- by its key, always
    left join reschedule r on r.session_id = s.id and r.status = 'open'
    left join card_payment c on c.session_id = s.id
"""

find_session = Query(
    SessionRow, "One session, if the acting account is part of it.", f"{SESSION} where s.id = $1"
)
find_sessions = Query(
    SessionRow,
    "Sessions by their ids, those that the acting account is part of.",
    f"{SESSION} where s.id = any ($1)",
)

open_of_client = Query(
    SessionRow,
    "What is still open for a client, soonest first.",
    f"""{SESSION} where s.client_id = $1
        and s.status in ('pending_approval', 'approved', 'payment_submitted', 'confirmed', 'in_progress')
        order by s.listed_at limit 200""",
)
open_of_practitioner = Query(
    SessionRow,
    "What is still open for a practitioner, soonest first.",
    f"""{SESSION} where s.practitioner_id = $1
        and s.status in ('pending_approval', 'approved', 'payment_submitted', 'confirmed', 'in_progress')
        order by s.listed_at limit 200""",
)

mine = Query(
    SessionRow,
    "Sessions of the acting account, latest start first, after a place in that order; null: no filter.",
    f"""{SESSION}
        where ((s.client_id = (select current_account()) and $1::text is distinct from 'practitioner')
            or (s.practitioner_id = (select current_account()) and $1 is distinct from 'client'))
        and ($2::text[] is null or s.status = any ($2))
        and ($6::uuid is null or s.practitioner_id = $6)
        and ($3::timestamptz is null or (s.listed_at, s.id) < ($3, $4::uuid))
        order by s.listed_at desc, s.id desc limit $5""",
)

take_step = Statement(
    "One guarded step: nothing happens unless the session is still where, and when, the caller saw it.",
    """
    update session set status = $3, status_changed_at = $4, reason = $5, due_at = $6, cancelled_late = $7,
        answer = coalesce($9, answer)
    where id = $1 and status = $2 and starts_at is not distinct from $8 returning id
    """,
)
begin_session = Statement(
    "A session without a time begins now: 'begun'; 'taken' when one of its people is in another one; "
    "'passed' when it has moved on.",
    "select begin_session($1)",
)
set_meeting_url = Statement(
    "The link to meet at.", "update session set meeting_url = $2 where id = $1 returning id"
)
insert_feedback = Statement(
    "Feedback, once for a session.",
    """
    insert into feedback (session_id, practitioner_id, rating, text, created_at) values ($1, $2, $3, $4, $5)
    on conflict do nothing returning session_id
    """,
)

# Jobs

overdue = Query(
    SessionRow,
    "The next session not approved or paid in time, but $3; locked, so that two workers never take the same. "
    "While a card may still be charged, it stays up to an hour (cards.looking), or ($2) until that is known.",
    f"""{SESSION}
        where s.status in ('pending_approval', 'approved') and s.due_at <= $1 and s.id <> all ($3::uuid[])
            and not (($2 or s.due_at > $1 - interval '1 hour') and exists (select from card_payment p
                where p.session_id = s.id and p.intent_id is not null and p.outcome is null
                and p.status <> 'cancelled'))
        order by s.due_at limit 1 for update of s skip locked""",
)
to_start = Query(
    SessionRow,
    "The next confirmed session whose time has come, but $2; locked likewise.",
    f"""{SESSION} where s.status = 'confirmed' and s.starts_at <= $1 and s.id <> all ($2::uuid[])
        order by s.starts_at limit 1 for update of s skip locked""",
)
