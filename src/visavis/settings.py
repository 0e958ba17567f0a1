"""Every setting: its name in the environment, its default and its meaning, in one table."""

import difflib
import os
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from visavis.kit.sealing import Keyring
from visavis.operations.errors import StartError
from visavis.operations.secrets import kept_secret

PREFIX = "VISAVIS_"
_CONSEQUENCE = "default_factory_not_called"  # of another setting's wrong value


class SettingsError(StartError):
    """Settings with a wrong value; one line each: name and what is wrong."""


def _database_url(value: str) -> str:
    if urlsplit(value).scheme not in {"postgresql", "postgres"} or not urlsplit(value).path.strip("/"):
        raise ValueError("must look like postgresql://owner:password@host:5432/database")
    return value


def _public_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("must be http:// or https:// and a host, without a path")
    return value.rstrip("/")


def _smtp_url(value: str) -> str:
    if urlsplit(value).scheme not in {"smtp", "smtps"} or not urlsplit(value).hostname:
        raise ValueError("must look like smtp://user:password@host:587 or smtps://user:password@host:465")
    return value


def _mail_from(value: str) -> str:
    if not re.fullmatch(r"[^<>@\r\n]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+", value):
        raise ValueError("must look like Visavis <visavis@example.org>")
    return value


def _long_enough(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < 32:
        raise ValueError("must have at least 32 characters")
    return value


def _each_long_enough(value: SecretStr) -> SecretStr:
    if any(len(key) < 32 for key in _listed(value)):
        raise ValueError("must be keys of at least 32 characters, separated by commas")
    return value


def _listed(value: SecretStr | None) -> list[str]:
    return [key.strip() for key in value.get_secret_value().split(",") if key.strip()] if value else []


def _one_per_core() -> int:
    return min(os.cpu_count() or 1, 4)


def _local_url(checked: Mapping[str, Any]) -> str:
    host, port = checked.get("host", "127.0.0.1"), checked.get("port", 8000)
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


class Settings(BaseSettings):
    """What the environment says; checked once, then passed on and never changed."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, populate_by_name=True, frozen=True, extra="forbid"
    )

    host: str = Field(default="127.0.0.1", description="address to listen on; 0.0.0.0 for every network")
    port: int = Field(default=8000, ge=1, le=65535, description="port to listen on")
    home: Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())] = Field(
        default=Path("var"), validate_default=True, description="folder of all data: database, files, keys"
    )
    database_url: Annotated[str, AfterValidator(_database_url)] | None = Field(
        default=None,
        description="PostgreSQL 18 or newer, as its owner; without it Visavis runs its own in the home",
    )
    public_url: Annotated[str, AfterValidator(_public_url)] = Field(
        default_factory=_local_url, description="address that people type; https makes cookies secure"
    )
    given_secret_key: Annotated[SecretStr, AfterValidator(_long_enough)] | None = Field(
        default=None,
        alias="VISAVIS_SECRET_KEY",
        description="32 characters or more, the same on every machine; else made and kept in the home",
    )
    given_old_secret_keys: Annotated[SecretStr, AfterValidator(_each_long_enough)] | None = Field(
        default=None,
        alias="VISAVIS_OLD_SECRET_KEYS",
        description="earlier secret keys, separated by commas, until `visavis seal-notes` has run",
    )
    trusted_proxies: str = Field(
        default="127.0.0.1",
        description="addresses whose X-Forwarded-For is believed, separated by commas; * for any",
    )
    web_processes: int = Field(
        default_factory=_one_per_core, ge=1, le=64, description="web processes; else one per core, at most 4"
    )
    smtp_url: Annotated[str, AfterValidator(_smtp_url)] | None = Field(
        default=None, description="mail server; without it mail stays on the outbox page"
    )
    mail_from: Annotated[str, AfterValidator(_mail_from)] = Field(
        default="Visavis <visavis@localhost>", description="sender of all mail"
    )
    demo: bool = Field(default=False, description="made-up people and one-click sign-in; never for real data")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="least level logged"
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="json for machines that collect logs"
    )

    @property
    def local_url(self) -> str:
        """Where this machine itself reaches Visavis, whatever stands before it."""
        return _local_url({"host": self.host, "port": self.port})

    @property
    def secure(self) -> bool:
        """Whether people reach Visavis through https."""
        return self.public_url.startswith("https://")

    @cached_property
    def secret_key(self) -> bytes:
        """The installation's secret; made and kept under the home on first use."""
        if self.given_secret_key:
            return self.given_secret_key.get_secret_value().encode()
        return kept_secret(self.home / "secret.key")

    @cached_property
    def note_keys(self) -> Keyring:
        """What private notes are sealed with."""
        return Keyring(self.secret_key, self._old_keys, purpose="session notes")

    @cached_property
    def unsubscribe_keys(self) -> Keyring:
        """What the ways out of mail are sealed with."""
        return Keyring(self.secret_key, self._old_keys, purpose="ways out of mail")

    @property
    def _old_keys(self) -> list[bytes]:
        return [key.encode() for key in _listed(self.given_old_secret_keys)]


class Setting(NamedTuple):
    """One row of the table of settings."""

    name: str
    default: str
    meaning: str
    value: str


def load_settings() -> Settings:
    """Settings from the environment; raises SettingsError that names each wrong one."""
    try:
        return Settings()
    except ValidationError as error:
        problems = [each for each in error.errors() if each["type"] != _CONSEQUENCE]
        lines = [_sentence(problem["loc"], problem["msg"]) for problem in problems]
        raise SettingsError("\n".join(lines)) from None


def table(settings: Settings | None = None) -> list[Setting]:
    """Every setting with its default, its meaning and, when `settings` is given, the value in force."""
    rows = []
    for field, info in Settings.model_fields.items():
        default = _text(None if info.default_factory else info.get_default())
        value = _shown(field, getattr(settings, field)) if settings else ""
        rows.append(Setting(_name(field), default, info.description or "", value))
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
    names = [_name(field) for field in Settings.model_fields]
    strangers = sorted(name for name in environment if name.startswith(PREFIX) and name not in names)
    return [f"{name} is not a setting{_nearest(name, names)}." for name in strangers]


def _nearest(name: str, names: list[str]) -> str:
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.8)
    return f"; did you mean {near[0]}?" if near else ""


def _name(field: str) -> str:
    return PREFIX + field.removeprefix("given_").upper()


def _sentence(location: tuple[int | str, ...], message: str) -> str:
    return f"{_name(str(location[0]).removeprefix(PREFIX).lower())}: {message.removeprefix('Value error, ')}."


def _shown(field: str, value: Any) -> str:
    if field == "given_secret_key":
        return "(given)" if value else "(in secret.key)"
    if field == "given_old_secret_keys":
        return "(given)" if value else ""
    if field in {"database_url", "smtp_url"} and value:
        return re.sub(r"(://[^:@/]*):[^@]*@", r"\1:***@", str(value))
    return _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
