"""The standard form of a value is the same on every road a lead comes by, and its own standard form."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfrouter.base.places import country_names, regions
from sfrouter.base.standards import (
    Standards,
    UnknownStandardError,
    country_overrides,
    state_overrides,
    tidy,
)

PLAIN = Standards()
HOME = Standards(
    home="US", countries=country_overrides({"Wakanda": "KE"}), states=state_overrides({"NorCal": "US-CA"})
)
_names = [name for names in country_names().values() for name in names] + [region.name for region in regions()]
texts = st.one_of(st.text(max_size=60), st.sampled_from(_names), st.sampled_from(["CA", "WA", "ca ", "ＣＡ"]))


@settings(deadline=None)  # the first call reads the tables
@given(texts, texts)
def test_standardising_twice_changes_nothing_more(state: str, country: str) -> None:
    for standards in (PLAIN, HOME):
        once_country = standards.country(country)
        assert standards.country(once_country) == once_country
        once = standards.state(state, country)
        assert standards.state(once, once_country) == once
        phone = standards.phone(state, country)
        assert standards.phone(phone, once_country) == phone
    assert tidy(tidy(state)) == tidy(state)


@pytest.mark.parametrize(
    "typed", ["CA", "ca", "Calif.", "California", " Kalifornien ", "カリフォルニア州", "US-CA"]
)
def test_california_is_california_on_every_road(typed: str) -> None:
    assert PLAIN.state(typed, "United States") == "California"


def test_a_short_code_without_its_country_means_home_or_nothing() -> None:
    assert PLAIN.state("WA", "") == "WA"
    assert HOME.state("WA", "") == "Washington"
    assert HOME.state("WA", "Australia") == "Western Australia"
    assert HOME.state("Bayern", "") == "Bayern", "a name that only one country has needs no country"


def test_a_state_of_another_country_stays_as_typed() -> None:
    assert PLAIN.state("Bayern", "US") == "Bayern"
    assert PLAIN.state("DE", "Germany") == "DE"


def test_the_admins_spellings_come_first() -> None:
    assert HOME.country("wakanda") == "KE"
    assert HOME.state("NORCAL", "") == "California"
    assert PLAIN.country("wakanda") == "wakanda"


def test_an_override_to_nowhere_is_refused() -> None:
    with pytest.raises(UnknownStandardError, match="no country"):
        country_overrides({"X": "Atlantis"})
    with pytest.raises(UnknownStandardError, match="no single state"):
        state_overrides({"X": "WA"})


def test_what_an_admin_writes_without_a_country_means_every_state_of_that_name() -> None:
    assert PLAIN.states_meant("WA") == ("Washington", "Western Australia", "WA")
    assert HOME.states_meant("WA") == ("Washington", "WA")
    assert PLAIN.states_meant("Nowhere") == ("Nowhere",)


@pytest.mark.parametrize(
    ("typed", "country", "standard"),
    [
        ("+49 (0)30 901820", "", "+4930901820"), ("030 / 901820", "Deutschland", "+4930901820"),
        ("(212) 555-0123", "USA", "+12125550123"), ("03-1234-5678", "日本", "+81312345678"),
        ("call me", "US", "call me"), ("", "US", ""),
    ],
)  # fmt: skip
def test_a_phone_number_has_one_form(typed: str, country: str, standard: str) -> None:
    assert PLAIN.phone(typed, country) == standard
