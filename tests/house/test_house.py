"""The tree keeps the rules of the house."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.house import rules
from tests.house.rules import ROOT, SOURCE

OTHERS_WORK = ("vendor/", "src/visavis/web/static/vendor/", "LICENSE", "requirements")


def held(rule: Callable[[str, str], Iterator[str]], files: list[Path], root: Path) -> None:
    complaints = [
        complaint for path in files for complaint in rule(path.relative_to(root).as_posix(), path.read_text())
    ]
    assert not complaints, "\n".join(complaints)


def modules() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def our_files() -> list[Path]:
    """Every text file that is or would be committed and that we wrote."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.split("\n")
    ours = [ROOT / name for name in listed if name and not name.startswith(OTHERS_WORK)]
    return [path for path in ours if path.is_file() and b"\0" not in path.read_bytes()[:4096]]


@pytest.mark.parametrize(
    "rule",
    [
        rules.forbidden_imports,
        rules.routes_ask_access,
        rules.catch_alls,
        rules.lost_cancellations,
        rules.sql_outside_queries,
    ],
)
def test_source(rule: Callable[[str, str], Iterator[str]]) -> None:
    held(rule, modules(), SOURCE)


def test_files_and_functions_are_small() -> None:
    tests = sorted((ROOT / "tests").rglob("*.py"))
    held(rules.too_long, [*modules(), *tests], ROOT)


def test_pages_have_no_inline_script_or_style() -> None:
    held(rules.scripts_in_pages, sorted(SOURCE.rglob("*.html")), SOURCE)


@pytest.mark.parametrize("rule", [rules.machine_paths, rules.unfinished])
def test_every_file(rule: Callable[[str, str], Iterator[str]]) -> None:
    files = [path for path in our_files() if path.parent != ROOT / "tests" / "house"]
    if not files:
        pytest.skip("not in a git tree")
    held(rule, files, ROOT)


def test_pages_of_docs_name_what_is_there() -> None:
    held(rules.lost_names, [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))], ROOT)
