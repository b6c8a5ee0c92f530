"""After a restart leads wait for no refresh while the mirror is as new as a running daemon keeps it."""

from datetime import timedelta

import pytest

from sfrouter.journey.fresh import is_fresh
from sfrouter.journey.refresh import READ_EACH
from sfrouter.mirror.tables import ROWS
from tests.journey.stage import NOON, Stage

EVERY = timedelta(seconds=300)
MAPPED = sorted(set(ROWS) - {"user_login"})  # the shipped mapping does without logins


def read_long_ago(ages: dict[str, timedelta | None]) -> Stage:
    """A stage whose objects were read now, but for these: so long ago, or never (None)."""
    stage = Stage()
    for noun in ROWS:
        age = ages.get(noun, timedelta())
        stage.pulls.finished[noun] = None if age is None else NOON - age
    return stage


def test_a_mirror_that_was_read_a_moment_ago_is_fresh() -> None:
    assert is_fresh(read_long_ago({}).house)


@pytest.mark.parametrize("noun", sorted(set(MAPPED) - {"lead"}))
def test_each_object_may_be_as_old_as_between_two_of_its_refreshes_and_no_second_older(noun: str) -> None:
    oldest = EVERY * READ_EACH.get(noun, 1)
    assert is_fresh(read_long_ago({noun: oldest}).house)
    assert not is_fresh(read_long_ago({noun: oldest + timedelta(seconds=1)}).house)


@pytest.mark.parametrize("noun", MAPPED)
def test_an_object_that_was_never_read_to_its_end_makes_a_refresh_necessary(noun: str) -> None:
    assert not is_fresh(read_long_ago({noun: None}).house)


def test_leads_may_be_old_as_each_poll_reads_on_from_the_last() -> None:
    assert is_fresh(read_long_ago({"lead": timedelta(days=2)}).house)


def test_a_reading_in_the_future_of_this_machines_clock_proves_nothing() -> None:
    assert not is_fresh(read_long_ago({"account": -timedelta(seconds=1)}).house)


def test_an_org_in_doubt_is_looked_at_first() -> None:
    stage = read_long_ago({})
    stage.ledger.doubt_org("account", "900 accounts vanished")
    assert not is_fresh(stage.house)
