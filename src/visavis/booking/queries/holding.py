"""SQL of holding a slot while a form is filled in."""

from datetime import datetime
from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement


class HoldRow(msgspec.Struct, frozen=True):
    """What the acting account holds."""

    practitioner_id: UUID
    starts_at: datetime
    ends_at: datetime
    expires_at: datetime


own_hold = Query(
    HoldRow,
    "What the acting account holds at an instant.",
    """
    select practitioner_id, lower(during) as starts_at, upper(during) as ends_at, expires_at
    from slot_hold where holder_id = current_account() and expires_at > $1
    """,
)
delete_own_hold = Statement(
    "Let go of what the acting account holds, whether it has run out or not.",
    "delete from slot_hold where holder_id = current_account()",
)
release_hold = Statement(
    "Let go of the hold of one start; a hold of another one, taken meanwhile in another tab, stays.",
    """
    delete from slot_hold where holder_id = current_account() and lower(during) = $1
    returning practitioner_id
    """,
)
insert_hold = Statement(
    "Hold a slot: no row while somebody else holds a part of it. Holds that have run out do not count.",
    """
    insert into slot_hold (holder_id, practitioner_id, during, blocked, held_at, expires_at)
    values (current_account(), $1, tstzrange($2, $3), tstzrange($4, $5), $6, $7)
    on conflict do nothing returning expires_at
    """,
)
held_by_others_until = Statement(
    "When the last that others hold of a stretch of a practitioner's time runs out; null when nobody does.",
    "select max(ends) from hold_ends($1, $2, $3, $4) as ends",
)
