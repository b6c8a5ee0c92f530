"""Countries and states are recognised however they are typed, and unknown ones are not guessed."""

import pytest

from sfrouter.base.places import country_code, country_names, place_letters, regions, regions_called


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Deutschland", "DE"), ("GERMANY", "DE"), ("Alemania", "DE"), ("ドイツ", "DE"), ("Jerman", "DE"),
        ("U.S.A.", "US"), ("EE. UU.", "US"), ("アメリカ合衆国", "US"), ("Amerika Serikat", "US"),
        ("Côte d'Ivoire", "CI"), ("Grossbritannien", "GB"), ("Oesterreich", "AT"),
        (" japan ", "JP"), ("ＪＰ", "JP"),
    ],
)  # fmt: skip
def test_a_country_is_known_by_every_usual_name(typed: str, code: str) -> None:
    assert country_code(typed) == code


@pytest.mark.parametrize("typed", ["", "Atlantis", "D", "n/a", "N.A.", "x" * 500])
def test_an_unknown_country_is_not_guessed(typed: str) -> None:
    assert country_code(typed) == ""


def test_no_two_countries_share_their_first_name() -> None:
    firsts = [place_letters(names[0]) for names in country_names().values()]
    assert len(firsts) == len(set(firsts)) > 230


@pytest.mark.parametrize(
    ("typed", "country", "codes"),
    [
        ("CA", "US", ["US-CA"]), ("California", "", ["US-CA"]), ("Kalifornien", "", ["US-CA"]),
        ("カリフォルニア", "", ["US-CA"]), ("WA", "", ["US-WA", "AU-WA"]), ("WA", "AU", ["AU-WA"]),
        ("Bayern", "DE", ["DE-BY"]), ("Baviera", "", ["DE-BY"]), ("東京", "JP", ["JP-13"]),
        ("Tokyo Prefecture", "JP", ["JP-13"]), ("Osaka-fu", "JP", ["JP-27"]), ("Jakarta", "ID", ["ID-JK"]),
        ("State of Texas", "US", ["US-TX"]), ("us-ca", "", ["US-CA"]), ("Bayern", "US", []), ("Munich", "DE", []),
        ("", "", []),
    ],
)  # fmt: skip
def test_a_state_is_known_in_its_country(typed: str, country: str, codes: list[str]) -> None:
    assert [region.code for region in regions_called(typed, country)] == codes


def test_within_a_country_every_name_means_one_state() -> None:
    """Two lines of the table that share a spelling would make both unusable."""
    for region in regions():
        assert regions_called(region.name, region.country) == (region,)
        assert regions_called(region.code) == (region,)
