"""What stands in the PDFs: every script or its number, nothing as markup, the same bytes each time."""

import asyncio
import time
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visavis.papers import printing
from visavis.papers.glyphs import printable
from visavis.papers.printing import data_of, pdf_of, set_sheet
from visavis.papers.rules import Side
from visavis.papers.sheets import Row, Sheet

SHEET = Sheet(
    title="Invoice",
    number="SJ-INV-00001",
    file="SJ-INV-00001",
    locale="en",
    facts=[("Number", "SJ-INV-00001")],
    sides=[
        ("From", Side(name="Johnson Ltd", address="1 Street\nLondon", tax_number="")),
        ("To", Side(name="Emma", address="", tax_number="")),
    ],
    columns=["What for", "Gross"],
    rows=[Row("Talking session", "Tue 24 Nov 2026", ["£80.00"])],
    totals=[("Total", "£80.00")],
    notes=[],
)


def of(name: str) -> Sheet:
    side = Side(name=name, address="", tax_number="")
    return msgspec.structs.replace(SHEET, sides=[("To", side)])


def test_a_pdf_is_tagged_and_the_same_each_time() -> None:
    first, again = set_sheet(SHEET), set_sheet(SHEET)
    assert first == again
    for said in (b"/StructTreeRoot", b"/Lang", b"pdfuaid", b"/FontFile"):
        assert said in first, said
    assert set_sheet(of("Somebody else")) != first


def test_long_lists_take_several_pages() -> None:
    many = msgspec.structs.replace(SHEET, rows=SHEET.rows * 120)
    assert set_sheet(many).count(b"/StructParents") > set_sheet(SHEET).count(b"/StructParents")


@pytest.mark.parametrize(
    "name", ["Zoë Łącka-Ōno", "Έλλη Καζαντζάκη", "Наталья Львовна", "عمر الخيام", "שרה", "山田太郎", "अदिति"]
)
def test_scripts_that_the_fonts_have(name: str) -> None:
    assert printable(name) == (name, False)
    assert set_sheet(of(name)).startswith(b"%PDF")


def test_what_no_font_has_is_said_and_no_box() -> None:
    assert printable("Kim 한") == ("Kim [U+D55C]", True)
    assert printable("👩\u200d⚕\ufe0f")[0].startswith("[U+1F469]")
    assert printable("a\u0000b\u2028c") == ("a b c", False)
    assert "Unicode numbers" in data_of(of("한"))["notes"][-1]
    assert data_of(SHEET)["notes"] == []


def test_words_are_never_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even a warning: what is typed is data, and no standard had to be given up for it."""
    refused: list[Any] = []
    monkeypatch.setattr(printing._log, "warning", lambda *a, **k: refused.append((a, k)))
    for name in (
        "#panic()",
        "*a* _b_ $x$ `c`",
        "= Title",
        '#read("/etc/passwd")',
        "\\",
        '"',
        "<a> @b //c /* ",
        "W" * 200,
    ):
        assert set_sheet(of(name)).startswith(b"%PDF")
    assert refused == []


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=40))
def test_any_name_can_be_printed(name: str) -> None:
    assert set_sheet(of(name)).startswith(b"%PDF")


async def test_others_are_served_meanwhile() -> None:
    """The event loop turns while a sheet of many pages is set."""
    many = msgspec.structs.replace(SHEET, rows=SHEET.rows * 400)
    made = asyncio.create_task(pdf_of(many))
    turns, began = 0, time.monotonic()
    while not made.done() and time.monotonic() - began < 60:
        await asyncio.sleep(0)
        turns += 1
    assert (await made).startswith(b"%PDF")
    assert turns > 10
