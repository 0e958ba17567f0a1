"""HTML that is used again for as long as what it shows stays equal."""

from collections.abc import Callable, Hashable
from typing import Any

from markupsafe import Markup


class Remembered:
    """HTML by the place where it stands. What is compared must hold everything that the HTML was made of."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: dict[Hashable, tuple[object, Any]] = {}

    def html(self, place: Hashable, shown: object, make: Callable[[], Any]) -> Any:
        """What `make` makes of `shown`, or made of an equal one for this place."""
        known, html = self._known.get(place, (None, ""))
        if known != shown:
            html = make()
            self._known.pop(place, None)
            while len(self._known) >= self._most:
                del self._known[next(iter(self._known))]
            self._known[place] = shown, html
        return html


_parts = Remembered(2048)  # some three kilobytes each


def as_before(place: tuple[Hashable, ...], shown: tuple[object, ...], macro: Any, thing: object) -> Markup:
    """For templates: what `macro` makes of `thing`. `place` is one person's; `shown` is all it is made of."""
    html: Markup = _parts.html(place, shown, lambda: macro(thing))
    return html
