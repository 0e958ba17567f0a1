"""Tables as files for spreadsheets and bookkeepers."""

import csv
import io
from collections.abc import Iterable
from decimal import Decimal

from litestar import Response

from visavis.kit.money import exponent

_CALCULATES = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")

Cell = str | int | Decimal | None


def amount(minor: int, currency: str) -> Decimal:
    """Minor units as a decimal number of the currency: -80.00, 1000 (JPY), 1.250 (KWD)."""
    return Decimal(minor).scaleb(-exponent(currency))


def table_csv(header: list[str], rows: Iterable[list[Cell]]) -> str:
    """RFC 4180. Text that a spreadsheet would calculate is text there; numbers stay numbers."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    for row in rows:
        writer.writerow([_written(cell) for cell in row])
    return out.getvalue()


def table_answer(name: str, header: list[str], rows: Iterable[list[Cell]]) -> Response[bytes]:
    """The table as a file to keep; `name` is of safe characters. With a byte order mark: without it
    spreadsheets take UTF-8 for something else."""
    return file_answer(f"{name}.csv", table_csv(header, rows).encode("utf-8-sig"), "text/csv; charset=utf-8")


def file_answer(name: str, data: bytes, media_type: str) -> Response[bytes]:
    """A file that was made for who asks, to keep: nobody in between keeps another."""
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "private, no-store",
        "x-content-type-options": "nosniff",
    }
    return Response(data, media_type=media_type, headers=headers)


def _written(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    text = "" if cell is None else str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(_CALCULATES) else text
