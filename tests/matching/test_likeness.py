"""Likeness word by word: which words agree matters more than how many letters do (S01)."""

import pytest

from sfrouter.matching.likeness import Relation, capped_weight, compare, typo_distance
from sfrouter.matching.names import normalise


def rare(word: str) -> float:
    return capped_weight(word, 0.9)


def relation(left: str, right: str) -> Relation:
    return compare(normalise(left).tokens, normalise(right).tokens, rare).relation


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("Foo Bar", "Bar Foo", Relation.SAME),
        ("Coca Cola Bottling", "CocaCola Bottling", Relation.SAME),
        ("Microsft", "Microsoft", Relation.SPELLING),
        ("Viettel Group", "Viettel", Relation.SOFT),
        ("Brivo", "Brivo Systems", Relation.TRADE),
        ("Acme Labs", "Acme", Relation.PART),
        ("Acme Group", "Acme Holdings", Relation.PART),
        ("Consulting Group", "Boston Consulting Group", Relation.OVERLAP),
        ("General Motors", "General Mills", Relation.OVERLAP),
        ("Apple", "Applebees", Relation.OTHER),
    ],
)
def test_what_two_names_have_to_do_with_each_other(left: str, right: str, expected: Relation) -> None:
    assert relation(left, right) is expected


def test_likeness_is_the_same_from_both_sides() -> None:
    names = ["Acme Labs", "Acme", "Boston Consulting Group", "Consulting Group", "Microsft Corp", "Microsoft"]
    for left in names:
        for right in names:
            there = compare(normalise(left).tokens, normalise(right).tokens, rare)
            back = compare(normalise(right).tokens, normalise(left).tokens, rare)
            assert there.score == pytest.approx(back.score)
            assert there.relation is back.relation


@pytest.mark.parametrize(
    ("left", "right"), [("54", "55"), ("studio1", "studio2"), ("日立", "日産"), ("kia", "kea")]
)
def test_digits_kanji_and_short_words_are_never_mistyped(left: str, right: str) -> None:
    assert typo_distance(left, right) is None


def test_one_slip_in_a_long_word_counts_less_than_in_a_short_one() -> None:
    short = compare(("gogle",), ("google",), rare).score
    long = compare(("internatonal", "machines"), ("international", "machines"), rare).score
    assert short < 80 < long
