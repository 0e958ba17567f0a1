"""Tax, periods, and what stands on a paper; without a database but for the comparison with it."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.kit.errors import InvalidInputError
from visavis.kit.tables import amount, table_csv
from visavis.papers.rules import MOST_TAX, Period, read_period, tax_within
from visavis.papers.sheets import file_name

GROSS = st.integers(0, 10**11)
RATES = st.integers(0, MOST_TAX)


@given(GROSS, RATES)
def test_tax_is_rounded_half_up_and_net_and_tax_are_the_price(gross: int, rate: int) -> None:
    tax = tax_within(gross, rate)
    exact = Decimal(gross) * rate / (10_000 + rate)
    assert tax == int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    assert 0 <= tax <= gross


@pytest.mark.parametrize(
    ("gross", "rate", "tax"),
    [
        (8000, 2000, 1333),  # £80.00 with 20 %: £13.33
        (5000, 1000, 455),  # ¥5,000 with 10 %: ¥455 (454.5…)
        (1250, 500, 60),  # 1.250 KWD with 5 %: 0.060 (0.0595…)
        (3, 5000, 1),
        (21, 500, 1),
        (105, 500, 5),
        (63, 500, 3),
        (8000, 0, 0),
    ],
)
def test_amounts_with_and_without_decimals(gross: int, rate: int, tax: int) -> None:
    assert tax_within(gross, rate) == tax


async def test_the_database_computes_the_same_tax(owner: Any) -> None:
    cases = [(gross, rate) for gross in (0, 1, 3, 99, 8000, 12345, 10**11) for rate in (1, 500, 1900, 5000)]
    found = await owner.fetch(
        "select tax_within(g, r) from unnest($1::bigint[], $2::int[]) x(g, r)", *zip(*cases, strict=True)
    )
    assert [row[0] for row in found] == [tax_within(*case) for case in cases]


def test_a_period_is_the_year_so_far_unless_said() -> None:
    today = date(2026, 11, 21)
    assert read_period("", "", today) == Period(date(2026, 1, 1), today)
    assert read_period("2026-02-01", "2026-02-28", today) == Period(date(2026, 2, 1), date(2026, 2, 28))
    for first, last, field in (
        ("x", "", "from"),
        ("2026-02-01", "2026-01-31", "to"),
        ("2020-01-01", "", "to"),
    ):
        with pytest.raises(InvalidInputError) as refused:
            read_period(first, last, today)
        assert field in refused.value.fields


def test_a_table_has_numbers_and_no_formulas() -> None:
    rows = [[each, amount(-8000, "GBP")] for each in ("=1+1", "+1", "-1", "@a", "\tx", "Emma", 'a "b", c')]
    text = table_csv(["words", "amount"], rows)
    assert text.splitlines()[1:] == [
        "'=1+1,-80.00", "'+1,-80.00", "'-1,-80.00", "'@a,-80.00", "'\tx,-80.00", "Emma,-80.00",
        '"a ""b"", c",-80.00',
    ]  # fmt: skip
    assert f"{amount(1000, 'JPY')} {amount(1250, 'KWD')}" == "1000 1.250"


@given(st.text(max_size=30))
def test_names_of_files_are_harmless(words: str) -> None:
    assert set(file_name(words)) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")
    assert file_name(words)
