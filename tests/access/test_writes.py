"""What the role of web processes can write, for whom; and what it can never read (ASVS 8.2.2, 8.2.3)."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.access.cast import Cast, assemble
from tests.access.cast_call import FORBIDDEN_IN_CALLS
from tests.access.forbidden import FORBIDDEN
from tests.access.forbidden_money import FORBIDDEN_IN_MONEY
from tests.access.forged import FORGED
from tests.access.rows import act_as, attempt
from visavis.kit.files import files_in
from visavis.settings import Settings


async def test_secrets_are_never_read_back(web: asyncpg.Connection, cast: Cast) -> None:
    await act_as(web, cast.people["own client"].id)
    for column, table in (("password_hash", "account"), ("token_hash", "api_key")):
        refused = await attempt(web, f"select {column} from {table}")
        assert isinstance(refused, asyncpg.InsufficientPrivilegeError), column


@pytest.mark.parametrize("person", ["own client", "own practitioner", "operator"])
async def test_forbidden_columns_and_acts(web: asyncpg.Connection, cast: Cast, person: str) -> None:
    await act_as(web, cast.people[person].id)
    for statement in FORBIDDEN + FORBIDDEN_IN_CALLS + FORBIDDEN_IN_MONEY:
        refused = await attempt(web, statement)
        assert isinstance(refused, asyncpg.InsufficientPrivilegeError), statement


# Steps of the table that are not this person's to take (the cast's client asked for all of them).
NOT_THEIRS = {
    "own client": [
        ("pending_approval", "approved"),
        ("pending_approval", "confirmed"),
        ("pending_approval", "declined"),
        ("payment_submitted", "confirmed"),
        ("confirmed", "in_progress"),
        ("in_progress", "completed"),
        ("pending_approval", "expired"),
    ],
    "own practitioner": [("approved", "payment_submitted"), ("pending_approval", "expired")],
}


@pytest.mark.parametrize("person", NOT_THEIRS)
async def test_nobody_takes_the_other_sides_step(
    web: asyncpg.Connection, owner: Any, cast: Cast, person: str
) -> None:
    for before, after in NOT_THEIRS[person]:
        await owner.execute(
            f"""begin; set local session_replication_role = replica;
            update session set status = '{before}'; commit"""
        )
        await act_as(web, cast.people[person].id)
        refused = await attempt(web, f"update session set status = '{after}'")
        await web.execute("rollback")
        assert isinstance(refused, asyncpg.InsufficientPrivilegeError), (before, after)


# What is allowed on one's own rows touches none of others' rows.
WRITES = [
    "update account set is_client = is_client",
    "update person set name = 'Mallory'",
    "update practice set rate_minor = 1",
    "update offering set archived_at = now()",
    "update working_hours set starts_minute = 1",
    "delete from working_hours",
    "update session set reason = 'x'",
    "update payment_proof set decision = 'verified'",
    "update reschedule set status = 'withdrawn', decided_at = now()",
    "update account_token set used_at = now()",
    "update api_key set revoked_at = now()",
    "update idempotency_key set status = 200",
    "delete from sign_in",
    "update payment_instructions set words = 'Pay me'",
    "delete from payment_instructions",
    "delete from slot_hold",
    "update notification set read_at = now()",
    "update notification_choice set volume = 0",
    "update credit_package set archived_at = now()",
    "update chat_message set body = 'x', edited_at = now()",
    "delete from chat_file",
    "delete from chat_block",
    "update video_presence set left_at = now()",
    "delete from video_signal",
    "update video_room set maker = 'built_in', trouble = 'x'",
    "update meeting_place set url = 'https://example.org'",
    "delete from meeting_place",
    "update paper_issuer set address = 'x'",
    "update paper_recipient set address = 'x'",
]


async def test_a_write_touches_own_rows_only(web: asyncpg.Connection, owner: Any, cast: Cast) -> None:
    mallory = cast.people["other practitioner"].id
    for write in WRITES:
        table = write.split()[2 if write.startswith("delete") else 1]
        before = await _others(owner, table, mallory)
        await act_as(web, mallory)
        await web.execute(write)
        await web.execute("commit")
        assert await _others(owner, table, mallory) == before, write


async def _others(owner: Any, table: str, account: UUID) -> set[str]:
    """Every row that does not begin with this account, as text."""
    columns = {
        "slot_hold": "holder_id",
        "account": "id",
        "person": "id",
        "session": "practitioner_id",
        "payment_proof": "id",
        "chat_message": "author_id",
        "chat_file": "id",
        "chat_block": "blocker_id",
        "video_signal": "from_id",
        "video_room": "session_id",
        "paper_recipient": "client_id",
    }
    account_columns = {"account_token", "api_key", "idempotency_key", "sign_in"}
    account_columns |= {"notification", "notification_choice", "video_presence"}
    column = columns.get(table, "account_id" if table in account_columns else "practitioner_id")
    rows = await owner.fetch(f"select t::text from {table} t where {column} <> $1", account)
    assert rows
    return {row[0] for row in rows}


async def test_no_row_in_the_name_of_others(web: asyncpg.Connection, cast: Cast) -> None:
    values = {
        "other": f"'{cast.people['own practitioner'].id}'",
        "third": f"'{cast.people['own client'].id}'",
        "session": f"'{cast.session_id}'",
        "offering": f"'{cast.ids['offering_id']}'",
        "package": f"'{cast.ids['package_id']}'",
        "purchase": f"'{cast.ids['purchase_id']}'",
        "room": f"'{cast.ids['room_id']}'",
        "message": f"'{cast.ids['message_id']}'",
        "stay": f"'{cast.ids['stay_id']}'",
    }
    await act_as(web, cast.people["other client"].id)
    for forged in FORGED:
        refused = await attempt(web, forged.format(**values))
        assert isinstance(refused, asyncpg.InsufficientPrivilegeError), forged
        assert "row-level security" in str(refused), forged


@pytest.mark.parametrize(
    ("status", "to"),
    [("pending_approval", "completed"), ("approved", "completed"), ("completed", "pending_approval"),
     ("declined", "approved"), ("payment_submitted", "completed"), ("no_show", "completed")],
)  # fmt: skip
async def test_a_status_that_cannot_follow_is_refused(
    web: asyncpg.Connection, owner: Any, settings: Settings, status: str, to: str
) -> None:
    cast = await assemble(owner, files_in(settings.home), status)
    await act_as(web, cast.people["own practitioner"].id)
    with pytest.raises(asyncpg.CheckViolationError):
        await web.execute("update session set status = $1", to)


async def test_the_verified_mark_is_the_operators(web: asyncpg.Connection, owner: Any, cast: Cast) -> None:
    practitioner = cast.people["own practitioner"].id
    for person, done in (("own practitioner", False), ("other client", False), ("operator", True)):
        await act_as(web, cast.people[person].id)
        assert await web.fetchval("select set_verified($1, true)", practitioner) is done
        await web.execute("rollback")
    await web.execute("begin")
    assert await web.fetchval("select set_verified($1, true)", practitioner) is False


async def test_an_account_ends_with_its_transaction(web: asyncpg.Connection, cast: Cast) -> None:
    await act_as(web, cast.people["own client"].id)
    assert await web.fetchval("select count(*) from session") == 1
    await web.execute("commit")
    assert await web.fetchval("select current_account()") is None
    assert await web.fetchval("select count(*) from session") == 0
