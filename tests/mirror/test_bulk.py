"""Very many rows come by a bulk job: the watermark moves as with pages, and where it fails the pages go on."""

import pytest

from sfrouter.mirror.pull import Puller
from sfrouter.mirror.store import Mirror
from sfrouter.salesforce.errors import BulkFailedError
from tests.mirror.fake_org import KEYS, MAPPING, ConnectionBrokenError, FakeOrg


class House:
    """An org with 40 leads, and a mirror that takes 25 rows or more at once."""

    def __init__(self, leads: int = 40, bulk_from: int = 25) -> None:
        self.org = FakeOrg()
        self.mirror = Mirror.open(None)
        clock = self.org.clock
        self.puller = Puller(self.org, self.mirror, MAPPING, clock, keys=KEYS, batch_rows=7, bulk_from=bulk_from)
        self.add(leads)

    def add(self, leads: int) -> None:
        first = len(self.org.ids("Lead"))
        for number in range(first, first + leads):
            self.org.clock.advance(60)
            self.org.add("Lead", number + 1, LastName=f"No. {number}", Company="Acme")


def test_a_first_load_of_many_rows_is_one_job_and_the_next_reading_is_pages() -> None:
    house = House()
    assert house.puller.pull("lead").new == 40
    assert (len(house.org.bulk_calls), house.org.calls) == (1, [])
    house.add(30)
    assert house.puller.pull("lead").new == 30
    assert (len(house.org.bulk_calls), len(house.org.calls)) == (1, 1)


@pytest.mark.parametrize(("leads", "bulk_from"), [(24, 25), (40, 0)])
def test_few_rows_are_read_by_pages_and_so_are_many_where_jobs_are_switched_off(
    leads: int, bulk_from: int
) -> None:
    house = House(leads, bulk_from)
    assert house.puller.pull("lead").new == leads
    assert house.org.bulk_calls == []


def test_a_large_gap_is_one_job_too_when_much_changed_in_it() -> None:
    house = House(3)
    house.puller.pull("lead")
    house.org.clock.advance(7 * 3600)
    house.puller.pull("lead")
    assert house.org.bulk_calls == []
    house.org.clock.advance(7 * 3600)
    house.add(30)
    assert house.puller.pull("lead").new == 30
    assert len(house.org.bulk_calls) == 1


def test_a_job_that_fails_in_the_middle_is_followed_by_pages_from_its_last_row_on() -> None:
    house = House()
    house.org.bulk_trouble = 21, BulkFailedError("the session ended")
    report = house.puller.pull("lead")
    assert house.mirror.count("lead") == 40
    assert "SystemModstamp >=" in house.org.calls[-1]
    assert report.read == 40 + 1  # the border row comes twice


def test_rows_in_doubt_are_all_read_again_by_pages() -> None:
    house = House()
    house.org.bulk_trouble = 21, BulkFailedError("a page has fewer rows than it says", doubtful=True)
    report = house.puller.pull("lead")
    assert (report.read, house.mirror.count("lead")) == (40, 40)
    assert "SystemModstamp >=" not in house.org.calls[-1]


def test_no_second_job_is_tried_for_an_object_whose_job_failed() -> None:
    house = House()
    house.org.bulk_trouble = 0, BulkFailedError("Entity 'Lead' is not supported by the Bulk API")
    house.puller.pull("lead")
    house.org.clock.advance(7 * 3600)
    house.add(30)
    assert house.puller.pull("lead").new == 30
    assert len(house.org.bulk_calls) == 1


def test_a_day_later_a_job_is_tried_again() -> None:
    """What failed may have been the moment's: a limit of the day, a right that was missing."""
    house = House()
    house.org.bulk_trouble = 0, BulkFailedError("the org makes no jobs now")
    house.puller.pull("lead")
    house.org.clock.advance(86_400)
    house.add(30)
    assert house.puller.pull("lead").new == 30
    assert len(house.org.bulk_calls) == 2


def test_a_crash_in_the_middle_of_a_job_goes_on_behind_what_was_stored() -> None:
    house = House()
    house.org.bulk_trouble = 21, ConnectionBrokenError()
    with pytest.raises(ConnectionBrokenError):
        house.puller.pull("lead")
    assert house.mirror.count("lead") == 14  # whole batches of seven, of which the last was not complete
    house.puller.pull("lead")
    assert house.mirror.count("lead") == 40
    assert "SystemModstamp >=" in house.org.bulk_calls[-1]


def test_the_progress_of_a_job_counts_up_to_all_its_rows() -> None:
    house = House()
    steps: list[tuple[str, int, int]] = []
    house.puller.pull("lead", lambda noun, done, total: steps.append((noun, done, total)))
    assert steps[-1] == ("lead", 40, 40)
    assert [done for _, done, _ in steps] == [7, 14, 21, 28, 35, 40]


def swept(house: House) -> tuple[int, int]:
    """The ids are compared, one of them gone for good: how many were seen, and how many are missing."""
    house.puller.pull("lead")
    house.org.bulk_calls.clear()
    house.org.calls.clear()
    house.org.purge("Lead", sorted(house.org.ids("Lead"))[3])
    report = house.puller.sweep("lead")
    return report.seen, report.missing


def test_the_ids_of_very_many_records_are_compared_by_one_job() -> None:
    house = House()
    assert swept(house) == (39, 1)
    assert (len(house.org.bulk_calls), house.org.calls) == (1, [])


@pytest.mark.parametrize(("leads", "bulk_from"), [(24, 25), (40, 0)])
def test_those_of_few_records_by_pages(leads: int, bulk_from: int) -> None:
    house = House(leads, bulk_from)
    assert swept(house) == (leads - 1, 1)
    assert house.org.bulk_calls == []


@pytest.mark.parametrize("doubtful", [False, True])
def test_a_sweep_whose_job_fails_begins_anew_by_pages_and_so_does_the_next(doubtful: bool) -> None:
    """Half of the ids are no proof that the others are gone."""
    house = House()
    house.puller.pull("lead")
    house.org.bulk_trouble = 21, BulkFailedError("the session ended", doubtful=doubtful)
    assert swept(house) == (39, 1)
    assert house.org.calls == house.org.bulk_calls * 2, "the job's own question, and the pages'"
    assert house.puller.sweep("lead").gone == 1
    assert len(house.org.bulk_calls) == 1
