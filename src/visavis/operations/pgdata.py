"""The data folder of the embedded PostgreSQL: made once, with an owner and a database inside."""

import shutil
from pathlib import Path

from visavis.operations.errors import StartError
from visavis.operations.postgres import Programs, reason
from visavis.operations.secrets import SCRAM_ITERATIONS, derived_password

DATABASE = "visavis"
OWNER = "visavis_owner"
SUPERUSER = "postgres"


def make_data(programs: Programs, data: Path, secret: bytes, *, durable: bool) -> None:
    """Make `data` beside its place, then rename: a maker killed half-way leaves nothing half-ready.

    Raises StartError in one sentence.
    """
    fresh = data.with_name("data.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    programs.own(fresh)
    _initialise(programs, fresh, secret, durable=durable)
    _make_database(programs, fresh, secret)
    fresh.rename(data)


def check_version(programs: Programs, data: Path) -> None:
    """StartError when the data is of another major version than the programs."""
    found, ours = (data / "PG_VERSION").read_text().strip(), programs.major()
    if found != str(ours):
        raise StartError(
            f"The data in {data} is of PostgreSQL {found}, the programs are {ours}: "
            "dump with the old version and restore with the new one."
        )


def _initialise(programs: Programs, fresh: Path, secret: bytes, *, durable: bool) -> None:
    password_file = fresh.with_name("initdb.password")
    password_file.touch(mode=0o600)
    password_file.write_text(derived_password(secret, SUPERUSER))
    programs.own(password_file)
    options = [
        f"--pgdata={fresh}", f"--username={SUPERUSER}", f"--pwfile={password_file}",
        "--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums", "--no-instructions",
        # The built-in order of text never changes under an index, whatever the system's libraries do.
        "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
        *([] if durable else ["--no-sync"]),
    ]  # fmt: skip
    try:
        done = programs.run("initdb", *options, cwd=fresh.parent)
    finally:
        password_file.unlink()
    if done.returncode:
        raise StartError(f"PostgreSQL could not make its data folder {fresh}: {reason(done.stdout)}")


def _make_database(programs: Programs, fresh: Path, secret: bytes) -> None:
    """Make owner and database before anybody can connect (single-user mode: one statement per line)."""
    passwords = {role: derived_password(secret, role) for role in (SUPERUSER, OWNER)}
    done = programs.run(
        "postgres", "--single", "-D", str(fresh), "-c", "exit_on_error=on", SUPERUSER,
        cwd=fresh.parent,
        text=f"set scram_iterations = {SCRAM_ITERATIONS}\n"
        f"alter role {SUPERUSER} password '{passwords[SUPERUSER]}'\n"
        f"create role {OWNER} login createrole password '{passwords[OWNER]}'\n"
        f"create database {DATABASE} owner {OWNER}\n",
    )  # fmt: skip
    if done.returncode:
        raise StartError(f"The database could not be made: {reason(done.stdout)}")
