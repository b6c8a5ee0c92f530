"""A field or object that our user may not see any more is left out, never read as empty, and comes back whole."""

import pytest

from sfrouter.mirror.ask import keeps_open_only
from sfrouter.mirror.pull import Puller
from sfrouter.mirror.read_people import Organization
from sfrouter.mirror.reader import Reader
from sfrouter.mirror.sight import LOOK_AGAIN_SECONDS, essential, gaps
from sfrouter.mirror.store import Mirror
from sfrouter.mirror.tables import ROWS
from sfrouter.model.records import Account, Relationship
from sfrouter.salesforce.errors import AnswerRefusedError
from sfrouter.salesforce.faults import Verdict
from tests.mirror.fake_org import KEYS, MAPPING, MAPS, ConnectionBrokenError, FakeOrg


class House:
    """The org with one account and one lead, and a mirror that has read them."""

    def __init__(self) -> None:
        self.org = FakeOrg()
        self.mirror = Mirror.open(None)
        self.puller = Puller(self.org, self.mirror, MAPPING, self.org.clock, keys=KEYS)
        self.reader = Reader(self.mirror, MAPPING)
        self.org.add("Organization", 1, Name="Here")
        self.acme = self.org.add("Account", 1, Name="Acme", Type="Customer", Website="acme.com", Industry="Steel")
        self.lead = self.org.add("Lead", 1, LastName="Doe", Company="Acme", Email="Doe@Acme.com")
        self.puller.pull_all()

    def account(self) -> Account:
        found = self.reader.account(self.acme)
        assert found is not None
        return found

    def needs(self) -> list[str]:
        return [gap.need for gap in gaps(self.mirror)]

    def later(self, seconds: float = LOOK_AGAIN_SECONDS) -> None:
        self.org.clock.advance(seconds)


def test_a_hidden_field_keeps_what_it_said_last_when_the_rest_of_the_record_changes() -> None:
    house = House()
    house.org.hidden = {"Account.Type", "Account.Website"}
    house.org.edit("Account", house.acme, Name="Acme Steel")
    report = house.puller.pull("account")
    assert report.hidden == ("account.domains", "account.relationship")
    assert (house.account().name, house.account().relationship) == ("Acme Steel", Relationship.CUSTOMER)
    assert house.account().domains == ("acme.com",)
    assert house.needs() == ["account.domains", "account.relationship"]


def test_a_hidden_further_field_of_the_admin_keeps_its_value_too() -> None:
    house = House()
    house.org.hidden = {"Account.Industry"}
    house.org.edit("Account", house.acme, Name="Acme Steel")
    house.puller.pull("account")
    assert house.account().extra == {"industry": "Steel"}


def test_a_field_that_is_hidden_between_two_descriptions_is_found_by_the_refused_query() -> None:
    """The org's answer INVALID_FIELD makes us look again at once, not after an hour."""
    house = House()
    asked = len(house.org.described)
    house.org.hidden = {"Lead.Email"}
    assert house.puller.pull("lead").hidden == ("lead.email",)
    assert len(house.org.described) > asked
    lead = house.reader.lead(house.lead)
    assert lead is not None
    assert lead.email == "doe@acme.com"
    assert house.reader.leads_with_email("doe@acme.com") == (lead,)


def test_a_field_that_comes_back_is_read_in_full_and_only_then_relied_on() -> None:
    """Also for records that did not change since, whose stamps say nothing new."""
    house = House()
    house.later(4000)
    house.org.hidden = {"Account.Type"}
    house.puller.pull("account")
    house.org.edit("Account", house.acme, Type="Churned")
    house.puller.pull("account")
    house.later(4000)
    house.org.hidden = set()
    assert house.account().relationship is Relationship.CUSTOMER
    report = house.puller.pull("account")
    assert (report.first, report.hidden, report.returned) == (True, (), True)
    assert house.account().relationship is Relationship.CHURNED
    assert house.needs() == []
    assert not house.puller.pull("account").returned


def test_an_empty_value_that_came_about_while_hidden_is_taken_over() -> None:
    house = House()
    house.org.hidden = {"Account.Type"}
    house.org.edit("Account", house.acme, Type=None)
    house.puller.pull("account")
    assert house.account().relationship is Relationship.CUSTOMER
    house.later()
    house.org.hidden = set()
    house.puller.pull("account")
    assert house.account().relationship is None


def test_until_the_full_reading_has_ended_the_field_still_counts_as_hidden() -> None:
    """Also when the line breaks in the middle and the daemon starts anew."""
    house = House()
    house.org.hidden = {"Account.Type"}
    house.puller.pull("account")
    for number in range(2, 6):
        house.org.add("Account", number, Name=f"No. {number}", Type="Customer")
    house.later(4000)
    house.org.hidden = set()
    small = Puller(house.org, house.mirror, MAPPING, house.org.clock, keys=KEYS, batch_rows=2)
    house.org.break_after = 3
    with pytest.raises(ConnectionBrokenError):
        small.pull("account")
    assert house.needs() == ["account.relationship"]
    again = Puller(house.org, house.mirror, MAPPING, house.org.clock, keys=KEYS)
    again.pull("account")
    assert house.needs() == []
    assert all(one.relationship is Relationship.CUSTOMER for one in house.reader.accounts())


def test_a_deal_that_was_closed_while_a_field_was_hidden_does_not_stay_open() -> None:
    house = House()
    deal = house.org.add("Opportunity", 1, AccountId=house.acme, IsClosed=False, Amount=5)
    house.puller.pull("opportunity")
    house.org.hidden = {"Opportunity.Amount"}
    house.puller.pull("opportunity")
    house.later(4000)
    house.org.edit("Opportunity", deal, IsClosed=True)
    house.org.hidden = set()
    house.puller.pull("opportunity")
    assert house.reader.open_opportunities(house.acme) == ()


@pytest.mark.parametrize("name", ["IsDeleted", "OwnerId", "SystemModstamp"])
def test_without_what_says_whose_it_is_or_when_it_changed_the_object_stays_as_it_is(name: str) -> None:
    house = House()
    house.org.hidden = {f"Account.{name}"}
    house.org.edit("Account", house.acme, Name="Other")
    report = house.puller.pull("account")
    kept = name == "IsDeleted"  # deletions are found by the sweep then
    assert report.blind is not kept
    assert house.account().name == ("Other" if kept else "Acme")


def test_a_vanished_object_stays_as_it_is_and_comes_back() -> None:
    house = House()
    house.org.hidden = {"Account"}
    report = house.puller.pull("account")
    assert (report.blind, house.needs()) == (True, ["account"])
    assert house.account().name == "Acme"
    assert house.puller.sweep("account").seen == 0
    house.later()
    house.org.hidden = set()
    assert house.puller.pull("account").first is True
    assert house.needs() == []


def test_a_list_of_queue_rights_that_vanishes_leaves_every_queue_its_rights() -> None:
    house = House()
    for number, kind in ((1, "Lead"), (2, "Case")):
        queue = house.org.add("Group", number, Name=f"Q{number}", Type="Queue", DeveloperName=f"Q{number}")
        house.org.add("QueueSobject", number, QueueId=queue, SobjectType=kind)
    house.puller.pull("queue")
    house.org.hidden = {"QueueSobject"}
    house.puller.pull("queue")
    assert {one.name: one.takes_leads for one in house.reader.queues().values()} == {"Q1": True, "Q2": False}


def test_when_the_list_of_queue_rights_is_back_it_counts_as_seen() -> None:
    house = House()
    house.org.hidden = {"QueueSobject"}
    house.later(4000)
    house.puller.pull("queue")
    assert house.needs() == ["queue_object"]
    house.org.hidden = set()
    house.later()
    house.puller.pull("queue")
    assert house.needs() == []


def test_while_something_is_hidden_the_org_is_asked_every_five_minutes_not_at_every_poll() -> None:
    house = House()
    house.org.hidden = {"Lead.Status"}
    house.puller.pull("lead")
    asked: list[str] = []
    again = house.org.redescribe

    def redescribe(object_name: str) -> object:
        asked.append(object_name)
        return again(object_name)

    house.org.describe = again  # type: ignore[method-assign]
    house.org.redescribe = redescribe  # type: ignore[method-assign, assignment]
    for _ in range(20):
        house.later(30)
        house.puller.pull("lead")
    assert len(asked) == 2


def test_an_unclear_answer_about_the_object_changes_nothing() -> None:
    house = House()
    house.org.hidden = {"Account.Type"}
    house.puller.pull("account")

    def refuse(_name: str) -> object:
        raise AnswerRefusedError("odd", code="ODD", verdict=Verdict.PARK)

    house.org.describe = house.org.redescribe = refuse  # type: ignore[method-assign, assignment]
    house.later()
    assert house.puller.pull("account").hidden == ("account.relationship",)


def _each() -> list[tuple[str, str]]:
    return [(one.noun, name) for one in MAPS for name in (*one.fields, *one.extra) if one.noun in ROWS]


@pytest.mark.parametrize(("noun", "name"), _each())
def test_any_mapped_field_may_vanish_and_nothing_that_was_known_is_lost(noun: str, name: str) -> None:
    """Each in its turn: every value stays, the field is named, and after its return all is as the org has it."""
    house = House()
    object_map = MAPPING.of(noun)
    for other in (house.acme, house.lead):
        house.org.edit("Account" if other == house.acme else "Lead", other, OwnerId=None)
    house.puller.pull_all()
    before = _told(house)
    house.later(4000)
    house.org.hidden = {f"{object_map.object_name}.{api}" for api in object_map.apis(name)}
    report = house.puller.pull(noun)
    assert f"{noun}.{name}" in house.needs()
    assert report.blind is (name in essential(object_map))
    house.puller.pull_all()
    assert _told(house) == before
    house.later(4000)
    house.org.hidden = set()
    house.puller.pull_all()
    assert house.needs() == []
    assert _told(house) == before


def _told(house: House) -> tuple[object, object, Organization | None]:
    return house.account(), house.reader.lead(house.lead), house.reader.organization()


def test_what_closes_a_deal_is_essential_where_only_open_ones_are_kept() -> None:
    for noun in ("opportunity", "case"):
        assert keeps_open_only(MAPPING.of(noun))
        assert "closed" in essential(MAPPING.of(noun))
