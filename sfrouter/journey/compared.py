"""Which of two compared policies a lead goes by: the same one always, by a hash of its id (R155)."""

import hashlib
from dataclasses import replace

from sfrouter.config.policy_value import Policy
from sfrouter.model.decision import Outcome, Step

CONTROL, TEST = "control", "test"
_STEPS = 10_000


def group_of(lead_id: str, name: str, share: int) -> str:
    """The lead's group in a comparison of this name. A new name shares the leads out anew; a larger share only
    moves leads from control to test."""
    marked = hashlib.sha256(f"{name}\n{lead_id}".encode()).digest()
    return TEST if int.from_bytes(marked[:8], "big") % _STEPS < share * _STEPS // 100 else CONTROL


def policy_for(lead_id: str, policy: Policy) -> Policy:
    """The policy this lead is decided by; without a comparison the policy itself."""
    compared = policy.comparison
    if compared is None:
        return policy
    group = group_of(lead_id, compared.name, compared.share)
    return replace(compared.test if group == TEST else policy, group=group, comparison=compared)


def said_of(policy: Policy) -> tuple[Step, ...]:
    """The line of the trace that says so; none without a comparison."""
    if policy.comparison is None or not policy.group:
        return ()
    words = f"{policy.group} group of the comparison '{policy.comparison.name}'"
    if policy.group == TEST:
        words += ": the test policy decides"
    return (Step(place="-", rule="comparison", outcome=Outcome.PASSED, words=words, ids=("R155",)),)
