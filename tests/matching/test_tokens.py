"""Words of a name: abbreviations, connectors, umlauts and scripts."""

import pytest

from sfrouter.matching.letters import fold_text
from sfrouter.matching.tokens import level_umlauts, tokenise


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("J. P. Morgan", ("jp", "morgan")),
        ("S.A. de C.V.", ("sa", "de", "cv")),
        ("Sp. z o.o.", ("sp", "z", "oo")),
        ("Novo A/S", ("novo", "as")),
        ("Johnson & Johnson", ("johnson", "johnson")),
        ("Procter and Gamble", ("procter", "gamble")),
        ("Müller und Söhne", ("muller", "sohne")),
        ("McDonald's", ("mcdonalds",)),
        ("Amazon.com", ("amazon",)),
        ("トヨタ自動車", ("トヨタ", "自動車")),
        ("NTTデータ", ("ntt", "データ")),
        ("3M", ("3m",)),
        ("!!!", ()),
    ],
)
def test_words_of_a_name(name: str, words: tuple[str, ...]) -> None:
    assert tokenise(fold_text(name)) == words


@pytest.mark.parametrize("spelling", ["Mueller", "Müller", "Muller"])
def test_the_three_german_spellings_are_one(spelling: str) -> None:
    assert level_umlauts(fold_text(spelling)) == "muller"


@pytest.mark.parametrize("word", ["blue", "boeing", "value", "quest", "hitachi"])
def test_an_e_that_is_no_umlaut_stays(word: str) -> None:
    assert level_umlauts(word) == word
