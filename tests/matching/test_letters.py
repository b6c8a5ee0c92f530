"""Letters: what is one letter to a reader is one letter to the router, and a disguise is seen through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfrouter.matching.letters import fold, fold_text


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("ＡＣＭＥ　Ｃｏｒｐ", "acme corp"),
        ("Société Générale", "societe generale"),
        ("Straße", "strasse"),
        ("Ørsted", "orsted"),
        ("Łódź", "lodz"),
        ("İstanbul", "istanbul"),
        ("Газпром", "gazprom"),
        ("Ελλάδα", "ellada"),
        ("ﾃﾞｰﾀ", "データ"),
        ("日立製作所", "日立製作所"),
        ("a\x00b\tc\r\nd", "ab c d"),
    ],
)
def test_one_case_one_width_no_accents_one_alphabet(typed: str, plain: str) -> None:
    assert fold_text(typed) == plain


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = fold_text(text)
    assert fold_text(once) == once


@pytest.mark.parametrize("word", ["Аcme", "Acmе", "Αcme", "Ac\u200bme", "A\u202ecme", "Ac\u2060me", "Acme\u3164x"])
def test_mixed_alphabets_and_hidden_letters_are_deceitful(word: str) -> None:
    assert fold(word).deceitful


@pytest.mark.parametrize(
    "word",
    [
        "NTTデータ",
        "Soft\u00adware",
        "\ufeffAcme",
        "Acme\u200b",
        "Café",
        "Ｆｕｌｌ",
        "می\u200cخواهم",
        "Газпром",
        "Ацме",
    ],
)
def test_ordinary_spellings_are_not_deceitful(word: str) -> None:
    assert not fold(word).deceitful


def test_a_foreign_word_wholly_of_latin_looking_letters_names_what_it_imitates() -> None:
    assert fold("АСМЕ").imitations == (("asme", "acme"),)
    assert fold("Север").imitations == ()
