"""Every setting: its name in the environment, its default and its meaning, in one table."""

import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from visavis import setting_checks as checks
from visavis.kit.sealing import Keyring
from visavis.operations.errors import StartError
from visavis.operations.secrets import kept_secret

PREFIX = "VISAVIS_"
_CONSEQUENCE = "default_factory_not_called"  # of another setting's wrong value


class SettingsError(StartError):
    """Settings with a wrong value; one line each: name and what is wrong."""


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
    database_url: Annotated[str, AfterValidator(checks.database_url)] | None = Field(
        default=None,
        description="PostgreSQL 18 or newer, as its owner; without it Visavis runs its own in the home",
    )
    public_url: Annotated[str, AfterValidator(checks.public_url)] = Field(
        default_factory=_local_url, description="address that people type; https makes cookies secure"
    )
    given_secret_key: Annotated[SecretStr, AfterValidator(checks.long_enough)] | None = Field(
        default=None,
        alias="VISAVIS_SECRET_KEY",
        description="32 characters or more, the same on every machine; else made and kept in the home",
    )
    given_old_secret_keys: Annotated[SecretStr, AfterValidator(checks.each_long_enough)] | None = Field(
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
    smtp_url: Annotated[str, AfterValidator(checks.smtp_url)] | None = Field(
        default=None, description="mail server; without it mail stays on the outbox page"
    )
    mail_from: Annotated[str, AfterValidator(checks.mail_from)] = Field(
        default="Visavis <visavis@localhost>", description="sender of all mail"
    )
    video: Literal["built_in", "daily", "jitsi"] = Field(
        default="built_in", description="where people meet: built_in, daily or jitsi"
    )
    daily_api_key: SecretStr | None = Field(default=None, description="key of the account at Daily.co")
    daily_url: Annotated[str, AfterValidator(checks.remote_url)] = Field(
        default="https://api.daily.co/v1", description="where Daily.co's REST API answers"
    )
    jitsi_url: Annotated[str, AfterValidator(checks.secure_url)] | None = Field(
        default=None, description="Jitsi Meet server, such as https://meet.example.org"
    )
    jitsi_app_id: str | None = Field(
        default=None, description="name by which the Jitsi server knows Visavis; needs the secret"
    )
    jitsi_secret: SecretStr | None = Field(
        default=None, description="what Jitsi's tokens are signed with; without it whoever has the link joins"
    )
    stun_urls: Annotated[str, AfterValidator(checks.stun_urls)] = Field(
        default="", description="servers that tell browsers their address, for built_in; separated by commas"
    )
    turn_urls: Annotated[str, AfterValidator(checks.turn_urls)] = Field(
        default="", description="servers that relay calls, for built_in; separated by commas; need the secret"
    )
    turn_secret: SecretStr | None = Field(
        default=None, description="the servers' shared secret (coturn: static-auth-secret)"
    )
    calls_relayed: bool = Field(
        default=False, description="every call goes through the relay: no one learns the other's address"
    )
    stripe_secret_key: Annotated[SecretStr, AfterValidator(checks.stripe_secret_key)] | None = Field(
        default=None, description="for payments by card: Stripe's secret or restricted key, sk_… or rk_…"
    )
    stripe_publishable_key: Annotated[str, AfterValidator(checks.stripe_publishable_key)] | None = Field(
        default=None, description="its publishable key, pk_…, which browsers see"
    )
    stripe_webhook_secret: Annotated[SecretStr, AfterValidator(checks.stripe_webhook_secret)] | None = Field(
        default=None, description="the signing secret of its webhook to /webhooks/stripe, whsec_…"
    )
    stripe_connect: bool = Field(
        default=False, description="practitioners may be paid directly, by accounts of their own (Connect)"
    )
    stripe_connect_webhook_secret: (
        Annotated[SecretStr, AfterValidator(checks.stripe_webhook_secret)] | None
    ) = Field(
        default=None, description="the signing secret of the webhook to /webhooks/stripe/connect, whsec_…"
    )
    stripe_url: Annotated[str, AfterValidator(checks.remote_url)] = Field(
        default="https://api.stripe.com", description="where Stripe's API answers; another one for tests"
    )
    stripe_script_url: Annotated[str, AfterValidator(checks.remote_url)] = Field(
        default="https://js.stripe.com/v3", description="Stripe's script for browsers; another one for tests"
    )
    demo: bool = Field(default=False, description="made-up people and one-click sign-in; never for real data")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="least level logged"
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="json for machines that collect logs"
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        wanting = list(_wanting(self))
        if wanting:
            raise ValueError("\n".join(f"{PREFIX}{name}: {why}" for name, why in wanting))
        return self

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

    @cached_property
    def page_keys(self) -> Keyring:
        """What pages keep for our own eyes is sealed with."""
        return Keyring(self.secret_key, purpose="pages")

    @property
    def stun_servers(self) -> list[str]:
        """Addresses of STUN servers, `stun:host:port`."""
        return checks.listed(self.stun_urls)

    @property
    def turn_servers(self) -> list[str]:
        """Addresses of TURN servers, `turn:host:port?transport=udp`."""
        return checks.listed(self.turn_urls)

    @property
    def _old_keys(self) -> list[bytes]:
        return [key.encode() for key in checks.listed(self.given_old_secret_keys)]


def _wanting(settings: Settings) -> Iterator[tuple[str, str]]:
    """What is missing beside what is given: the setting's name without prefix, and the sentence."""
    if settings.video == "daily" and not settings.daily_api_key:
        yield "DAILY_API_KEY", f"is needed when {PREFIX}VIDEO is daily."
    if settings.video == "jitsi" and not settings.jitsi_url:
        yield "JITSI_URL", f"is needed when {PREFIX}VIDEO is jitsi."
    if settings.calls_relayed and not settings.turn_urls:
        yield "TURN_URLS", f"is needed when {PREFIX}CALLS_RELAYED is yes."
    hook = settings.stripe_connect_webhook_secret
    if settings.stripe_connect and not settings.stripe_secret_key:
        yield "STRIPE_SECRET_KEY", f"is needed when {PREFIX}STRIPE_CONNECT is yes."
    for name, given, other, partner in (
        ("JITSI_SECRET", settings.jitsi_secret, "JITSI_APP_ID", settings.jitsi_app_id),
        ("JITSI_APP_ID", settings.jitsi_app_id, "JITSI_SECRET", settings.jitsi_secret),
        ("TURN_SECRET", settings.turn_secret, "TURN_URLS", settings.turn_urls),
        ("TURN_URLS", settings.turn_urls, "TURN_SECRET", settings.turn_secret),
        ("STRIPE_CONNECT", settings.stripe_connect, "STRIPE_CONNECT_WEBHOOK_SECRET", hook),
        ("STRIPE_CONNECT_WEBHOOK_SECRET", hook, "STRIPE_CONNECT", settings.stripe_connect),
    ):
        if partner and not given:
            yield name, f"is needed with {PREFIX}{other}."
    yield from checks.stripe_wanting(
        settings.stripe_secret_key, settings.stripe_publishable_key, settings.stripe_webhook_secret
    )


def load_settings() -> Settings:
    """Settings from the environment; raises SettingsError that names each wrong one."""
    try:
        return Settings()
    except ValidationError as error:
        problems = [each for each in error.errors() if each["type"] != _CONSEQUENCE]
        lines = [_sentence(problem["loc"], problem["msg"]) for problem in problems]
        raise SettingsError("\n".join(lines)) from None


def name_of(field: str) -> str:
    """A field's name in the environment."""
    return PREFIX + field.removeprefix("given_").upper()


def _sentence(location: tuple[int | str, ...], message: str) -> str:
    message = message.removeprefix("Value error, ")
    if not location:  # of several settings together, which it names itself
        return message
    return f"{name_of(str(location[0]).removeprefix(PREFIX).lower())}: {message}."
