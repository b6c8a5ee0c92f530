"""Looks for what is allowed and yet surely not meant: rules that never act, gaps, leavers, contradictions (G03).

All findings are warnings: the daemon starts with them. `today` is the day reviews are counted from.
"""

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


def lint(policy: Policy, today: date) -> tuple[Problem, ...]:
    """Every finding with file, line, what and mend, in the order of the files."""
    found = (
        *lint_rules(policy),
        *lint_reviews(policy, today),
        *lint_territories(policy),
        *lint_notices(policy),
        *lint_people(policy),
        *lint_hours(policy),
        *lint_companies(policy),
    )
    return tuple(sorted(found, key=lambda problem: (problem.file, problem.line, problem.code)))
