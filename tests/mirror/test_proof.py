"""The durable floor: a transaction that takes longer than the overlap is not lost, whatever is polled."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from sfrouter.mirror.pull import Puller
from sfrouter.mirror.reader import Reader
from sfrouter.mirror.store import Mirror
from sfrouter.mirror.watermark import OVERLAP, read_watermark
from sfrouter.salesforce.errors import AnswerRefusedError, OrgUnreachableError
from sfrouter.salesforce.faults import Verdict
from tests.mirror.fake_org import KEYS, LEAD_MAP, MAPPING, START, ConnectionBrokenError, FakeOrg

HALF_AN_HOUR = 1800


class House:
    """The org with one lead in sight, and a mirror that polls it."""

    def __init__(self) -> None:
        self.org = FakeOrg()
        self.mirror = Mirror.open(None)
        self.reader = Reader(self.mirror, MAPPING)
        self.restart()
        self.org.add("Lead", 1, LastName="First", Company="Acme")

    def restart(self) -> None:
        self.puller = Puller(self.org, self.mirror, MAPPING, self.org.clock, keys=KEYS)

    def poll(self, times: int, seconds: float = 30) -> None:
        for _ in range(times):
            self.puller.pull("lead")
            self.org.clock.advance(seconds)

    def covered(self) -> object:
        with self.mirror.reading() as connection:
            return read_watermark(connection, LEAD_MAP).covered


def test_a_lead_committed_half_an_hour_after_its_stamp_is_read() -> None:
    house = House()
    house.poll(1)
    late = house.org.add("Lead", 2, late=HALF_AN_HOUR, LastName="Late", Company="Late")
    house.poll(70)
    assert timedelta(seconds=HALF_AN_HOUR) > 2 * OVERLAP
    assert house.reader.lead(late) is not None


def test_it_is_read_also_when_the_daemon_starts_anew_meanwhile() -> None:
    house = House()
    house.poll(1)
    late = house.org.add("Lead", 2, late=HALF_AN_HOUR, LastName="Late", Company="Late")
    for _ in range(7):
        house.poll(10)
        house.restart()
    assert house.reader.lead(late) is not None


def test_without_the_orgs_word_it_would_be_missed_so_the_word_is_what_saves_it() -> None:
    """The counter-proof: where the org cannot say how far it is complete, only the overlap protects."""
    house = House()
    house.org.covered_trouble = AnswerRefusedError("no", code="INVALID_TYPE_FOR_OPERATION", verdict=Verdict.PARK)
    house.poll(1)
    late = house.org.add("Lead", 2, late=HALF_AN_HOUR, LastName="Late", Company="Late")
    house.poll(70)
    assert house.reader.lead(late) is None


def test_the_org_is_asked_every_ten_minutes_for_leads_and_hourly_for_the_rest() -> None:
    house = House()
    for _ in range(121):
        house.puller.pull("lead")
        house.puller.pull("account")
        house.org.clock.advance(30)
    assert house.org.covered_asked.count("Lead") == 7
    assert house.org.covered_asked.count("Account") == 2


def test_what_is_read_less_often_is_asked_for_in_one_call() -> None:
    """Also what is read later: the org's word was given before that reading, and is good for it."""
    house = House()
    house.puller.pull("user")
    house.org.add("Account", 1, Name="Acme")
    house.org.clock.advance(900)
    house.puller.pull("account")
    (asked,) = house.org.covered_together
    assert {"User", "Account"} <= set(asked)
    with house.mirror.reading() as connection:
        assert read_watermark(connection, MAPPING.of("account")).covered == START
    house.org.clock.advance(3600)
    house.puller.pull("account")
    assert len(house.org.covered_together) == 2


def test_where_one_gets_no_answer_among_others_it_is_asked_by_itself() -> None:
    house = House()
    house.org.covered_trouble = AnswerRefusedError("no", code="INVALID_TYPE_FOR_OPERATION", verdict=Verdict.PARK)
    house.puller.pull("user")
    assert house.org.covered_asked.count("User") == 2
    with house.mirror.reading() as connection:
        assert read_watermark(connection, MAPPING.of("user")).covered is None


def test_only_the_orgs_word_moves_the_floor_and_no_answer_leaves_it_where_it_is() -> None:
    house = House()
    house.poll(1)
    before = house.covered()
    assert before == START
    house.org.covered_trouble = OrgUnreachableError("no answer")
    house.poll(20)
    assert house.covered() == before
    house.org.covered_trouble = None
    house.poll(2)
    assert house.covered() == START + timedelta(minutes=11)  # whole minutes


def test_an_org_that_gives_no_answer_is_asked_ever_less_often() -> None:
    house = House()
    house.poll(1)
    house.org.covered_trouble = OrgUnreachableError("no answer")
    house.poll(40)
    assert house.org.covered_asked.count("Lead") < 10
    house.poll(180)
    assert house.org.covered_asked.count("Lead") < 25


def test_after_two_hours_without_a_word_only_the_overlap_protects_until_there_is_one() -> None:
    """Else every poll would read again all that changed since the last word, more and more of it."""
    house = House()
    house.poll(1)
    house.org.covered_trouble = OrgUnreachableError("no answer")
    with capture_logs() as lines:
        for number in range(2, 62):
            house.org.add("Lead", number, LastName="Doe", Company="Acme")
            house.poll(1, seconds=300)
            assert house.puller.pull("lead").read <= 30
    assert house.covered() is None
    assert house.puller.pull("lead").read <= 3
    assert [line["event"] for line in lines].count("no_durable_floor") == 1
    house.org.covered_trouble = None
    house.poll(1, seconds=600)
    house.poll(1)
    assert house.covered() is not None
    late = house.org.add("Lead", 99, late=HALF_AN_HOUR, LastName="Late", Company="Late")
    house.poll(70)
    assert house.reader.lead(late) is not None


def test_an_org_that_answers_nothing_at_all_for_a_day_is_not_silent_about_its_floor() -> None:
    """What it may have committed late meanwhile is still asked for when it is back."""
    house = House()
    house.poll(1)
    house.org.covered_trouble = OrgUnreachableError("no answer")
    for _ in range(24):
        house.org.break_after = 0
        with pytest.raises(ConnectionBrokenError):
            house.puller.pull("lead")
        house.org.clock.advance(3600)
    house.poll(1)
    assert house.covered() == START


def test_a_reading_that_goes_on_after_a_crash_does_not_move_the_floor() -> None:
    """What it passed before the crash was not read after the org gave its word."""
    house = House()
    house.poll(1)
    for number in range(2, 9):
        house.org.add("Lead", number, LastName=f"No. {number}", Company="Acme")
    house.org.clock.advance(600)
    small = Puller(house.org, house.mirror, MAPPING, house.org.clock, keys=KEYS, batch_rows=2)
    house.org.break_after = 5
    before = house.covered()
    with pytest.raises(ConnectionBrokenError):
        small.pull("lead")
    house.restart()
    house.puller.pull("lead")
    assert house.covered() == before
    house.puller.pull("lead")
    assert house.covered() != before
