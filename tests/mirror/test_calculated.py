"""Formulas and roll-ups change without a new stamp; the sweep sees it (F07)."""

from contextlib import suppress
from typing import Any

import pytest

from sfrouter.mirror.pull import Puller
from sfrouter.mirror.reader import Reader
from sfrouter.mirror.sight import LOOK_AGAIN_SECONDS
from sfrouter.mirror.store import Mirror
from sfrouter.model.records import Relationship
from sfrouter.salesforce.errors import AnswerRefusedError, DailyLimitError, OrgUnreachableError
from sfrouter.salesforce.faults import Verdict
from tests.mirror.fake_org import KEYS, MAPPING, FakeOrg


class House:
    """Two accounts whose type is a formula over their parent, and a mirror of them."""

    def __init__(self) -> None:
        self.org = FakeOrg()
        self.org.calculated = {"Account.Type", "Account.Industry", "Account.Contract_Value__c"}
        self.mirror = Mirror.open(None)
        self.puller = Puller(self.org, self.mirror, MAPPING, self.org.clock, keys=KEYS)
        self.reader = Reader(self.mirror, MAPPING)
        values: dict[str, Any] = {"Type": "Prospect", "Website": "acme.com", "Contract_Value__c": 5.5}
        self.acme = self.org.add("Account", 1, Name="Acme", **values)
        self.other = self.org.add("Account", 2, Name="Other", **values)
        self.puller.pull("account")
        self.org.clock.advance(4000)
        self.puller.pull("account")

    def parent_changes(self, **values: object) -> None:
        """The formula says something else; neither stamp nor time of change of the record moves."""
        self.org._rows["Account"][self.acme].update(values)


def test_a_formula_that_changed_through_the_parent_alone_is_seen_by_the_sweep() -> None:
    house = House()
    house.parent_changes(Type="Customer")
    house.puller.pull("account")
    acme = house.reader.account(house.acme)
    assert acme is not None
    assert acme.relationship is Relationship.PROSPECT
    assert house.puller.sweep("account").recalculated == 1
    acme = house.reader.account(house.acme)
    assert acme is not None
    assert acme.relationship is Relationship.CUSTOMER


def test_what_did_not_change_is_not_read_again() -> None:
    house = House()
    asked = len(house.org.calls)
    report = house.puller.sweep("account")
    assert (report.recalculated, len(house.org.calls) - asked) == (0, 1)


def test_numbers_and_further_fields_of_the_admin_count_too() -> None:
    house = House()
    house.parent_changes(Contract_Value__c=70_000, Industry="Steel")
    assert house.puller.sweep("account").recalculated == 1
    acme = house.reader.account(house.acme)
    assert acme is not None
    assert acme.contract_value == 70_000
    assert dict(acme.extra) == {"industry": "Steel"}


def test_a_formula_that_cannot_be_seen_is_left_alone() -> None:
    house = House()
    house.org.hidden = {"Account.Type"}
    house.parent_changes(Type="Customer")
    house.puller.pull("account")
    assert house.puller.sweep("account").recalculated == 0


def test_plain_fields_are_not_compared_in_the_sweep() -> None:
    house = House()
    house.org.calculated = set()
    fresh = Puller(house.org, house.mirror, MAPPING, house.org.clock, keys=KEYS)
    house.parent_changes(Type="Customer")
    fresh.sweep("account")
    assert house.org.calls[-1].startswith("SELECT Id, SystemModstamp FROM Account")


def test_a_record_that_a_decision_rests_on_is_read_again_whatever_its_stamp_says() -> None:
    """One query for all of them; nothing else is asked."""
    house = House()
    house.parent_changes(Type="Customer")
    asked = len(house.org.calls)
    assert house.puller.calculates("account")
    house.puller.read_again("account", [house.acme, house.other, house.acme])
    acme = house.reader.account(house.acme)
    assert acme is not None
    assert acme.relationship is Relationship.CUSTOMER
    assert len(house.org.calls) - asked == 1


def test_objects_without_formulas_are_known_and_an_empty_list_asks_nothing() -> None:
    house = House()
    asked = len(house.org.calls)
    house.puller.read_again("account", [])
    assert len(house.org.calls) == asked
    assert not house.puller.calculates("lead")


@pytest.mark.parametrize(
    "trouble",
    [
        DailyLimitError(),
        OrgUnreachableError("line reset"),
        AnswerRefusedError("odd", code="ODD", verdict=Verdict.PARK),
    ],
)
def test_an_unanswered_question_what_is_a_formula_is_asked_again_before_the_next_decision(
    trouble: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that begins while the org does not answer must not take every field for a plain one."""
    house = House()
    fresh = Puller(house.org, house.mirror, MAPPING, house.org.clock, keys=KEYS)

    def silent(_name: str) -> object:
        raise trouble

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(house.org, "describe", silent)
        with suppress(DailyLimitError, OrgUnreachableError):
            fresh.pull("account")
    house.parent_changes(Type="Customer")
    assert fresh.calculates("account")
    fresh.read_again("account", [house.acme])
    acme = house.reader.account(house.acme)
    assert acme is not None
    assert acme.relationship is Relationship.CUSTOMER


def test_an_object_that_is_not_there_has_no_formulas_and_decisions_do_not_ask_for_it_each_time() -> None:
    house = House()
    fresh = Puller(house.org, house.mirror, MAPPING, house.org.clock, keys=KEYS)
    house.org.hidden = {"Account"}
    fresh.pull("account")
    asked = len(house.org.described)
    assert not any(fresh.calculates("account") for _ in range(3))
    assert len(house.org.described) == asked
    house.org.hidden = set()
    house.org.clock.advance(LOOK_AGAIN_SECONDS)
    fresh.pull("account")
    assert fresh.calculates("account")
