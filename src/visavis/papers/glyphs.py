"""Which characters the fonts of the PDFs have; what none has is said as its number, never as a box."""

import struct
import unicodedata
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
FAMILIES = ("Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew", "Droid Sans Fallback")
_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
_INVISIBLE = frozenset("\u00ad\u200c\u200d\u200e\u200f\u2060\ufeff") | {chr(n) for n in range(0xFE00, 0xFE10)}


def printable(text: str) -> tuple[str, bool]:
    """The text as it can be printed, and whether something of it had to be written as '[U+1F600]'."""
    shown = [(each, _shown(each)) for each in unicodedata.normalize("NFC", text)]
    return "".join(words for _each, words in shown), any(len(words) > len(each) for each, words in shown)


def _shown(each: str) -> str:
    if each == "\n":
        return each
    if each in _INVISIBLE:
        return ""
    if unicodedata.category(each) in _UNSEEN:
        return " "
    return each if _known(each) else f"[U+{ord(each):04X}]"


def _known(each: str) -> bool:
    return ord(each) in _covered()


@cache
def _covered() -> frozenset[int]:
    """Every character that one of the fonts draws; read once, in some 20 ms."""
    found: set[int] = set()
    for path in sorted(FONTS.glob("*.ttf")):
        found |= _characters(path.read_bytes())
    return frozenset(found)


def _characters(font: bytes) -> set[int]:
    """The `cmap` of a TrueType font (ISO/IEC 14496-22, 5.2.1): formats 4 and 12, which ours have."""
    tables = struct.unpack_from(">H", font, 4)[0]
    entries = (struct.unpack_from(">4sIII", font, 12 + 16 * place) for place in range(tables))
    start = next(offset for tag, _sum, offset, _length in entries if tag == b"cmap")
    found: set[int] = set()
    for place in range(struct.unpack_from(">H", font, start + 2)[0]):
        _platform, _encoding, offset = struct.unpack_from(">HHI", font, start + 4 + 8 * place)
        found |= _of_subtable(font, start + offset)
    return found


def _of_subtable(font: bytes, at: int) -> set[int]:
    kind = struct.unpack_from(">H", font, at)[0]
    if kind == 12:
        groups = struct.unpack_from(">I", font, at + 12)[0]
        spans = (struct.unpack_from(">III", font, at + 16 + 12 * place) for place in range(groups))
        return {each for first, last, _glyph in spans for each in range(first, last + 1)}
    return _of_segments(font, at) if kind == 4 else set()


def _of_segments(font: bytes, at: int) -> set[int]:
    many = struct.unpack_from(">H", font, at + 6)[0] // 2
    ends = struct.unpack_from(f">{many}H", font, at + 14)
    starts = struct.unpack_from(f">{many}H", font, at + 16 + 2 * many)
    deltas = struct.unpack_from(f">{many}H", font, at + 16 + 4 * many)
    ranges_at = at + 16 + 6 * many
    found = set()
    for place in range(many):
        jump_at = ranges_at + 2 * place
        jump = struct.unpack_from(">H", font, jump_at)[0]
        for each in range(starts[place], ends[place] + 1):
            if jump:
                glyph = struct.unpack_from(">H", font, jump_at + jump + 2 * (each - starts[place]))[0]
            else:
                glyph = (each + deltas[place]) % 0x10000
            if glyph:
                found.add(each)
    return found - {0xFFFF}
