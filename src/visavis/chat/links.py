"""What somebody wrote as markup: escaped, with its https addresses as links. Pure."""

import re

from markupsafe import Markup, escape

_ADDRESS = re.compile(r"https://[^\s<>\"]+", re.IGNORECASE)
_NOT_ITS_END = ".,;:!?'…"  # what follows an address in a sentence
_LINK = Markup('<a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>')


def linked(words: str) -> Markup:
    """The words with links; nothing else in them is markup."""
    parts: list[Markup] = []
    end = 0
    for found in _ADDRESS.finditer(words):
        address = _trimmed(found.group())
        if len(address) <= len("https://"):
            continue
        parts += [escape(words[end : found.start()]), _LINK.format(address, address)]
        end = found.start() + len(address)
    return Markup("").join([*parts, escape(words[end:])])


def _trimmed(address: str) -> str:
    """Without the sentence's own marks; a closing bracket belongs to an address that opened one."""
    while address:
        closes = address.endswith(")") and address.count(")") > address.count("(")
        if address[-1] not in _NOT_ITS_END and not closes:
            break
        address = address[:-1]
    return address
