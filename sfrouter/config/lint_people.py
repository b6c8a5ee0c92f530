"""Finds people who still stand in the policy although it says itself that somebody took over from them."""

from collections.abc import Iterator

from sfrouter.base.errors import Problem
from sfrouter.config.policy_value import Policy
from sfrouter.config.sources import Spot, spot


def lint_people(policy: Policy) -> Iterator[Problem]:
    """Everybody with a successor in teams.yaml who is still named elsewhere; of the named list once a person."""
    heirs = {leaver.casefold(): heir for leaver, heir in policy.successors_by_email.items()}
    seen: set[tuple[str, str]] = set()
    for mail, where, here in _named(policy):
        heir = heirs.get(mail.strip().casefold())
        if heir is None or (mail.casefold(), where) in seen:
            continue
        seen.add((mail.casefold(), where))
        what = f"{mail} has a successor under 'successors:' and is still named {where}"
        yield here.problem(what, f"name {heir} there, or somebody else", code="LIN05", warning=True)


def _named(policy: Policy) -> Iterator[tuple[str, str, Spot]]:
    sources = policy.sources
    for index, pool in enumerate(policy.pools):
        for place, member in enumerate(pool.members):
            here = spot(sources.teams, "pools", index, "members", place)
            yield member.who, f"in the pool '{pool.name}'", here
    for rule in policy.rules:
        for mail in rule.named_people():
            yield mail, f"by the rule '{rule.name}'", sources.rules.get(rule.name) or spot(sources.policy, "rules")
    for part in policy.notices:
        for mail in part.named_people():
            here = sources.notices.get(part.name) or spot(sources.policy, "notices")
            yield mail, f"by the notice '{part.name}'", here
    for entry, here in zip(policy.named_entries, sources.named, strict=False):
        yield entry.owner_email, "as an owner of named accounts", here
