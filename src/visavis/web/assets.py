"""Style sheets, scripts and icons, held in memory under addresses that change with their content."""

import gzip
import hashlib
import mimetypes
import re
from functools import lru_cache
from pathlib import Path

import msgspec
from markupsafe import Markup

_FOLDER = Path(__file__).parent / "static"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_SERVED = frozenset({".js", ".css", ".svg", ".png", ".webmanifest"})


class Asset(msgspec.Struct, frozen=True):
    content: bytes
    zipped: bytes
    media_type: str


def _asset(name: str, content: bytes) -> Asset:
    suffix = Path(name).suffix
    media_type = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Asset(content, gzip.compress(content, 9, mtime=0), media_type)


def _style_sheet() -> bytes:
    """All numbered style sheets in the order of their numbers, without comments and indentation."""
    return _squeezed("\n".join(file.read_text() for file in sorted((_FOLDER / "css").glob("[0-9]*.css"))))


def _squeezed(joined: str) -> bytes:
    return re.sub(r"\s*\n\s*", "\n", re.sub(r"/\*.*?\*/", "", joined, flags=re.S)).strip().encode()


def _load() -> dict[str, Asset]:
    files = (file for file in _FOLDER.rglob("*") if file.suffix in _SERVED and file.parent.name != "css")
    found = {file.relative_to(_FOLDER).as_posix(): file.read_bytes() for file in files}
    found["app.css"] = _style_sheet()
    found["call.css"] = _squeezed((_FOLDER / "css" / "call.css").read_text())  # one page's
    return {name: _asset(name, content) for name, content in sorted(found.items())}


ASSETS = _load()
VERSION = hashlib.sha256(b"".join(one.content for one in ASSETS.values())).hexdigest()[:12]
"""One for all of them, so that scripts may import each other by relative addresses."""


def drawing(name: str, label: str = "", kind: str = "") -> Markup:
    """One drawing of the sprite: an image to screen readers when it has a label, else hidden from them."""
    if label:  # the reader's words, too many to keep
        return _drawing(kind, Markup('role="img" aria-label="{}"').format(label), name)
    return _hidden(name, kind)


@lru_cache(maxsize=512)
def _hidden(name: str, kind: str) -> Markup:
    return _drawing(kind, Markup('aria-hidden="true"'), name)


def _drawing(kind: str, said: Markup, name: str) -> Markup:
    look = f"icon {kind}" if kind else "icon"
    return Markup('<svg class="{}" {}><use href="{}#{}"/></svg>').format(
        look, said, asset("vendor/icons.svg"), name
    )


def asset(name: str) -> str:
    """The address of an asset; KeyError when there is no such file."""
    if name not in ASSETS:
        raise KeyError(f"no asset is called {name}")
    return f"/static/{VERSION}/{name}"
