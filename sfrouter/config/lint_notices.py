"""Finds notices whose words nobody ever reads, because another one stands before them."""

from collections.abc import Iterator

from sfrouter.base.errors import Problem
from sfrouter.config.policy_value import Policy
from sfrouter.config.sources import spot
from sfrouter.routing.notices.account_owner import AccountOwner
from sfrouter.routing.notices.specialist_awareness import SpecialistAwareness


def lint_notices(policy: Policy) -> Iterator[Problem]:
    """Of two notices that tell one person the same thing the first is read: the one that says more belongs first.

    It is the only order of notices that matters: all others speak of different things, and all of them are read.
    """
    listed = [type(part) for part in policy.notices]
    if AccountOwner not in listed or SpecialistAwareness not in listed:
        return
    if listed.index(AccountOwner) < listed.index(SpecialistAwareness):
        what = (
            "the words of 'specialist_awareness' are never read: 'account_owner' tells the same person before it"
        )
        here = policy.sources.notices.get("specialist_awareness") or spot(policy.sources.policy, "notices")
        mend = "put specialist_awareness before account_owner"
        yield here.problem(what, mend, code="LIN18", warning=True)
