"""Legal forms as they are typed, and their countries."""

import pytest

from sfrouter.matching.form_country import forms_in


@pytest.mark.parametrize(
    ("raw", "form", "home"),
    [
        ("Hagenrodt GmbH", "gmbh", "DE"),
        ("Hagenrodt GmbH & Co. KG", "kg", "DE"),
        ("Wexcombe Pty. Ltd.", "pty", "AU"),
        ("Selatan Sdn. Bhd.", "bhd", "MY"),
        ("Quillfeather Ltda.", "ltda", "BR"),
        ("Hagenrodt Gesellschaft", "gmbh", "DE"),
    ],
)
def test_a_form_is_at_home_in_its_countries(raw: str, form: str, home: str) -> None:
    found, countries = forms_in(raw)
    assert found == form
    assert home in countries


def test_limited_stands_everywhere() -> None:
    assert forms_in("Wexcombe Limited") == ("ltd", frozenset())


@pytest.mark.parametrize("raw", ["", "GmbH", "Wexcombe", "a" * 5000])
def test_a_name_without_a_form_has_none(raw: str) -> None:
    assert forms_in(raw) == ("", frozenset())
