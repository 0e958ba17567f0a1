"""What is made once and used again: HTML and things, for as long as what they were made of stays equal."""

from collections.abc import Callable, Hashable, Iterable
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from markupsafe import Markup

Thing = TypeVar("Thing")


class Remembered(Generic[Thing]):
    """Things by the place where they stand. What is compared must hold everything that a thing was made of.

    All of them together are no more than `most` by their `size`; the oldest is forgotten first.
    """

    def __init__(self, most: int, size: Callable[[Thing], int] = lambda _: 1) -> None:
        self._most, self._size = most, size
        self._held = 0
        self._known: dict[Hashable, tuple[object, Thing]] = {}

    def thing(self, place: Hashable, made_of: object, make: Callable[[], Thing]) -> Thing:
        """What `make` makes of `made_of`, or made of an equal one for this place."""
        known = self._known.get(place)
        if known is not None and known[0] == made_of:
            return known[1]
        made = make()
        self.forget(place)
        self._known[place] = made_of, made
        self._held += self._size(made)
        while self._held > self._most:
            self.forget(next(iter(self._known)))
        return made

    def forget(self, place: Hashable) -> None:
        """Make it anew the next time."""
        if place in self._known:
            self._held -= self._size(self._known.pop(place)[1])


_ALWAYS = datetime.max.replace(tzinfo=UTC)


class Lasting(Generic[Thing]):
    """Things that hang on the clock, too: each is used again until the next of its turns.

    What is compared must hold everything else that a thing was made of, and a place is one person's.
    """

    def __init__(self, most: int) -> None:
        self._known = Remembered[tuple[Thing, datetime, datetime]](most)

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

        kept = self._known.thing(place, made_of, anew)
        if not kept[1] <= now < kept[2]:
            self._known.forget(place)
            kept = self._known.thing(place, made_of, anew)
        return kept[0]


_parts = Remembered[Markup](12_000_000, len)  # characters


def as_before(place: tuple[Hashable, ...], shown: tuple[object, ...], macro: Any, thing: object) -> Markup:
    """For templates: what `macro` makes of `thing`. `place` is one person's; `shown` is all it is made of."""
    return _parts.thing(place, shown, lambda: macro(thing))
