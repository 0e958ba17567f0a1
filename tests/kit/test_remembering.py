"""Parts of pages that are used again."""

from datetime import UTC, datetime, timedelta

from visavis.kit.remembering import Lasting, Remembered


def test_made_again_only_when_it_shows_something_else() -> None:
    made: list[str] = []

    def make(what: str) -> str:
        made.append(what)
        return f"<b>{what}</b>"

    parts = Remembered(2)
    for place, shown in (("a", "x"), ("a", "x"), ("b", "x"), ("a", "y"), ("a", "x"), ("b", "x")):
        assert parts.thing(place, shown, lambda shown=shown: make(shown)) == f"<b>{shown}</b>"
    assert made == ["x", "x", "y", "x"]
    for place in ("c", "d"):
        parts.thing(place, "x", lambda: make("x"))
    parts.thing("a", "x", lambda: make("again"))
    assert made[-1] == "again", "the oldest are forgotten"


def test_no_more_than_so_many_characters() -> None:
    made: list[str] = []
    parts = Remembered(10, len)

    def show(place: str, shown: str) -> None:
        def make() -> str:
            made.append(shown)
            return shown

        assert parts.thing(place, shown, make) == shown

    for place, shown in (
        ("a", "12345"),
        ("b", "12345"),
        ("a", "12345"),
        ("b", "123"),
        ("c", "12"),
        ("a", "12345"),
    ):
        show(place, shown)
    assert made == ["12345", "12345", "123", "12"]
    show("d", "1")
    show("a", "12345")
    assert made[4:] == ["1", "12345"], "the oldest made room"
    show("e", "12345678901")
    show("e", "12345678901")
    assert made[6:] == ["12345678901"] * 2, "what is too long is never kept"


def test_made_again_when_its_turn_has_come() -> None:
    begin, minute = datetime(2026, 5, 1, tzinfo=UTC), timedelta(minutes=1)
    made: list[datetime] = []
    things = Lasting[int](2)

    def at(now: datetime, what: str = "x") -> int:
        def make() -> int:
            made.append(now)
            return len(made)

        return things.thing("here", what, make, now, lambda: [begin + 2 * minute, begin + 3 * minute])

    assert [at(begin), at(begin + minute), at(begin + 2 * minute - timedelta(microseconds=1))] == [1, 1, 1]
    assert [at(begin + 2 * minute), at(begin + 3 * minute), at(begin + 900 * minute)] == [2, 3, 3]
    assert at(begin + minute) == 4, "a request that began before"
    assert at(begin + minute, "y") == 5
