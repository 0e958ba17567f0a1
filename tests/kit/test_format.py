"""How far away something is, in words; a script says the same (tests/web)."""

from datetime import UTC, datetime, timedelta

import pytest

from visavis.kit.format import format_relative

NOW = datetime(2026, 11, 22, 12, 42, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-300, "5 minutes ago"),
        (-6, "6 seconds ago"),
        (-0.2, "now"),
        (0, "now"),
        (0.2, "now"),
        (6, "in 6 seconds"),
        (3 * 86_400, "in 3 days"),
    ],
)
def test_how_far_away_it_is(seconds: float, said: str) -> None:
    assert format_relative(NOW + timedelta(seconds=seconds), NOW) == said
