"""A free wish: what browsers send, and the instant it means on the client's clock."""

from datetime import UTC, date, datetime, time

import pytest

from visavis.booking.wishes import FreeWish, check_wish, read_wish
from visavis.kit.errors import InvalidInputError

NOW = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)


def test_a_wish_is_a_date_a_time_both_or_none() -> None:
    errors: dict[str, str] = {}
    assert read_wish({}, errors) == FreeWish()
    assert read_wish({"wished_on": "2026-11-24"}, errors) == FreeWish(date(2026, 11, 24))
    assert read_wish({"wished_at": "18:00:30"}, errors) == FreeWish(None, time(18))
    both = read_wish({"wished_on": "2026-11-24", "wished_at": "18:00"}, errors)
    assert both.instant("America/New_York") == datetime(2026, 11, 24, 23, tzinfo=UTC)
    assert read_wish({}, errors).instant("UTC") is None
    assert not errors


@pytest.mark.parametrize("text", ["soon", "2026-13-01", "20261124", "0000-00-00"])
def test_what_is_no_date_or_time_is_said_next_to_its_field(text: str) -> None:
    errors: dict[str, str] = {}
    assert read_wish({"wished_on": text, "wished_at": text}, errors) == FreeWish()
    assert set(errors) == {"wished_on", "wished_at"}


@pytest.mark.parametrize("on", [date(2026, 11, 20), date(2028, 1, 1), date(9999, 12, 31)])
def test_a_day_that_is_over_or_too_far_is_refused(on: date) -> None:
    with pytest.raises(InvalidInputError) as refused:
        check_wish(FreeWish(on), "UTC", NOW)
    assert set(refused.value.fields) == {"wished_on"}


def test_today_is_today_where_the_client_is() -> None:
    check_wish(FreeWish(date(2026, 11, 21)), "America/New_York", NOW)
    check_wish(FreeWish(None, time(8)), "Pacific/Auckland", NOW)
    with pytest.raises(InvalidInputError):
        check_wish(FreeWish(date(2026, 11, 21)), "Pacific/Auckland", NOW)
