"""Finds rules that nobody has looked at for a quarter (R118)."""

from collections.abc import Iterator
from datetime import date

from sfrouter.base.errors import Problem
from sfrouter.config.policy_value import Policy
from sfrouter.config.sources import spot
from sfrouter.routing.calendar_months import add_months

QUARTER = 3  # calendar months


def lint_reviews(policy: Policy, today: date) -> Iterator[Problem]:
    """Rules whose `reviewed_on` is more than a quarter ago, or still to come. Without the line nothing is said."""
    for rule in policy.rules:
        if rule.reviewed_on is None:
            continue
        here = policy.sources.rules.get(rule.name) or spot(policy.sources.policy, "rules")
        if rule.reviewed_on > today:
            what = f"the rule '{rule.name}' was reviewed on {rule.reviewed_on}, a day that is still to come"
            yield here.problem(what, "write the day on which somebody looked at it", code="LIN07", warning=True)
        elif add_months(rule.reviewed_on, QUARTER) < today:
            what = f"the rule '{rule.name}' was last reviewed on {rule.reviewed_on}, more than a quarter ago"
            mend = f"ask whether it is still right, then write 'reviewed_on: {today}'"
            yield here.problem(what, mend, code="LIN06", warning=True)
