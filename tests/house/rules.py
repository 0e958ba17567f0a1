"""The rules of the house: functions from text to complaints; `test_house.py` holds the tree to them."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SOURCE = ROOT / "src" / "visavis"
MOST_FILE_LINES, MOST_FUNCTION_LINES = 250, 40

DOMAINS = frozenset(
    {"accounts", "practices", "availability", "booking", "payments", "credits", "notifications"}
    | {"cards", "chat", "money", "papers", "video", "live", "api"}
)
GROUND = frozenset({"kit"})
"""Rooms below every domain."""

_MACHINE_PATH = re.compile(r"(?<![\w.<{/])/(?:root|work|Users|home/(?!<|visavis\b)[a-z]\w*)(?:/|\b(?!\w))")
_INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)[^>]*>|\son[a-z]+\s*=\s*[\"']|\sstyle\s*=\s*[\"']|<style|[^'\"]\|\s*safe\b"
)
_CATCH_ALL = ("Exception", "BaseException")


def too_long(name: str, text: str) -> Iterator[str]:
    """Files of more than 250 lines, functions of more than 40."""
    if (lines := text.count("\n")) > MOST_FILE_LINES:
        yield f"{name} has {lines} lines, more than {MOST_FILE_LINES}"
    if not name.endswith(".py"):
        return
    for node in _nodes(text):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MOST_FUNCTION_LINES:
                yield f"{name}:{node.lineno} {node.name} has {length} lines, more than {MOST_FUNCTION_LINES}"


def forbidden_imports(name: str, text: str) -> Iterator[str]:
    """The kit knows no domain; a domain never reads another's tables behind its back, nor leans on its
    pages."""
    room = Path(name).parts[0]
    for line, module in _imports(text):
        other = module.split(".")[1] if module.startswith("visavis.") else ""
        if room in GROUND and other not in GROUND | {""}:
            yield f"{name}:{line} the kit imports {module}"
        if room not in DOMAINS or other not in DOMAINS or other == room:
            continue
        if "queries" in module.split("."):
            yield f"{name}:{line} {room} imports {module}: ask {other}'s actions, access or rules"
        if "routes" in module.split("."):
            yield f"{name}:{line} {room} imports {module}: what pages share belongs below them"


def routes_ask_access(name: str, text: str) -> Iterator[str]:
    """Routes load through access and change through actions; of queries they know the rows' types at most."""
    path = Path(name)
    if path.parts[0] not in DOMAINS or not ("routes" in path.parts or path.stem == "routes"):
        return
    for line, module in _imports(text):
        if "queries" in module.split(".") and not module.endswith("Row"):
            yield f"{name}:{line} imports {module}: routes ask access and actions"


def catch_alls(name: str, text: str) -> Iterator[str]:
    """`except Exception` that does not raise again hides bugs. One file is there to go on, and logs them."""
    for node in _nodes(text) if name != "kit/alone.py" else ():
        if not isinstance(node, ast.ExceptHandler):
            continue
        caught = node.type.id if isinstance(node.type, ast.Name) else None
        if (node.type is None or caught in _CATCH_ALL) and not _raises(node):
            yield f"{name}:{node.lineno} catches everything and goes on"


def lost_cancellations(name: str, text: str) -> Iterator[str]:
    """`asyncio.wait_for` swallows a cancellation that comes with the result (before Python 3.12): a task
    that was told to end goes on, and who awaits its end waits for ever. `asyncio.timeout` does not.
    """
    for number, line in enumerate(text.splitlines(), 1):
        if "asyncio.wait_for(" in line:
            yield f"{name}:{number} may go on when cancelled: use asyncio.timeout"


def sql_outside_queries(name: str, text: str) -> Iterator[str]:
    """SQL lives in queries (and in operations, which makes the database)."""
    path = Path(name)
    if path.parts[0] not in DOMAINS or path.stem == "queries" or "queries" in path.parts:
        return
    for node in _nodes(text):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_sql(node.value):
            yield f"{name}:{node.lineno} holds SQL: {node.value.strip()[:40]!r}"


def machine_paths(name: str, text: str) -> Iterator[str]:
    """Paths of one person's machine mean nothing to anybody else."""
    for number, line in enumerate(text.splitlines(), 1):
        if match := _MACHINE_PATH.search(line):
            yield f"{name}:{number} names a path of one machine: {match.group()}"


def unfinished(name: str, text: str) -> Iterator[str]:
    """What is not finished is not in the tree."""
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.search(r"\b(TO" + r"DO|FIX" + r"ME|HA" + r"CK)\b|NotImplemented", line):
            yield f"{name}:{number} is unfinished: {match.group()}"


def scripts_in_pages(name: str, text: str) -> Iterator[str]:
    """The content policy forbids inline scripts and styles: they would never run. Mail is no page."""
    if Path(name).stem.startswith("mail"):
        return
    for number, line in enumerate(text.splitlines(), 1):
        if _INLINE.search(line):
            yield f"{name}:{number} has an inline script or style, or trusts text: {line.strip()[:60]}"


def lost_names(name: str, text: str) -> Iterator[str]:
    """What a page names as a file of the program, or as something in one, is there under that name."""
    for path, inside in re.findall(r"`((?:\w+/)+\w+\.(?:py|sql|js|css))(?:: (\w+))?", text):
        found = next((root / path for root in (SOURCE, ROOT) if (root / path).is_file()), None)
        if found is None:
            yield f"{name} names {path}, which is not there"
        elif inside and not re.search(rf"\b{inside}\b", found.read_text()):
            yield f"{name} names {inside} in {path}, which has none"


@cache
def _nodes(text: str) -> list[ast.AST]:
    """Every rule reads the same files."""
    return list(ast.walk(ast.parse(text)))


def _imports(text: str) -> Iterator[tuple[int, str]]:
    for node in _nodes(text):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _raises(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) for node in ast.walk(handler))


def _is_sql(text: str) -> bool:
    return bool(
        re.match(r"\s*(select\s.+\sfrom|insert\s+into|update\s+\w+\s+set|delete\s+from)\s", text, re.I | re.S)
    )
