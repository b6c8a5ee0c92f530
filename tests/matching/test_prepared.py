"""What is worked out beforehand is what the index would work out itself, and a change of the way is noticed."""

import ast
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import sfrouter.matching
from sfrouter.matching.frozen import Frozen, freeze
from sfrouter.matching.indexed_account import entry_of
from sfrouter.matching.key_version import SOURCES, normaliser_version
from sfrouter.matching.prepared import prepare, prepared
from sfrouter.matching.slips import kept_under, slip_hashes
from sfrouter.matching.tokens import ASCII_SIGNS, words_of_any_script
from sfrouter.matching.vocabulary import Vocabulary
from tests.matching.samples import account

ROOM = Path(sfrouter.matching.__file__).parent
WORDS = st.text("abcde", min_size=1, max_size=14)


def imported(module: str) -> set[str]:
    """The modules of the room that a module imports."""
    tree = ast.parse((ROOM / f"{module}.py").read_text("utf-8"))
    names = (node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    return {name.rpartition(".")[2] for name in names if name.startswith("sfrouter.matching.")}


def test_every_module_that_makes_keys_is_part_of_the_version() -> None:
    """A module that the makers import and that is not listed could change keys unseen."""
    reached, ahead = set(), {"prepared"}
    while ahead:
        module = ahead.pop()
        reached.add(module)
        ahead |= imported(module) - reached
    assert reached <= set(SOURCES)
    assert len(normaliser_version()) == 16


@settings(deadline=None)
@given(st.text(max_size=40), st.lists(st.text(max_size=20), max_size=3), st.text(max_size=9), st.text(max_size=9))
def test_preparing_gives_what_the_index_makes_of_the_account(
    name: str, domains: list[str], country: str, city: str
) -> None:
    made = account("a", name, *domains, country=country, city=city)
    entry = entry_of(made)
    frozen = freeze([made])
    assert prepare(name, tuple(domains), country, city) == prepared(entry)
    kept = frozen.entry(0)
    assert (kept.name, kept.domains, kept.country, kept.city) == (
        entry.name, entry.domains, entry.country, entry.city
    )  # fmt: skip


@settings(deadline=None)
@given(st.lists(WORDS, max_size=40), WORDS)
def test_packed_and_loose_words_find_the_same_slips(words: list[str], asked: str) -> None:
    frozen = freeze([account(f"{place}", word) for place, word in enumerate(words)])
    loose = Vocabulary()
    for place, word in enumerate(frozen.vocabulary[number] for number in range(len(frozen.vocabulary))):
        loose.add(word, str(place))
    assert tuple(sorted(frozen.close_to(asked))) == loose.close_to(asked)


@settings(deadline=None)
@given(st.sampled_from(["international", "consultores", "manufaktura", "zement", "abcd"]), st.data())
def test_a_word_and_its_slip_meet_under_a_number(word: str, data: Any) -> None:
    place = data.draw(st.integers(0, len(word) - 1))
    slip = data.draw(st.sampled_from([word[:place] + word[place + 1 :], word[:place] + "x" + word[place:]]))
    if len(slip) > 3 and len(word) > 3:
        assert set(slip_hashes(slip)) & set(kept_under(word))


@settings(deadline=None)
@given(st.text(st.characters(max_codepoint=127), max_size=60))
def test_plain_text_is_cut_into_the_words_that_the_long_way_gives(text: str) -> None:
    assert text.translate(ASCII_SIGNS).split() == words_of_any_script(text)


def test_the_vocabulary_holds_every_word_once_at_the_place_of_its_number() -> None:
    frozen: Frozen = freeze(
        [account("b", "Acme Werke GmbH"), account("a", "Zeta"), account("c", ""), account("d", "Acme")]
    )
    words = [frozen.vocabulary[place] for place in range(len(frozen.vocabulary))]
    assert sorted(words) == ["acme", "werke", "zeta"]
    for place, word in enumerate(words):
        users = frozen.words.rows[int(frozen.words.starts[place]) : int(frozen.words.starts[place + 1])]
        assert np.array_equal(users, frozen.words.find(word))
