"""What is too much for the org at once is asked for in parts, and nothing is lost or doubled by that."""

from datetime import timedelta

import pytest

from sfrouter.mirror.pull import Puller
from sfrouter.mirror.store import Mirror
from sfrouter.salesforce.errors import QueryFailedError
from sfrouter.salesforce.faults import Verdict
from tests.mirror.fake_org import KEYS, MAPPING, FakeOrg


class House:
    """An org with leads that came over some hours, and an empty mirror."""

    def __init__(self, leads: int = 0, minutes: float = 7) -> None:
        self.org = FakeOrg()
        self.mirror = Mirror.open(None)
        self.puller = Puller(self.org, self.mirror, MAPPING, self.org.clock, keys=KEYS, batch_rows=7)
        for number in range(leads):
            self.add(number, minutes)
        self.org.clock.advance(60)

    def add(self, number: int, minutes: float = 0) -> str:
        self.org.clock.advance(minutes * 60)
        return self.org.add("Lead", number + 1, LastName=f"No. {number}", Company="Acme")


def test_a_first_load_that_times_out_is_read_in_shorter_spans() -> None:
    house = House(120)
    house.org.most_rows = 10
    assert house.puller.pull("lead").new == 120
    assert house.mirror.count("lead") == 120


def test_the_next_reading_starts_with_the_span_that_worked() -> None:
    house = House(120)
    house.org.most_rows = 10
    house.puller.pull("lead")
    asked = len(house.org.calls)
    house.org.clock.advance(60)
    house.puller.pull("lead")
    assert len(house.org.calls) - asked == 1


def test_a_gap_after_an_outage_is_read_in_shorter_spans_too() -> None:
    house = House(5)
    house.puller.pull("lead")
    for number in range(5, 90):
        house.add(number, 3)
    house.org.most_rows = 12
    house.puller.pull("lead")
    assert house.mirror.count("lead") == 90


def test_a_span_that_grows_too_long_in_the_middle_of_its_pages_goes_on_behind_what_came() -> None:
    """The gateway ends a query whose pages take too long; its rows came in order, so they count."""
    house = House(60)
    asked = house.org.query
    broken: list[int] = []

    def query(soql: str, *, deleted: bool = False) -> object:
        for count, row in enumerate(asked(soql, deleted=deleted)):
            if count == 20 and not broken:
                broken.append(count)
                raise QueryFailedError("the pages took longer than 600 s", verdict=Verdict.SPLIT)
            yield row

    house.org.query = query  # type: ignore[method-assign, assignment]
    house.puller.pull("lead")
    assert (house.mirror.count("lead"), broken) == (60, [20])


def test_when_even_a_second_is_too_much_the_refusal_is_told_and_the_reading_ends() -> None:
    house = House()
    for number in range(30):
        house.add(number)
    house.org.most_rows = 10
    with pytest.raises(QueryFailedError):
        house.puller.pull("lead")
    assert len(house.org.calls) < 100


def test_one_stamp_whose_pages_never_come_to_an_end_ends_the_reading() -> None:
    house = House()
    for number in range(30):
        house.add(number)
    asked = house.org.query

    def query(soql: str, *, deleted: bool = False) -> object:
        for count, row in enumerate(asked(soql, deleted=deleted)):
            if count == 20:
                raise QueryFailedError("the pages took longer than 600 s", verdict=Verdict.SPLIT)
            yield row

    house.org.query = query  # type: ignore[method-assign, assignment]
    with pytest.raises(QueryFailedError):
        house.puller.pull("lead")
    assert len(house.org.calls) < 100


def test_twelve_thousand_leads_of_one_second_are_read_and_the_reading_ends() -> None:
    """F03: no limit and no offset, so one stamp beyond any page is nothing special."""
    house = House(12_000, 0)
    house.puller = Puller(house.org, house.mirror, MAPPING, house.org.clock, keys=KEYS)
    assert house.puller.pull("lead").new == 12_000
    house.org.clock.advance(30)
    assert house.puller.pull("lead").same == 12_000


def test_a_list_of_ids_that_is_too_long_for_an_address_is_halved() -> None:
    house = House(50)
    house.puller.pull("lead")
    missed = [house.add(number) for number in range(50, 95)]
    house.org.clock.advance(timedelta(days=2).total_seconds())
    for made in missed:
        house.org._rows["Lead"][made]["SystemModstamp"] = "2020-01-01T00:00:00.000+0000"
    house.puller.pull("lead")
    house.org.longest_query = 500
    assert house.puller.sweep("lead").found == 45
    assert house.mirror.count("lead") == 95
