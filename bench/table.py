"""One table: what was measured, the figure, the target beside it, and whether it holds."""

from typing import Literal

import msgspec
from rich.console import Console
from rich.table import Table


class Row(msgspec.Struct, frozen=True):
    """One measured figure; `note` says what it is made of."""

    what: str
    figure: float
    target: float | None
    sense: Literal["at least", "at most"] = "at most"
    note: str = ""
    unit: str = ""

    @property
    def holds(self) -> bool:
        if self.target is None:
            return True
        return self.figure >= self.target if self.sense == "at least" else self.figure <= self.target


def show(rows: list[Row], title: str = "Visavis, measured") -> None:
    """Print the table."""
    table = Table("What", "Measured", "Target", "", "Made of", title=title)
    for row in rows:
        sign = "≥" if row.sense == "at least" else "≤"
        target = "" if row.target is None else f"{sign} {row.target:g} {row.unit}"
        verdict = "" if row.target is None else "holds" if row.holds else "[bold red]falls short"
        table.add_row(row.what, f"{row.figure:.3g} {row.unit}", target, verdict, row.note)
    Console(width=150).print(table)
