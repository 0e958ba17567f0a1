"""Migrations: plain SQL files, applied once, in order, one transaction each; only a backup leads back."""

import hashlib
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import asyncpg

from visavis.operations.errors import StartError
from visavis.operations.roles import ensure_roles

FOLDER = Path(__file__).parent.parent / "migrations"
LEAST_VERSION = 180000  # of the server, as server_version_num says it
EXTENSION = "btree_gist"
_LOCK = 0x76697361766973  # "visavis": one number for every process that may migrate this database
_NAME = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")


class Migration(NamedTuple):
    """One file; `checksum` is its SHA-256."""

    version: int
    name: str
    sql: str
    checksum: str


def read_migrations(folder: Path = FOLDER) -> list[Migration]:
    """Every NNNN_name.sql in order; StartError when the numbers have a gap or a double."""
    found = [_read(path) for path in sorted(folder.glob("*.sql"))]
    if [each.version for each in found] != list(range(1, len(found) + 1)):
        raise StartError(f"Migrations in {folder} must be numbered 0001, 0002, … without gap or double.")
    return found


async def prepare_database(
    url: str, secret_key: bytes, migrations: Sequence[Migration] | None = None
) -> list[str]:
    """Check the server, make roles and extension, apply what is missing; the names of what was applied.

    Safe when several processes do it at once. Raises StartError in one sentence.
    """
    owner = await _connect(url)
    try:
        await _check_server(owner)
        async with _locked(owner):
            await ensure_roles(owner, secret_key)
            await owner.execute(f"create extension if not exists {EXTENSION}")
            return await apply(owner, read_migrations() if migrations is None else migrations)
    finally:
        await owner.close()


async def apply(owner: asyncpg.Connection, migrations: Sequence[Migration]) -> list[str]:
    """Apply the migrations that the database lacks; their names. The caller holds the lock."""
    # In a schema of its own: grants on "all tables in schema public" must not reach it.
    await owner.execute("""
        create schema if not exists upkeep;
        create table if not exists upkeep.schema_migration (
            version integer primary key,
            name text not null,
            checksum text not null,
            applied_at timestamptz not null default now()
        )""")
    applied = await owner.fetch(
        "select version, name, checksum from upkeep.schema_migration order by version"
    )
    _refuse_what_differs(applied, migrations)
    missing = migrations[len(applied) :]
    for each in missing:
        await _apply_one(owner, each)
    return [f"{each.version:04}_{each.name}" for each in missing]


async def _apply_one(owner: asyncpg.Connection, migration: Migration) -> None:
    label = f"{migration.version:04}_{migration.name}.sql"
    try:
        async with owner.transaction():
            await owner.execute(migration.sql)
            await owner.execute(
                "insert into upkeep.schema_migration (version, name, checksum) values ($1, $2, $3)",
                migration.version, migration.name, migration.checksum,
            )  # fmt: skip
    except asyncpg.PostgresError as error:
        raise StartError(f"Migration {label} failed and left nothing behind: {error}.") from error


def _refuse_what_differs(applied: Sequence[asyncpg.Record], migrations: Sequence[Migration]) -> None:
    if len(applied) > len(migrations):
        raise StartError(
            f"The database is newer than this program: it has migration {applied[-1]['version']:04}, "
            f"this program knows {len(migrations):04}. Install the newer version."
        )
    for row, migration in zip(applied, migrations, strict=False):
        if (row["version"], row["checksum"]) != (migration.version, migration.checksum):
            raise StartError(
                f"Migration {row['version']:04}_{row['name']}.sql was changed after it was applied: "
                "restore the file and write a new migration instead."
            )


def _read(path: Path) -> Migration:
    match = _NAME.fullmatch(path.name)
    if match is None:
        raise StartError(f"{path} is not named like 0001_words.sql.")
    text = path.read_text(encoding="utf-8")
    return Migration(int(match[1]), match[2], text, hashlib.sha256(text.encode()).hexdigest())


async def _connect(url: str) -> asyncpg.Connection:
    try:
        return await asyncpg.connect(url, timeout=10, server_settings={"application_name": "visavis migrate"})
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        reason = str(error) or type(error).__name__
        raise StartError(f"VISAVIS_DATABASE_URL: the database cannot be reached: {reason}.") from error


async def _check_server(owner: asyncpg.Connection) -> None:
    version = int(await owner.fetchval("show server_version_num"))
    if version < LEAST_VERSION:
        least = LEAST_VERSION // 10000
        raise StartError(f"Visavis needs PostgreSQL {least} or newer; the server has {version // 10000}.")
    available = "select exists (select from pg_available_extensions where name = $1)"
    if not await owner.fetchval(available, EXTENSION):
        raise StartError(
            f"The PostgreSQL server lacks the extension {EXTENSION}; install its contrib modules."
        )


@asynccontextmanager
async def _locked(owner: asyncpg.Connection) -> AsyncIterator[None]:
    await owner.execute(f"select pg_advisory_lock({_LOCK})")
    try:
        yield
    finally:
        # Closing the connection frees it too; this is for a caller that goes on with the connection.
        if not owner.is_closed():
            await owner.execute(f"select pg_advisory_unlock({_LOCK})")
