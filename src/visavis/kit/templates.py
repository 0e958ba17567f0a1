"""Every template: where they lie, what they may use, and where their compiled code is kept."""

import os
import sys
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import FileSystemBytecodeCache, FileSystemLoader, PrefixLoader, StrictUndefined
from jinja2.bccache import Bucket

from visavis.kit.format import FILTERS, same_clock
from visavis.kit.remembering import as_before
from visavis.kit.templating import QuickEnvironment, say
from visavis.kit.words import translations

_SOURCE = Path(__file__).parent.parent


@cache
def environment() -> QuickEnvironment:
    """The one Jinja environment: templates are named '<domain>/<file>'."""
    folders = {path.parent.name: FileSystemLoader(path) for path in _SOURCE.glob("*/templates")}
    made = QuickEnvironment(
        loader=PrefixLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        auto_reload=False,
        bytecode_cache=_kept_code(),
    )
    made.install_gettext_translations(translations("en"), newstyle=True)  # type: ignore[attr-defined]
    made.filters.update(FILTERS)
    made.globals |= {"gettext": say, "_": say, "same_clock": same_clock, "as_before": as_before}
    return made


class _KeptCode(FileSystemBytecodeCache):
    """Compiled templates; one that cannot be kept is compiled again."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def _kept_code() -> _KeptCode | None:
    """Beside Python's own compiled files, where those may be written: a process begins a second sooner.

    What Jinja makes of a template hangs on how it is set up, too: with that changes the folder.
    """
    here = Path(__file__).parent
    set_up = b"".join((here / name).read_bytes() for name in ("templates.py", "templating.py"))
    folder = here / "__pycache__" / f"templates-{sha256(set_up).hexdigest()[:16]}"
    if sys.dont_write_bytecode:
        return None
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    return _KeptCode(str(folder)) if os.access(folder, os.W_OK) else None
