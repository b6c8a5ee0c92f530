"""TODAY, LAST_N_DAYS:n and the like are the days that the guide says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfrouter.localorg.soql_dates import is_relative_date, relative_days

WEDNESDAY = date(2026, 3, 11)


@pytest.mark.parametrize(
    ("word", "first", "last"),
    [
        ("YESTERDAY", "2026-03-10", "2026-03-10"),
        ("TODAY", "2026-03-11", "2026-03-11"),
        ("TOMORROW", "2026-03-12", "2026-03-12"),
        ("LAST_WEEK", "2026-03-01", "2026-03-07"),
        ("THIS_WEEK", "2026-03-08", "2026-03-14"),
        ("NEXT_WEEK", "2026-03-15", "2026-03-21"),
        ("LAST_MONTH", "2026-02-01", "2026-02-28"),
        ("THIS_MONTH", "2026-03-01", "2026-03-31"),
        ("NEXT_MONTH", "2026-04-01", "2026-04-30"),
        ("LAST_90_DAYS", "2025-12-11", "2026-03-11"),
        ("NEXT_90_DAYS", "2026-03-12", "2026-06-09"),
        ("LAST_N_DAYS:0", "2026-03-11", "2026-03-11"),
        ("LAST_N_DAYS:7", "2026-03-04", "2026-03-11"),
        ("NEXT_N_DAYS:7", "2026-03-12", "2026-03-18"),
        ("N_DAYS_AGO:25", "2026-02-14", "2026-02-14"),
        ("LAST_N_WEEKS:2", "2026-02-22", "2026-03-07"),
        ("NEXT_N_WEEKS:2", "2026-03-15", "2026-03-28"),
        ("N_WEEKS_AGO:3", "2026-02-15", "2026-02-21"),
        ("LAST_N_MONTHS:12", "2025-03-01", "2026-02-28"),
        ("NEXT_N_MONTHS:2", "2026-04-01", "2026-05-31"),
        ("N_MONTHS_AGO:6", "2025-09-01", "2025-09-30"),
        ("THIS_QUARTER", "2026-01-01", "2026-03-31"),
        ("LAST_QUARTER", "2025-10-01", "2025-12-31"),
        ("NEXT_N_QUARTERS:2", "2026-04-01", "2026-09-30"),
        ("N_QUARTERS_AGO:3", "2025-04-01", "2025-06-30"),
        ("THIS_YEAR", "2026-01-01", "2026-12-31"),
        ("LAST_N_YEARS:5", "2021-01-01", "2025-12-31"),
        ("NEXT_N_YEARS:5", "2027-01-01", "2031-12-31"),
        ("N_YEARS_AGO:2", "2024-01-01", "2024-12-31"),
    ],
)
def test_a_date_literal_is_a_range_of_days(word: str, first: str, last: str) -> None:
    start, end = relative_days(word, WEDNESDAY)
    assert (start.isoformat(), (end - timedelta(days=1)).isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("word", "first", "last"),
    [
        ("THIS_FISCAL_YEAR", "2025-07-01", "2026-06-30"),
        ("LAST_FISCAL_QUARTER", "2025-10-01", "2025-12-31"),
        ("NEXT_N_FISCAL_YEARS:1", "2026-07-01", "2027-06-30"),
    ],
)
def test_fiscal_periods_begin_with_the_orgs_fiscal_year(word: str, first: str, last: str) -> None:
    start, end = relative_days(word, WEDNESDAY, fiscal_start_month=7)
    assert (start.isoformat(), (end - timedelta(days=1)).isoformat()) == (first, last)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 12))
def test_neighbouring_periods_meet_without_gap_or_overlap(today: date, fiscal_start: int) -> None:
    for unit in ("WEEK", "MONTH", "QUARTER", "YEAR", "FISCAL_QUARTER", "FISCAL_YEAR"):
        spans = [
            relative_days(f"{which}_{unit}", today, fiscal_start_month=fiscal_start)
            for which in ("LAST", "THIS", "NEXT")
        ]
        assert spans[0][1] == spans[1][0] <= today < spans[1][1] == spans[2][0]


@pytest.mark.parametrize(
    "word", ["DAY", "LAST_DAY", "LAST_N_DAYS", "LAST_N_DAYS:", "LAST_N_DAYS:-1", "N_DAY_AGO:1"]
)
def test_other_words_are_no_date_literals(word: str) -> None:
    assert not is_relative_date(word)
    with pytest.raises(ValueError, match="date literal"):
        relative_days(word, WEDNESDAY)


def test_a_range_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(OverflowError):
        relative_days("LAST_N_DAYS:999999999", WEDNESDAY)
