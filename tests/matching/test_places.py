"""Places: one country has many names."""

import pytest

from sfrouter.matching.places import Agreement, agree, country_code, country_words, place_key


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Germany", "DE"),
        ("Deutschland", "DE"),
        ("Alemania", "DE"),
        ("ドイツ", "DE"),
        ("Jerman", "DE"),
        ("de", "DE"),
        ("DEU", "DE"),
        ("USA", "US"),
        ("U.S.A.", "US"),
        ("Estados Unidos", "US"),
        ("米国", "US"),
        ("Vereinigte Staaten", "US"),
        ("UK", "GB"),
        ("Türkiye", "TR"),
        ("Turkey", "TR"),
        ("Korea, Republic of", "KR"),
        ("Holland", "NL"),
        ("日本", "JP"),
    ],
)
def test_countries_in_five_languages(typed: str, code: str) -> None:
    assert country_code(typed) == code


def test_an_unknown_country_stays_comparable() -> None:
    assert country_code("Wakanda ") == country_code("WAKANDA") != ""


def test_a_missing_place_neither_agrees_nor_differs() -> None:
    assert agree("", "DE") is Agreement.UNKNOWN
    assert agree("DE", "DE") is Agreement.SAME
    assert agree("DE", "FR") is Agreement.DIFFERENT


def test_cities_ignore_accents_and_umlauts() -> None:
    assert place_key("München") == place_key("Muenchen")
    assert place_key("x" * 10_000) == ""


def test_country_names_are_known_as_words() -> None:
    assert {"deutschland", "japan"} <= country_words()
