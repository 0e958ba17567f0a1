"""What somebody wrote as markup: escaped, with its https addresses as links. Pure."""

import re

from markupsafe import Markup, escape

_UNSEEN = (  # of the categories Cc and Cf
    "\u0000-\u001f\u007f-\u009f\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U00013438"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
_ADDRESS = re.compile(rf"https://[^\s<>\"{_UNSEEN}]{{1,2000}}", re.IGNORECASE)
"""It ends where something unseen begins: that could turn around how the rest is drawn."""
_NOT_ITS_END = ".,;:!?'…"  # what follows an address in a sentence
_LINK = Markup('<a href="{}" target="_blank" rel="noopener noreferrer nofollow"><bdi>{}</bdi></a>')


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
