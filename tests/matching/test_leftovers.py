"""What the words are that one of two names has alone."""

import pytest
from rapidfuzz.distance import OSA

from sfrouter.matching.alignment import align
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.leftovers import Leftovers, sort_leftovers


def sorted_(left: str, right: str, *countries: str) -> Leftovers:
    mine, theirs = tuple(left.split()), tuple(right.split())
    return sort_leftovers(align(mine, theirs), mine, theirs, countries, AccountIndex())


def test_a_word_of_its_own_is_told_from_a_plain_one() -> None:
    assert sorted_("acme quantum", "acme").own == 1
    plain = sorted_("acme systems", "acme")
    assert (plain.own, plain.plain) == (0, 1)


def test_a_place_is_no_word_of_its_own() -> None:
    found = sorted_("acme berlin", "acme")
    assert (found.own, found.place, found.country) == (0, 1, 0)


def test_a_country_that_is_the_accounts_is_counted_apart() -> None:
    assert sorted_("acme germany", "acme", "DE").country == 1
    assert sorted_("acme germany", "acme", "FR").country == 0


def test_a_country_code_counts_only_as_the_last_word() -> None:
    assert sorted_("acme us", "acme").own == 0
    assert sorted_("us acme", "acme").own == 1


def test_a_misspelt_legal_form_is_no_word_of_its_own() -> None:
    assert sorted_("acme lltd", "acme").own == 0
    assert sorted_("acme inernational", "acme").own == 0


@pytest.mark.parametrize(
    "word", ["gmbh", "gmbb", "gmmbh", "gmhb", "ingmbh", "international", "internationak", "xnternational"]
)
def test_one_slip_is_enough_to_misspell_a_form_and_two_are_not(word: str) -> None:
    near = any(
        abs(len(one) - len(word)) <= 1 and OSA.distance(one, word) <= 1 for one in ("gmbh", "international")
    )
    assert (sorted_(f"acme {word}", "acme").soft == 1) is near


def test_a_name_said_twice_is_one() -> None:
    assert sorted_("acme foods acme", "acme foods").own == 0


def test_the_weight_of_the_leads_words_is_kept_apart() -> None:
    found = sorted_("acme quantum", "acme valves")
    assert 0 < found.of_lead < found.weight
