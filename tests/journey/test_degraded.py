"""A decision says what it could not see; every rule declares all that its answer may depend on."""

from datetime import timedelta

import pytest

from sfrouter.base.database import writing
from sfrouter.config.policy_value import Policy
from sfrouter.journey.coverage import a_dossier
from sfrouter.journey.coverage_facts import Chooser, directory
from sfrouter.journey.degraded import degraded_now
from sfrouter.journey.explain import explain_lead
from sfrouter.journey.status import take_status
from sfrouter.mirror.tables import GapRow, table_of
from sfrouter.routing.decide import decide
from sfrouter.routing.rules.customer_owner import CustomerOwner
from tests.journey.stage import NOON, ORDER, SARAH, Stage, a_policy

ALWAYS_ASKED = {"account.owner_id"}  # essential: without it accounts are not read at all
MOST_PATHS = 3_000
WHOLE = CustomerOwner(specialists={"Engineering": "bob@ours.example"})  # with all its parts switched on
AROUND = {
    "lead's account": "account", "lead's ancestors": "account.parent_id", "lead's opportunities": "opportunity",
    "lead's lost_leads": "lead.closed_lost", "lead's open_leads": "lead.closed_lost",
    "lead's same_person": "lead.email", "lead's named_entry": "lead.company",
}  # fmt: skip


def hide(stage: Stage, noun: str, name: str) -> None:
    """Our user cannot see a field since an hour."""
    with writing(stage.mirror.engine) as connection:
        row = {"noun": noun, "name": name, "api": "X", "since": NOON - timedelta(hours=1), "back": False}
        connection.execute(table_of(GapRow).insert().values(row))


def test_a_decision_on_a_hidden_field_uses_what_was_known_and_says_so() -> None:
    stage = Stage()
    stage.account(domains=["acme.example"])
    hide(stage, "account", "relationship")
    lead_id = stage.lead(email="joe@acme.example", company="Acme")
    decision = stage.one(stage.cycle())
    assert stage.owner(decision) == SARAH
    said = "degraded: the rule 'customer_owner': account.relationship cannot be seen"
    assert any(words.startswith(said) for words in decision.warnings)
    shown = explain_lead(stage.house.desk, lead_id, stage.clock).newest
    assert shown is not None
    assert shown.warnings == decision.warnings


def test_rules_after_the_one_that_decided_are_not_warned_about() -> None:
    stage = Stage()
    stage.account(domains=["acme.example"])
    hide(stage, "lead", "previous_owner_id")  # only the rule of earlier leads looks at it
    stage.lead(email="joe@acme.example", company="Acme")
    assert stage.one(stage.cycle()).warnings == ()


def test_status_names_the_field_and_the_rules() -> None:
    stage = Stage()
    hide(stage, "account", "competitor")
    found = take_status(stage.house.desk, stage.clock.now())
    assert [gap.need for gap in found.hidden] == ["account.competitor"]
    assert "the rule 'competitor': account.competitor cannot be seen" in map(str, found.degraded)
    assert found.degraded == degraded_now(stage.house.desk)


@pytest.mark.parametrize("name", ORDER)
def test_a_rule_declares_every_field_it_was_seen_to_ask_for(name: str) -> None:
    """All answers are tried that the rule can tell apart, as `check --coverage` does."""
    every = tuple(WHOLE if one.name == WHOLE.name else one for one in a_policy().rules)
    policy = a_policy(rules=every)
    rule = next(one for one in policy.rules if one.name == name)
    declared = {".".join(need.split(".")[:2]) for need in rule.looks_at()}
    asked = _asked(policy, name) - ALWAYS_ASKED - {"account"}
    missing = {need for need in asked if need not in declared and need.split(".")[0] not in declared}
    assert missing == set()


def _asked(policy: Policy, name: str) -> set[str]:
    rule = next(one for one in policy.rules if one.name == name)
    found: set[str] = set()
    path: list[int] | None = []
    tried = 0
    while path is not None and tried < MOST_PATHS:
        chooser = Chooser(prefix=path)
        decide(a_dossier(policy, directory(policy), chooser), (rule,), departed=policy.departed)
        found.update(AROUND.get(fact, fact.replace(" ", ".")) for fact in chooser.known)
        path, tried = chooser.next_path(), tried + 1
    return found
