"""`bin/bench [part …]`: every figure of the design, measured here and now, as one table with the targets."""

import argparse
import os
from collections.abc import Callable

from bench import (
    bookings,
    chat,
    dashboard,
    money,
    month,
    notifications,
    payments,
    race,
    rules,
    slots,
    start,
    streams,
)
from bench.site import Site, site
from bench.table import Row, show

PARTS: dict[str, Callable[[Site, bool], list[Row]]] = {
    "bookings": lambda site, short: bookings.measure(
        site, seconds=3 if short else 10, rounds=2 if short else 5
    ),
    "rules": lambda _site, short: rules.measure(rounds=200 if short else 1000),
    "slots": lambda site, short: slots.measure(site, rounds=100 if short else 500),
    "month": lambda site, short: month.measure(site, seconds=3 if short else 10),
    "streams": lambda site, short: streams.measure(site, hints=200 if short else 1000),
    "notifications": lambda site, short: notifications.measure(site, seconds=3 if short else 15),
    "chat": lambda site, short: chat.measure(site, seconds=3 if short else 15, cuts=1000 if short else 10000),
    "dashboard": lambda site, short: dashboard.measure(site, requests=100 if short else 500),
    "money": lambda site, short: money.measure(site, requests=100 if short else 300),
    "payments": lambda site, short: payments.measure(site, seconds=3 if short else 8),
    "race": lambda site, short: race.measure(site, rounds=20 if short else 100),
    "start": lambda _site, _short: start.measure(),
}


def main() -> None:
    """Measure the parts asked for, each on a database of its own."""
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="only these (default: all)")
    parser.add_argument("--short", action="store_true", help="a quick look; figures swing more")
    arguments = parser.parse_args()
    rows: list[Row] = []
    load = os.getloadavg()[0]  # what else ran here: above one, figures say more about that
    try:
        for name in arguments.parts or PARTS:
            print(f"measuring {name} …", flush=True)
            with site() as place:
                rows += PARTS[name](place, arguments.short)
    finally:  # also when a later part fails: what was measured took minutes
        show(rows, f"Visavis, measured; the machine's load was {load:.1f} before, on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
