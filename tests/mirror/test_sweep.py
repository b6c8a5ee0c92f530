"""The id sweep finds what was deleted for good and what was ever missed, and is not fooled by a lost right."""

import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from sfrouter.mirror import sweep
from sfrouter.mirror.forget import leads_to_forget, only_missed
from sfrouter.mirror.pull import Puller
from sfrouter.mirror.reader import Reader
from sfrouter.mirror.report import EmptySideError
from sfrouter.mirror.store import Mirror
from sfrouter.mirror.tables import AccountRow, OpportunityRow, table_of
from tests.mirror.fake_org import KEYS, MAPPING, START, FakeOrg, record_id


class House:
    """An org with so many accounts, and a mirror filled from it."""

    def __init__(self, accounts: int) -> None:
        self.org = FakeOrg()
        self.mirror = Mirror.open(None)
        self.puller = Puller(self.org, self.mirror, MAPPING, self.org.clock, keys=KEYS)
        self.reader = Reader(self.mirror, MAPPING)
        for number in range(1, accounts + 1):
            self.org.add("Account", number, Name=f"A{number}")
        self.puller.pull("account")

    def forget(self, record: str) -> None:
        table = table_of(AccountRow)
        with self.mirror.engine.begin() as connection:
            connection.execute(table.delete().where(table.c.id == record))


def test_a_record_purged_from_the_org_is_gone_after_two_sweeps() -> None:
    house = House(5)
    victim = record_id("Account", 3)
    house.org.purge("Account", victim)
    first = house.puller.sweep("account")
    assert (first.missing, first.gone) == (1, 0)
    assert house.reader.account(victim) is not None
    second = house.puller.sweep("account")
    assert (second.missing, second.gone) == (0, 1)
    assert house.reader.account(victim) is None
    assert house.puller.sweep("account").gone == 0


def test_what_the_sweep_took_out_and_what_the_org_called_deleted_are_told_apart() -> None:
    """Of a lead that is only missed nobody knows whether it was deleted for good or hidden (F13)."""
    house = House(0)
    for number in range(1, 6):
        house.org.add("Lead", number, LastName="Doe")
    house.puller.pull("lead")
    missed, binned, stays = (record_id("Lead", number) for number in (1, 2, 3))
    house.org.purge("Lead", missed)
    house.org.clock.advance(60)
    house.org.edit("Lead", binned, IsDeleted=True)
    house.puller.pull("lead")
    assert not house.puller.sweep("lead").gone
    assert house.puller.sweep("lead").gone == 1
    gone = [one for some in leads_to_forget(house.mirror) for one in some]
    assert set(gone) == {missed, binned}
    assert only_missed(house.mirror, [*gone, stays]) == {missed}
    house.org.clock.advance(60)
    house.org.add("Lead", 1, LastName="Doe", IsDeleted=True)
    house.puller.pull("lead")
    assert only_missed(house.mirror, gone) == frozenset()


def test_a_record_that_was_only_once_out_of_sight_stays() -> None:
    house = House(5)
    row = house.org.row("Account", record_id("Account", 3))
    house.org.purge("Account", row["Id"])
    house.puller.sweep("account")
    house.org.add("Account", 3, Name="A3")
    house.puller.sweep("account")
    house.org.purge("Account", row["Id"])
    assert house.puller.sweep("account").gone == 0


def test_a_record_that_was_ever_missed_is_fetched() -> None:
    house = House(5)
    lost = record_id("Account", 2)
    house.org.clock.advance(86_400)
    house.puller.pull("account")
    house.forget(lost)
    assert house.puller.pull("account").read == 0
    assert house.puller.sweep("account").found == 1
    assert house.reader.account(lost) is not None


def test_a_change_that_no_reading_saw_is_found_too() -> None:
    """F01: a day later no reading asks for that stamp any more; the daily look at everything must."""
    house = House(5)
    house.org.clock.advance(60)
    house.org.edit("Account", record_id("Account", 2), Name="Renamed")
    row = house.org.row("Account", record_id("Account", 2))
    house.org.clock.advance(86_400)
    house.org.blind.add("Account")
    house.puller.pull("account")
    house.org.blind.clear()
    assert house.puller.pull("account").read == 0
    assert house.puller.sweep("account").recalculated == 1
    account = house.reader.account(row["Id"])
    assert account is not None
    assert account.name == "Renamed"
    assert house.puller.sweep("account").recalculated == 0


def test_a_change_that_the_next_reading_asks_for_is_left_to_it() -> None:
    """Else every sweep beside a mass update would read its records twice."""
    house = House(5)
    house.org.clock.advance(86_400)
    house.puller.pull("account")
    house.org.edit("Account", record_id("Account", 2), Name="Renamed")
    asked = len(house.org.calls)
    assert house.puller.sweep("account").recalculated == 0
    assert len(house.org.calls) - asked == 1
    assert house.puller.pull("account").changed == 1


def test_a_record_that_came_back_unseen_is_read_once_and_told_as_found() -> None:
    """Its stone has an older stamp than the living record: it is both a stranger here and overlooked."""
    house = House(5)
    victim = record_id("Account", 2)
    house.org.edit("Account", victim, IsDeleted=True)
    house.puller.pull("account")
    assert house.reader.account(victim) is None
    house.org.clock.advance(60)
    house.org.edit("Account", victim, IsDeleted=False)
    house.org.clock.advance(86_400)
    house.org.blind.add("Account")
    house.puller.pull("account")
    house.org.blind.clear()
    report = house.puller.sweep("account")
    assert (report.found, report.recalculated) == (1, 0)
    assert house.reader.account(victim) is not None


def test_a_stamp_that_the_org_leaves_empty_says_nothing() -> None:
    house = House(5)
    house.org.clock.advance(86_400)
    house.puller.pull("account")
    house.org._rows["Account"][record_id("Account", 2)]["SystemModstamp"] = None
    assert house.puller.sweep("account").recalculated == 0


def test_when_very_many_were_missed_everything_is_read_anew() -> None:
    house = House(0)
    house.org.clock.advance(86_400)
    house.puller.pull("account")
    for number in range(1, 3_200):
        house.org.add("Account", number, Name="A")
    house.org.clock.advance(86_400)
    house.mirror.empty()
    house.org.blind.add("Account")
    house.puller.pull("account")
    house.org.blind.clear()
    assert house.puller.sweep("account").reload is True
    assert house.puller.pull("account").new == 3_199


def test_very_many_that_cannot_be_read_are_no_reason_to_read_everything_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sweep, "_MOST_FETCHED", 3)
    house = House(1)
    for number in range(1, 9):
        house.org.add("Lead", number, LastName="Doe", OwnerId="nobody" if number > 4 else record_id("User", 1))
    house.puller.pull("lead")
    house.org.clock.advance(3600)
    missed = house.org.add("Lead", 9, LastName="Doe", stamp=START)
    report = house.puller.sweep("lead")
    assert (report.reload, report.compared, report.found, report.seen) == (False, True, 1, 9)
    assert house.reader.lead(missed) is not None
    assert not house.puller.pull("lead").first


def test_a_deal_closed_since_the_last_reading_is_not_missed_by_a_reading_from_the_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sweep, "_MOST_FETCHED", 3)
    house = House(1)
    deals = [house.org.add("Opportunity", number, IsClosed=False) for number in range(1, 9)]
    house.org.clock.advance(3600)
    house.puller.pull("opportunity")
    with house.mirror.engine.begin() as connection:
        table = table_of(OpportunityRow)
        connection.execute(table.delete().where(table.c.id.in_(deals[:4])))
    house.org.edit("Opportunity", deals[7], IsClosed=True)
    house.org.clock.advance(1800)
    assert house.puller.sweep("opportunity").reload is True
    house.puller.pull("opportunity")
    assert house.mirror.count("opportunity") == 7


def test_more_than_half_missing_stops_and_changes_nothing() -> None:
    house = House(30)
    for number in range(1, 17):
        house.org.purge("Account", record_id("Account", number))
    for _ in range(3):
        with pytest.raises(EmptySideError) as caught:
            house.puller.sweep("account")
        assert (caught.value.had, caught.value.left) == (30, 14)
    assert house.mirror.count("account") == 30


def test_half_missing_is_believed() -> None:
    house = House(30)
    for number in range(1, 16):
        house.org.purge("Account", record_id("Account", number))
    house.puller.sweep("account")
    assert house.puller.sweep("account").gone == 15


def test_nothing_is_compared_before_the_first_load() -> None:
    org = FakeOrg()
    org.add("Account", 1, Name="A")
    puller = Puller(org, Mirror.open(None), MAPPING, org.clock, keys=KEYS)
    assert puller.sweep("account").seen == 0
    assert org.calls == []


def test_a_purged_deal_marks_its_account_as_changed() -> None:
    house = House(1)
    acme = record_id("Account", 1)
    deal = house.org.add("Opportunity", 1, AccountId=acme, IsClosed=False)
    house.puller.pull("opportunity")
    after = house.reader.change_number()
    house.org.purge("Opportunity", deal)
    house.puller.sweep("opportunity")
    house.puller.sweep("opportunity")
    assert house.reader.account_changes(after).put == (acme,)
    assert house.mirror.count("opportunity") == 0


class PagedOrg(FakeOrg):
    """Its answer to a sweep can be kept, and is then told row by row; something may happen after the first."""

    kept: list[dict[str, str]] | None = None
    meanwhile: Callable[[], object] | None = None

    def query(self, soql: str, *, deleted: bool = False) -> Iterator[Mapping[str, Any]]:
        for row in super().query(soql, deleted=deleted) if self.kept is None else map(anew, self.kept):
            yield row
            now, self.meanwhile = self.meanwhile, None
            if now:
                now()


def anew(row: Mapping[str, str]) -> dict[str, str]:
    """The row as a further answer brings it: its texts take memory of their own."""
    return {name: "".join(list(text)) for name, text in row.items()}


def with_deals(count: int) -> tuple[PagedOrg, Mirror, Puller]:
    org, mirror = PagedOrg(), Mirror.open(None)
    for number in range(1, count + 1):
        org.add("Opportunity", number, IsClosed=False)
    puller = Puller(org, mirror, MAPPING, org.clock, keys=KEYS)
    puller.pull("opportunity")
    org.clock.advance(86_400)
    puller.pull("opportunity")
    return org, mirror, puller


def most_held(deals: int) -> int:
    """Bytes that a sweep held at most. The second one: what the first one made for good is there by then."""
    org, _mirror, puller = with_deals(deals)
    puller.sweep("opportunity")
    org.kept = [dict(row) for row in FakeOrg.query(org, org.calls[-1])]
    tracemalloc.start()
    try:
        report = puller.sweep("opportunity")
        assert (report.seen, report.missing) == (deals, 0)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_the_memory_of_a_sweep_hardly_grows_with_the_records() -> None:
    """Lists of all ids, there and here, took a thousand bytes a deal: 180 MB with half a million."""
    few, many = 4_000, 8_000
    assert most_held(many) - most_held(few) < (many - few) * 100


def test_missing_records_are_found_in_every_part_of_a_long_list() -> None:
    org, mirror, puller = with_deals(5_000)
    victims = [record_id("Opportunity", number) for number in (1, 1_999, 2_000, 2_001, 3_500, 5_000)]
    for one in victims:
        org.purge("Opportunity", one)
    org.add("Opportunity", 9_000, IsClosed=False)
    report = puller.sweep("opportunity")
    assert (report.seen, report.missing, report.gone, report.found) == (4_995, 6, 0, 1)
    assert puller.sweep("opportunity").gone == 6
    assert mirror.count("opportunity") == 4_995


def test_a_record_that_is_put_here_while_the_org_answers_does_not_count_as_absent() -> None:
    org, mirror, puller = with_deals(30)

    def came() -> None:
        org.add("Opportunity", 31, IsClosed=False)
        puller.pull("opportunity")

    org.meanwhile = came
    report = puller.sweep("opportunity")
    assert (report.seen, report.missing) == (30, 0)
    assert mirror.count("opportunity") == 31
