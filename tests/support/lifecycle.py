"""The table of steps as the database keeps it."""

from visavis.booking.rules import STEPS, Status


def transitions() -> dict[tuple[Status, Status], set[str]]:
    """Every pair of statuses that the table allows, and by whom."""
    found: dict[tuple[Status, Status], set[str]] = {}
    for step in STEPS.values():
        by = {"other_side"} if step.other_side else {party.value for party in step.by}
        for pair in ((before, after) for before in step.from_ for after in step.to):
            found[pair] = found.get(pair, set()) | by
    return found
