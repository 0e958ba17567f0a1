"""Words that come alive where a page does not write them as words, and who finds them alive."""

import re
from html.parser import HTMLParser

import httpx

# Breaks out of text, of attributes with either quote, of comments, of scripts and of a text area.
EVIL = (
    """--></textarea></script></title>'"><evil-mark onclick=evil() style=x src=x>{{7*7}}javascript:evil()"""
)
_BEGINNINGS = re.compile("<[a-zA-Z]")
_TAGS = re.compile(r"""<[a-zA-Z](?:[^<>"']|"[^"]*"|'[^']*')*>""")
_SCHEMES = ("http", "https", "mailto", "tel")


class Reader(HTMLParser):
    """Reads a page as browsers do, and keeps what should not be there."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            link = name in ("href", "src", "action", "formaction", "hx-get", "hx-post", "data-copy")
            scheme, colon, _ = (value or "").strip().lower().partition(":")
            if name.startswith("on") or (link and colon and "/" not in scheme and scheme not in _SCHEMES):
                self.found.append(f"<{tag} {name}={value!r}>")
        if tag.startswith("evil"):
            self.found.append(f"<{tag}>")


def read(answer: httpx.Response) -> list[str]:
    """What of the evil words is alive in an answer."""
    if not answer.headers.get("content-type", "").startswith("text/html"):
        assert answer.headers["x-content-type-options"] == "nosniff"
        return []
    if "evil" not in answer.text:  # most pages; to read them as a browser does is dearer than to make them
        return []
    return Reader(_suspicious(answer.text)).found


def _suspicious(html: str) -> str:
    """The tags with any of the evil words inside; all of a page whose tags do not end where they should."""
    tags = _TAGS.findall(html)
    if len(tags) < len(_BEGINNINGS.findall(html)):
        return html
    return "".join(tag for tag in tags if "evil" in tag)
