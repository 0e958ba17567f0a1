"""What the tests of rows share: who owns what, and how a web process speaks to the database."""

from uuid import UUID

import asyncpg

_OPERATES = "exists (select from account a where a.id = $1 and a.is_operator)"
_BOTH_SIDES = f"client_id = $1 or practitioner_id = $1 or (practitioner_id is null and {_OPERATES})"
_MONEY = f"holder_id = $1 or (holder_id is null and {_OPERATES})"
_ITS_PEOPLE = (
    "exists (select from session s where s.id = session_id and $1 in (s.client_id, s.practitioner_id))"
)

# Private tables: by which a row is known, and when the account $1 may read it.
OWN = {
    "account": ("id", "id = $1"),
    "account_token": ("token_hash", "account_id = $1"),
    "api_key": ("id", "account_id = $1"),
    "availability_before": ("change_id", "practitioner_id = $1"),
    "audit_event": ("id", "$1 = any (concerns)"),
    "credit_entry": (
        "id",
        f"exists (select from (select * from credit_lot) c where c.id = lot_id and ({_BOTH_SIDES}))",
    ),
    "credit_lot": ("id", _BOTH_SIDES),
    "credit_package": (
        "id",
        f"""practitioner_id = $1 or (archived_at is null and $1 is not null)
            or (practitioner_id is null and {_OPERATES})""",
    ),
    "credit_purchase": ("id", _BOTH_SIDES),
    "card_customer": ("account_id", "account_id = $1"),
    "chat_before": ("message_id", "false"),
    "chat_block": ("blocked_id", "$1 in (blocker_id, blocked_id)"),
    "chat_file": (
        "id",
        """exists (select from chat_message m join chat_room r on r.id = m.room_id
            where m.id = message_id and $1 in (r.client_id, r.practitioner_id))""",
    ),
    "chat_message": (
        "id",
        "exists (select from chat_room r where r.id = room_id and $1 in (r.client_id, r.practitioner_id))",
    ),
    "chat_report": ("id", f"reporter_id = $1 or {_OPERATES}"),
    "chat_room": ("id", "$1 in (client_id, practitioner_id)"),
    "date_override": ("practitioner_id", "practitioner_id = $1"),
    "idempotency_key": ("key", "account_id = $1"),
    "outbox_mail": ("id", "false"),
    "late_transfer": ("session_id", "$1 in (client_id, practitioner_id)"),
    "meeting_place": ("practitioner_id", "practitioner_id = $1"),
    "notification": ("number", "account_id = $1"),
    "notification_choice": ("account_id", "account_id = $1"),
    "notification_count": ("account_id", "false"),
    "payment_instructions": (
        "practitioner_id",
        """practitioner_id = $1 or exists (select from session s where s.practitioner_id = t.practitioner_id
            and s.client_id = $1 and s.status in ('approved', 'payment_submitted'))
        or exists (select from credit_purchase p where p.practitioner_id = t.practitioner_id
            and p.client_id = $1 and p.status in ('requested', 'submitted', 'refused'))""",
    ),
    "payment_proof": (
        "id",
        """exists (select from session s where s.id = session_id and $1 in (s.client_id, s.practitioner_id))
        or exists (select from credit_purchase p where p.id = purchase_id
            and $1 in (p.client_id, p.practitioner_id))""",
    ),
    "person": (
        "id",
        """id = $1
        or exists (select from practice p where p.practitioner_id = t.id and p.published_at is not null)
        or exists (select from session s where $1 in (s.client_id, s.practitioner_id)
            and t.id in (s.client_id, s.practitioner_id))""",
    ),
    "reschedule": (
        "id",
        "exists (select from session s where s.id = session_id and $1 in (s.client_id, s.practitioner_id))",
    ),
    "commission_rate": ("practitioner_id", f"practitioner_id = $1 or {_OPERATES}"),
    "money_account": ("id", _MONEY),
    "money_check": ("checked_at", _OPERATES),
    "money_line": ("id", f"account_id in (select a.id from money_account a where {_MONEY})"),
    "money_month": ("account_id", f"account_id in (select a.id from money_account a where {_MONEY})"),
    "money_posting": (
        "id",
        f"""id in (select l.posting_id from money_line l join money_account a on a.id = l.account_id
            where {_MONEY})""",
    ),
    "paper": ("id", _BOTH_SIDES),
    "paper_counter": ("series", "false"),
    "paper_issuer": (
        "practitioner_id",
        f"practitioner_id = $1 or (practitioner_id is null and {_OPERATES})",
    ),
    "paper_recipient": ("client_id", "client_id = $1"),
    "payout": ("id", f"practitioner_id = $1 or {_OPERATES}"),
    "payout_run": ("id", _OPERATES),
    "refund": ("id", _BOTH_SIDES),
    "card_payment": ("id", _BOTH_SIDES),
    "card_event": ("id", "false"),
    "card_account": ("practitioner_id", f"practitioner_id = $1 or {_OPERATES}"),
    "card_trouble": ("id", _OPERATES),
    "introduction": ("client_id", "practitioner_id = $1"),
    "reminder_sent": ("session_id", "false"),
    "session": ("id", "$1 in (client_id, practitioner_id)"),
    "session_note": ("version", "practitioner_id = $1"),
    "sign_in": ("id", "account_id = $1"),
    "slot_switch": ("id", "practitioner_id = $1"),
    "travel": ("id", "practitioner_id = $1"),
    "slot_hold": ("holder_id", "holder_id = $1"),
    "video_presence": ("id", _ITS_PEOPLE),
    "video_room": ("session_id", _ITS_PEOPLE),
    "video_signal": ("id", _ITS_PEOPLE),
}
# Operators may read all of these.
EVERYTHING = {
    "card_account", "card_trouble", "chat_report", "commission_rate", "money_check", "payout", "payout_run"
}  # fmt: skip
# Everybody may read of these what belongs to a published practice.
PUBLIC = {
    "feedback",
    "offering",
    "practice",
    "working_hours",
}
# No person's data: the installation, the table of steps, counters under digests.
NOBODYS = {"installation", "session_transition", "rate_limit"}


async def act_as(connection: asyncpg.Connection, account: UUID | None) -> None:
    """Begin, as each transaction of a web process does."""
    await connection.execute(f"begin; set local visavis.account = '{account or ''}'")


async def attempt(connection: asyncpg.Connection, statement: str) -> asyncpg.PostgresError | None:
    """Why the statement is refused; None when it is possible. Nothing of it stays."""
    await connection.execute("savepoint attempt")
    try:
        await connection.execute(statement)
    except asyncpg.PostgresError as refused:
        return refused
    finally:
        await connection.execute("rollback to attempt")
    return None
