"""What the role of web processes can write, for whom; and what it can never read (ASVS 8.2.2, 8.2.3)."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.access.cast import Cast, assemble
from tests.access.forged import FORGED
from tests.access.rows import act_as, attempt
from visavis.kit.files import files_in
from visavis.settings import Settings


async def test_secrets_are_never_read_back(web: asyncpg.Connection, cast: Cast) -> None:
    await act_as(web, cast.people["own client"].id)
    for column, table in (("password_hash", "account"), ("token_hash", "api_key")):
        refused = await attempt(web, f"select {column} from {table}")
        assert isinstance(refused, asyncpg.InsufficientPrivilegeError), column


# What the acting person ("own client" unless said) may not write, although the row is there.
FORBIDDEN = [
    "update account set is_operator = true",
    "update account set disabled_at = null",
    "update account set email = 'x@example.org'",
    "update account set demonstration = true",
    "update session set price_minor = 0",
    "update session set currency = 'JPY'",
    "update session set policy = '{}'",
    "update session set client_id = practitioner_id",
    "update session set created_by = 'practitioner'",
    "update session set during = tstzrange(now(), now() + interval '1 hour')",
    "update session set notes = ''",
    "delete from session",
    "update practice set verified_at = now()",
    "insert into practice (practitioner_id, time_zone, verified_at) values (current_account(), 'UTC', now())",
    "delete from practice",
    "delete from offering",
    "update offering set practitioner_id = current_account()",
    "update payment_proof set file_key = 'x'",
    "update payment_proof set session_id = session_id",
    "delete from payment_proof",
    "update feedback set rating = 5",
    "delete from feedback",
    "update audit_event set verb = 'nothing'",
    "delete from audit_event",
    "truncate audit_event",
    "update sign_in set expires_at = 'infinity'",
    "update api_key set token_hash = ''",
    "update api_key set account_id = current_account()",
    "update account_token set expires_at = 'infinity'",
    "delete from idempotency_key",
    "update installation set demonstration = true",
    "delete from session_transition",
    "insert into session_transition values ('pending_approval', 'completed')",
    "update outbox_mail set to_address = 'x'",
    "select * from outbox_mail",
    "delete from account",
    "update slot_hold set expires_at = expires_at + interval '1 minute'",
    "select * from reminder_sent",
    """insert into reminder_sent (session_id, account_id, before_minutes, starts_at, sent_at)
    select id, client_id, 60, starts_at, now() from session""",
    "delete from reminder_sent",
    "update installation set reminded_until = now()",
    "update session set blocked = blocked",
    "update session set sequence = 0",
    "update outbox_mail set sending_until = null",
    "update reschedule set during = during",
    "update reschedule set proposed_by = proposed_by",
    "delete from reschedule",
    "update session_note set sealed = ''",
    "delete from session_note",
    "insert into introduction (practitioner_id, client_id) select practitioner_id, client_id from session",
    "update introduction set client_id = client_id",
    "delete from introduction",
    "update notification set number = 1",
    "update notification set account_id = account_id",
    "delete from notification",
    "select * from notification_count",
    "update notification_count set latest = 0",
    "delete from notification_choice",
    "update credit_package set price_minor = 1",
    "delete from credit_package",
    "update credit_purchase set status = 'paid'",
    "update credit_purchase set credits = 900",
    "delete from credit_purchase",
    "update credit_lot set remaining = credits",
    "update credit_lot set expires_at = 'infinity'",
    """insert into credit_lot (client_id, source, name, credits, remaining, expires_at)
    values (current_account(), 'granted', 'x', 5, 5, 'infinity')""",
    """insert into credit_entry (lot_id, client_id, delta, reason, at)
    select id, client_id, 1, 'granted', now() from credit_lot""",
    "update credit_entry set delta = 100",
    "delete from credit_entry",
    "truncate credit_entry",
    "select grant_credits(current_account(), null, 5, 'infinity', 'x', now())",
    "select grant_credits(current_account(), current_account(), 5, 'infinity', 'x', now())",
    """select open_credit_lot(current_account(), null, 'granted', 'x', 5, 'infinity', null, null, now())""",
    "select * from expire_credits(now(), 100)",
    "update installation set credit_instructions = 'Pay me'",
    "select settle_purchase(gen_random_uuid(), 'paid', '', now())",
    "select give_back_credits(gen_random_uuid(), now())",
    "select take_credits(gen_random_uuid(), now())",
]


@pytest.mark.parametrize("person", ["own client", "own practitioner", "operator"])
async def test_forbidden_columns_and_acts(web: asyncpg.Connection, cast: Cast, person: str) -> None:
    await act_as(web, cast.people[person].id)
    for statement in FORBIDDEN:
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
            f"""alter table session disable trigger session_transition_known;
            update session set status = '{before}';
            alter table session enable trigger session_transition_known"""
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
    }
    account_columns = {"account_token", "api_key", "idempotency_key", "sign_in"}
    account_columns |= {"notification", "notification_choice"}
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
    }
    await act_as(web, cast.people["other client"].id)
    for forged in FORGED:
        refused = await attempt(web, forged.format(**values))
        assert isinstance(refused, asyncpg.InsufficientPrivilegeError), forged
        assert "row-level security" in str(refused), forged


@pytest.mark.parametrize(
    ("status", "to"),
    [("pending_approval", "completed"), ("approved", "confirmed"), ("completed", "pending_approval"),
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
