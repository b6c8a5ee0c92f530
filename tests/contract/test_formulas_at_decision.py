"""F07: a formula that changed without a stamp counts for the next decision, against the local org over HTTP."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from sfrouter.journey.assembly import House, open_house
from sfrouter.journey.decide_waiting import decide_waiting
from sfrouter.journey.refresh import pull_leads, refresh
from sfrouter.matching.match import match
from sfrouter.model.decision import Decision
from sfrouter.model.ids import to_18
from sfrouter.salesforce.errors import DailyLimitError, QueryFailedError
from tests.days.office import Office, story


@dataclass
class Scene:
    """The office without a daemon, and the house that the daemon would be."""

    office: Office
    house: House
    before: int = 0

    def calculated(self, object_name: str, field: str) -> None:
        """From now on the org works this field out itself."""
        schema = self.office.server.org.schema
        kind = schema.object(object_name)
        found = kind.field(field) if kind else None
        assert found is not None
        schema.add_custom_field(object_name, replace(found, calculated=True, createable=False, updateable=False))

    def says(self, object_name: str, record: str, **values: Any) -> None:
        """The formulas say something else; neither stamp nor date of change moves."""
        self.office.server.org.store.update(object_name, record, values)

    def decide(self) -> Decision:
        """One poll's reading and deciding, and its only decision."""
        pull_leads(self.house)
        self.before = self.queries()
        (decision,) = decide_waiting(self.house, keep=True).decisions
        return decision

    def queries(self) -> int:
        return self.house.gateway.calls.limited

    @property
    def asked(self) -> int:
        """How many calls deciding took."""
        return self.queries() - self.before


@pytest.fixture
def scene(office: Office) -> Iterator[Scene]:
    with open_house(office.own_settings()) as house:
        yield Scene(office, house)


def strategic_since_a_moment(scene: Scene) -> None:
    """Acme has a strategic owner, its formula says so only now, and a lead of it waits."""
    office = scene.office
    acme = office.id("acme")
    office.server.org.store.update("Account", acme, {"Strategic_Owner__c": office.id("jane")})
    scene.calculated("Account", "Strategic__c")
    refresh(scene.house)
    scene.says("Account", acme, Strategic__c=True)
    office.feed([story("Acme California")])


def owner(decision: Decision) -> str:
    assert decision.owner is not None, decision.reason
    return decision.owner.id


def test_a_flag_of_the_account_that_a_formula_gives_is_as_of_the_decision(scene: Scene) -> None:
    office = scene.office
    strategic_since_a_moment(scene)
    decision = scene.decide()
    assert (decision.rule, owner(decision)) == ("strategic_account", to_18(office.id("jane")))
    assert scene.asked == 1


def test_a_process_that_has_just_begun_reads_them_again_too(scene: Scene) -> None:
    """With a fresh mirror it decides before its first refresh, so it has not yet looked what the org works out."""
    office = scene.office
    strategic_since_a_moment(scene)
    with open_house(scene.house.settings) as begun:
        decision = Scene(office, begun).decide()
    assert (decision.rule, owner(decision)) == ("strategic_account", to_18(office.id("jane")))


def test_a_process_whose_first_refresh_found_no_calls_left_reads_them_again_too(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It asked what the org works out and got no answer: before its first decision it asks once more."""
    office = scene.office
    strategic_since_a_moment(scene)

    def none_left(_name: str) -> object:
        raise DailyLimitError

    with open_house(scene.house.settings) as begun:
        with monkeypatch.context() as dry:
            dry.setattr(begun.gateway, "describe", none_left)
            with pytest.raises(DailyLimitError):
                refresh(begun)
        decision = Scene(office, begun).decide()
    assert (decision.rule, owner(decision)) == ("strategic_account", to_18(office.id("jane")))


def test_a_deals_amount_that_is_rolled_up_is_as_of_the_decision(scene: Scene) -> None:
    """Two open deals: the larger one's owner has the lead, and which is larger changed a moment ago."""
    office, store = scene.office, scene.office.server.org.store
    (first,) = store.rows("Opportunity", {"AccountId": office.id("beta")})
    second = store.insert("Opportunity", {
        "AccountId": office.id("beta"), "Name": "Beta more", "OwnerId": office.id("owen"), "Amount": 10,
        "StageName": "Qualification", "CloseDate": first["CloseDate"], "IsClosed": False,
    })  # fmt: skip
    scene.calculated("Opportunity", "Amount")
    refresh(scene.house)
    scene.says("Opportunity", second, Amount=90_000)
    office.feed([story("Beta")])
    decision = scene.decide()
    assert (decision.rule, owner(decision)) == ("open_opportunity", to_18(office.id("owen")))
    assert scene.asked == 1


def test_a_parents_formula_counts_too(scene: Scene) -> None:
    """The lead's own account is a daughter: what its parent is decides, so that is read again as well."""
    office = scene.office
    scene.calculated("Account", "Strategic__c")
    refresh(scene.house)
    asked: list[tuple[str, tuple[str, ...]]] = []
    usual = scene.house.puller.read_again

    def noted(noun: str, ids: Any) -> None:
        asked.append((noun, tuple(ids)))
        usual(noun, ids)

    scene.house.puller.read_again = noted  # type: ignore[method-assign]
    office.feed([replace(story("Beta"), company="Tessel Robotics", email="x@tesselrobotics.example")])
    scene.decide()
    ((noun, ids),) = asked
    assert noun == "account"
    assert {to_18(office.id("acme")), to_18(office.id("acme_labs"))} <= set(ids)


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The leads whose companies were looked for among the accounts, in turn."""
    names: list[str] = []

    def counted(lead: Any, *rest: Any, **named: Any) -> Any:
        names.append(lead.company)
        return match(lead, *rest, **named)

    monkeypatch.setattr("sfrouter.journey.company_match.match", counted)
    return names


def test_a_company_is_looked_for_once_though_formulas_are_read_again(scene: Scene, compared: list[str]) -> None:
    """What was read again is what was known: the match found for the reading is the decision's."""
    scene.calculated("Account", "Strategic__c")
    refresh(scene.house)
    scene.office.feed([story("Acme California")])
    assert scene.decide().rule == "customer_owner"
    assert scene.asked == 1, "the account was read again"
    assert len(compared) == 1


def test_a_formula_that_no_match_looks_at_brings_no_second_look(scene: Scene, compared: list[str]) -> None:
    """The account's contract value decides who owns the lead, not whose lead it is."""
    scene.calculated("Account", "Strategic_Owner__c")
    refresh(scene.house)
    office = scene.office
    scene.says("Account", office.id("acme"), Strategic_Owner__c=office.id("jane"))
    office.feed([story("Acme California")])
    scene.decide()
    assert len(compared) == 1


def test_a_company_is_looked_for_again_when_a_figure_that_settles_ties_changed(
    scene: Scene, compared: list[str]
) -> None:
    """T01 asks who is strategic: the match found before the reading may be another after it."""
    strategic_since_a_moment(scene)
    assert scene.decide().rule == "strategic_account"
    assert len(compared) == 2


def test_nothing_is_read_again_where_the_mapping_names_no_formula(scene: Scene) -> None:
    refresh(scene.house)
    scene.office.feed([story("Acme California")])
    scene.decide()
    assert scene.asked == 0


def test_a_lead_that_proves_to_have_changed_is_left_to_the_next_round(scene: Scene) -> None:
    """Its formula is read again, and with it all else: then it must be seen whole before it is decided."""
    scene.calculated("Lead", "Product_Interest__c")
    refresh(scene.house)
    (lead,) = scene.office.feed([story("Acme California")])
    pull_leads(scene.house)
    scene.office.server.org.clock.advance(5)
    scene.office.server.org.records.update("@sarah", lead, {"OwnerId": scene.office.id("sarah")})
    assert decide_waiting(scene.house, keep=True).decisions == ()
    pull_leads(scene.house)
    assert decide_waiting(scene.house, keep=True).decisions == ()


def test_when_the_org_cannot_say_the_decision_rests_on_what_is_known(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reading that is refused must not keep leads waiting; the sweep reads the figures anyhow."""
    scene.calculated("Account", "Strategic__c")
    refresh(scene.house)
    scene.office.feed([story("Acme California")])

    def refused(*_: object) -> None:
        raise QueryFailedError("too complicated", code="QUERY_TOO_COMPLICATED")

    monkeypatch.setattr(scene.house.puller, "read_again", refused)
    assert scene.decide().rule == "customer_owner"
