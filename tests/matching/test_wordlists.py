"""The word lists that ship with the package are readable and say nothing twice over."""

from importlib import resources

import pytest

from sfrouter.matching.legal_forms import generic_words, soft_words, trade_words, weightless_words
from sfrouter.matching.wordlists import entries, sections

FILES = sorted(
    item.name
    for item in resources.files("sfrouter.matching").joinpath("data").iterdir()
    if item.name.endswith(".txt")
)


@pytest.mark.parametrize("name", [name for name in FILES if "LICENSE" not in name])
def test_every_list_has_entries(name: str) -> None:
    assert sum(map(len, sections(name).values())) > 5


def test_the_foreign_list_has_its_licence_beside_it() -> None:
    assert "free_email_domains.LICENSE.txt" in FILES
    assert entries("free_email_domains.LICENSE.txt")[0] == "The MIT License (MIT)"


def test_the_words_that_identify_nobody_are_kept_apart() -> None:
    assert not weightless_words() & (generic_words() | soft_words() | trade_words())
    assert "acme" not in generic_words() | soft_words() | trade_words()


def test_a_placeholder_may_stand_in_brackets() -> None:
    assert "[not provided]" in entries("placeholders.txt")
