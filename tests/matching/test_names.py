"""A name's key: equal for all spellings of a name, never empty for a real one, honest about doubtful ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfrouter.matching.names import MAX_NAME, normalise

REAL = st.text(
    st.characters(categories=["Lu", "Ll", "Lo", "Nd"], exclude_characters="\u115f\u1160\u3164\uffa0"),
    min_size=1,
    max_size=40,
)


@given(st.lists(REAL, min_size=1, max_size=5))
def test_a_name_with_a_letter_or_digit_is_never_empty(words: list[str]) -> None:
    name = " ".join(words)
    assert normalise(name).key or normalise(name).too_long


@given(st.text(max_size=80))
def test_normalising_a_normalised_name_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(" ".join(once.tokens)).tokens == once.tokens


@pytest.mark.parametrize(
    "spellings",
    [
        ("Müller GmbH", "Mueller", "Muller AG", "MÜLLER", "Mu\u0308ller"),
        ("日立製作所", "株式会社日立製作所", "日立製作所（株）", "㈱日立製作所"),
        ("Coca-Cola", "CocaCola", "coca cola company"),
        ("Газпром", "Gazprom", "ПАО «Газпром»"),
        ("Ａｃｍｅ", "acme", "ACME"),
        ("The Boring Company", "Boring Co."),
    ],
)
def test_spellings_of_one_name_have_one_key(spellings: tuple[str, ...]) -> None:
    assert len({normalise(spelling).key for spelling in spellings}) == 1


@pytest.mark.parametrize(
    ("left", "right"), [("Blue", "Blu"), ("General Motors", "General Mills"), ("Beta", "Betta"), ("日立", "日産")]
)
def test_different_names_have_different_keys(left: str, right: str) -> None:
    assert normalise(left).key != normalise(right).key


def test_kanji_are_never_read_as_latin() -> None:
    assert normalise("日立製作所").key == "日立製作所"


@pytest.mark.parametrize(
    "said",
    [
        "[not provided]",
        "n/a",
        "N.A.",
        "none",
        "self-employed",
        "Self Employed",
        "test",
        "Unknown",
        "keine Angabe",
        "selbständig",
        "Privat",
        "sin empresa",
        "Autónomo",
        "ninguna",
        "なし",
        "個人",
        "テスト",
        "tidak ada",
        "Perorangan",
    ],
)
def test_placeholders_are_no_company_in_five_languages(said: str) -> None:
    assert normalise(said).placeholder
    assert not normalise(said).usable


@pytest.mark.parametrize("said", ["", " ", "-", "...", "***", "\u200b", "\x00"])
def test_what_has_no_letter_is_no_company(said: str) -> None:
    assert not normalise(said).usable


@pytest.mark.parametrize(
    "name",
    [
        "Consulting Group LLC",
        "Consulting Group GmbH",
        "Global Services",
        "Grupo Consultores",
        "コンサルティング・グループ",
        "Jasa Konsultan",
    ],
)
def test_generic_names_are_known(name: str) -> None:
    assert normalise(name).generic


@pytest.mark.parametrize(
    "name",
    [
        "Strategic Partner Corp",
        "New Company Inc",
        "Nueva Empresa Inc",
        "Neue Firma GmbH",
        "Boston Consulting Group",
        "IBM",
    ],
)
def test_the_generic_guard_looks_at_the_whole_name(name: str) -> None:
    assert not normalise(name).generic


def test_a_name_longer_than_a_company_field_is_not_read() -> None:
    assert normalise("a" * MAX_NAME).usable
    assert normalise("a" * (MAX_NAME + 1)).too_long
    assert not normalise("\ufdfa" * MAX_NAME).usable, "each sign unfolds into eighteen"
