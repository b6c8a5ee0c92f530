"""Looks for what is allowed and yet surely not meant: rules that never act, gaps, leavers, contradictions (G03).

All findings are warnings: the daemon starts with them. `today` is the day reviews are counted from.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import date

from sfrouter.base.errors import Problem
from sfrouter.config.lint_companies import lint_companies
from sfrouter.config.lint_hours import lint_hours
from sfrouter.config.lint_notices import lint_notices
from sfrouter.config.lint_people import lint_people
from sfrouter.config.lint_reviews import lint_reviews
from sfrouter.config.lint_rules import lint_rules
from sfrouter.config.lint_territories import lint_territories
from sfrouter.config.policy_value import Policy

POLICY, TEAMS, COMPANIES = FILES = ("policy.yaml", "teams.yaml", "companies.yaml")
# What each finding is drawn from: of a file with a fault nothing is known but that it has one.
_LOOKED_AT: tuple[tuple[Callable[[Policy], Iterable[Problem]], frozenset[str]], ...] = (
    (lint_rules, frozenset({POLICY})),
    (lint_territories, frozenset({TEAMS})),
    (lint_notices, frozenset({POLICY})),
    (lint_people, frozenset(FILES)),
    (lint_hours, frozenset({POLICY, TEAMS})),
    (lint_companies, frozenset({POLICY, COMPANIES})),
)


def lint(policy: Policy, today: date, *, clean: Collection[str] = FILES) -> tuple[Problem, ...]:
    """Every finding with file, line, what and mend, in the order of the files; only what `clean` files show."""
    found = [one for look, files in _LOOKED_AT if files <= set(clean) for one in look(policy)]
    found += lint_reviews(policy, today) if POLICY in clean else ()
    return tuple(sorted(found, key=lambda problem: (problem.file, problem.line, problem.code)))
