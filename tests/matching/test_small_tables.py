"""In a table too small to know which words are rare, second names, short forms and initials count all the same."""

import pytest

from sfrouter.matching.settings import MatchSettings
from sfrouter.model.evidence import Band
from tests.matching.samples import account, lead, matched

ADDRESS = "jo@not-known.example"


@pytest.mark.parametrize(
    ("company", "known"),
    [
        ("Zandar (formerly Quorvex Tandel)", "Quorvex Tandel"),
        ("Quorvex Tandel dba Zandarino", "Zandarino"),
        ("Quorvex t/a Zandarino Ltd", "Zandarino Inc"),
        ("Zandarino, a division of Quorvex Tandel", "Zandarino"),
        ("Quorvex Tandel / Zandarino", "Zandarino"),
        ("Quorvex Tandel [EMEA]", "Quorvex Tandel"),
        ("Quorvex Intl", "Quorvex International"),
        ("Quorvex Mfg Co", "Quorvex Manufacturing"),
        ("Quorvex Bros.", "Quorvex Brothers"),
    ],
)
def test_a_second_name_or_a_short_form_is_the_company(company: str, known: str) -> None:
    found = matched(lead(company, ADDRESS), account("A", known))
    assert (found.band, found.account_id) == (Band.AUTO, "A")
    assert found.findings[0].lead_value == company


@pytest.mark.parametrize(
    ("company", "known", "said"),
    [
        ("Zandarino, a division of Quorvex Tandel", "Quorvex Tandel", "perhaps a subsidiary"),
        ("Quorvex - Labs", "Quorvex", "perhaps a subsidiary"),
        ("QTI", "Quorvex Tandel Imports", "initials"),
        ("Quorvex Tandel Imports", "QTI", "initials"),
        ("Zandar (formerly Quorvеx Tandel)", "Quorvex Tandel", "look-alike"),
    ],
)
def test_a_parent_initials_and_odd_letters_are_a_question(company: str, known: str, said: str) -> None:
    found = matched(lead(company, ADDRESS), account("A", known))
    assert (found.band, found.suspicions[0].account_id) == (Band.REVIEW, "A")
    assert said in found.words


@pytest.mark.parametrize(
    ("company", "known"),
    [
        ("Zandar (formerly Quorvex Tandel)", "Tandel"),
        ("Quorvex Mfg", "Quorvex Logistics"),
        ("QTX", "Quorvex Tandel Imports"),
        ("Zandar dba Consulting Group", "Consulting Group"),
    ],
)
def test_another_second_name_or_word_is_no_match(company: str, known: str) -> None:
    assert matched(lead(company, ADDRESS), account("A", known)).band is not Band.AUTO


def test_the_admins_limit_holds_for_hints() -> None:
    low = MatchSettings(match_above=75, review_from=60)
    assert matched(lead("QTI", ADDRESS), account("A", "Quorvex Tandel Imports"), settings=low).band is Band.REVIEW
