"""Every SQL statement of the program against the migrated schema: columns, types and who may run it."""

import importlib
import pkgutil
import sys
import types
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import asyncpg
import pytest
from asyncpg import Range

import visavis
from tests.support.databases import FreshDatabase, connect
from visavis.kit.sql import REGISTRY, Query, Statement

# These belong to jobs and commands; web processes must not even be allowed to run them.
WORKERS_ONLY = {
    "visavis.accounts.queries.forget_tokens",
    "visavis.accounts.queries.make_operator",
    "visavis.api.queries.forget_old_keys",
    "visavis.booking.queries.reminders.insert_reminder",
    "visavis.booking.queries.reminders.reminded_until",
    "visavis.booking.queries.reminders.set_reminded_until",
    "visavis.booking.queries.old_seals",
    "visavis.booking.queries.seal_anew",
    "visavis.cards.queries.direct.note_account",
    "visavis.cards.queries.direct.pay_directly",
    "visavis.cards.queries.after.book_dispute",
    "visavis.cards.queries.after.bounce",
    "visavis.cards.queries.after.keep_trouble",
    "visavis.cards.queries.after.watched",
    "visavis.cards.queries.book_cost",
    "visavis.cards.queries.forget_events",
    "visavis.cards.queries.forget_intent",
    "visavis.cards.queries.lock_payment",
    "visavis.cards.queries.looked",
    "visavis.cards.queries.note",
    "visavis.cards.queries.note_cost",
    "visavis.cards.queries.note_failure",
    "visavis.cards.queries.refund_to_send",
    "visavis.cards.queries.return_payment",
    "visavis.cards.queries.send_refund",
    "visavis.cards.queries.settle_purchase",
    "visavis.cards.queries.take_cards",
    "visavis.chat.queries.keeping.forget",
    "visavis.chat.queries.mails.mark_told",
    "visavis.chat.queries.keeping.forget_before",
    "visavis.chat.queries.keeping.forget_reports",
    "visavis.credits.queries.ledger.expire_credits",
    "visavis.money.queries.booking.book_card_payment",
    "visavis.money.queries.booking.book_expired_credits",
    "visavis.money.queries.operating.faults",
    "visavis.money.queries.operating.keep_check",
    "visavis.notifications.queries.forget_before",
    "visavis.notifications.queries.withdraw",
    "visavis.operations.demo.queries.count_rooms",
    "visavis.operations.demo.queries.count_upwards",
    "visavis.operations.demo.queries.insert_account",
    "visavis.operations.demo.queries.insert_practice",
    "visavis.operations.demo.queries.mark_loaded",
    "visavis.operations.demo.queries.number_by_time",
    "visavis.operations.demo.queries.read_rooms_until",
    "visavis.operations.queries.forget_job_log_before",
    "visavis.operations.queries.forget_job_statistics_before",
    "visavis.operations.queries.forget_mail",
    "visavis.operations.queries.forget_mail_before",
    "visavis.operations.queries.is_waiting",
    "visavis.operations.queries.mark_mail_failed",
    "visavis.operations.queries.mark_mail_sent",
    "visavis.operations.queries.put_mail",
    "visavis.operations.queries.take_mail",
    "visavis.video.queries.rooms.mark_closed",
    "visavis.video.queries.rooms.put_room",
}

# What asyncpg makes of each type of PostgreSQL.
PYTHON = {
    "bool": bool,
    "bytea": bytes,
    "date": date,
    "float8": float,
    "int2": int,
    "int4": int,
    "int8": int,
    "interval": timedelta,
    "json": dict,
    "jsonb": dict,
    "numeric": Decimal,
    "text": str,
    "time": time,
    "timestamptz": datetime,
    "tstzrange": Range,
    "uuid": UUID,
    "varchar": str,
}


def statements() -> dict[str, Statement]:
    """Every statement by the name it is defined under; imports the whole program."""
    for module in pkgutil.walk_packages(visavis.__path__, "visavis."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    named: dict[int, str] = {}
    for module_name in sorted(sys.modules, key=lambda name: ("queries" not in name, name)):
        if module_name.startswith("visavis"):
            for attribute, value in vars(sys.modules[module_name]).items():
                if isinstance(value, Statement):
                    named.setdefault(id(value), f"{module_name}.{attribute}")
    assert len(named) == len(REGISTRY), "a statement is made inside a function, or lost"
    return {named[id(each)]: each for each in REGISTRY}


@pytest.fixture(scope="module")
def all_statements() -> dict[str, Statement]:
    return statements()


async def test_columns_are_the_fields_of_the_row(
    all_statements: dict[str, Statement], database: FreshDatabase
) -> None:
    connection = await connect(database.url)
    complaints = [
        complaint
        for name, each in all_statements.items()
        if isinstance(each, Query)
        for complaint in _differences(name, each, (await connection.prepare(each.sql)).get_attributes())
    ]
    await connection.close()
    assert complaints == []


async def test_each_is_prepared_and_allowed_to_whom_it_belongs(
    all_statements: dict[str, Statement], database: FreshDatabase
) -> None:
    assert set(all_statements) >= WORKERS_ONLY
    web, worker = await connect(database.url), await connect(database.worker_url)
    refused = {name for name, each in all_statements.items() if not await _allowed(web, each)}
    assert refused == WORKERS_ONLY
    assert [name for name in WORKERS_ONLY if not await _allowed(worker, all_statements[name])] == []
    await web.close()
    await worker.close()


def test_each_says_what_it_is_for(all_statements: dict[str, Statement]) -> None:
    unclear = [name for name, each in all_statements.items() if not each.purpose.strip().endswith((".", "?"))]
    assert unclear == []


async def _allowed(connection: asyncpg.Connection, each: Statement) -> bool:
    """Planning checks privileges, too, which preparing alone does not; nothing is run."""
    try:
        await connection.execute(f"explain (generic_plan) {each.sql}")
    except asyncpg.InsufficientPrivilegeError:
        return False
    return True


def _differences(name: str, query: Query[Any], columns: tuple[asyncpg.Attribute, ...]) -> Iterator[str]:
    hints = get_type_hints(query.row, include_extras=True)
    fields = list(query.row.__struct_fields__)
    if [column.name for column in columns] != fields:
        yield f"{name}: columns {[column.name for column in columns]}, fields {fields}"
        return
    for column in columns:
        if not _fits(column.type, hints[column.name]):
            yield f"{name}: {column.name} is {column.type.name}, the field {hints[column.name]}"


def _fits(column: asyncpg.Type, hint: Any) -> bool:
    """Whether a value of the column's type is one of the field's type."""
    kinds = set(_plain(hint))
    if Any in kinds:
        return True
    if column.kind == "array":
        return list in kinds
    if column.kind == "enum":
        return str in kinds
    expected = PYTHON[column.name]
    return expected in kinds or (expected is dict and list in kinds)


def _plain(hint: Any) -> Iterator[Any]:
    """The bare types that a hint allows, None left out."""
    origin = get_origin(hint)
    if origin is Annotated:
        yield from _plain(get_args(hint)[0])
    elif origin is Literal:
        yield from {type(value) for value in get_args(hint)}
    elif origin in (Union, types.UnionType):
        for one in get_args(hint):
            if one is not type(None):
                yield from _plain(one)
    elif isinstance(hint, type) and issubclass(hint, Enum):
        yield str
    else:
        yield origin or hint
