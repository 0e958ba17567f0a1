"""Nasty values in every field, parameter and address: refused or taken as words, never a fault of ours.

Each field of each form meets one of the poisons, another than the next one; `VISAVIS_POISONS=26` is all.
ASVS 1.2.4, 1.3.3, 2.2.1: numbers that are none, text that databases, shells, templates and paths might obey.
"""

from typing import Any

import pytest

from tests.access.asking import filled, form_of
from tests.access.cast import PEOPLE, Cast
from tests.access.stage import Stage
from tests.access.test_matrix import Row, rows
from tests.attacks.conftest import Assemble, Browser, Open
from tests.support.trials import asked

POISON = [
    "\x00",
    "a\x00b",
    "\ufffe\U0010ffff\u202e",
    "-1",
    "0",
    "99999999999999999999999999",
    "1e309",
    "NaN",
    "-Infinity",
    "1.5",
    "true",
    "null",
    "[]",
    "' or 1=1; drop table session; --",
    "name desc, (select pg_sleep(9))",
    "../../../../etc/passwd",
    "file:///etc/passwd",
    "{{ 7*7 }}{% debug %}${7*7}",
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-11-24T10:00:00",
    "x" * 60_000,
    "\r\nset-cookie: a=b",
    "%00%ff%0d%0a",
]
QUESTIONS = (
    *(
        "page",
        "as",
        "booked",
        "changed",
        "cursor",
        "day",
        "days",
        "email",
        "error",
        "from",
        "length",
        "limit",
        "next",
    ),
    *(
        "offering",
        "offset",
        "order",
        "order_by",
        "q",
        "role",
        "session",
        "skip",
        "slug",
        "sort",
        "start",
        "status",
    ),
    *("time_zone", "to", "token", "v", "week"),
    *("after", "before", "month", "on", "payment", "person", "side", "starts_at", "version", "view", "zone"),
)
_ADDRESSES = ["%00", "%ff", "..%2f..%2fetc%2fpasswd", "1", "a" * 3000, "%3Cscript%3E", "'--", "."]
_VALUES: list[Any] = [None, -1, 2**70, 1.5, True, [], [[["x"]]], {"a": {"b": 1}}]
_SHARES = 4  # of the forms: tests that run beside each other
_AT_ONCE = asked("VISAVIS_POISONS")  # on each route, and all of them on all routes
_ROWS = rows()


def some(number: int) -> list[str]:
    """A few of the poisons, others for each number."""
    return [POISON[(number * _AT_ONCE + each) % len(POISON)] for each in range(_AT_ONCE)]


@pytest.mark.parametrize("person", ["nobody", "own practitioner"])
async def test_no_question_breaks_a_page(assembled: Assemble, opened: Open, person: str) -> None:
    cast = await assembled("confirmed")
    browser = opened(cast, person)
    for number, row in enumerate(each for each in _ROWS if each.method == "GET" and each.path != "/live"):
        refused = row.expected[PEOPLE.index(person)] == 401  # before anything is looked at
        for poison in some(number)[: 1 if refused else None]:
            answer = await browser.get(filled(row.path, cast), params=dict.fromkeys(QUESTIONS, poison[:300]))
            assert answer.status_code < 500, (row.path, poison)
            assert "a" not in answer.cookies


async def test_a_question_asked_twice(assembled: Assemble, opened: Open) -> None:
    cast = await assembled("confirmed")
    browser = opened(cast, "own client")
    twice = [(name, value) for name in QUESTIONS for value in ("1", "2")]
    for row in _ROWS:
        if row.method == "GET" and row.path != "/live":
            assert (await browser.get(filled(row.path, cast), params=twice)).status_code < 500, row.path


async def test_no_word_in_an_address_breaks_it(assembled: Assemble, opened: Open) -> None:
    cast = await assembled("confirmed")
    browser = opened(cast, "own practitioner")
    for number, row in enumerate(_ROWS):
        head, brace, tail = row.path.partition("{")
        if brace:
            for poison in (_ADDRESSES * 2)[number * 3 % len(_ADDRESSES) :][:3]:
                rest = (
                    tail.partition("}")[2].replace("{proof_id:uuid}", poison).replace("{name:path}", poison)
                )
                answer = await browser.send(row.method, head + poison + rest)
                assert answer.status_code < 500, (row.method, head + poison + rest)


@pytest.mark.parametrize("share", range(_SHARES))
async def test_no_field_breaks_a_form(stage: Stage, opened: Open, share: int) -> None:
    """Sent by whom the form is meant for, so that the words are looked at; what was taken is put back."""
    number, browser = share * 7, opened()
    for row in [each for each in _ROWS if each.method != "GET"][share::_SHARES]:
        cast = await stage.cast(row.status)
        person = next(
            (one for one, status in zip(PEOPLE, row.expected, strict=True) if status < 400), "operator"
        )
        await browser.sit_down(cast, person)
        number = await _spoil(browser, row, cast, number)
        await stage.has_changed()


async def _spoil(browser: Browser, row: Row, cast: Cast, number: int) -> int:
    address, form = filled(row.path, cast), form_of(row.path, cast)
    kind = "json" if "json" in form else "data"
    words: dict[str, Any] = form.get(kind, {})
    for name in words or ["anything"]:
        number += 1
        values: list[Any] = some(number)
        # What is no text at all; the same field twice, or a file where words belong.
        values += [_VALUES[(number * 3 + each) % len(_VALUES)] for each in range(2)] if kind == "json" else []
        ways = [{kind: words | {name: value}} for value in values]
        if kind == "data":
            twice, file = {kind: words | {name: ["a", "b"]}}, {name: ("a.txt", b"\x00\xff", "text/plain")}
            ways += [twice if number % 2 else {"files": file}]
        for how in ways:
            files = {"files": form["files"]} if "files" in form and "files" not in how else {}
            answer = await browser.send(row.method, address, **how, **files)
            assert answer.status_code < 500, (row, name, how)
    if kind == "data":
        name = next(iter(words), "anything")
        await _odd_forms(browser, row, address, name, number, of_files="files" in form)
    return number


async def _odd_forms(
    browser: Browser, row: Row, address: str, name: str, number: int, *, of_files: bool
) -> None:
    """Words where a file belongs, letters that are none, names that frameworks take apart.

    One reader reads all forms, so each meets one that is empty to it and one with odd letters or names. Those
    of files meet all four.
    """
    urlencoded = {"content-type": "application/x-www-form-urlencoded"}
    empty: list[dict[str, Any]] = [{"data": {"picture": "words", "proof": "words"}}, {"json": {name: "x"}}]
    odd: list[dict[str, Any]] = [
        {"content": f"{name}=%ff%fe%00".encode(), "headers": urlencoded},
        {"content": f"{name}[]=1&{name}[a][b]=2&{name}.x=3&=4&&&%".encode(), "headers": urlencoded},
    ]
    for how in empty + odd if of_files else [empty[number % 2], odd[number // 2 % 2]]:
        answer = await browser.send(row.method, address, **how)
        assert answer.status_code < 500, (row.method, address, name, how)
