"""Asks the rules in the policy's order; the first that has an owner decides, and every answer is kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sfrouter.base.errors import SfrouterError
from sfrouter.model.assignment import Owner
from sfrouter.model.decision import Outcome, Step
from sfrouter.model.dossier import Dossier
from sfrouter.routing.explain import Phrase, joined, say
from sfrouter.routing.owners import STANDARD, Departed, Found, find_owner
from sfrouter.routing.rule import Claim, Keep, Role, Rule, ToDefault, Verdict, Wanted
from sfrouter.routing.ruling import Ruling

CATCH_ALL = "catch_all"
CATCH_ALL_PLACE = "10"


class RuleFailedError(SfrouterError):
    """A rule came to no answer for a lead. `rule` names it; the cause's own words may hold people's data."""

    def __init__(self, rule: str, cause: Exception) -> None:
        super().__init__(
            f"the rule '{rule}' fails on this lead ({type(cause).__name__})",
            mend="the lead waits and is tried again at every poll; look at the rule's options in policy.yaml "
            "and at the record in the org, or take the rule out",
        )
        self.rule = rule


@dataclass(slots=True)
class _Trace:
    """What has been said so far."""

    steps: list[Step] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def note(self, rule: Rule, outcome: Outcome, words: Phrase, ids: tuple[str, ...]) -> None:
        self.steps.append(Step(place=rule.place, rule=rule.name, outcome=outcome, words=str(words), ids=ids))

    def warn(self, warnings: Sequence[Phrase]) -> None:
        self.warnings.extend(text for text in map(str, warnings) if text not in self.warnings)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """How a claim ended: who takes the lead, in which part, and the whole reason."""

    owner: Owner | None
    role: Role | None
    why: Phrase
    ids: tuple[str, ...]


def decide(
    dossier: Dossier, rules: Sequence[Rule], *, departed: Departed = STANDARD, default_would_be: str = ""
) -> Ruling:
    """The ruling on a lead: first match wins (handbook, section 6).

    `departed` is the policy's order for leavers. `default_would_be` says what the default layer would have done,
    for the trace of a lead that never gets there. Pure: the same dossier and rules give the same ruling.
    """
    trace = _Trace()
    for index, rule in enumerate(rules):
        ruling = _ask(rule, dossier, departed, trace)
        if ruling is not None:
            rest = [_not_asked(other, rule, default_would_be) for other in rules[index + 1 :]]
            return replace(ruling, steps=(*trace.steps, *rest), warnings=tuple(trace.warnings))
    why = say("catch_all.no_rule")
    return Ruling(
        rule=CATCH_ALL, place=CATCH_ALL_PLACE, ids=("L05",), owner=None, why=why,
        reason=str(say("reason.nobody", why=why)), steps=tuple(trace.steps), warnings=tuple(trace.warnings),
    )  # fmt: skip


def _ask(rule: Rule, dossier: Dossier, departed: Departed, trace: _Trace) -> Ruling | None:
    """The rule's ruling, or None when the next one is to be asked."""
    verdict: Verdict | None = _verdict(rule, dossier)
    if isinstance(verdict, Claim):
        trace.warn(verdict.warnings)
        taken = _take(verdict, dossier, departed, trace)
        if taken.owner is not None:
            return _claimed(rule, verdict, taken, trace)
        final = verdict.final and verdict.otherwise is None
        words = say("nobody.final" if final or verdict.otherwise else "nobody", why=taken.why)
        trace.note(rule, Outcome.NOBODY, words, taken.ids)
        if final:
            return _nobody(verdict, taken)
        verdict = verdict.otherwise
    if verdict is None:
        return None
    trace.warn(verdict.warnings)
    if isinstance(verdict, ToDefault):
        return _to_default(rule, verdict, trace)
    if isinstance(verdict, Keep):
        return _kept(rule, verdict, trace)
    trace.note(rule, Outcome.PASSED, verdict.words, verdict.ids)
    return None


def _verdict(rule: Rule, dossier: Dossier) -> Verdict:
    """A rule that fails decides nothing, and no later one may decide in its place: the lead waits (L3)."""
    try:
        return rule.decide(dossier)
    except Exception as failure:
        raise RuleFailedError(rule.name, failure) from failure


def _take(claim: Claim, dossier: Dossier, departed: Departed, trace: _Trace) -> _Taken:
    """The first candidate who can take the lead, and why the ones before him cannot."""
    said: list[Phrase | None] = [claim.words]
    ids = list(claim.ids)
    for candidate in claim.wanted:
        found = find_owner(candidate, dossier.directory, departed=departed, never=dossier.intake_ids)
        trace.warn(found.warnings)
        if found.owner is not None:
            said.extend(_takes(candidate, found, first=candidate is claim.wanted[0]))
            ids.extend((*candidate.ids, *found.ids))
            return _Taken(owner=found.owner, role=candidate.role, why=joined(said), ids=_once(ids))
        said.append(found.words)
        ids.extend(found.ids)
    return _Taken(owner=None, role=None, why=joined(said), ids=_once([*ids, "R097"]))


def _takes(candidate: Wanted, found: Found, *, first: bool) -> tuple[Phrase | None, ...]:
    if first or found.words is not None:
        return (found.words,)
    return (say("owner.stands_in", role=say(f"role.{candidate.role}")),)


def _once(ids: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))


def _claimed(rule: Rule, claim: Claim, taken: _Taken, trace: _Trace) -> Ruling:
    owner = taken.owner
    trace.note(rule, Outcome.DECIDED, taken.why, taken.ids)
    return Ruling(
        rule=rule.name, place=rule.place, ids=taken.ids, owner=owner, role=taken.role, why=taken.why,
        reason=str(say("reason", owner=owner.name if owner else "", why=taken.why)), steps=(),
        changes=claim.changes, silent=claim.silent,
    )  # fmt: skip


def _nobody(claim: Claim, taken: _Taken) -> Ruling:
    """The rule applies and lets nobody else have the lead: it goes to the catch-all queue (L05)."""
    return Ruling(
        rule=CATCH_ALL, place=CATCH_ALL_PLACE, ids=_once([*taken.ids, "L05"]), owner=None, why=taken.why,
        reason=str(say("reason.nobody", why=taken.why)), steps=(), changes=claim.changes, silent=claim.silent,
    )  # fmt: skip


def _to_default(rule: Rule, verdict: ToDefault, trace: _Trace) -> Ruling:
    trace.note(rule, Outcome.DECIDED, verdict.words, verdict.ids)
    return Ruling(
        rule=rule.name, place=rule.place, ids=verdict.ids, owner=None, why=verdict.words,
        reason=str(verdict.words), steps=(), to_default=True, pool=verdict.pool,
    )  # fmt: skip


def _kept(rule: Rule, verdict: Keep, trace: _Trace) -> Ruling:
    trace.note(rule, Outcome.DECIDED, verdict.words, verdict.ids)
    return Ruling(
        rule=rule.name, place=rule.place, ids=verdict.ids, owner=None, why=verdict.words,
        reason=str(say("reason.keep", why=verdict.words)), steps=(), changes=verdict.changes, keep_owner=True,
        silent=verdict.silent,
    )  # fmt: skip


def _not_asked(other: Rule, decider: Rule, default_would_be: str) -> Step:
    words = say("not_asked", rule=decider.name)
    if default_would_be and other.name == "default_pool":
        words = say("not_asked.default", rule=decider.name, default=default_would_be)
    return Step(place=other.place, rule=other.name, outcome=Outcome.NOT_ASKED, words=str(words))
