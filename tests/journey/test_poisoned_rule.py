"""A rule that fails delays only the leads that reach it (L3): they wait with a reason, nobody else gets them."""

from typing import Any

import pytest
import structlog

from sfrouter.config.settings import Settings
from sfrouter.daemon.run import Daemon
from sfrouter.daemon.watching import Watching
from sfrouter.journey.status import take_status
from sfrouter.model.dossier import Dossier
from sfrouter.routing.decide import RuleFailedError
from sfrouter.routing.rule import Verdict
from sfrouter.routing.rules.open_opportunity import OpenOpportunity
from tests.daemon.test_exposition import parsed
from tests.journey.stage import SARAH, Stage

POISON = "Poison"


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """The rule on open deals fails on every lead of one company, as long as the list holds True."""
    works, bad = OpenOpportunity.decide, [True]

    def decide(rule: OpenOpportunity, dossier: Dossier) -> Verdict:
        if bad[0] and dossier.lead.company == POISON:
            raise KeyError(dossier.lead.email)
        return works(rule, dossier)

    monkeypatch.setattr(OpenOpportunity, "decide", decide)
    return bad


def test_only_the_leads_that_reach_it_wait_and_status_names_the_rule(poisoned: list[bool]) -> None:
    stage = Stage()
    stage.account(1, domains=["acme.example"])
    bad = [stage.lead(company=POISON, email="zyxmail@poison.example") for _ in range(2)]
    earlier = stage.lead(company=POISON, email="joe@acme.example")  # decided before it reaches the rule
    good = [stage.lead() for _ in range(3)]
    report = stage.decide()
    assert {one.lead_id for one in report.decisions} == {earlier, *good}
    assert list(report.failed) == bad
    assert {one.lead_id: stage.owner(one) for one in report.decisions}[earlier] == SARAH
    found = take_status(stage.house.desk, stage.clock.now())
    assert [(one.lead_id, one.stuck.rule) for one in found.stuck] == [(lead, "open_opportunity") for lead in bad]
    assert found.stuck[0].stuck.why == "the rule 'open_opportunity' fails on this lead (KeyError)"
    assert found.waiting == 2


def test_it_is_said_once_tried_again_and_over_when_the_rule_works(poisoned: list[bool]) -> None:
    stage = Stage()
    lead = stage.lead(company=POISON)
    began = None
    with structlog.testing.capture_logs() as told:
        for _ in range(5):
            assert stage.decide().failed == (lead,)
            (one,) = stage.ledger.stuck_leads()
            began = began or one.since
            assert one.since == began
            stage.clock.advance(3600)
        stage.start()
        assert stage.decide().failed == (lead,)
    assert [one["rule"] for one in told if one["event"] == "lead_not_decided"] == ["open_opportunity"]
    poisoned[0] = False
    assert [one.lead_id for one in stage.decide().decisions] == [lead]
    assert stage.ledger.stuck_leads() == ()


def test_a_lead_that_waits_no_more_is_stuck_no_more(poisoned: list[bool]) -> None:
    stage = Stage()
    lead = stage.lead(company=POISON)
    stage.decide()
    stage.edit(lead, owner_id=SARAH)
    assert stage.decide().failed == ()
    assert stage.ledger.stuck_leads() == ()


def test_on_paper_nothing_is_kept(poisoned: list[bool]) -> None:
    stage = Stage()
    lead = stage.lead(company=POISON)
    assert stage.decide(keep=False).failed == (lead,)
    assert stage.ledger.stuck_leads() == ()


def test_something_else_that_fails_is_told_without_a_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_given: Any, **_named: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("sfrouter.journey.decide_waiting.plan_writes", breaks)
    stage = Stage()
    stage.lead()
    stage.decide()
    (one,) = stage.ledger.stuck_leads()
    assert (one.stuck.rule, one.stuck.why) == ("", "deciding it fails (ZeroDivisionError)")


def test_the_metrics_count_them_by_rule(poisoned: list[bool], tmp_path: Any) -> None:
    stage = Stage(tmp_path)
    for _ in range(3):
        stage.lead(company=POISON, email="zyxmail@poison.example")
    stage.decide()
    daemon = Daemon(stage.house, stage.clock, Settings(data_dir=tmp_path, poll_seconds=30))
    daemon.do("poll", lambda: None)
    text = Watching(stage.house, stage.clock, lambda: daemon._heart.pulse).metrics()
    assert parsed(text)["sfrouter_leads_stuck"][("rule", "open_opportunity"),] == 3
    assert "zyxmail" not in text


def test_the_error_has_nothing_of_the_lead() -> None:
    assert "zyxmail" not in str(RuleFailedError("a_rule", KeyError("zyxmail@poison.example")))
