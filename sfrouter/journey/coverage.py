"""Proves that every kind of lead gets exactly one owner, asking the real rules and pools; else prints which.

The rules: a lead whose facts are chosen when a rule asks for them, so that every combination of answers that the
rules can tell apart is tried. The territories: one lead of each kind that their conditions tell apart.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import cast

from sfrouter.config.policy_value import Policy
from sfrouter.distribution.cells import space
from sfrouter.distribution.distribute import distribute
from sfrouter.journey.coverage_facts import (
    ACCOUNT,
    INTAKE,
    LEAD,
    MATCH,
    NOW,
    TODAY,
    Asked,
    Chooser,
    account_facts,
    directory,
    dossier_facts,
    lead_facts,
)
from sfrouter.model.assignment import Rotation
from sfrouter.model.dossier import Directory, Dossier
from sfrouter.model.records import Lead
from sfrouter.routing.decide import decide
from sfrouter.routing.ruling import Ruling

MOST_PATHS = 50_000  # of one rule
MOST_SHOWN = 20
NO_RULE_IDS = ("L05",)  # what a ruling carries when the rules have come to their end


@dataclass(slots=True)
class Coverage:
    """What was tried and what came of it. `empty` describes kinds of leads that nobody would get."""

    paths: int = 0
    cells: int = 0
    whole: bool = True
    by_rule: Counter[str] = field(default_factory=Counter)
    by_territory: Counter[str] = field(default_factory=Counter)
    empty: list[str] = field(default_factory=list)
    empty_count: int = 0
    idle_rules: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Does every kind of lead get exactly one owner, with every kind looked at?"""
        return self.whole and not self.empty_count

    def note_empty(self, words: str) -> None:
        """One more kind of lead without an owner; the first twenty are described."""
        self.empty_count += 1
        if len(self.empty) < MOST_SHOWN:
            self.empty.append(words)


def cover(policy: Policy) -> Coverage:
    """Try everything. Takes seconds; the same policy gives the same answer."""
    found = Coverage()
    people = directory(policy)
    _rules(policy, people, found)
    _territories(policy, people, found)
    found.idle_rules = tuple(rule.name for rule in policy.rules if not found.by_rule[rule.name])
    return found


def _rules(policy: Policy, people: Directory, found: Coverage) -> None:
    """Each rule by itself: a rule sees only the lead, so what all together do follows from what each does."""
    pools: dict[str, bool] = {}
    passes = [name for name in (rule.name for rule in policy.rules) if _rule(name, policy, people, pools, found)]
    if len(passes) == len(policy.rules):
        found.note_empty("a lead to which no rule applies: no rule takes every lead")


def _rule(name: str, policy: Policy, people: Directory, pools: dict[str, bool], found: Coverage) -> bool:
    """Try all kinds of leads that one rule tells apart. Is there one for which the next rule must be asked?"""
    rule = next(one for one in policy.rules if one.name == name)
    goes_on, path, tried = False, list[int](), 0
    while True:
        if tried == MOST_PATHS:
            found.whole = False
            return goes_on
        chooser = Chooser(prefix=path)
        ruling = decide(_dossier(policy, people, chooser), (rule,), departed=policy.departed)
        tried += 1
        found.paths += 1
        if ruling.to_catch_all and not _final(ruling):
            goes_on = True
        else:
            found.by_rule[name] += 1
            if not _has_owner(ruling, policy, people, pools):
                found.note_empty(f"{name}: {chooser.words()}: {ruling.reason}")
        following = chooser.next_path()
        if following is None:
            return goes_on
        path = following


def _final(ruling: Ruling) -> bool:
    """Did the rule itself send the lead to the catch-all queue? Then no further rule is asked."""
    return ruling.ids != NO_RULE_IDS


def _dossier(policy: Policy, people: Directory, chooser: Chooser) -> Dossier:
    account = Asked(chooser, "account", account_facts(policy), ACCOUNT)
    lead = Asked(chooser, "lead", lead_facts(policy), LEAD)
    plain = Dossier(
        lead=cast(Lead, lead), match=MATCH, directory=people, now=NOW, today=TODAY, rates=policy.rates,
        intake_ids=frozenset({INTAKE}),
    )  # fmt: skip
    return cast(Dossier, Asked(chooser, "lead's", dossier_facts(policy, account), plain))


def _has_owner(ruling: Ruling, policy: Policy, people: Directory, pools: dict[str, bool]) -> bool:
    """An owner, or a wish to leave him; leads for the territories are looked at there, for a pool here."""
    if ruling.owner is not None or ruling.keep_owner:
        return True
    if not ruling.to_default:
        return False
    if ruling.pool and ruling.pool not in pools:
        shared = distribute(
            LEAD, None, policy.territories, policy.pools, people, Rotation(), NOW, pool=ruling.pool
        )
        pools[ruling.pool] = shared.owner is not None
    return pools.get(ruling.pool, True)


def _territories(policy: Policy, people: Directory, found: Coverage) -> None:
    kinds = space(policy.territories)
    found.whole = found.whole and kinds.whole
    for cell in kinds.cells():
        found.cells += 1
        shared = distribute(cell.lead, cell.account, policy.territories, policy.pools, people, Rotation(), NOW)
        found.by_territory[shared.territory or "(none)"] += 1
        if shared.owner is None:
            found.note_empty(f"{cell}: {shared.words}")
