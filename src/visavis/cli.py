"""The command `visavis`."""

import asyncio
import os
import signal
import sys
from importlib import import_module
from typing import Annotated

import typer

from visavis.operations.errors import StartError
from visavis.setting_table import settings_page, table, unknown_names
from visavis.settings import Settings, load_settings

app = typer.Typer(
    name="visavis",
    help="Practitioners and clients arrange, pay for and hold sessions. Settings: check-config.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
Parent = Annotated[int, typer.Option(help="End when this process ends.", hidden=True)]


def main() -> None:
    """Run the command; what the person in charge can mend is one sentence and status 1."""
    try:
        app(prog_name="visavis")
    except StartError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


@app.command()
def serve() -> None:
    """Run everything: the database (unless VISAVIS_DATABASE_URL names one), web pages and jobs."""
    from visavis.operations.supervisor import Supervisor

    Supervisor(_ready_settings()).run()


@app.command()
def migrate() -> None:
    """Bring the database to this program's version; several at once are safe."""
    from visavis.operations.database import owner_database

    with owner_database(_ready_settings()) as database:
        applied = database.prepare()
    typer.echo("\n".join(f"applied {name}" for name in applied) or "nothing to apply")


@app.command()
def demo() -> None:
    """Load the demonstration practice into a database that has no account yet."""
    from visavis.operations.database import owner_database

    settings = _ready_settings()
    with owner_database(settings) as database:
        database.prepare()
        asyncio.run(import_module("visavis.operations.demo").load(database.url, settings))


@app.command()
def create_operator(
    email: Annotated[str, typer.Option(prompt="E-mail address")],
    name: Annotated[str, typer.Option(prompt="Name")],
    password: Annotated[str, typer.Option(prompt="Password", confirmation_prompt=True, hide_input=True)],
) -> None:
    """Make an account that may verify practitioners and look after this installation."""
    from visavis.operations.database import owner_database

    settings = _ready_settings()
    with owner_database(settings) as database:
        database.prepare()
        make = import_module("visavis.accounts.operators").create_operator
        asyncio.run(make(database.url, settings, email, name, password))
    typer.echo(f"{email} is an operator now")


@app.command()
def seal_notes() -> None:
    """After the secret key was changed: seal private notes with the new one (VISAVIS_OLD_SECRET_KEYS)."""
    from visavis.operations.database import owner_database

    settings = _ready_settings()
    with owner_database(settings) as database:
        database.prepare()
        seal = import_module("visavis.booking.resealing").seal_notes
        done, lost = asyncio.run(seal(database.url, settings))
    typer.echo(f"{done} sealed anew")
    if lost:
        raise StartError(f"{lost} could not be opened: add their key to VISAVIS_OLD_SECRET_KEYS.")


@app.command()
def check_config(
    page: Annotated[bool, typer.Option(help="Print docs/settings.md instead.", hidden=True)] = False,
) -> None:
    """Show every setting with its value, or say which one is wrong and exit with status 1."""
    if page:
        typer.echo(settings_page(), nl=False)
        return
    from rich.console import Console
    from rich.table import Table

    shown = Table("Setting", "Value", "Default", "Meaning")
    for row in table(load_settings()):
        shown.add_row(row.name, row.value, row.default, row.meaning)
    Console(width=None if sys.stdout.isatty() else 160).print(shown)
    for sentence in unknown_names(os.environ):
        typer.echo(sentence, err=True)


@app.command(hidden=True)
def web(parent: Parent = 0) -> None:
    """One part of `serve`: the web processes."""
    from visavis.operations.parent import end_with_parent
    from visavis.operations.web import serve_web

    settings = _ready_settings()
    if parent:
        end_with_parent(parent, signal.SIGTERM)
    serve_web(settings)


@app.command(hidden=True)
def worker(parent: Parent = 0) -> None:
    """One part of `serve`: the process that does jobs."""
    from visavis.operations.parent import end_with_parent
    from visavis.operations.worker import run_worker

    settings = _ready_settings()
    if settings.database_url is None:
        raise StartError("A worker needs VISAVIS_DATABASE_URL; `visavis serve` gives it.")
    if parent:
        end_with_parent(parent, signal.SIGTERM)
    asyncio.run(run_worker(settings, settings.database_url))


def _ready_settings() -> Settings:
    from visavis.operations.logs import configure_logs

    settings = load_settings()
    configure_logs(settings)
    return settings
