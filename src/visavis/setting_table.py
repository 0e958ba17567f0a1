"""The table of settings as people see it: on the screen, on the page docs/settings.md, in a complaint."""

import difflib
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import SecretStr

from visavis.settings import PREFIX, Settings, name_of


class Setting(NamedTuple):
    """One row of the table of settings."""

    name: str
    default: str
    meaning: str
    value: str


def table(settings: Settings | None = None) -> list[Setting]:
    """Every setting with its default, its meaning and, when `settings` is given, the value in force."""
    rows = []
    for field, info in Settings.model_fields.items():
        default = _text(None if info.default_factory else info.get_default())
        value = _shown(field, getattr(settings, field)) if settings else ""
        rows.append(Setting(name_of(field), default, info.description or "", value))
    return rows


def settings_page() -> str:
    """The page docs/settings.md, made from the table."""
    rows = [
        f"| `{row.name}` | {f'`{row.default}`' if row.default else ''} | {row.meaning} |" for row in table()
    ]
    head = [
        "# Settings",
        "",
        "Environment variables; this page is made by `visavis check-config --page`.",
        "",
        "| name | default | meaning |",
        "|---|---|---|",
    ]
    return "\n".join([*head, *rows]) + "\n"


def unknown_names(environment: Mapping[str, str]) -> list[str]:
    """A sentence for each VISAVIS_ variable that is no setting, with the nearest that is."""
    names = [name_of(field) for field in Settings.model_fields]
    strangers = sorted(name for name in environment if name.startswith(PREFIX) and name not in names)
    return [f"{name} is not a setting{_nearest(name, names)}." for name in strangers]


def _nearest(name: str, names: list[str]) -> str:
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.8)
    return f"; did you mean {near[0]}?" if near else ""


def _shown(field: str, value: Any) -> str:
    if isinstance(value, SecretStr):
        return "(given)"
    if field == "given_secret_key":
        return "(in secret.key)"
    if field in {"database_url", "smtp_url"} and value:
        return re.sub(r"(://[^:@/]*):[^@]*@", r"\1:***@", str(value))
    return _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
