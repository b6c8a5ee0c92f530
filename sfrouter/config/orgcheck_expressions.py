"""Holds CEL expressions against the org's own description: a number of the org is not compared with text."""

from collections.abc import Iterator, Mapping
from typing import Any

from sfrouter.base.errors import Problem
from sfrouter.config.mapping import FieldMapping
from sfrouter.config.policy_value import Policy
from sfrouter.config.sources import Spot, spot
from sfrouter.distribution.conditions import Condition
from sfrouter.distribution.expression_kinds import Kind, misfits

_NUMBERS = frozenset({"int", "long", "double", "currency", "percent"})


def check_expressions(
    mapping: FieldMapping, policy: Policy, known: Mapping[str, Mapping[str, Any]]
) -> Iterator[Problem]:
    """Comparisons of a further field (`extra`) with what is of another kind; own ones are known sooner."""
    kinds = {
        f"{noun}.{name}": kind
        for noun in ("lead", "account")
        for name, kind in _further(noun, mapping, known)
    }  # fmt: skip
    for condition, here in _conditions(policy):
        for source in condition.expressions():
            for words in misfits(source, kinds):
                what, _, mend = words.partition("; ")
                yield here.problem(what, mend, code="ORG29")


def _further(
    noun: str, mapping: FieldMapping, known: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, Kind]]:
    """The kind of each further field of an object; of one that the org hides none is known."""
    object_map = mapping.objects.get(noun)
    described = known.get(object_map.object_name.casefold(), {}) if object_map else {}
    types = {field["name"].casefold(): field["type"] for field in described.get("fields", ())}
    for name, api in object_map.extra.items() if object_map else ():
        kind = types.get(api.casefold())
        if kind is not None:
            yield name, Kind.NUMBER if kind in _NUMBERS else Kind.FLAG if kind == "boolean" else Kind.TEXT


def _conditions(policy: Policy) -> Iterator[tuple[Condition, Spot]]:
    teams, ours = policy.sources.teams, policy.sources.policy
    for at, one in enumerate(policy.territories):
        if one.when:
            yield one.when, spot(teams, "territories", at, "when")
    for at, pool in enumerate(policy.pools):
        for place, skill in enumerate(pool.skills):
            if skill.when:
                yield skill.when, spot(teams, "pools", at, "skills", place, "when")
    if policy.comparison:
        yield policy.comparison.conversion, spot(ours, "comparison", "conversion")
        other = policy.comparison.test.territories
        for at, one in enumerate(other if other != policy.territories else ()):
            if one.when:
                yield one.when, spot(ours, "comparison", "test", "territories", at, "when")
