"""Words: how rare, and which are a slip away."""

from hypothesis import given
from hypothesis import strategies as st

from sfrouter.matching.likeness import typo_distance
from sfrouter.matching.vocabulary import Vocabulary

WORD = st.text("abcdn", min_size=3, max_size=13)


def filled(*words: str) -> Vocabulary:
    vocabulary = Vocabulary()
    for place, word in enumerate(words):
        vocabulary.add(word, str(place))
    vocabulary.accounts = len(words)
    return vocabulary


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    vocabulary = filled(*["berlin"] * 400, "wolpertinger")
    assert vocabulary.weight("wolpertinger") > 2 * vocabulary.weight("berlin") > 0


def test_words_that_identify_nobody_weigh_little_however_rare() -> None:
    vocabulary = filled("wolpertinger")
    assert vocabulary.weight("of") < vocabulary.weight("group") < vocabulary.weight("consulting") < 0.5


@given(WORD, st.lists(WORD, max_size=12))
def test_one_wrong_letter_at_either_end_is_always_found(word: str, others: list[str]) -> None:
    vocabulary = filled(word, *others)
    for typed in (word[:-1], word[1:], word + "x", "x" + word, "x" + word[1:], word[:-1] + "x"):
        if typed != word and typo_distance(typed, word) is not None:
            assert word in vocabulary.close_to(typed)


@given(st.lists(st.tuples(WORD, st.integers(0, 3)), max_size=12), WORD)
def test_what_is_discarded_leaves_no_trace(uses: list[tuple[str, int]], asked: str) -> None:
    vocabulary = filled("anna", "banana")
    for word, user in uses:
        vocabulary.add(word, f"u{user}")
    for word, user in uses:
        vocabulary.discard(word, f"u{user}")
    assert vocabulary.close_to(asked) == filled("anna", "banana").close_to(asked)
    assert all(vocabulary.count(word) == (word in ("anna", "banana")) for word, _ in uses)
