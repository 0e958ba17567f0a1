"""The commands. Most are asked in this process: one of their own takes half a second to say a sentence."""

from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from tests.support.databases import SECRET_KEY, FreshDatabase
from tests.support.servers import visavis
from visavis.cli import app
from visavis.operations import logs
from visavis.operations.errors import StartError


def run(tmp_path: Path, *arguments: str, **settings: object) -> tuple[int, str]:
    """The status of `visavis <arguments>` and everything it said."""
    output = tmp_path / "said.log"
    status = visavis(*arguments, output=output, **settings).wait(60)
    said = output.read_text()
    output.unlink()
    return status, said


Here = Callable[..., Result]
Ended = Callable[..., str]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, own_signals: None) -> Here:
    """Runs a command without a process of its own; what came of it."""
    monkeypatch.setattr(logs, "configure_logs", str)  # what it sets up would stay to the end of all tests

    def run_here(*arguments: str, **settings: object) -> Result:
        for name, value in settings.items():
            monkeypatch.setenv(f"VISAVIS_{name.upper()}", str(value))
        return CliRunner().invoke(app, arguments)

    return run_here


@pytest.fixture
def ended(here: Here) -> Ended:
    """Runs a command that a StartError ends; what the error says, which `main` prints."""

    def run_to_its_end(*arguments: str, **settings: object) -> str:
        found = here(*arguments, **settings)
        assert isinstance(found.exception, StartError)
        return str(found.exception)

    return run_to_its_end


@pytest.mark.parametrize(
    "command", ["serve", "migrate", "demo", "create-operator", "seal-notes", "check-config"]
)
def test_every_command_helps(command: str) -> None:
    helped = CliRunner().invoke(app, [command, "--help"], prog_name="visavis")
    assert helped.exit_code == 0
    assert f"visavis {command}" in helped.output


def test_check_config_shows_every_setting_and_no_secret(tmp_path: Path, here: Here) -> None:
    found = here("check-config", home=tmp_path, secret_key="s" * 32, prot=80)
    said = found.output
    assert found.exit_code == 0
    assert "VISAVIS_SMTP_URL" in said
    assert "sss" not in said
    assert "VISAVIS_PROT is not a setting; did you mean VISAVIS_PORT?" in said
    assert not (tmp_path / "secret.key").exists()


@pytest.mark.parametrize("command", ["serve", "migrate", "demo", "check-config"])
def test_wrong_setting_ends_every_command(tmp_path: Path, ended: Ended, command: str) -> None:
    assert ended(command, home=tmp_path, port="eighty").startswith("VISAVIS_PORT: ")


def test_what_ends_a_command_is_one_sentence(tmp_path: Path) -> None:
    status, said = run(tmp_path, "serve", home=tmp_path, port="eighty")
    assert status == 1
    assert said.startswith("VISAVIS_PORT: ")
    assert len(said.splitlines()) == 1


def test_migrate_says_what_it_did(tmp_path: Path, database: FreshDatabase, here: Here) -> None:
    given = {"home": tmp_path, "database_url": database.owner_url, "secret_key": SECRET_KEY}
    found = here("migrate", **given)
    assert (found.exit_code, found.output) == (0, "nothing to apply\n")


def test_unreachable_database_is_one_sentence(tmp_path: Path, ended: Ended) -> None:
    unreachable = {"home": tmp_path, "database_url": "postgresql://a:b@127.0.0.1:1/visavis"}
    said = ended("migrate", **unreachable)
    assert said.startswith("VISAVIS_DATABASE_URL: the database cannot be reached: ")
    assert len(said.splitlines()) == 1
    assert ended("serve", **unreachable) == said


async def test_create_operator(tmp_path: Path, database: FreshDatabase, owner: asyncpg.Connection) -> None:
    given = {"home": tmp_path, "database_url": database.owner_url, "secret_key": SECRET_KEY}
    person = ["--email", "olive@example.org", "--name", "Olive", "--password", "seven wooden boats at noon"]
    status, said = run(tmp_path, "create-operator", *person, **given)
    assert (status, said) == (0, "olive@example.org is an operator now\n")
    assert await owner.fetchval("select is_operator from account where email = 'olive@example.org'")


def test_create_operator_with_a_weak_password(tmp_path: Path, database: FreshDatabase, ended: Ended) -> None:
    given = {"home": tmp_path, "database_url": database.owner_url, "secret_key": SECRET_KEY}
    person = ["--email", "olive@example.org", "--name", "Olive", "--password", "short"]
    assert len(ended("create-operator", *person, **given).splitlines()) == 1


def test_home_that_cannot_be_made(tmp_path: Path, ended: Ended) -> None:
    (tmp_path / "file").touch()
    said = ended("migrate", home=tmp_path / "file" / "data")
    assert said == f"VISAVIS_HOME: {tmp_path}/file/data cannot be made: Not a directory."
    assert ended("serve", home=tmp_path / "file" / "data") == said
