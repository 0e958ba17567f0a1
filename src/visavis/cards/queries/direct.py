"""SQL of practitioners' own accounts at the card provider."""

from datetime import datetime
from uuid import UUID

import msgspec

from visavis.cards.provider import AccountStatus
from visavis.cards.rules import DirectStatus
from visavis.kit.sql import Query, Statement


class AccountRow(msgspec.Struct, frozen=True):
    """A practitioner's account; `id` is the row's, `account_id` the provider's once it is made there."""

    practitioner_id: UUID
    id: UUID
    account_id: str | None
    status: AccountStatus
    begun_at: datetime


class DirectRow(msgspec.Struct, frozen=True):
    """Whether practitioners are paid directly here, and how far one of them is; None: not begun."""

    offered: bool
    status: DirectStatus | None


_ACCOUNT = "practitioner_id, id, account_id, status, begun_at"
begin_account = Query(
    AccountRow,
    "The acting practitioner's account, begun now or before; no row where nobody is paid directly.",
    f"select {_ACCOUNT} from begin_card_account($1)",
)
keep_account = Statement(
    "The provider's name of one's own account, once; false when it has another.",
    "select keep_card_account($1, $2)",
)
find_account = Query(
    AccountRow, "A practitioner's account.", f"select {_ACCOUNT} from card_account where practitioner_id = $1"
)
direct_of = Query(
    DirectRow,
    "How a practitioner is paid: for themselves, operators and the worker.",
    """
    select i.pays_directly as offered,
        case when a.status = 'ready' and a.stopped_at is not null then 'stopped' else a.status end as status
    from installation i
    left join card_account a on a.practitioner_id = $1
    """,
)
paid_directly = Statement(
    "Everybody who is paid directly; of others, for operators only.",
    "select practitioner_id from card_account where status = 'ready' and stopped_at is null",
)
want = Statement(
    "The acting practitioner wants to be paid directly, or not any more; no row where nothing changes.",
    "select want_direct($1, $2)",
)
keep_event = Statement(
    "A provider said something about an account: whose it is; null for what is not new.",
    "select keep_card_account_event($1, $2, $3)",
)

# The worker

note_account = Statement(
    "What the provider says of an account ($2) since $4, unless it was asked later; its status before.",
    """
    update card_account set status = $3, looked_at = $4
    where practitioner_id = $1 and account_id = $2 and coalesce(looked_at <= $4, true)
    returning old.status
    """,
)
accounts_to_look = Statement(
    "Accounts that the provider was not asked about since $1, or, where nothing is awaited, since $2.",
    """
    select practitioner_id from card_account where account_id is not null
        and coalesce(looked_at, begun_at) < case when status in ('wanting', 'checked') then $1::timestamptz
            else $2::timestamptz end
    order by looked_at nulls first limit 200
    """,
)
pay_directly = Statement(
    "Whether practitioners are paid directly, as the settings say.",
    "update installation set pays_directly = $1 where pays_directly <> $1 returning pays_directly",
)
