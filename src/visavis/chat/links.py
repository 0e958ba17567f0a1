"""What somebody wrote as markup: escaped, with its https addresses as links. Pure."""

import re

from markupsafe import Markup, escape

_ADDRESS = re.compile(r"https://[^\s<>\"]{1,2000}", re.IGNORECASE)
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
    end, unopened = len(address), address.count(")") - address.count("(")
    while end and (address[end - 1] in _NOT_ITS_END or (address[end - 1] == ")" and unopened > 0)):
        end -= 1
        unopened -= address[end] == ")"
    return address[:end]
