"""What a single setting must look like; each raises ValueError with the rest of a sentence."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from pydantic import SecretStr

_THIS_MACHINE = {"127.0.0.1", "::1", "localhost"}
_ICE_URL = re.compile(r"(stuns?|turns?):([\w.-]+|\[[0-9a-fA-F:.]+\])(:\d{1,5})?(\?transport=(udp|tcp))?")


def database_url(value: str) -> str:
    """A PostgreSQL address with the name of a database."""
    if urlsplit(value).scheme not in {"postgresql", "postgres"} or not urlsplit(value).path.strip("/"):
        raise ValueError("must look like postgresql://owner:password@host:5432/database")
    return value


def public_url(value: str) -> str:
    """http or https and a host, nothing else; without a slash at the end."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("must be http:// or https:// and a host, without a path")
    return value.rstrip("/")


def smtp_url(value: str) -> str:
    """A mail server."""
    if urlsplit(value).scheme not in {"smtp", "smtps"} or not urlsplit(value).hostname:
        raise ValueError("must look like smtp://user:password@host:587 or smtps://user:password@host:465")
    return value


def mail_from(value: str) -> str:
    """One sender, with or without a name."""
    if not re.fullmatch(r"[^<>@\r\n]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+", value):
        raise ValueError("must look like Visavis <visavis@example.org>")
    return value


def long_enough(value: SecretStr) -> SecretStr:
    """A secret of our own."""
    if len(value.get_secret_value()) < 32:
        raise ValueError("must have at least 32 characters")
    return value


def each_long_enough(value: SecretStr) -> SecretStr:
    """Several of them."""
    if any(len(key) < 32 for key in listed(value)):
        raise ValueError("must be keys of at least 32 characters, separated by commas")
    return value


def remote_url(value: str) -> str:
    """An address that keys are sent to: encrypted, except on this machine; without a slash at the end."""
    parts = urlsplit(value)
    if parts.scheme == "http" and parts.hostname in _THIS_MACHINE:
        return value.rstrip("/")
    return secure_url(value)


def secure_url(value: str) -> str:
    """An address that people are sent to, always encrypted; without a slash at the end."""
    parts = urlsplit(value)
    if parts.scheme != "https":
        raise ValueError("must begin with https://")
    if not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError("must be https:// and a host, with a path at most")
    return value.rstrip("/")


def stripe_secret_key(value: SecretStr) -> SecretStr:
    """Of an account, or restricted to what Visavis does; of test or live mode."""
    if not re.fullmatch(r"(sk|rk)_(test|live)_\w{8,250}", value.get_secret_value(), re.ASCII):
        raise ValueError("must look like sk_test_…, sk_live_…, rk_test_… or rk_live_…")
    return value


def stripe_publishable_key(value: str) -> str:
    """The half of the keys that is no secret."""
    if not re.fullmatch(r"pk_(test|live)_\w{8,250}", value, re.ASCII):
        raise ValueError("must look like pk_test_… or pk_live_…")
    return value


def stripe_webhook_secret(value: SecretStr) -> SecretStr:
    """What events are signed with."""
    if not re.fullmatch(r"whsec_[\w+/=-]{8,250}", value.get_secret_value(), re.ASCII):
        raise ValueError("must look like whsec_…")
    return value


def stripe_wanting(
    secret: SecretStr | None, publishable: str | None, webhook: SecretStr | None
) -> Iterator[tuple[str, str]]:
    """Of Stripe's three keys all are needed or none, the first two of the same mode: name and sentence."""
    keys = (
        ("STRIPE_SECRET_KEY", secret),
        ("STRIPE_PUBLISHABLE_KEY", publishable),
        ("STRIPE_WEBHOOK_SECRET", webhook),
    )
    given = [name for name, key in keys if key]
    for name, key in keys:
        if given and not key:
            yield name, f"is needed with VISAVIS_{given[0]}."
    if secret and publishable and secret.get_secret_value()[3:7] != publishable[3:7]:
        yield "STRIPE_PUBLISHABLE_KEY", "must be of the same mode, test or live, as the secret key."


def stun_urls(value: str) -> str:
    """RFC 7064."""
    return _ice_urls(value, {"stun", "stuns"}, "stun:stun.example.org:3478")


def turn_urls(value: str) -> str:
    """RFC 7065."""
    return _ice_urls(value, {"turn", "turns"}, "turn:turn.example.org:3478?transport=udp")


def _ice_urls(value: str, schemes: set[str], example: str) -> str:
    for url in listed(value):
        if not (found := _ICE_URL.fullmatch(url)) or found[1] not in schemes:
            raise ValueError(f"must look like {example}; several are separated by commas")
    return value


def listed(value: SecretStr | str | None) -> list[str]:
    """What commas separate."""
    text = value.get_secret_value() if isinstance(value, SecretStr) else value or ""
    return [each.strip() for each in text.split(",") if each.strip()]
