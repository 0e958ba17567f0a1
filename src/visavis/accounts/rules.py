"""What a name, an address and a password may be, where a sign-in may lead, and what a device is called."""

import re
import unicodedata
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from visavis.kit.errors import InvalidInputError
from visavis.kit.words import _

Role = Literal["client", "practitioner"]
Purpose = Literal["confirm_email", "reset_password"]

SIGN_IN_LASTS = timedelta(days=30)
LINK_LASTS: dict[Purpose, timedelta] = {
    "confirm_email": timedelta(days=3),
    "reset_password": timedelta(hours=1),
}
LEAST_PASSWORD = 10
MOST_PASSWORD = 200
MOST_EMAIL = 254
_MOST_TYPED = 2000
"""Characters of an address or a password that are looked at: to bring 100,000 accents into their order takes
twenty seconds, in which a process does nothing else. The rest changes nothing: both are too long already."""
MOST_NAME = 100
MOST_KEYS = 20
MOST_PICTURE_BYTES = 5 * 1024 * 1024

_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
_LEET = str.maketrans("013457@$!", "oieastasi")
_COMMON = (Path(__file__).parent / "common_words.txt").read_text(encoding="utf-8").split()
_GUESSED = re.compile(f"(?:{'|'.join(sorted(set(_COMMON), key=len, reverse=True))}){{1,2}}")


def clean_email(text: str) -> str:
    """The address as mail servers write it; its own letter case stays. InvalidInputError on `email`."""
    local, at, domain = text.strip()[:_MOST_TYPED].rpartition("@")
    try:
        address = f"{local}{at}{domain.encode('idna').decode()}" if domain else ""
    except UnicodeError:
        address = ""
    if len(address) > MOST_EMAIL or not _EMAIL.fullmatch(address):
        raise InvalidInputError(fields={"email": _("Please enter an address such as ada@example.org.")})
    return address


def is_readable_name(name: str) -> bool:
    """Whether a name shows at all, and in one direction: no control or direction-changing characters."""
    return any(each.isalnum() for each in name) and not any(
        unicodedata.category(each) in {"Cc", "Cf", "Cs", "Co"} and each != "\u200d" for each in name
    )


def clean_password(text: str) -> str:
    """One spelling of a password, whatever keyboard made it (NFKC, as NIST SP 800-63B advises)."""
    return unicodedata.normalize("NFKC", text[:_MOST_TYPED])


def why_weak(password: str, email: str = "", name: str = "") -> str:
    """The sentence that says why a new password will not do; empty when it will (ASVS 6.2)."""
    if len(password) < LEAST_PASSWORD:
        return _("Please use at least 10 characters. A few words in a row are easy to remember.")
    if len(password) > MOST_PASSWORD:
        return _("Please use at most 200 characters.")
    plain = password.casefold()
    if _is_own(plain, f"{email} {name}"):
        return _("Please do not build it from your name or address: those are tried first.")
    if _GUESSED.fullmatch(_core(plain)) or len(set(plain)) < 5 or _is_row(plain):
        return _("This is among the first that are guessed. A few unrelated words are better.")
    return ""


def _is_own(plain: str, own: str) -> bool:
    """Whether little is left of a password without the words of address and name, and without signs."""
    left = plain
    for word in re.split(r"[^a-z0-9]+", own.casefold()):
        left = left.replace(word, "") if len(word) > 2 else left
    return left != plain and len(re.sub(r"[\W_]", "", left)) < 6


def _core(plain: str) -> str:
    """'P@ssw0rd2024!' without what people put around and into a word: 'password'."""
    inner = re.sub(r"^[^a-z@$]+|[^a-z@$]+$", "", plain)
    return re.sub(r"[^a-z]", "", inner.translate(_LEET))


def _is_row(plain: str) -> bool:
    """'1234567890', 'abcdefghij', 'abcabcabcabc'."""
    steps = {ord(after) - ord(before) for before, after in pairwise(plain)}
    return steps <= {1, -9} or steps <= {-1, 9} or plain in (plain + plain)[1:-1]


def local_path(wanted: str, otherwise: str = "/dashboard") -> str:
    """`wanted` if it is a path of this very site, else `otherwise`: a link must not lead people away."""
    if not wanted.startswith("/") or wanted.startswith(("//", "/\\")) or len(wanted) > 500:
        return otherwise
    if "\\" in wanted or any(ord(each) < 33 or ord(each) == 127 for each in wanted):
        return otherwise
    parts = urlsplit(wanted)
    return otherwise if parts.scheme or parts.netloc or "//" in parts.path else wanted


_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def device(user_agent: str) -> str:
    """'Firefox on Linux', from what the browser says about itself."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser and system:
        return _("{browser} on {system}").format(browser=browser, system=system)
    return browser or system or _("A device we do not know")
