"""Compares amounts in different currencies by the org's rates; without a rate nothing is guessed.

`rates` says how much of the base currency one unit is worth, the base itself being 1. An amount without a
currency comes from an org with a single currency.
"""

from collections.abc import Mapping
from decimal import Decimal


def in_base(amount: Decimal | None, currency: str, rates: Mapping[str, Decimal]) -> Decimal | None:
    """The amount in the base currency; None when there is no amount or no rate."""
    if amount is None or not amount.is_finite():
        return None
    if not currency.strip():
        return amount
    rate = rates.get(currency.strip().upper())
    return amount * rate if rate is not None and rate > 0 else None


def at_least(
    amount: Decimal, currency: str, limit: Decimal, limit_currency: str, rates: Mapping[str, Decimal]
) -> bool | None:
    """Is the amount at or above the limit? None when they cannot be compared.

    Both sides are taken to the base currency, so that no division rounds a value that is exactly the limit.
    """
    have, want = currency.strip().upper(), limit_currency.strip().upper()
    if have == want or not have:
        return amount >= limit if amount.is_finite() else None
    left, right = in_base(amount, have, rates), in_base(limit, want, rates)
    return None if left is None or right is None else left >= right
