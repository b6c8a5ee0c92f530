"""The likeness of two names in numbers, and its kind."""

import pytest

from sfrouter.matching.features import FEATURES, Compared, Likeness, compare_names
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import IndexedAccount
from sfrouter.matching.question import ask
from tests.matching.samples import SHIPPED, account, lead


def compared(company: str, other: IndexedAccount, email: str = "", **fields: str) -> Compared:
    index = AccountIndex([other, *(account(f"B{n}", f"Filler{n} Systems") for n in range(50))])
    question = ask(lead(company, email, **fields), SHIPPED)
    entry = index.get(other.id)
    assert entry is not None
    return compare_names(question, question.name, entry, index)


def value(found: Compared, name: str) -> float:
    return found.values[FEATURES.index(name)]


@pytest.mark.parametrize(
    ("company", "name", "kind"),
    [
        ("Wexcombe Valves", "Wexcombe Valves Ltd", Likeness.SAME),
        ("Valves Wexcombe", "Wexcombe Valves", Likeness.SAME),
        ("Wexcombee Valves", "Wexcombe Valves", Likeness.SPELLING),
        ("Wexcombe", "Wexcombe Valves", Likeness.SHORTER),
        ("Wexcombe Valves", "Wexcombe", Likeness.LONGER),
        ("Wexcombe Valves", "Wexcombe Dairy", Likeness.OVERLAP),
        ("QRIB", "Quernstone Ropeway Installation Bureau", Likeness.ACRONYM),
        ("Hoshimiya", "ホシミヤ", Likeness.SOUND),
    ],
)
def test_each_kind_of_likeness_is_told_from_the_others(company: str, name: str, kind: Likeness) -> None:
    assert compared(company, account("A", name)).kind is kind


def test_there_is_a_number_for_every_feature() -> None:
    assert len(compared("Wexcombe", account("A", "Wexcombe Valves")).values) == len(FEATURES)


def test_a_rare_word_in_common_counts_more_than_a_common_one() -> None:
    rare = compared("Wexcombe", account("A", "Wexcombe Valves"))
    common = compared("Systems", account("A", "Systems Valves"))
    assert value(rare, "rarest") > value(common, "rarest")


def test_countries_and_legal_forms_are_laid_beside_each_other() -> None:
    same = compared("Wexcombe GmbH", account("A", "Wexcombe GmbH", country="DE"), country="Germany")
    assert (value(same, "same_country"), value(same, "same_form"), value(same, "form_elsewhere")) == (1, 1, 0)
    other = compared("Wexcombe GmbH", account("A", "Wexcombe Inc", country="US"), country="DE")
    assert (value(other, "other_country"), value(other, "other_form"), value(other, "form_elsewhere")) == (1, 1, 1)


def test_the_label_of_the_accounts_domain_speaks() -> None:
    found = compared("Wexcombe Labs", account("A", "Wexcombe", "wexcombelabs.com"))
    assert found.named_by_domain
    assert not compared("Wexcombe Labs", account("A", "Wexcombe", "wexcombe.com")).named_by_domain


def test_different_numbers_are_seen() -> None:
    assert compared("Wexcombe Fund 3", account("A", "Wexcombe Fund 4")).numbers_differ
    assert not compared("Wexcombe Fund 3", account("A", "Wexcombe Fund")).numbers_differ


def test_a_foreign_domain_counts_only_against_an_account_that_has_another() -> None:
    """A missing domain of an account says nothing: real orgs are full of such accounts."""
    asked = {"email": "desk@wexcombe.example"}
    assert value(compared("Wexcombe", account("A", "Wexcombe", "wxc.example"), **asked), "foreign_domain") == 1
    assert (
        value(compared("Wexcombe", account("A", "Wexcombe", "wexcombe.example"), **asked), "foreign_domain") == 0
    )
    without = compared("Wexcombe", account("A", "Wexcombe"), **asked)
    assert value(without, "foreign_domain") == 0
    assert without.values == compared("Wexcombe", account("A", "Wexcombe"), email="desk@gmail.com").values
