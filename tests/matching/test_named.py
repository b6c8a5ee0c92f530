"""The named-account list: sure or asked, never guessed (R073)."""

import pytest

from sfrouter.matching.named import NamedIndex, match_named
from sfrouter.matching.settings import MatchSettings
from sfrouter.model.dossier import NamedEntry
from sfrouter.model.records import Account
from tests.matching.samples import SHIPPED, lead

ENGLISH = NamedEntry(company="Strategic Partner Corp", owner_email="enterprise-ae@company.com")
GERMAN = NamedEntry(company="Strategischer Partner Corp", owner_email="enterprise-ae@firma.com")


def test_the_company_name_finds_the_entry() -> None:
    assert match_named(lead("Strategic Partner", "x@sp.com"), None, NamedIndex([ENGLISH]), SHIPPED) == (
        ENGLISH,
        (),
    )


def test_the_german_name_is_not_the_english_one() -> None:
    index = NamedIndex([ENGLISH])
    assert match_named(lead("Strategischer Partner Corp", "x@sp.de"), None, index, SHIPPED)[0] is None
    both = NamedIndex([ENGLISH, GERMAN])
    assert match_named(lead("Strategischer Partner Corp", "x@sp.de"), None, both, SHIPPED)[0] == GERMAN


def test_a_matched_account_speaks_by_its_own_name() -> None:
    matched = Account(id="a", name="Strategic Partner Corporation")
    assert match_named(lead("whatever", "x@gmail.com"), matched, NamedIndex([ENGLISH]), SHIPPED)[0] == ENGLISH
    other = Account(id="b", name="Wolpertinger AG")
    assert match_named(lead("Strategic Partner Corp"), other, NamedIndex([ENGLISH]), SHIPPED) == (None, ())


@pytest.mark.parametrize(("choice", "sure", "asked"), [("review", False, 1), ("auto", True, 0), ("off", False, 0)])
def test_free_mail_goes_by_the_switch(choice: str, sure: bool, asked: int) -> None:
    settings = MatchSettings.model_validate({"free_mail_with_name": choice})
    entry, doubts = match_named(lead("Strategic Partner", "x@gmail.com"), None, NamedIndex([ENGLISH]), settings)
    assert (entry == ENGLISH, len(doubts)) == (sure, asked)


def test_a_doubtful_name_is_a_question_that_names_the_entry() -> None:
    entry, doubts = match_named(lead("Strategic Partner Labs"), None, NamedIndex([ENGLISH]), SHIPPED)
    assert entry is None
    assert "Strategic Partner Corp" in doubts[0].why
    assert doubts[0].account_id == ""


def test_an_empty_list_matches_nothing() -> None:
    assert match_named(lead("Acme"), None, NamedIndex([]), SHIPPED) == (None, ())
