"""Each rule with what it lets pass and what it does not."""

from collections.abc import Callable, Iterator

import pytest

from tests.house import rules

Rule = Callable[[str, str], Iterator[str]]

GOOD: list[tuple[Rule, str, str]] = [
    (rules.too_long, "kit/a.py", "def f():\n" + "    pass\n" * 39),
    (rules.forbidden_imports, "kit/a.py", "from visavis.kit.errors import VisavisError"),
    (rules.forbidden_imports, "booking/a.py", "from visavis.booking import queries"),
    (rules.forbidden_imports, "booking/a.py", "from visavis.accounts import access"),
    (rules.forbidden_imports, "booking/a.py", "from visavis.booking.routes.steps import seen_of"),
    (rules.routes_ask_access, "booking/routes/a.py", "from visavis.booking.queries import SessionRow"),
    (rules.routes_ask_access, "booking/access.py", "from visavis.booking import queries"),
    (rules.catch_alls, "a.py", "try:\n    f()\nexcept Exception:\n    g()\n    raise"),
    (rules.catch_alls, "kit/alone.py", "try:\n    f()\nexcept Exception:\n    g()"),
    (rules.lost_cancellations, "a.py", "async with asyncio.timeout(5):\n    await gone.wait()"),
    (rules.sql_outside_queries, "booking/queries.py", "A = 'select 1 from session '"),
    (rules.sql_outside_queries, "booking/queries/notes.py", "A = 'select 1 from session '"),
    (rules.sql_outside_queries, "booking/rules.py", "A = 'Select a time.'"),
    (rules.machine_paths, "a.md", "see /home/<you> and https://example.org/work/of/art"),
    (rules.lost_names, "a.md", "`booking/rules.py: may` and `tests/house/rules.py`"),
    (rules.scripts_in_pages, "a.html", '<script src="/static/a.js" defer></script>'),
    (rules.scripts_in_pages, "a.html", """{{ 'href="%s"'|safe|format(link) }}"""),
    (rules.scripts_in_pages, "accounts/templates/mail.html", '<p style="color: red">'),
]
BAD: list[tuple[Rule, str, str]] = [
    (rules.too_long, "kit/a.py", "def f():\n" + "    pass\n" * 40),
    (rules.too_long, "kit/a.py", "a = 1\n" * 251),
    (rules.forbidden_imports, "kit/a.py", "from visavis.booking import rules"),
    (rules.forbidden_imports, "kit/a.py", "import visavis.settings"),
    (rules.forbidden_imports, "booking/a.py", "from visavis.accounts import queries"),
    (rules.forbidden_imports, "booking/a.py", "from visavis.accounts.queries import find_account"),
    (rules.forbidden_imports, "credits/a.py", "from visavis.booking.routes.steps import seen_of"),
    (rules.routes_ask_access, "booking/routes/a.py", "from visavis.booking import queries"),
    (rules.routes_ask_access, "live/routes.py", "from visavis.live.queries import notify"),
    (rules.catch_alls, "a.py", "try:\n    f()\nexcept Exception:\n    g()"),
    (rules.catch_alls, "a.py", "try:\n    f()\nexcept:\n    g()"),
    (rules.lost_cancellations, "a.py", "await asyncio.wait_for(gone.wait(), 5)"),
    (rules.sql_outside_queries, "booking/note_queries.py", "A = 'select 1 from session '"),
    (rules.sql_outside_queries, "booking/actions.py", "A = '''select id\n from session '''"),
    (rules.machine_paths, "a.md", "run it in /ro" + "ot/visavis"),
    (rules.machine_paths, "a.md", "see /home/" + "sam/visavis"),
    (rules.unfinished, "a.py", "# TO" + "DO later"),
    (rules.lost_names, "a.md", "`booking/gone.py`"),
    (rules.lost_names, "a.md", "`booking/rules.py: gone_from_there`"),
    (rules.scripts_in_pages, "a.html", "<script>alert(1)</script>"),
    (rules.scripts_in_pages, "a.html", '<button onclick="go()">'),
    (rules.scripts_in_pages, "a.html", '<p style="color: red">'),
    (rules.scripts_in_pages, "a.html", "{{ text | safe }}"),
]


@pytest.mark.parametrize(("rule", "name", "text"), GOOD)
def test_good_passes(rule: Rule, name: str, text: str) -> None:
    assert list(rule(name, text)) == []


@pytest.mark.parametrize(("rule", "name", "text"), BAD)
def test_bad_is_found(rule: Rule, name: str, text: str) -> None:
    assert list(rule(name, text))
