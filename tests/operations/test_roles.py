import asyncpg
import pytest

from tests.support.databases import SECRET_KEY, Databases, FreshDatabase, connect
from visavis.operations import migrate
from visavis.operations.cluster import SUPERUSER
from visavis.operations.errors import StartError
from visavis.operations.migrate import prepare_database
from visavis.operations.roles import WEB, WORKER, url_for

KEY = SECRET_KEY.encode()
FORBIDDEN = (
    "create table mine ()",
    "create temporary table mine ()",
    "create schema mine",
    "set role visavis_owner",
    "set role visavis_lookup",
)


def test_url_for_swaps_user_and_password_only() -> None:
    for url in (
        "postgresql://owner:p%40ss@db.example:5433/visavis?sslmode=require",
        "postgresql://db.example:5433/visavis?sslmode=require",
    ):
        changed = url_for(url, WEB, KEY)
        assert changed.startswith("postgresql://visavis_web:")
        assert changed.endswith("@db.example:5433/visavis?sslmode=require")
    assert url_for("postgresql://o@/visavis?host=%2Frun", WEB, KEY).endswith("@/visavis?host=%2Frun")


@pytest.mark.parametrize("role", [WEB, WORKER])
async def test_working_roles_are_powerless(database: FreshDatabase, role: str) -> None:
    connection = await connect(url_for(database.owner_url, role, KEY))
    powers = await connection.fetchrow("""
        select rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication
        from pg_roles where rolname = current_user""")
    owned = await connection.fetchval("""
        select count(*) from pg_class join pg_roles r on r.oid = relowner where rolname = current_user""")
    assert not any(powers)
    assert owned == 0
    for forbidden in FORBIDDEN:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(forbidden)
    await connection.close()


async def test_owner_is_no_superuser(database: FreshDatabase) -> None:
    owner = await connect(database.owner_url)
    row = await owner.fetchrow("select rolsuper, rolbypassrls from pg_roles where rolname = current_user")
    assert not any(row)
    await owner.close()


async def test_lookup_role_cannot_log_in(database: FreshDatabase, owner: asyncpg.Connection) -> None:
    assert not await owner.fetchval("select rolcanlogin from pg_roles where rolname = 'visavis_lookup'")


async def test_password_is_kept_as_a_verifier_only(owner: asyncpg.Connection) -> None:
    stored = await owner.fetchval("select rolpassword from pg_authid where rolname = 'visavis_web'")
    assert stored.startswith("SCRAM-SHA-256$1:")


async def test_old_server_is_refused(database: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "LEAST_VERSION", 990000)
    with pytest.raises(StartError, match=r"Visavis needs PostgreSQL 99 or newer; the server has 18\."):
        await prepare_database(database.owner_url, KEY)


async def test_missing_extension_is_refused(database: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "EXTENSION", "btree_gist_not_there")
    with pytest.raises(StartError, match="lacks the extension btree_gist_not_there"):
        await prepare_database(database.owner_url, KEY)


async def test_owner_without_the_right_is_told(databases: Databases, database: FreshDatabase) -> None:
    superuser = await connect(databases.cluster.url("postgres", SUPERUSER))
    await superuser.execute("create role weak login password 'weak'")
    await superuser.execute(f"grant connect on database {database.name} to weak")
    try:
        weak = database.owner_url.replace(database.owner_url.split("@")[0], "postgresql://weak:weak")
        with pytest.raises(StartError, match="needs CREATEROLE and must own its database"):
            await prepare_database(weak, KEY)
    finally:
        await superuser.execute(f"revoke connect on database {database.name} from weak; drop role weak")
        await superuser.close()


@pytest.mark.parametrize(
    "url", ["postgresql://x:y@127.0.0.1:1/visavis", "postgresql://x:y@/visavis?host=%2Fnowhere"]
)
async def test_unreachable_database_is_one_sentence(url: str) -> None:
    with pytest.raises(StartError, match="VISAVIS_DATABASE_URL: the database cannot be reached: "):
        await prepare_database(url, KEY)
