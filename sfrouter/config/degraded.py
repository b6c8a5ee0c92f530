"""Which parts of the policy look at what cannot be seen now, so that they can be named (F11, F12, F13)."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from sfrouter.config.policy_value import Policy


class Part(StrEnum):
    """What sort of part it is; completes "the ..." in a sentence."""

    RULE = "rule"
    NOTICE = "notice"
    WATCH = "watch"
    TERRITORY = "territory"
    POOL = "pool"
    PRIORITY = "priority"
    MATCHING = "matching"
    LEAVERS = "leavers"
    INTAKE = "intake"


@dataclass(frozen=True, slots=True, kw_only=True)
class Degraded:
    """One part that cannot be relied on as usual, and the hidden fields it looks at. `name` is "" for the parts
    there is only one of."""

    part: Part
    name: str
    fields: tuple[str, ...]
    why: str = ""  # in words, where it is no hidden field that our mapping knows
    no_proof: bool = False  # only of what was not found: records of it may be hidden

    def __str__(self) -> str:
        if self.why:
            return f"{_CALLED[self.part].format(name=self.name)}: {self.why}"
        return f"{_CALLED[self.part].format(name=self.name)}: {', '.join(self.fields)} cannot be seen"


_CALLED = {
    Part.RULE: "the rule '{name}'",
    Part.NOTICE: "the notice '{name}'",
    Part.WATCH: "the watch '{name}'",
    Part.TERRITORY: "the territory '{name}'",
    Part.POOL: "the pool '{name}'",
    Part.PRIORITY: "the priority of leads",
    Part.MATCHING: "the match of leads with accounts",
    Part.LEAVERS: "who stands in for people who left or are away",
    Part.INTAKE: "the intake's condition",
}
_MATCHED_BY = (
    "lead.company", "lead.email", "lead.website", "lead.country", "lead.city", "lead.account_id", "account.name",
    "account.other_names", "account.domains", "account.country", "account.city", "account.parent_id", "contact",
)  # fmt: skip
_FINDS_ACCOUNTS = ("account", "contact")
_STANDS_IN = (
    "user.licensed", "user_login", "user.successor_id", "user.manager_id", "user.away", "user.away_from",
    "user.away_until",
)  # fmt: skip


def degraded(policy: Policy, hidden: Collection[str]) -> tuple[Degraded, ...]:
    """The parts that look at a hidden field (noun.field) or at anything of a hidden object (noun)."""
    if not hidden:
        return ()
    touched = ((part, name, _touched(looked_at, hidden)) for part, name, looked_at in _parts(policy))
    return tuple(Degraded(part=part, name=name, fields=fields) for part, name, fields in touched if fields)


def degraded_by_sharing(policy: Policy, nouns: Collection[str]) -> tuple[Degraded, ...]:
    """The parts that may miss records of these nouns, as the org's sharing may hide some from our user (F13)."""
    found: list[Degraded] = []
    if "lead" in nouns:
        found.append(Degraded(part=Part.INTAKE, name="", fields=(), why=_may_hide(["lead"])))
    accounts = [noun for noun in _FINDS_ACCOUNTS if noun in nouns]
    if accounts:
        why = _may_hide(accounts)
        found.append(Degraded(part=Part.MATCHING, name="", fields=(), why=why, no_proof=True))
    rest = sorted(set(nouns) - {"lead", *accounts})
    for part, name, looked_at in _parts(policy):
        if touched := _touched(looked_at, rest):
            found.append(Degraded(part=part, name=name, fields=(), why=_may_hide(touched)))
    return tuple(found)


def _may_hide(nouns: Collection[str]) -> str:
    return f"records may be hidden from our user, who lacks View All on what is private: {', '.join(nouns)}"


def _parts(policy: Policy) -> Iterator[tuple[Part, str, Iterable[str]]]:
    yield Part.MATCHING, "", _MATCHED_BY
    for rule in policy.rules:
        yield Part.RULE, rule.name, rule.looks_at()
    for territory in policy.territories:
        yield Part.TERRITORY, territory.name, territory.when.fields() if territory.when else ()
    for pool in policy.pools:
        yield Part.POOL, pool.name, [name for one in pool.skills if one.when for name in one.when.fields()]
    for notice in policy.notices:
        yield Part.NOTICE, notice.name, notice.needed()
    for watch in policy.watches:
        yield Part.WATCH, watch.name, watch.needed()
    yield Part.PRIORITY, "", policy.priority.needed()
    yield Part.LEAVERS, "", _STANDS_IN


def _touched(looked_at: Iterable[str], hidden: Collection[str]) -> tuple[str, ...]:
    """Of the hidden fields those that are looked at, noun.field.word and whole objects included."""
    asked = [tuple(need.split(".")[:2]) for need in looked_at]
    gone = {one: tuple(one.split(".")) for one in hidden}
    return tuple(sorted(one for one, parts in gone.items() if any(_meet(parts, need) for need in asked)))


def _meet(hidden: tuple[str, ...], need: tuple[str, ...]) -> bool:
    shorter = min(len(hidden), len(need))
    return hidden[:shorter] == need[:shorter]
