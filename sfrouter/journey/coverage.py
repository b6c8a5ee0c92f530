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
from sfrouter.journey.coverage_joint import Search, goes_on
from sfrouter.model.assignment import Rotation
from sfrouter.model.dossier import Directory, Dossier
from sfrouter.model.records import Lead
from sfrouter.routing.decide import decide
from sfrouter.routing.rule import Rule
from sfrouter.routing.ruling import Ruling

MOST_PATHS = 50_000  # of one rule
MOST_SHOWN = 20


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
    shadowed: tuple[str, ...] = ()  # rules that would take leads, but the rules before them take all of these

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
    found.idle_rules += found.shadowed
    return found


def cover_territories(policy: Policy) -> Coverage:
    """The same for territories and pools alone."""
    found = Coverage()
    _territories(policy, directory(policy), found)
    return found


def _rules(policy: Policy, people: Directory, found: Coverage) -> None:
    """Each rule by itself, then, for what nobody would get, whether any lead passes all rules before it.

    A rule sees only the lead, and the first that takes it decides; so where no rule by itself leaves a kind of
    lead without an owner, all together leave none. What one rule leaves counts only if some lead gets that far.
    """
    tries = [_try(rule, policy, people) for rule in policy.rules]
    pools: dict[str, bool] = {}
    for index, tried in enumerate(tries):
        found.paths += tried.paths
        found.whole = found.whole and tried.whole
        found.by_rule[tried.name] += len(tried.taken)
        search = Search(policy, policy.rules[:index], lambda one: a_dossier(policy, people, one))
        for chooser, ruling in tried.taken:
            if _has_owner(ruling, policy, people, pools):
                continue
            if search.reached(chooser.answers()):
                found.note_empty(f"{tried.name}: {chooser.words()}: {ruling.reason}")
        if tried.taken and not any(search.reached(chooser.answers()) for chooser, _ in tried.taken):
            found.shadowed = (*found.shadowed, tried.name)
    everywhere = all(tried.goes_on for tried in tries)
    if everywhere and Search(policy, policy.rules, lambda one: a_dossier(policy, people, one)).reached({}):
        found.note_empty("a lead to which no rule applies: no rule takes every lead")


@dataclass(slots=True)
class _Tried:
    """One rule by itself: the kinds of leads it takes, and whether it passes any on."""

    name: str
    paths: int = 0
    whole: bool = True
    goes_on: bool = False
    taken: list[tuple[Chooser, Ruling]] = field(default_factory=list)


def _try(rule: Rule, policy: Policy, people: Directory) -> _Tried:
    """Try all kinds of leads that one rule tells apart."""
    tried, path = _Tried(rule.name), list[int]()
    while tried.paths < MOST_PATHS:
        chooser = Chooser(prefix=path)
        ruling = decide(a_dossier(policy, people, chooser), (rule,), departed=policy.departed)
        tried.paths += 1
        if goes_on(ruling):
            tried.goes_on = True
        else:
            tried.taken.append((chooser, ruling))
        following = chooser.next_path()
        if following is None:
            return tried
        path = following
    tried.whole, tried.goes_on = False, True
    return tried


def a_dossier(policy: Policy, people: Directory, chooser: Chooser) -> Dossier:
    """A lead whose facts the chooser gives when a rule asks for them."""
    account = Asked(chooser, "account", account_facts(policy), ACCOUNT)
    lead = Asked(chooser, "lead", lead_facts(policy), LEAD)
    plain = Dossier(
        lead=cast(Lead, lead), match=MATCH, directory=people, now=NOW, today=TODAY, rates=policy.rates_on(TODAY),
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
