"""A sheet as a PDF: tagged (PDF/UA-1), with its fonts inside, the same bytes for the same sheet."""

import asyncio
import re
from pathlib import Path
from typing import Any

import msgspec
import structlog

from visavis.kit.words import _, translations
from visavis.papers.glyphs import FAMILIES, FONTS, printable
from visavis.papers.sheets import Sheet

_log = structlog.get_logger(__name__)
_SOURCE = Path(__file__).parent / "sheet.typ"
_AT_ONCE = asyncio.Semaphore(2)
"""Sheets that one process sets at the same time: each takes some 20 MB while it does."""
_LONG = re.compile(r"\S{20}")
"""After so many characters without a space a line may break: nothing leaves its column."""
_NUMBERED = _(
    "Characters that the fonts of this file lack are written as their Unicode numbers, such as [U+1F600]."
)


async def pdf_of(sheet: Sheet) -> bytes:
    """The sheet on A4, in a thread: the event loop goes on meanwhile."""
    async with _AT_ONCE:
        return await asyncio.to_thread(set_sheet, sheet)


def set_sheet(sheet: Sheet) -> bytes:
    """The same, here and now; takes some 30 ms."""
    import typst  # 12 ms and 30 MB that only who prints needs

    words = data_of(sheet)
    given = {"sheet": msgspec.json.encode(words).decode()}
    compiler = typst.Compiler(_SOURCE, root=_SOURCE.parent, font_paths=[FONTS], ignore_system_fonts=True)
    try:
        made = compiler.compile(format="pdf", sys_inputs=given, pdf_standards=["ua-1"])
    except typst.TypstError as refused:
        # Still tagged and titled: somebody's odd name is no reason to withhold their invoice.
        _log.warning("a paper is not PDF/UA", reason=str(refused))
        made = compiler.compile(format="pdf", sys_inputs=given)
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made


def data_of(sheet: Sheet) -> dict[str, Any]:
    """What the template reads, of characters that its fonts have; a note says when some had to be numbers."""
    changed = []

    def walk(value: Any) -> Any:
        if isinstance(value, str):
            text, numbered = printable(value)
            changed.append(numbered)
            return _LONG.sub("\\g<0>\u200b", text)
        if isinstance(value, dict):
            return {key: walk(each) for key, each in value.items()}
        return [walk(each) for each in value] if isinstance(value, list | tuple) else value

    data: dict[str, Any] = walk(msgspec.to_builtins(sheet))
    if any(changed):
        data["notes"].append(translations(sheet.locale).gettext(_NUMBERED))
    return data | {"families": list(FAMILIES)}
