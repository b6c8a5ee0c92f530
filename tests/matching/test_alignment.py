"""Two names laid beside each other: which words find a partner, and how."""

import pytest

from sfrouter.matching.alignment import align, is_short_for


def test_equal_words_pair_whatever_their_order() -> None:
    found = align(("gadwick", "instruments"), ("instruments", "gadwick"))
    assert sorted(found.equal) == ["gadwick", "instruments"]
    assert found.left_over == found.right_over == []


def test_two_words_written_as_one_are_joined_on_either_side() -> None:
    assert align(("coca", "cola"), ("cocacola",)).joined == ["cocacola"]
    assert align(("cocacola",), ("coca", "cola")).joined == ["cocacola"]


def test_a_slip_pairs_with_its_word_and_is_counted() -> None:
    found = align(("wexcombe", "instrumnets"), ("wexcombe", "instruments"))
    assert found.typos == [("instrumnets", "instruments")]
    assert found.wrong_letters == 1


def test_a_short_form_and_a_translation_stand_for_the_word() -> None:
    assert align(("wexcombe", "mfg"), ("wexcombe", "manufacturing")).known == [("mfg", "manufacturing")]
    assert align(("universitat", "lemgo"), ("lemgo", "university")).known == [("universitat", "university")]


def test_a_word_of_its_own_is_left_over() -> None:
    found = align(("acme", "labs"), ("acme",))
    assert (found.left_over, found.right_over) == (["labs"], [])


def test_the_acronym_a_name_carries_besides_is_no_word_more() -> None:
    assert align(("quernstone", "ropeway", "bureau", "qrb"), ("quernstone", "ropeway", "bureau")).left_over == []


@pytest.mark.parametrize(
    ("short", "whole", "is_one"),
    [
        ("intl", "international", True),
        ("logist", "logistics", True),
        ("lg", "logistics", False),
        ("mfg", "fgm", False),
        ("intl", "national", False),
    ],
)
def test_a_short_form_keeps_the_first_letter_and_the_order(short: str, whole: str, is_one: bool) -> None:
    assert is_short_for(short, whole) is is_one
