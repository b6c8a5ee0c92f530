"""The probe of writing: silent where conditional writes are safe, and it names each way in which they are not."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sfrouter.base.clock import SetClock
from sfrouter.model.ids import to_18
from sfrouter.salesforce.faults import Verdict
from sfrouter.salesforce.rows import RowAnswer, RowChange
from sfrouter.writeback.names import LeadNames
from sfrouter.writeback.probe import probe_writing
from tests.writeback.fake_org import SOMEBODY, FakeOrg, mapping

LEAD = to_18("00Q000000000001")
OWNER = to_18("005000000000001")
NAMES = LeadNames.of(mapping())


def org_with_a_lead() -> FakeOrg:
    org = FakeOrg(SetClock(datetime(2026, 3, 2, 9, tzinfo=UTC)))
    org.add_lead(LEAD, OWNER)
    org.advance(60)
    return org


def codes(org: FakeOrg) -> list[str]:
    return [problem.code for problem in probe_writing(org, NAMES, LEAD)]


def test_an_org_that_keeps_conditions_passes_and_the_owner_stays() -> None:
    org = org_with_a_lead()
    assert codes(org) == []
    assert [count for kind, count in org.calls if kind == "change"] == [1, 1]
    assert org.leads[LEAD]["OwnerId"] == OWNER
    assert org.history == []


class Careless(FakeOrg):
    """It carries every update out, whatever the condition says."""

    def change_rows(self, object_name: str, changes: Sequence[RowChange]) -> list[RowAnswer]:
        now = self.clock.now()
        return super().change_rows(object_name, [replace(one, unmodified_since=now) for one in changes])


def test_an_org_that_overlooks_conditions_is_called_unsafe_after_one_write() -> None:
    org = Careless(SetClock(datetime(2026, 3, 2, 9, tzinfo=UTC)))
    org.add_lead(LEAD, OWNER)
    org.advance(60)
    assert codes(org) == ["ORG25"]
    assert [count for kind, count in org.calls if kind == "change"] == [1]


def convert(org: FakeOrg) -> None:
    org.leads[LEAD]["IsConverted"] = True


@pytest.mark.parametrize("gone", [lambda org: org.leads.clear(), convert])
def test_a_lead_that_cannot_be_written_is_refused_before_any_write(gone: Callable[[FakeOrg], object]) -> None:
    org = org_with_a_lead()
    gone(org)
    assert codes(org) == ["ORG24"]
    assert [kind for kind, _ in org.calls if kind == "change"] == []


def test_the_orgs_own_sentence_tells_why_an_update_was_refused() -> None:
    org = org_with_a_lead()
    org.row_fault = lambda _kind, _row: (Verdict.NO_ACCESS, "INSUFFICIENT_ACCESS", "no edit right on this record")
    (problem,) = probe_writing(org, NAMES, LEAD)
    assert problem.code == "ORG25"
    assert "INSUFFICIENT_ACCESS: no edit right on this record" in problem.what


def at_the_change(org: FakeOrg, number: int, deed: Callable[[], object]) -> None:
    """Do it just before the n-th update arrives."""
    met = []

    def fault(kind: str, _row: object) -> None:
        met.append(kind)
        if len(met) == number:
            deed()

    org.row_fault = fault


def test_somebody_who_changes_the_lead_meanwhile_is_not_taken_for_a_fault_of_the_org() -> None:
    org = org_with_a_lead()
    at_the_change(org, 2, lambda: org.person_edits(LEAD, Rating="Hot"))
    (problem,) = probe_writing(org, NAMES, LEAD)
    assert problem.code == "ORG24"
    assert "meanwhile" in problem.what


class Fighting(FakeOrg):
    """An automation of it gives every lead that we change to somebody else."""

    def change_rows(self, object_name: str, changes: Sequence[RowChange]) -> list[RowAnswer]:
        answers = super().change_rows(object_name, changes)
        for one, answer in zip(changes, answers, strict=True):
            if answer.verdict is None:
                self.person_edits(one.record_id, OwnerId=SOMEBODY)
        return answers


def test_an_automation_that_moves_the_lead_after_our_update_is_named() -> None:
    org = Fighting(SetClock(datetime(2026, 3, 2, 9, tzinfo=UTC)))
    org.add_lead(LEAD, OWNER)
    org.advance(60)
    assert codes(org) == ["ORG26"]
