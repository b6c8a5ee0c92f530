"""Runs every story of this folder: the lead goes where the story says, for the reason it gives."""

import pytest

from sfrouter.model.decision import Outcome
from sfrouter.routing.notices import shelf as notice_shelf
from sfrouter.routing.rules import shelf as rule_shelf
from tests.stories.stage import Played, Stage
from tests.stories.story import Expect, Told, all_stories

STORIES = all_stories()
LANGUAGES = ("worked_examples_de", "worked_examples_en", "worked_examples_es", "worked_examples_ja")


@pytest.mark.parametrize("told", STORIES, ids=str)
def test_the_lead_goes_where_the_story_says(told: Told) -> None:
    stage = Stage(told)
    played, expect = stage.play(), told.tale.expect
    ruling = played.ruling
    story = "\n".join(f"{step.place} {step.rule} {step.outcome}: {step.words}" for step in ruling.steps)
    assert (ruling.owner.name if ruling.owner else None) == expect.owner, story
    assert ruling.rule == expect.rule, story
    assert set(expect.because) <= set(ruling.ids), f"{ruling.ids}\n{story}"
    assert not expect.not_ or ruling.owner is None or ruling.owner.name != expect.not_
    assert dict(ruling.changes) == dict(expect.changes)
    assert bool(ruling.alert) is expect.alert
    for words in expect.says:
        assert words in ruling.reason, ruling.reason
    _steps_are_as_told(played, expect, story)
    _warnings_are_as_told(played, expect)
    _people_are_told(stage, played, expect)


def _steps_are_as_told(played: Played, expect: Expect, story: str) -> None:
    outcomes = {(step.rule, step.outcome) for step in played.ruling.steps}
    assert {(name, Outcome.PASSED) for name in expect.passed} <= outcomes, story
    assert {(name, Outcome.NOBODY) for name in expect.nobody} <= outcomes, story
    assert all(step.words for step in played.ruling.steps)


def _warnings_are_as_told(played: Played, expect: Expect) -> None:
    warnings = "\n".join(played.ruling.warnings)
    assert bool(warnings) is bool(expect.warns), warnings
    for words in expect.warns:
        assert words in warnings


def _people_are_told(stage: Stage, played: Played, expect: Expect) -> None:
    if expect.tells is not None:
        wanted = sorted((stage.id_of(name), form.kind) for name, form in expect.told())
        assert sorted((one.person_id, one.kind) for one in played.notices) == wanted, played.notices
    for name, form in expect.told():
        notice = next(one for one in played.notices if (one.person_id, one.kind) == (stage.id_of(name), form.kind))
        assert set(form.ids) <= set(notice.ids), notice
        for words in form.says:
            assert words in f"{notice.subject}\n{notice.text}", notice
    silent = {one_id for name in expect.quiet for one_id in notice_shelf()[name].ids}
    assert not silent & {one_id for notice in played.notices for one_id in notice.ids}


@pytest.mark.parametrize("rule", sorted(rule_shelf()))
def test_every_rule_has_a_story_where_it_decides_and_one_where_it_nearly_does(rule: str) -> None:
    decides = [told for told in STORIES if told.tale.expect.rule == rule]
    misses = [told for told in STORIES if rule in told.tale.expect.passed]
    assert decides, f"no story in which {rule} decides"
    assert misses or rule == "default_pool", f"no story in which {rule} nearly decides"


@pytest.mark.parametrize("notice", sorted(notice_shelf()))
def test_every_notice_has_a_story_where_it_tells_and_one_where_it_is_quiet(notice: str) -> None:
    ids = set(notice_shelf()[notice].ids)
    tells = [
        told for told in STORIES
        if any(ids & set(form.ids) for _, form in told.tale.expect.told())
    ]  # fmt: skip
    assert tells, f"no story in which {notice} tells somebody, with its id"
    assert [told for told in STORIES if notice in told.tale.expect.quiet], f"no story in which {notice} is quiet"


def test_the_worked_examples_have_the_same_outcomes_in_all_four_languages() -> None:
    outcomes = [
        [
            (told.tale.shows, told.tale.expect.rule, told.tale.expect.because)
            for told in STORIES
            if told.file == book
        ]
        for book in LANGUAGES
    ]
    assert len(outcomes[0]) >= 12
    assert all(one == outcomes[0] for one in outcomes[1:])
