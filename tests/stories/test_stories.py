"""Runs every story of this folder with the product's own runner: the lead goes where the story says."""

from dataclasses import replace

import pytest

from sfrouter.journey.policy_test import tell_story
from sfrouter.journey.story_form import Told
from sfrouter.routing.notices import shelf as notice_shelf
from sfrouter.routing.rules import shelf as rule_shelf
from tests.stories.house import all_stories, house_policy, mapping

STORIES = all_stories()
LANGUAGES = ("worked_examples_de", "worked_examples_en", "worked_examples_es", "worked_examples_ja")


def strict(told: Told) -> Told:
    """What an admin's story may leave open, ours say: no warning, no alert, no change unless it is told."""
    expect = told.tale.expect
    quiet = {"warns": expect.warns or (), "alert": bool(expect.alert), "changes": expect.changes or {}}
    return replace(told, tale=told.tale.model_copy(update={"expect": expect.model_copy(update=quiet)}))


@pytest.mark.parametrize("told", STORIES, ids=str)
def test_the_lead_goes_where_the_story_says(told: Told) -> None:
    result = tell_story(strict(told), house_policy(), mapping())
    trace = "\n".join(f"{step.place} {step.rule} {step.outcome}: {step.words}" for step in result.trace)
    assert result.passed, "\n".join((*map(str, result.differences), result.reason, trace))


@pytest.mark.parametrize("told", STORIES, ids=str)
def test_every_story_names_the_rule_that_decides(told: Told) -> None:
    """A lead that is not routed has none; `sfrouter test` fails where it has one, or is routed after all."""
    assert bool(told.tale.expect.rule) is (told.tale.expect.waits is not False)


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
            if told.file.endswith(f"{book}.yaml")
        ]
        for book in LANGUAGES
    ]
    assert len(outcomes[0]) >= 12
    assert all(one == outcomes[0] for one in outcomes[1:])
