"""What was chosen so far on the page that finds a time. Pure."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

import msgspec

from visavis.kit.forms import date_in


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """As text from an address or a form; what is unknown there falls back.

    `month` is the one to look at, `day` the date whose times are shown: '2026-11' and '2026-11-24' on the
    viewer's calendar.
    """

    offering: str = ""
    length: str = ""
    starts_at: str = ""
    zone: str = ""
    month: str = ""
    day: str = ""

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Choice":
        """From a query or a form."""
        return cls(**{name: str(data.get(name, ""))[:80] for name in cls.__struct_fields__})

    def query(self, **changes: str) -> str:
        """As the query of an address, with its question mark."""
        chosen = {**msgspec.structs.asdict(self), **changes}
        return "?" + urlencode({name: value for name, value in chosen.items() if value})

    @property
    def start(self) -> datetime | None:
        """The wished instant, UTC; None for what is no instant with an offset."""
        try:
            read = datetime.fromisoformat(self.starts_at)
            return read.astimezone(UTC) if read.tzinfo else None
        except (ValueError, OverflowError):
            return None

    @property
    def chosen_day(self) -> date | None:
        """The chosen date, None for what is none."""
        return date_in(self.day)

    @property
    def first_of_month(self) -> date | None:
        """The first date of the chosen month, None for what is none."""
        return date_in(f"{self.month}-01")
