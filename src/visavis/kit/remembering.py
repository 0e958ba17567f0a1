"""What is made once and used again: HTML and things, for as long as what they were made of stays equal."""

from collections.abc import Callable, Hashable, Iterable
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from markupsafe import Markup


class Remembered:
    """HTML by the place where it stands. What is compared must hold everything that the HTML was made of.

    All of it together is no more than `most` by its `size`; the oldest is forgotten first.
    """

    def __init__(self, most: int, size: Callable[[Any], int] = lambda _: 1) -> None:
        self._most, self._size = most, size
        self._held = 0
        self._known: dict[Hashable, tuple[object, Any]] = {}

    def html(self, place: Hashable, shown: object, make: Callable[[], Any]) -> Any:
        """What `make` makes of `shown`, or made of an equal one for this place."""
        known, html = self._known.get(place, (None, ""))
        if known != shown:
            html = make()
            self.forget(place)
            self._known[place] = shown, html
            self._held += self._size(html)
            while self._held > self._most:
                self.forget(next(iter(self._known)))
        return html

    def forget(self, place: Hashable) -> None:
        """Make it anew the next time."""
        if place in self._known:
            self._held -= self._size(self._known.pop(place)[1])


Thing = TypeVar("Thing")
_ALWAYS = datetime.max.replace(tzinfo=UTC)


class Lasting(Generic[Thing]):
    """Things that hang on the clock, too: each is used again until the next of its turns.

    What is compared must hold everything else that a thing was made of, and a place is one person's.
    """

    def __init__(self, most: int) -> None:
        self._known = Remembered(most)

    def thing(
        self,
        place: Hashable,
        made_of: object,
        make: Callable[[], Thing],
        now: datetime,
        turns: Callable[[], Iterable[datetime]],
    ) -> Thing:
        """What `make` makes at `now`; `turns` are the instants from which on that may be another."""

        def anew() -> tuple[Thing, datetime, datetime]:
            return make(), now, min((each for each in turns() if each > now), default=_ALWAYS)

        kept: tuple[Thing, datetime, datetime] = self._known.html(place, made_of, anew)
        if not kept[1] <= now < kept[2]:
            self._known.forget(place)
            kept = self._known.html(place, made_of, anew)
        return kept[0]


_parts = Remembered(12_000_000, len)  # characters


def as_before(place: tuple[Hashable, ...], shown: tuple[object, ...], macro: Any, thing: object) -> Markup:
    """For templates: what `macro` makes of `thing`. `place` is one person's; `shown` is all it is made of."""
    html: Markup = _parts.html(place, shown, lambda: macro(thing))
    return html
