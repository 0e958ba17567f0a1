"""Pages are not read again when they have just come: what is live on them stands there as it reads itself."""

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from typing import Any

from tests.access.asking import filled
from tests.access.cast import assemble
from tests.access.test_matrix import rows
from tests.support.apps import application, running, visitor
from visavis.kit.files import files_in
from visavis.settings import Settings

_START = re.compile(r"""<(\w+)\s(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_PEOPLE = ("own client", "own practitioner", "operator")


class _Live(HTMLParser):
    """The words and the states of each live element by its id, and where it reads itself."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: dict[str, str] = {}
        self.shown: dict[str, list[str]] = {}
        self._open: list[tuple[str, str]] = []  # tags, and the ids of those that are live
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        live = given["id"] if "data-live" in given and "data-read-first" not in given else ""
        if live:
            self.addresses[live] = given["hx-get"]
            self.shown[live] = []
        states = [name for name in ("hidden", "checked", "disabled", "selected", "open") if name in given]
        self._add(f"<{tag} {given.get('id', '')} {given.get('href', '')} {' '.join(states)}>")
        if tag not in _VOID:
            self._open.append((tag, live))

    def handle_endtag(self, tag: str) -> None:
        while self._open and tag in [each for each, _live in self._open]:
            if self._open.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        self._add(" ".join(data.split()))

    def _add(self, what: str) -> None:
        for _tag, live in self._open:
            if live and what:
                self.shown[live].append(re.sub(r"\d+ (second|minute)s?", "a while", what))


async def test_what_is_live_on_a_page_is_there_as_it_reads_itself(
    settings: Settings, database: Any, owner: Any
) -> None:
    cast = await assemble(owner, files_in(settings.home), "payment_submitted")
    looked, differ = set(), []
    async with running(application(settings, database.url)) as app:
        for person in _PEOPLE:
            async with visitor(app, settings.public_url) as browser:
                cast.people[person].sign_in(browser)
                browser.headers["accept"] = "application/json"  # refusals as problems: a page is dear
                for path in _pages():
                    page = await browser.get(filled(path, cast))
                    if page.status_code != 200 or "<html" not in page.text:
                        continue
                    for start, name, address in _live(page.text):
                        if (person, address) in looked:
                            continue
                        looked.add((person, address))
                        part = await browser.get(unescape(address))
                        if not _reads_the_same(start, name, page.text, part.text.strip()):
                            differ.append((person, path, name))
    assert len(looked) > 30
    assert differ == []


def _live(html: str) -> Iterator[tuple[str, str, str]]:
    """Of each live element of a page: how it starts, its id, and where it reads itself."""
    for found in re.finditer(r"\sdata-live=", html):
        start = _START.match(html, html.rfind("<", 0, found.start()))
        assert start, html[found.start() - 100 : found.end() + 100]
        assert start.end() > found.end(), start[0]
        for name, address in _Live(start[0]).addresses.items():
            yield start[0], name, address


def _reads_the_same(start: str, name: str, page: str, part: str) -> bool:
    """Most parts stand in their page letter by letter: to read both for that is dearer than to make them."""
    tag = start[1:].split(maxsplit=1)[0]
    whole = part.startswith(start) and part.count(f"<{tag}") == part.count(f"</{tag}>")
    return (whole and part in page) or _Live(part).shown.get(name) == _Live(page).shown[name]


def _pages() -> list[str]:
    return [
        row.path
        for row in rows()
        if row.method == "GET" and not row.path.startswith(("/live", "/api", "/static"))
    ]
