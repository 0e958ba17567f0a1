"""Words that only this installation can read: AES-256-GCM under keys derived from its secret (RFC 5869)."""

import secrets
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from visavis.kit.errors import UnavailableError
from visavis.kit.words import _

_NONCE = 12
"""Bytes, random: a key seals far fewer than the 2^32 texts that this allows (NIST SP 800-38D)."""


class SealedAwayError(UnavailableError):
    """The key is not there any more, or the bytes are not what was sealed for this place."""

    type = "sealed-away"
    title = _("This was sealed with a key that this installation does not have, so it cannot be read")


class Sealed(NamedTuple):
    """What is kept: which key, and nonce, ciphertext and tag."""

    key_id: str
    data: bytes


class Keyring:
    """The key that seals, and older ones that still open; `purpose` keeps keys of different uses apart."""

    def __init__(self, secret: bytes, old: Iterable[bytes] = (), *, purpose: str) -> None:
        self._secrets, self._purpose = [secret, *old], purpose

    @cached_property
    def _keys(self) -> dict[str, AESGCM]:
        return {self._id_of(secret): AESGCM(self._derived(secret, "key", 32)) for secret in self._secrets}

    @property
    def key_id(self) -> str:
        """Of the key that seals; it says nothing about the key."""
        return next(iter(self._keys))

    def seal(self, words: bytes, place: str) -> Sealed:
        """Seal for one `place` (what the words belong to): moved anywhere else, they do not open."""
        nonce = secrets.token_bytes(_NONCE)
        return Sealed(self.key_id, nonce + self._keys[self.key_id].encrypt(nonce, words, place.encode()))

    def open(self, sealed: Sealed, place: str) -> bytes:
        """The words. Raises SealedAwayError."""
        key = self._keys.get(sealed.key_id)
        if key is None:
            raise SealedAwayError
        try:
            return key.decrypt(sealed.data[:_NONCE], sealed.data[_NONCE:], place.encode())
        except (InvalidTag, ValueError):
            raise SealedAwayError from None

    def _id_of(self, secret: bytes) -> str:
        return self._derived(secret, "id", 8).hex()

    def _derived(self, secret: bytes, use: str, length: int) -> bytes:
        info = f"visavis {self._purpose} {use} 1".encode()
        return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(secret)
