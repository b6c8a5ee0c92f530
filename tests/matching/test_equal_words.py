"""Words that stand for one another."""

import pytest

from sfrouter.matching.equal_words import one_word


@pytest.mark.parametrize(
    ("left", "right"),
    [("mfg", "manufacturing"), ("bros", "brothers"), ("universidad", "university"), ("labs", "laboratories")],
)
def test_short_forms_and_translations_are_one_word_both_ways(left: str, right: str) -> None:
    assert one_word(left, right)
    assert one_word(right, left)


def test_a_plural_is_its_singular_unless_the_word_is_tiny() -> None:
    assert one_word("valve", "valves")
    assert not one_word("ga", "gas")


def test_words_of_different_groups_stay_apart() -> None:
    assert not one_word("university", "institute")
    assert not one_word("wexcombe", "wexcomby")
