"""Looks at every member of a pool: who can take this lead now, who cannot and why, and who is at work next."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from types import MappingProxyType

from sfrouter.base.business_time import BusinessTime
from sfrouter.distribution.availability import available, shown
from sfrouter.distribution.learn import NO_RESULTS, Results
from sfrouter.distribution.method import Candidate
from sfrouter.distribution.pools import Member, Pool, Skill
from sfrouter.distribution.roster import NO_ROSTER, Roster, Working, working
from sfrouter.distribution.weigh import folded, weigh
from sfrouter.model.assignment import Rotation
from sfrouter.model.dossier import Directory
from sfrouter.model.ids import to_18
from sfrouter.model.records import Account, Barred, Lead, Person

NO_LOADS: Mapping[str, int] = MappingProxyType({})
_BARRED = MappingProxyType(
    {Barred.UNLICENSED: "has no licence that may own leads", Barred.FROZEN: "is frozen and cannot sign in"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the members of any pool are looked at with; `never` are users and queues that may get nothing,
    `had_it` those who had this lead and shall not have it again."""

    directory: Directory
    rotation: Rotation
    now: datetime
    open_leads: Mapping[str, int] = field(default_factory=lambda: NO_LOADS)
    never: frozenset[str] = frozenset()
    had_it: frozenset[str] = frozenset()
    roster: Roster = NO_ROSTER
    results: Mapping[str, Results] = field(default_factory=lambda: NO_RESULTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A member who cannot take the lead, and why. `opens_at` is when he is at work next, where only that keeps
    him; `candidate` is set for those who work here."""

    name: str
    why: str
    candidate: Candidate | None = None
    opens_at: datetime | None = None
    opens: str = ""  # the same by his own clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineup:
    """A pool's members at one moment, in the order of the policy. `strangers` are not users of the org."""

    ready: tuple[Candidate, ...] = ()
    passed: tuple[Passed, ...] = ()
    strangers: tuple[str, ...] = ()

    def told(self) -> str:
        """Everybody who was passed over, with the reason."""
        return ", ".join(f"{one.name} ({one.why})" for one in self.passed)

    def next_open(self) -> tuple[Passed, ...]:
        """Those who are at work first: several when they begin at the same moment."""
        first = min((one.opens_at for one in self.passed if one.opens_at and one.candidate), default=None)
        return tuple(one for one in self.passed if first and one.opens_at == first and one.candidate)


def line_up(pool: Pool, around: Circumstances) -> Lineup:
    """Every member looked at. Leavers are no candidates, and nobody is one twice."""
    ready: list[Candidate] = []
    passed: list[Passed] = []
    strangers: list[str] = []
    seen: set[str] = set()
    for member in pool.members:
        person = person_of(member, around.directory)
        if person is None:
            passed.append(Passed(name=member.who, why="not a user here"))
            strangers.append(member.who)
        elif not person.active:
            passed.append(Passed(name=person.name, why=why_gone(person)))
        elif person.id in around.never:
            passed.append(Passed(name=person.name, why="an intake user"))
        elif person.id in around.had_it:
            passed.append(Passed(name=person.name, why="had the lead before"))
        elif person.id not in seen:
            seen.add(person.id)
            found = _look_at(person, member, pool, around)
            ready += [found] if isinstance(found, Candidate) else []
            passed += [found] if isinstance(found, Passed) else []
    return Lineup(ready=tuple(ready), passed=tuple(passed), strangers=tuple(strangers))


def why_gone(person: Person) -> str:
    """In a few words why somebody who is not active can take nothing."""
    return _BARRED[person.barred] if person.barred else "has left"


def _look_at(person: Person, member: Member, pool: Pool, around: Circumstances) -> Candidate | Passed:
    own = around.roster.of(person)
    candidate = Candidate(
        person_id=person.id,
        name=person.name.strip() or person.id,
        weight=Fraction(member.weight),
        open_leads=around.open_leads.get(person.id, 0),
        skills=frozenset(folded(skill) for skill in (*member.skills, *own.skills)),
    )
    how = working_of(person, member, pool, around.roster)
    found = available(person.id, how, around.now, given=around.rotation.given, open_leads=around.open_leads)
    if not found.why:
        return candidate
    opens = shown(found.opens_at, how) if found.opens_at else ""
    return Passed(name=candidate.name, why=found.why, candidate=candidate, opens_at=found.opens_at, opens=opens)


def working_of(person: Person, member: Member, pool: Pool, roster: Roster) -> Working:
    """How a member of a pool works in it."""
    return working(person, roster, pool_name=pool.name, pool=pool, member=member)


def with_skills(seen: Lineup, pool: Pool, lead: Lead, account: Account | None) -> Lineup:
    """The line-up for this very lead: whoever lacks a skill it needs is passed over, or has a smaller share."""
    for need in _needed(pool.skills, lead, account):
        if need.weight is not None:
            seen = replace(seen, ready=tuple(_weighted(seen.ready, need)))
            continue
        able = tuple(one for one in seen.ready if folded(need.skill) in one.skills)
        if able or need.must:
            why = f"lacks the skill {need.skill}" if need.must else f"others have the skill {need.skill}"
            lacking = (one for one in seen.ready if one not in able)
            others = (Passed(name=one.name, why=why) for one in lacking)
            seen = replace(seen, ready=able, passed=(*_still_fit(seen.passed, need), *others))
    return seen


def _needed(skills: Sequence[Skill], lead: Lead, account: Account | None) -> Iterator[Skill]:
    yield from (one for one in skills if one.when is None or weigh(one.when, lead, account).holds)


def _weighted(ready: Sequence[Candidate], need: Skill) -> Iterator[Candidate]:
    for one in ready:
        able = folded(need.skill) in one.skills
        yield replace(one, weight=one.weight * Fraction(need.weight or 1)) if able else one


def _still_fit(passed: Sequence[Passed], need: Skill) -> Iterator[Passed]:
    """Of those who are out, who lacks a needed skill is not asked when he is back either."""
    for one in passed:
        lacks = need.must and one.candidate is not None and folded(need.skill) not in one.candidate.skills
        yield replace(one, opens_at=None) if lacks else one


def calendar_of(person: Person, pools: Sequence[Pool], directory: Directory, roster: Roster) -> BusinessTime:
    """When somebody works, for clocks that run in his business time."""
    return works(person, pools, directory, roster).calendar


def works(person: Person, pools: Sequence[Pool], directory: Directory, roster: Roster) -> Working:
    """How somebody works whatever the pool: by his own hours, else by those of the first pool he is a member of
    that has any, else round the clock."""
    for pool in pools:
        for member in pool.members:
            shift = member.limits_hours or pool.limits_hours
            if shift and person_of(member, directory) == person:
                return working_of(person, member, pool, roster)
    return working(person, roster)


def person_of(member: Member, directory: Directory) -> Person | None:
    """The user a member is: by id, or by e-mail."""
    try:
        return directory.people.get(to_18(member.who.strip()))
    except ValueError:  # no record id: an e-mail
        return directory.by_email(member.who)
