"""The judge compares decisions with the table of the simulated world: made wrong on purpose, each is found."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import Any
from unittest.mock import patch

import pytest

import sfrouter.salesforce.csv_pages
import sfrouter.writeback.plan
import tests.simulation.history
from sfrouter.config.policy_value import Policy
from sfrouter.journey.assembly import read_files
from sfrouter.mirror.pull import Puller
from tests.simulation.additions import LEADS
from tests.simulation.checker import Checker
from tests.simulation.history import History, run
from tests.simulation.invariants import Evidence
from tests.simulation.promised import replies_are_due_in_time
from tests.simulation.script import appoint_formula
from tests.simulation.standard import TROUBLE_ENDS, standard
from tests.simulation.test_checker import _found
from tests.simulation.world import NIGHTS, files_of_the_company, kept_folder, named, stories, workplace
from tests.simulation.world_troubles import TITLE, hide

_value_of = sfrouter.salesforce.csv_pages.value_of
_task_values = sfrouter.writeback.plan._task_values


def all_kinds() -> History:
    """The scenario, and a lead of each kind that the table adds."""
    history = standard()
    history.clock.at(8.0, lambda: history.people.welcome([named(one, 50 + at) for at, one in enumerate(LEADS)]))
    return history


def with_a_formula() -> History:
    """The scenario in which a formula changes when all is calm."""
    history = standard()
    appoint_formula(history)
    return history


def by_bulk() -> History:
    """The scenario, its first load by bulk jobs."""
    history = standard()
    history.bulk_from, history.bulk_page = 1, 11
    return history


def at_night() -> History:
    """The scenario at half past eight in the evening in New York, where the day is not Greenwich's."""
    return standard(start=NIGHTS[0])


def test_in_peace_the_decisions_are_those_of_the_table() -> None:
    history = run(all_kinds(), Checker())
    assert not history.violations
    assert history.compared >= 20
    assert history.met["decisions that hang on a dated rate"] == 3
    assert history.met["decisions beside a private customer's name"] == 1


def test_bulk_jobs_bring_the_same_mirror_with_odd_values_in_it() -> None:
    history = run(by_bulk(), Checker())
    assert not history.violations
    assert history.met["rows of CSV with quotes, line breaks and #N/A"] >= 1
    assert {"job", "rows"} <= {one.call.kind for one in history.wire.exchanges}


@pytest.mark.parametrize("make", [with_a_formula, at_night])
def test_a_right_router_breaks_nothing(make: Callable[[], History]) -> None:
    assert not run(make(), Checker()).violations


@dataclass
class HiddenOtherwise(Checker):
    """Judges replies also as if the one field that was hidden had been another, or hidden at another time."""

    otherwise: list[dict[str, Any]]
    found: list[list[str]] = field(default_factory=list)

    def final(self, history: History) -> None:
        super().final(history)
        (hiding,) = history.hidden
        for change in self.otherwise:
            history.hidden[:] = [replace(hiding, **change)]
            self.found.append(list(replies_are_due_in_time(Evidence(history))))


def test_only_a_hidden_title_excuses_a_late_reply_to_a_chief_and_only_from_its_hiding_on() -> None:
    history = standard()
    chief = next(one for one in stories() if "Chief" in one.title)
    history.clock.at(20.0, lambda: history.endings.append(hide(history, TITLE)))
    history.clock.at(40.0, lambda: history.people.welcome([named(chief, 90)]))
    excused: list[dict[str, Any]] = [{}, {"until": 30.0}]
    not_excused: list[dict[str, Any]] = [
        {"field": "State"},
        {"since": TROUBLE_ENDS},
        {"since": -9000.0, "until": -8000.0},
    ]
    judge = HiddenOtherwise(excused + not_excused)
    assert not run(history, judge).violations
    late = f"F17 the reply to lead {history.people.leads[-1]} is due 1:55:00 off"
    assert judge.found[:2] == [[], []]
    assert all(late in found for found in judge.found[2:])


def _undated_rates() -> Any:
    """Amounts are compared at the rates of some other year (F45)."""
    return patch.object(Policy, "rates_on", lambda self, _day: self.rates)


def _formulas_by_stamp() -> Any:
    """What a formula says is believed until its record is changed (F07)."""
    return patch.object(Puller, "calculates", lambda _self, _noun: False)


def _persons_are_companies() -> Any:
    """The mapping does not name the checkbox that tells a private customer from a company (F44)."""
    folder = kept_folder("unmapped")
    shutil.copytree(files_of_the_company(), folder, dirs_exist_ok=True)
    fields = folder / "fields.yaml"
    fields.write_text(fields.read_text("utf-8").replace("person: IsPersonAccount", "person: "), "utf-8")
    with workplace() as settings:
        unmapped = read_files(settings.model_copy(update={"mappings_dir": folder}))
    return patch.object(tests.simulation.history, "configuration", lambda: unmapped)


def _days_of_greenwich() -> Any:
    """The day that a Task is due is taken where the computer is (F17)."""

    def values(decision: Any, notice: Any, mapping: Any, text: str, settings: Any) -> Any:
        return _task_values(decision, notice, mapping, text, replace(settings, time_zone=UTC))

    return patch.object(sfrouter.writeback.plan, "_task_values", values)


def _empty_words() -> Any:
    """#N/A is read as nothing wherever it stands (F20)."""
    return patch.object(
        sfrouter.salesforce.csv_pages, "value_of",
        lambda text, kind: None if text == "#N/A" else _value_of(text, kind),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("mistake", "make", "promise"),
    [
        (_undated_rates, all_kinds, "I9"),
        (_formulas_by_stamp, with_a_formula, "I9"),
        (_persons_are_companies, all_kinds, "F44"),
        (_days_of_greenwich, at_night, "F17"),
        (_empty_words, by_bulk, "L1"),
    ],
)
def test_a_classical_mistake_is_found(mistake: Any, make: Callable[[], History], promise: str) -> None:
    assert promise in _found(mistake, make())
