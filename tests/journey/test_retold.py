"""An explanation in another language: everything the shipped stories make the router say is in the books."""

from collections.abc import Iterator

import pytest

from sfrouter.config.shipped import shipped_mappings
from sfrouter.journey.policy_test import prepare
from sfrouter.journey.retold import UnknownLanguageError, decision_in, known_language
from sfrouter.journey.story_stage import Stage
from sfrouter.ledger.decision_json import decision_from_json, decision_to_json
from sfrouter.model.decision import Decision
from sfrouter.routing.retell import is_known
from tests.stories.house import all_stories, house_policy, mapping

EXAMPLES = shipped_mappings() / "examples"


def decisions() -> Iterator[Decision]:
    """What comes of every shipped story, those of the examples too."""
    for folder in sorted(path.parent for path in EXAMPLES.glob("*/fields.yaml")):
        rehearsal, problems = prepare(folder, sorted((folder / "stories").glob("*.yaml")))
        assert rehearsal is not None, problems
        for told in rehearsal.stories:
            yield Stage(told, rehearsal.policy, rehearsal.mapping).play().decision
    for told in all_stories():
        yield Stage(told, house_policy(), mapping()).play().decision


def sentences(decision: Decision) -> Iterator[str]:
    """Everything the trace says."""
    yield from (decision.reason, decision.match.words, *decision.warnings, decision.alert)
    yield from (step.words for step in decision.steps)
    yield from (one.words for one in decision.match.findings)
    yield from (one.why for one in decision.match.suspicions)


@pytest.fixture(scope="module")
def told() -> tuple[Decision, ...]:
    """All decisions of the stories."""
    return tuple(decisions())


def test_everything_that_a_trace_says_can_be_told(told: tuple[Decision, ...]) -> None:
    said = {text for one in told for text in sentences(one) if text}
    assert len(said) > 500
    assert sorted(text for text in said if not is_known(text)) == []


def test_a_decision_of_an_old_ledger_row_is_told_from_its_english_alone(told: tuple[Decision, ...]) -> None:
    """No row needs more than it always had."""
    old = decision_from_json(decision_to_json(told[0]))
    german = decision_in(old, "de")
    assert german.reason != old.reason
    assert [step.rule for step in german.steps] == [step.rule for step in old.steps]
    assert decision_to_json(decision_in(old, "en")) == decision_to_json(old)


def test_a_language_without_a_book_is_refused_with_those_there_are() -> None:
    assert (known_language("de_AT"), known_language("in")) == ("de", "id")
    with pytest.raises(UnknownLanguageError, match="fr") as failure:
        known_language("fr")
    assert "ja" in failure.value.mend
