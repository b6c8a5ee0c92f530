"""Holds what came of a story against what it expects, and says every difference in words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sfrouter.base.shelf import did_you_mean
from sfrouter.journey.story_form import MatchForm, Told, ToldForm, at
from sfrouter.journey.story_policy import StoryError
from sfrouter.journey.story_stage import Played, Stage
from sfrouter.matching.reasons import named_in
from sfrouter.model.decision import Notice, Outcome, Step
from sfrouter.model.evidence import Match
from sfrouter.routing.notices import shelf as notice_shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is not as the story says."""

    what: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"{self.what}: expected {self.expected or 'nothing'}, got {self.got or 'nothing'}"


_WAITS = {True: "the lead waits to be routed", False: "the lead is none of the intake"}


def differences(stage: Stage, told: Told, played: Played) -> tuple[Difference, ...]:
    """Everything that is not as told; empty when the story holds. Raises StoryError for names that are none."""
    expect = told.tale.expect
    if expect.waits is not None and expect.waits is not played.waits:
        return (Difference(what="waits", expected=_WAITS[expect.waits], got=_WAITS[played.waits]),)
    if expect.waits is False:
        named = expect.owner or expect.rule
        return (Difference(what="owner", expected=named, got=_WAITS[False]),) if named else ()
    return (*_owner(stage, told, played), *_words(told, played), *_steps(told, played),
            *_people(stage, told, played), *_match(told, played), *_later(stage, told, played))  # fmt: skip


def _owner(stage: Stage, told: Told, played: Played) -> Iterator[Difference]:
    expect, decision = told.tale.expect, played.decision
    owner = decision.owner.name if decision.owner else ""
    if owner != (expect.owner or ""):
        yield _different("owner", expect.owner or "the owner stays", owner or "the owner stays")
    if expect.not_ and stage.cast.id_of(expect.not_) and owner == expect.not_:  # a name that is none never is
        yield _different("owner", f"anybody but {expect.not_}", owner)
    if expect.rule and decision.rule != expect.rule:
        yield _different("rule", expect.rule, decision.rule)
    missing = [one for one in expect.because if one not in decision.ids]
    if missing:
        yield _different("because", missing, decision.ids)
    if expect.changes is not None and dict(expect.changes) != dict(decision.changes):
        yield _different("changes", _pairs(expect.changes), _pairs(decision.changes))
    if expect.alert is not None and bool(decision.alert) is not expect.alert:
        yield _different("alert", "an alert" if expect.alert else "no alert", decision.alert or "no alert")


def _words(told: Told, played: Played) -> Iterator[Difference]:
    expect, decision = told.tale.expect, played.decision
    for words in expect.says:
        if words not in decision.reason:
            yield _different("reason", f"'{words}' in it", decision.reason)
    trace = "\n".join(step.words for step in decision.steps)
    for words in expect.trace:
        if words not in trace:
            yield _different("trace", f"'{words}' in it", "a trace without it")
    if expect.warns is not None:
        said = "; ".join(decision.warnings)
        if not expect.warns and said:
            yield _different("warnings", "none", said)
        for words in expect.warns:
            if words not in said:
                yield _different("warnings", f"'{words}'", said)


def _steps(told: Told, played: Played) -> Iterator[Difference]:
    """Which rules were asked without deciding."""
    expect, steps = told.tale.expect, played.decision.steps
    for wanted, outcome in ((expect.passed, Outcome.PASSED), (expect.nobody, Outcome.NOBODY)):
        for name in wanted:
            if not any(step.rule == name and step.outcome is outcome for step in steps):
                yield _different(f"rule {name}", outcome, _outcome_of(name, steps))


def _outcome_of(name: str, steps: Iterable[Step]) -> str:
    return ", ".join(step.outcome for step in steps if step.rule == name) or "not in the policy"


def _people(stage: Stage, told: Told, played: Played) -> Iterator[Difference]:
    expect, notices = told.tale.expect, played.decision.notices
    if expect.tells is not None:
        faults = tuple(_told("told", expect.told(), notices, stage))
        yield from faults
        if any(one.what == "told" for one in faults):
            return
    shelf = notice_shelf()
    for name in expect.quiet:
        if name not in shelf:  # it would be quiet for ever
            raise StoryError(f"no notice is called '{name}'.{did_you_mean(name, shelf)}")
        if any(set(shelf[name].ids) & set(notice.ids) for notice in notices):
            yield _different(f"notice {name}", "quiet", "somebody is told")


def _told(
    what: str, wanted: list[tuple[str, ToldForm]], notices: Sequence[Notice], stage: Stage
) -> Iterator[Difference]:
    """Exactly these people, by these Tasks."""
    got = sorted(f"{stage.cast.name_of(one.person_id)} ({one.kind})" for one in notices)
    named = sorted(f"{name} ({form.kind})" for name, form in wanted)
    if got != named:
        yield _different(what, named, got)
        return
    for name, form in wanted:
        person_id = stage.cast.id_of(name)
        notice = next(one for one in notices if (one.person_id, one.kind) == (person_id, form.kind))
        if not set(form.ids) <= set(notice.ids):
            yield _different(f"{what} {name}, because", form.ids, notice.ids)
        for words in form.says:
            if words not in f"{notice.subject}\n{notice.text}":
                yield _different(f"{what} {name}", f"'{words}' in it", f"{notice.subject} {notice.text}")


def _later(stage: Stage, told: Told, played: Played) -> Iterator[Difference]:
    """What became of the lead as time went by."""
    due, wanted = played.decision.answer_by, told.tale.expect.answer_by
    if wanted is not None and due != at(wanted):
        yield _different("answer by", at(wanted).isoformat(), due.isoformat() if due else "no time")
    for form, found in zip(told.tale.expect.later, played.later, strict=True):
        when = f"at {found.moment:%Y-%m-%d %H:%M}"
        owner = stage.cast.name_of(found.owner_id)
        if form.owner and owner != form.owner:
            yield _different(f"{when}, owner", form.owner, owner)
        if form.tells is not None:
            yield from _told(f"{when}, told", form.told(), found.notices, stage)


def _match(told: Told, played: Played) -> Iterator[Difference]:
    expect, match = told.tale.expect, played.decision.match
    if expect.match is not None:
        yield from _found(expect.match, match, played)
    if expect.asks is not None:
        asked = sorted(played.accounts.get(one.account_id, named_in(one.why)) for one in match.suspicions)
        if asked != sorted(expect.asks):
            yield _different("a person is asked about", sorted(expect.asks), asked or "nothing")


def _found(wanted: MatchForm, match: Match, played: Played) -> Iterator[Difference]:
    name = played.accounts.get(match.account_id or "", "")
    if name != (wanted.account or ""):
        yield _different("matched account", wanted.account or "none", f"{name or 'none'} ({match.words})")
    mine = [one for one in match.findings if match.account_id in (None, one.account_id)]
    if wanted.by and not any(one.signal == wanted.by for one in mine[:1]):
        yield _different("matched by", wanted.by, [one.signal for one in mine])
    ids = {one for found in mine for one in found.ids} | {one for item in match.suspicions for one in item.ids}
    if not set(wanted.ids) <= ids:
        yield _different("matched because", wanted.ids, sorted(ids))


def _pairs(values: Mapping[str, str]) -> str:
    return ", ".join(f"{key}={value}" for key, value in values.items())


def _different(what: str, expected: str | Iterable[str], got: str | Iterable[str]) -> Difference:
    return Difference(what=what, expected=_listed(expected), got=_listed(got))


def _listed(words: str | Iterable[str]) -> str:
    return words if isinstance(words, str) else ", ".join(words) or "nothing"
