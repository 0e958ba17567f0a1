"""Parts of pages that are used again."""

from visavis.kit.remembering import Remembered


def test_made_again_only_when_it_shows_something_else() -> None:
    made: list[str] = []

    def make(what: str) -> str:
        made.append(what)
        return f"<b>{what}</b>"

    parts = Remembered(2)
    for place, shown in (("a", "x"), ("a", "x"), ("b", "x"), ("a", "y"), ("a", "x"), ("b", "x")):
        assert parts.html(place, shown, lambda shown=shown: make(shown)) == f"<b>{shown}</b>"
    assert made == ["x", "x", "y", "x"]
    for place in ("c", "d"):
        parts.html(place, "x", lambda: make("x"))
    parts.html("a", "x", lambda: make("again"))
    assert made[-1] == "again", "the oldest are forgotten"
