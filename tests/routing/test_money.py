"""Amounts are compared in the base currency, exactly, and never without a rate."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfrouter.routing.explain import Money
from sfrouter.routing.money import at_least

RATES = {"USD": Decimal(1), "EUR": Decimal("1.1"), "JPY": Decimal("0.0065"), "BAD": Decimal(0)}
LIMIT = Decimal(50000)


@pytest.mark.parametrize(
    ("amount", "currency", "reached"),
    [
        ("50000", "USD", True),
        ("49999.99", "USD", False),
        ("50000", "", True),
        ("50000", "usd ", True),
        ("45454.55", "EUR", True),
        ("45454.54", "EUR", False),
        ("50000", "IDR", None),
        ("50000", "BAD", None),
        ("NaN", "USD", None),
        ("Infinity", "EUR", None),
    ],
)
def test_exactly_the_limit_is_reached_and_without_a_rate_nothing_is_said(
    amount: str, currency: str, reached: bool | None
) -> None:
    assert at_least(Decimal(amount), currency, LIMIT, "USD", RATES) is reached


@given(st.decimals(0, 10**9, places=4), st.decimals("0.0001", 1000, places=4))
def test_a_value_that_is_exactly_the_limit_is_reached_at_any_rate(limit: Decimal, rate: Decimal) -> None:
    """A limit given in a currency worth `rate` is reached by limit * rate in the base currency."""
    assert at_least(limit * rate, "USD", limit, "XXX", {"USD": Decimal(1), "XXX": rate}) is True


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("50000", "50,000 USD"), ("49999.99", "49,999.99 USD"), ("5E+4", "50,000 USD"), ("0.50", "0.5 USD")],
)
def test_an_amount_is_shown_as_people_write_it(amount: str, shown: str) -> None:
    assert str(Money(Decimal(amount), "USD")) == shown
