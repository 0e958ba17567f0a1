"""A booking's statements as the database saw them, made a script for pgbench: they cannot drift apart."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

_MARK = "@@bench "
_ENTRY = re.compile(r"^@@bench visavis (\w+):  (.*)", re.DOTALL)
_PARAMETER = re.compile(r"\$(\d+) = (NULL|'((?:[^']|'')*)')")
_PREPARED = re.compile(r"execute [^:]+: ", re.DOTALL)


class Seen(msgspec.Struct):
    """A statement with its parameters as text, None for NULL."""

    sql: str
    parameters: dict[int, str | None] = {}


async def begin(owner: asyncpg.Connection) -> None:
    """Let the server log every statement."""
    await owner.execute(f"alter system set log_line_prefix = '{_MARK}%a '")
    await owner.execute("alter system set log_statement = 'all'")
    await owner.execute("select pg_reload_conf()")


async def end(owner: asyncpg.Connection) -> None:
    """Log as usual again."""
    await owner.execute("alter system reset all")
    await owner.execute("select pg_reload_conf()")


def read(log: Path, offset: int) -> list[Seen]:
    """What the web processes did since `offset` bytes of the log."""
    seen: list[Seen] = []
    text = log.read_bytes()[offset:].decode()
    for entry in re.split(r"(?m)^(?=@@bench )", text):
        match = _ENTRY.match(entry.rstrip())
        if match is None:
            continue
        kind, words = match[1], match[2].replace("\n\t", "\n")
        if kind == "LOG" and words.startswith("statement: "):
            seen.append(Seen(words.removeprefix("statement: ")))
        elif kind == "LOG" and words.startswith("execute "):
            seen.append(Seen(_PREPARED.sub("", words, count=1)))
        elif kind == "DETAIL":
            found = _PARAMETER.finditer(words)
            seen[-1].parameters = {
                int(each[1]): None if each[2] == "NULL" else each[3].replace("''", "'") for each in found
            }
    return seen


class Known(msgspec.Struct):
    """What stands for a value in the script: SQL for ids and digests, and the booking's start."""

    values: dict[str, str]
    starts_at: datetime
    start_sql: str  # the same start for booking :b, in seconds since 1970


async def script(owner: asyncpg.Connection, seen: list[Seen], known: Known, setup: str) -> str:
    """The script of one booking."""
    lines = [setup]
    for each in seen:
        if each.sql.startswith("BEGIN; SET LOCAL visavis.account = "):
            account = known.values[each.sql.split("'")[1]]
            # SET takes no parameters; sent with BEGIN in one message, as the application does.
            lines += [
                "\\startpipeline",
                "begin;",
                f"select set_config('visavis.account', ({account})::text, true);",
            ]
            lines += ["\\endpipeline"]
            continue
        sql = await _with_values(owner, each, known)
        lines.append(sql.strip() + _kept(sql))
    return "\n".join(lines) + "\n"


def _kept(sql: str) -> str:
    """How a statement ends: its id is kept where later ones name it."""
    if sql.rstrip().endswith("returning id"):
        return " \\gset session_"
    return " \\gset event_" if "insert into audit_event" in sql else ";"


async def _with_values(owner: asyncpg.Connection, seen: Seen, known: Known) -> str:
    if not seen.parameters:
        return seen.sql
    statement = await owner.prepare(seen.sql)
    kinds = [f"{kind.schema}.{kind.name}" for kind in statement.get_parameters()]
    kinds = [re.sub(r"\[\]$", "", kind) + ("[]" if kind.endswith("[]") else "") for kind in kinds]

    def value(match: re.Match[str]) -> str:
        number = int(match[1])
        return f"({_sql_of(seen.parameters[number], known)})::{kinds[number - 1]}"

    return re.sub(r"\$(\d+)", value, seen.sql)


def _sql_of(text: str | None, known: Known) -> str:
    if text is None:
        return "null"
    instant = _instant(text)
    if instant is not None:
        return _relative(instant, known)
    for value, sql in known.values.items():
        if text == value:
            return sql
    parts = re.split("(" + "|".join(map(re.escape, known.values)) + ")", text)
    return (
        " || ".join(
            f"({known.values[part]})::text" if part in known.values else _literal(part)
            for part in parts
            if part
        )
        or "''"
    )


def _literal(text: str) -> str:
    # pgbench looks for :variables inside of quotes, too.
    return "'" + re.sub(r":(?=\w)", ":' || '", text.replace("'", "''")) + "'"


def _instant(text: str) -> datetime | None:
    if not re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", text):
        return None
    return datetime.fromisoformat(text)


def _relative(instant: datetime, known: Known) -> str:
    from_start = instant - known.starts_at
    if abs(from_start) <= timedelta(days=2):
        return f"to_timestamp({known.start_sql} + {int(from_start.total_seconds())})"
    from_now = instant - datetime.now(instant.tzinfo)
    return f"now() + make_interval(secs => {from_now.total_seconds():.0f})"


def ids(**values: Any) -> dict[str, str]:
    """Known values: `{text as the log shows it: SQL}`."""
    return {str(value): sql for value, sql in values.values()}
