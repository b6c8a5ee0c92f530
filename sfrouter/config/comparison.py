"""Reads the `comparison:` part of the policy: what a share of the leads goes by instead, and what counts."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, field_validator

from sfrouter.config.faults import Faults
from sfrouter.config.mapping import FieldMapping
from sfrouter.config.needs import check_need
from sfrouter.config.policy_form import Form, Text
from sfrouter.config.reading import read_each, read_form
from sfrouter.config.rules_check import check_rules
from sfrouter.config.shelf_parts import read_parts
from sfrouter.config.teams import Teams, known_pool
from sfrouter.distribution.conditions import Condition
from sfrouter.distribution.territories import Territory
from sfrouter.routing import rules as rule_shelf
from sfrouter.routing.owners import Departed
from sfrouter.routing.priority import Priority
from sfrouter.routing.rule import Rule

_TEST = ("comparison", "test")


class TestForm(Form):
    """The sections that the test policy has otherwise; whatever is left out is as in the policy itself."""

    __test__ = False  # not a test of ours

    rules: Any = None
    territories: Any = None
    departed: Departed | None = None
    priority: Priority | None = None


class ComparisonForm(Form):
    """A comparison of two policies (R155). `share` percent of the leads go by the test policy; a lead counts when
    `after_days` days have gone by since its decision, as won when `conversion` holds for it."""

    name: Annotated[Text, Field(max_length=60)]
    share: Annotated[int, Field(ge=1, le=99)] = 50
    after_days: Annotated[int, Field(ge=0, le=365)] = 30
    conversion: Condition = Condition(field="lead.converted", value=(True,))
    test: TestForm

    @field_validator("conversion")
    @classmethod
    def _of_the_lead(cls, condition: Condition) -> Condition:
        others = sorted(name for name in condition.fields() if not name.startswith("lead."))
        if others:
            raise ValueError(f"conversion is said of the lead; '{others[0]}' is not the lead's")
        return condition


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonDraft:
    """What the section says; None where the test policy has nothing of its own."""

    form: ComparisonForm
    rules: tuple[Rule, ...] | None
    territories: tuple[Territory, ...] | None


def read_comparison(
    section: Any, teams: Teams | None, faults: Faults, mapping: FieldMapping | None
) -> ComparisonDraft | None:
    """The section in its form, or None; faults go to `faults`."""
    if section is None:
        return None
    form = read_form(section, ComparisonForm, faults, under=("comparison",), code="POL30")
    if form is None:
        return None
    if form.test == TestForm():
        what = "the test policy is the same as the policy itself: there is nothing to compare"
        faults.add(_TEST, what, "give it rules, territories, departed or priority of its own", code="POL30")
    if mapping is not None:
        _needed(form, faults, mapping)
    return ComparisonDraft(
        form=form,
        rules=_rules(form.test.rules, teams, faults, mapping),
        territories=_territories(form.test.territories, teams, faults, mapping),
    )


def _needed(form: ComparisonForm, faults: Faults, mapping: FieldMapping) -> None:
    for name in sorted(form.conversion.fields()):
        check_need(
            name, "the comparison's conversion", mapping, faults, ("comparison", "conversion"), code="POL30"
        )
    for need in form.test.priority.needed() if form.test.priority else ():
        check_need(need, "the test policy's priority", mapping, faults, (*_TEST, "priority"), code="POL30")


def _rules(
    listed: Any, teams: Teams | None, faults: Faults, mapping: FieldMapping | None
) -> tuple[Rule, ...] | None:
    if listed is None:
        return None
    here = (*_TEST, "rules")
    rules = read_parts(listed, rule_shelf.shelf(), faults, under=here, kind="rule")
    check_rules(rules, len(listed) if isinstance(listed, list) else 0, teams, faults, mapping, under=here)
    return tuple(rule for _, rule in rules)


def _territories(
    listed: Any, teams: Teams | None, faults: Faults, mapping: FieldMapping | None
) -> tuple[Territory, ...] | None:
    if listed is None:
        return None
    here = (*_TEST, "territories")
    found = read_each(listed, Territory, faults, under=here, code="POL30")
    for index, one in found:
        if teams is not None:
            known_pool(one.pool, teams, faults, (*here, index, "pool"))
        if mapping is None or one.when is None:
            continue
        for name in sorted(one.when.fields()):
            check_need(name, f"the territory '{one.name}'", mapping, faults, (*here, index, "when"), code="POL30")
    return tuple(one for _, one in found)


def pools_of_test(draft: ComparisonDraft | None) -> frozenset[str]:
    """The pools that only the test policy may name, so that they are not called unused."""
    if draft is None:
        return frozenset()
    of_rules = (pool for rule in draft.rules or () for pool in rule.named_pools())
    return frozenset((*of_rules, *(one.pool for one in draft.territories or ())))
