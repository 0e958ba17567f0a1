"""Meeting links that people type."""

from urllib.parse import urlsplit

from visavis.kit.errors import InvalidInputError
from visavis.kit.words import _


def meeting_link(text: str) -> str | None:
    """A plain https link, or None for an empty text; InvalidInputError on `meeting_url` for anything else."""
    url = text.strip()
    if not url:
        return None
    refused = InvalidInputError(fields={"meeting_url": _("Please enter a link that begins with https://")})
    if len(url) > 500 or any(character.isspace() or not character.isprintable() for character in url):
        raise refused
    try:
        parts = urlsplit(url)
        hostname = parts.hostname
    except ValueError:
        raise refused from None
    if not url.startswith("https://") or not hostname or parts.username is not None:
        raise refused
    return url
