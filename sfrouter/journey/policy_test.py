"""Runs an admin's stories against a policy: given this lead and these records, the right person gets it (G14)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from sfrouter.base.errors import Problem
from sfrouter.config.mapping import FieldMapping
from sfrouter.config.policy import read_configuration
from sfrouter.config.policy_value import Policy
from sfrouter.journey.story_form import Told
from sfrouter.journey.story_policy import StoryError
from sfrouter.journey.story_read import read_stories
from sfrouter.journey.story_stage import Stage
from sfrouter.journey.story_verdict import Difference, differences
from sfrouter.model.decision import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryResult:
    """What came of one story. `differences` is empty exactly when it passed."""

    file: str
    line: int
    story: str
    passed: bool
    expected: str
    got: str
    rule: str
    place: str
    ids: tuple[str, ...]
    reason: str
    differences: tuple[Difference, ...] = ()
    trace: tuple[Step, ...] = ()  # of a story that failed


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryReport:
    """All results, and the faults of files that kept stories from being told."""

    results: tuple[StoryResult, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def failed(self) -> tuple[StoryResult, ...]:
        """The stories that did not come out as told."""
        return tuple(one for one in self.results if not one.passed)

    @property
    def readable(self) -> bool:
        """Could every story be told?"""
        return not any(not problem.warning for problem in self.problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """Stories and the policy they are told under, read and ready."""

    policy: Policy
    mapping: FieldMapping
    stories: tuple[Told, ...]


def prepare(folder: Path, files: Iterable[Path]) -> tuple[Rehearsal | None, tuple[Problem, ...]]:
    """Read the policy of a folder of mapping files, and the stories; every fault of all of them at once."""
    found, problems = read_configuration(folder)
    stories, more = read_stories(files)
    faults = (*(one for one in problems if not one.warning), *more)
    if found is None:
        return None, faults
    return Rehearsal(policy=found.policy, mapping=found.mapping, stories=stories), faults


def run_stories(rehearsal: Rehearsal, told_one: Callable[[], None] = lambda: None) -> StoryReport:
    """Tell every story. `told_one` is called after each."""
    results: list[StoryResult] = []
    problems: list[Problem] = []
    for told in rehearsal.stories:
        try:
            results.append(tell_story(told, rehearsal.policy, rehearsal.mapping))
        except StoryError as failure:
            what = f"'{told.tale.story}' cannot be told: {failure}"
            problems.append(
                Problem(file=told.file, line=told.line, what=what, mend="see docs/stories.md", code="STO05")
            )
        told_one()
    return StoryReport(results=tuple(results), problems=tuple(problems))


def tell_story(told: Told, policy: Policy, mapping: FieldMapping) -> StoryResult:
    """One story's result. Raises StoryError when it names what is not there."""
    stage = Stage(told, policy, mapping)
    played = stage.play()
    found = differences(stage, told, played)
    decision = played.decision
    return StoryResult(
        file=told.file, line=told.line, story=told.tale.story, passed=not found,
        expected=told.tale.expect.owner or "(stays)", got=decision.owner.name if decision.owner else "(stays)",
        rule=decision.rule, place=decision.place, ids=decision.ids, reason=decision.reason, differences=found,
        trace=decision.steps if found else (),
    )  # fmt: skip
