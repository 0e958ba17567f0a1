"""The runner, on small migrations of its own."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import pytest

from tests.support.databases import SECRET_KEY, Databases, FreshDatabase, connect
from visavis.operations.errors import StartError
from visavis.operations.migrate import prepare_database, read_migrations

KEY = SECRET_KEY.encode()
Folder = Callable[..., Path]


@pytest.fixture
def empty(databases: Databases) -> Iterator[FreshDatabase]:
    with databases.empty() as fresh:
        yield fresh


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    def write(**files: str) -> Path:
        for name, sql in files.items():
            (tmp_path / f"{name.removeprefix('m')}.sql").write_text(sql)
        return tmp_path

    return write


async def prepare(database: FreshDatabase, folder: Path) -> list[str]:
    return await prepare_database(database.owner_url, KEY, read_migrations(folder))


async def test_applies_what_is_missing_in_order(empty: FreshDatabase, folder: Folder) -> None:
    assert await prepare(empty, folder(m0001_one="create table one (id int)")) == ["0001_one"]
    both = folder(m0002_two="alter table one add column two int; insert into one values (1, 2)")
    assert await prepare(empty, both) == ["0002_two"]
    assert await prepare(empty, both) == []


async def test_two_at_once_apply_each_once(empty: FreshDatabase, folder: Folder) -> None:
    path = folder(
        m0001_one="create table one (id int); select pg_sleep(0.2)", m0002_two="insert into one values (1)"
    )
    applied = await asyncio.gather(*(prepare(empty, path) for _ in range(4)))
    assert sorted(chain(*applied)) == ["0001_one", "0002_two"]
    owner = await connect(empty.owner_url)
    assert await owner.fetchval("select count(*) from one") == 1
    await owner.close()


async def test_changed_file_is_refused(empty: FreshDatabase, folder: Folder) -> None:
    await prepare(empty, folder(m0001_one="create table one (id int)"))
    with pytest.raises(StartError, match=r"0001_one\.sql was changed after it was applied"):
        await prepare(empty, folder(m0001_one="create table one (id bigint)"))


async def test_newer_database_is_refused(empty: FreshDatabase, folder: Folder) -> None:
    path = folder(m0001_one="create table one ()", m0002_two="create table two ()")
    await prepare(empty, path)
    (path / "0002_two.sql").unlink()
    with pytest.raises(StartError, match="newer than this program"):
        await prepare(empty, path)


async def test_failing_migration_leaves_nothing(empty: FreshDatabase, folder: Folder) -> None:
    path = folder(m0001_one="create table one (id int)", m0002_two="create table two (id int); select 1 / 0")
    with pytest.raises(StartError, match=r"0002_two\.sql failed and left nothing behind: division by zero"):
        await prepare(empty, path)
    owner = await connect(empty.owner_url)
    assert await owner.fetchval("select to_regclass('two')") is None
    await owner.close()
    assert await prepare(empty, folder(m0002_two="create table two (id int)")) == ["0002_two"]


@pytest.mark.parametrize("names", [("0001_a", "0003_c"), ("0001_a", "0001_b"), ("0002_b",)])
def test_gap_or_double_is_refused(tmp_path: Path, names: tuple[str, ...]) -> None:
    for name in names:
        (tmp_path / f"{name}.sql").touch()
    with pytest.raises(StartError, match="without gap or double"):
        read_migrations(tmp_path)


def test_strange_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "1-first.sql").touch()
    with pytest.raises(StartError, match="is not named like"):
        read_migrations(tmp_path)
