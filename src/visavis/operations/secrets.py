"""Secrets that Visavis makes for itself and keeps in files that only it may read."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from visavis.operations.errors import StartError

# More of them are against guessing the words that people choose, and each connection would pay 3 ms for them.
# Nobody guesses the 256 bits of a derived password, however cheap a try is.
SCRAM_ITERATIONS = 1


def kept_secret(path: Path) -> bytes:
    """The secret in `path`, made on first use (256 bits, 0600); all who start together get the same.

    Raises StartError when the file is open to other users or cannot be read.
    """
    try:
        if not path.exists():
            _make(path)
        if path.stat().st_mode & 0o077:
            raise StartError(f"{path} may be read by other users; say: chmod 600 {path}")
        return path.read_bytes().strip()
    except OSError as error:
        raise StartError(f"{path} cannot be used: {error.strerror}.") from error


def derived_password(secret: bytes, role: str) -> str:
    """The password of a database role: HMAC-SHA256 of its name, in hex."""
    return hmac.new(secret, role.encode(), hashlib.sha256).hexdigest()


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        # A link never replaces: of several starters one wins, and all read the winner's.
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
