"""Rates may change on a day (R116): of each currency the one that began last counts, and faults are named."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.config.files import change, copied, faults, one, read

DATED = """\
dated_rates:
  - {from: 2026-07-01, currency: EUR, rate: 1.11}
  - {from: 2026-01-01, currency: eur, rate: 1.05}
  - {from: 2026-07-01, currency: CHF, rate: 1.2}
"""


@pytest.mark.parametrize(
    ("day", "euro", "franc"),
    [
        (date(2025, 12, 31), "1.08", None),
        (date(2026, 1, 1), "1.05", None),
        (date(2026, 6, 30), "1.05", None),
        (date(2026, 7, 1), "1.11", "1.2"),
        (date(2030, 1, 1), "1.11", "1.2"),
    ],
)
def test_a_rate_counts_from_its_day_until_the_next_one(
    tmp_path: Path, day: date, euro: str, franc: str | None
) -> None:
    change(copied(tmp_path), "policy.yaml", "dated_rates: []", DATED)
    rates = read(tmp_path).policy.rates_on(day)
    assert (rates["EUR"], rates.get("CHF")) == (Decimal(euro), Decimal(franc) if franc else None)
    assert rates["USD"] == 1


def test_a_dated_rate_is_a_value_of_the_policy_and_changes_its_hash(tmp_path: Path) -> None:
    before = read(copied(tmp_path)).policy
    change(tmp_path, "policy.yaml", "dated_rates: []", DATED)
    after = read(tmp_path).policy
    assert before.hash != after.hash
    assert replace(after, hash=before.hash, dated_rates=()) == before


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("{from: 2026-07-01, currency: USD, rate: 2}", "base currency USD is worth 1 of itself on every day"),
        ("{from: 2026-07-01, currency: EUR, rate: 2}", "EUR has two rates from 2026-07-01 on"),
        ("{from: 2026-08-01, currency: EUR, rate: 0}", "'rate' must be more than 0"),
        ("{from: soon, currency: EUR, rate: 1}", "'from'"),
        ("{currency: EUR, rate: 1}", "'from'"),
        ("{from: 2026-08-01, currency: Euro, rate: 1}", "a currency is three letters"),
    ],
)
def test_a_faulty_rate_is_named_with_its_line(tmp_path: Path, entry: str, words: str) -> None:
    more = DATED.replace("rates:\n", f"rates:\n  - {entry}\n", 1)
    line = change(copied(tmp_path), "policy.yaml", "dated_rates: []", more)
    line = line + (2 if "two rates" in words else 1)
    assert one(faults(tmp_path), words).startswith(f"policy.yaml:{line}:")
