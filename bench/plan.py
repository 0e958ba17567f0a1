"""Booking number b: who books which hour with whom, alike through HTTP and pgbench; no hour comes twice."""

from datetime import UTC, datetime, timedelta

from bench.site import CLIENTS, PRACTITIONERS

FIRST = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=3)
HOURS = 24 * 55  # inside the booking window of 60 days
MOST = PRACTITIONERS * HOURS


def client(booking: int) -> int:
    """Comes again after 4,800 bookings, 40 hours later."""
    return booking % CLIENTS


def practitioner(booking: int) -> int:
    return booking % PRACTITIONERS


def start(booking: int) -> datetime:
    return FIRST + timedelta(hours=booking // PRACTITIONERS)
