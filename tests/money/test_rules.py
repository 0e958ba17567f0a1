"""Commission and refunds: pure, in every currency, and the same as the database's."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.booking.policies import PRESETS
from visavis.kit.errors import InvalidInputError
from visavis.kit.money import format_money, parse_money
from visavis.money.checking import FAULTS
from visavis.money.rules import FULL, commission, parse_percent, percent, refund

AMOUNTS = st.integers(0, 100_000_000)
RATES = st.integers(0, FULL)
PERCENT = st.integers(0, 100)
POLICY = PRESETS["approve_then_transfer"].policy


@pytest.mark.parametrize(
    ("amount", "currency", "rate", "kept"),
    [("80.00", "GBP", 3000, "£24.00"), ("80.05", "GBP", 3000, "£24.02"), ("0.01", "GBP", 5000, "£0.01"),
     ("8005", "JPY", 3000, "JP¥2,402"), ("8.005", "KWD", 3000, "KWD2.402"), ("80", "GBP", 0, "£0.00")],
)  # fmt: skip
def test_half_a_minor_unit_goes_up(amount: str, currency: str, rate: int, kept: str) -> None:
    minor = parse_money(amount, currency, "price")
    assert format_money(commission(minor, rate), currency) == kept


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [("80", "GBP", 8000), ("80,5", "GBP", 8050), (" 80.00 ", "GBP", 8000), (".5", "GBP", 50),
     ("0", "GBP", 0), ("1.000", "KWD", 1000), ("1000", "JPY", 1000), ("\uff18\uff10", "JPY", 80),
     ("1000000", "GBP", 100_000_000), ("1,000", "GBP", None), ("1.000", "GBP", None), ("1,000", "JPY", None),
     ("80.5", "JPY", None), ("1,000.00", "GBP", None), ("-1", "GBP", None), ("1000000.01", "GBP", None),
     ("1e3", "GBP", None), ("1e999999", "GBP", None), ("NaN", "GBP", None), ("1_000", "GBP", None),
     ("", "GBP", None), (".", "GBP", None)],
)  # fmt: skip
def test_an_amount_that_could_mean_another_is_asked_again(
    typed: str, currency: str, minor: int | None
) -> None:
    if minor is not None:
        assert parse_money(typed, currency, "price") == minor
        return
    with pytest.raises(InvalidInputError) as refused:
        parse_money(typed, currency, "price")
    assert list(refused.value.fields) == ["price"]


@given(AMOUNTS, RATES)
def test_commission_is_the_nearest_whole_part(amount: int, rate: int) -> None:
    kept = commission(amount, rate)
    assert 0 <= kept <= amount
    assert abs(kept * FULL - amount * rate) * 2 <= FULL


@given(AMOUNTS, PERCENT, PERCENT, st.booleans())
def test_what_comes_back_is_never_more_than_was_paid(price: int, fee: int, late_fee: int, late: bool) -> None:
    policy = type(POLICY)(
        preset="", approval="required", payment="transfer", cancel_fee_percent=fee, late_fee_percent=late_fee
    )
    back = refund(price, policy, late=late, by_practitioner=False)
    assert 0 <= back <= price
    assert back == price or (late_fee if late else fee) > 0
    assert refund(price, policy, late=late, by_practitioner=True) == price


async def test_the_database_counts_alike(owner: Any) -> None:
    pairs = [
        (amount, rate) for amount in (0, 1, 5, 8005, 99_999_999) for rate in (0, 1, 1250, 3333, 5000, FULL)
    ]
    for amount, rate in pairs:
        assert await owner.fetchval("select commission_on($1, $2)", amount, rate) == commission(amount, rate)
    for fee in (0, 33, 50, 100):
        policy = type(POLICY)(preset="", approval="required", payment="transfer", late_fee_percent=fee)
        words = {"late_fee_percent": fee}
        for price in (1, 8005):
            found = await owner.fetchval("select refund_of($1, $2, true, false)", price, words)
            assert found == refund(price, policy, late=True, by_practitioner=False)


async def test_every_fault_that_the_database_finds_has_words(owner: Any) -> None:
    source = await owner.fetchval(
        """select string_agg(prosrc, '' order by proname) from pg_proc
        where proname in ('direct_faults', 'money_faults', 'paper_faults')"""
    )
    assert re.findall(r"select '(\w+)'", source) == list(FAULTS)


@pytest.mark.parametrize(
    ("typed", "points"), [("30", 3000), ("12.5", 1250), ("12,75 %", 1275), ("0", 0), ("100", FULL)]
)
def test_percentages_are_read(typed: str, points: int) -> None:
    assert parse_percent(typed, "rate") == points
    assert parse_percent(percent(points), "rate") == points


@pytest.mark.parametrize("typed", ["", "-1", "100.01", "1000", "12.345", "1e2", "٣٠", "abc", "%"])
def test_what_is_no_percentage_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        parse_percent(typed, "rate")
    assert "rate" in refused.value.fields
