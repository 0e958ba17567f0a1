"""The way out of mail: an address that turns one group off for one account, and can do nothing else.

It is sealed with the installation's key, so it says nothing and cannot be made up, and it never ends: whoever
has a mail of years ago can still get out (RFC 8058).
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

import msgspec

from visavis.kit.errors import NotFoundError
from visavis.kit.letters import Way
from visavis.kit.sealing import Keyring, Sealed, SealedAwayError
from visavis.kit.words import _, translations

BEFORE = "before"
"""The group of reminders before a session; the others are groups of notifications."""
_PLACE = "way out"
_KEY_ID, _ACCOUNT = 8, 16  # bytes
_MOST = 400  # characters; ours have about 90


class LinkUnknownError(NotFoundError):
    type = "link-unknown"
    title = _("This link is not one of ours, or is not complete")


class WayOut(msgspec.Struct, frozen=True):
    """Whose mail, and which group of it."""

    account_id: UUID
    group: str


def token_of(keys: Keyring, out: WayOut) -> str:
    """What stands in the address."""
    sealed = keys.seal(out.account_id.bytes + out.group.encode(), _PLACE)
    return urlsafe_b64encode(bytes.fromhex(sealed.key_id) + sealed.data).rstrip(b"=").decode()


def read_token(keys: Keyring, token: str) -> WayOut:
    """What we put into it; LinkUnknownError for what we did not make."""
    try:
        data = urlsafe_b64decode(token[:_MOST].encode("ascii") + b"==")
        words = keys.open(Sealed(data[:_KEY_ID].hex(), data[_KEY_ID:]), _PLACE)
    except (ValueError, SealedAwayError):
        raise LinkUnknownError from None
    return WayOut(UUID(bytes=words[:_ACCOUNT]), words[_ACCOUNT:].decode())


def unsubscribe_url(keys: Keyring, site: str, account_id: UUID, group: str) -> str:
    """The address; `site` is the public one."""
    return f"{site}/unsubscribe?token={token_of(keys, WayOut(account_id, group))}"


def ways_out(group: str, out: str, locale: str, site: str) -> list[Way]:
    """At the end of every letter: how to get no more of it (`out`), and where to choose."""
    say = translations(locale).gettext
    return [
        Way(
            say(_("This mail is about: %(group)s.")) % {"group": say(group)},
            say(_("Send me no more of these")),
            out,
        ),
        Way("", say(_("Choose what is sent where")), f"{site}/account/notifications"),
    ]
