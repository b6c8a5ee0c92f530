"""The calibrated score in a table of some size, and the rules that hold whatever the score."""

from functools import cache

import pytest

from sfrouter.matching.calibrated import ENOUGH, calibrated_findings
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import IndexedAccount
from sfrouter.matching.match import match
from sfrouter.matching.question import ask
from sfrouter.matching.settings import MatchSettings
from sfrouter.model.evidence import Band, Match
from tests.bench.background import background
from tests.matching.samples import account, lead

OPEN = MatchSettings(free_mail_with_name="auto")


@cache
def crowd() -> tuple[IndexedAccount, ...]:
    return tuple(background(4 * ENOUGH))


def among_many(company: str, *accounts: IndexedAccount, email: str = "", **fields: str) -> Match:
    return match(lead(company, email, **fields), AccountIndex([*crowd(), *accounts]), OPEN)


def test_the_same_rare_name_in_the_same_country_is_a_match() -> None:
    found = among_many("Wexcombe Valves", account("A", "Wexcombe Valves Ltd", country="GB"), country="GB")
    assert (found.band, found.account_id) == (Band.AUTO, "A")


def test_a_stranger_is_no_match() -> None:
    assert among_many("Wexcombe Valves", account("A", "Otterburnley Dairy")).band is Band.NONE


@pytest.mark.parametrize(
    ("company", "name"),
    [
        ("Wexcombe Labs", "Wexcombe"),
        ("Wexcombe Quantum Ltd", "Wexcombe Inc"),
        ("Wexcombe - Quantum Division", "Wexcombe"),
        ("Rookhope Media, a division of Wexcombe Inc", "Wexcombe"),
        ("Rookhope Media (part of Wexcombe)", "Wexcombe"),
        ("Wexcombe Quantum (formerly Rookhope)", "Wexcombe"),
    ],
)
def test_what_only_suggests_a_subsidiary_is_never_automatic(company: str, name: str) -> None:
    """R023, whatever the country."""
    found = among_many(company, account("A", name, country="US"), country="US")
    assert found.band is not Band.AUTO


@pytest.mark.parametrize("company", ["Wexcombe Valves (the pump people)", "Wexcombe Valves Berlin"])
def test_a_remark_or_a_place_suggests_no_subsidiary(company: str) -> None:
    found = among_many(company, account("A", "Wexcombe Valves", country="DE"), country="DE")
    assert "subsidiary" not in found.words
    assert found.band is not Band.NONE


def test_an_account_whose_domain_is_the_whole_name_is_no_parent() -> None:
    found = among_many("Wexcombe Labs", account("A", "Wexcombe", "wexcombelabs.com"))
    assert "subsidiary" not in found.words


def test_a_slip_in_a_short_word_is_for_a_person_unless_a_rare_word_stands_beside_it() -> None:
    alone = among_many("Betta", account("A", "Beta", country="US"), country="US")
    assert alone.band is not Band.AUTO
    beside = among_many("Betta Wexcombewell", account("A", "Beta Wexcombewell", country="US"), country="US")
    assert "so short" not in beside.words


def test_names_with_different_numbers_are_not_the_same() -> None:
    found = among_many("Wexcombe Fund 3", account("A", "Wexcombe Fund 4", country="US"), country="US")
    assert found.band is Band.NONE


def test_a_generic_name_needs_country_and_city() -> None:
    """R024."""
    other = account("A", "Consulting Group", country="US", city="Boston")
    assert among_many("Consulting Group LLC", other, country="US").band is not Band.AUTO


def test_an_address_on_another_domain_holds_a_name_back() -> None:
    found = among_many(
        "Wexcombe Valves", account("A", "Wexcombe Valves", "wexcombe.com"), email="jo@otterburnley.com"
    )
    assert found.band is not Band.AUTO


def test_hidden_letters_are_never_automatic() -> None:
    found = among_many("Wex\u200bcombe Valves", account("A", "Wexcombe Valves", country="US"), country="US")
    assert found.band is not Band.AUTO


def test_the_trace_says_in_words_why() -> None:
    index = AccountIndex([*crowd(), account("A", "Wexcombe Valves", country="GB")])
    findings = calibrated_findings(ask(lead("Wexcombe Valvs", country="GB"), OPEN), index, most=5, least=40.0)
    assert "spelt 'valvs' for 'valves'" in findings[0].words
    assert "in the same country" in findings[0].words
    assert "'wexcombe' stands in 1 account name" in findings[0].words


def test_accounts_of_one_name_in_two_countries_go_by_the_country() -> None:
    here, there = account("A", "Wexcombe Valves", country="GB"), account("B", "Wexcombe Valves", country="US")
    assert among_many("Wexcombe Valves", here, there, country="US").account_id == "B"


@pytest.mark.parametrize("domain", ["wexcombevalves.example", "sales-desk.example"])
def test_a_domain_nobody_has_is_no_reason_against_an_account_without_one(domain: str) -> None:
    same = account("A", "Wexcombe Valves Ltd", country="GB")
    free = among_many("Wexcombe Valves", same, email="desk@gmail.com", country="GB")
    work = among_many("Wexcombe Valves", same, email=f"desk@{domain}", country="GB")
    assert (work.band, work.account_id, work.score) == (Band.AUTO, "A", free.score)


def test_a_short_name_with_a_domain_nobody_has_needs_the_country() -> None:
    same = account("A", "Wxq Inc", country="US")
    assert among_many("WXQ", same, email="desk@wxqnorth.example").band is Band.REVIEW
    assert among_many("WXQ", same, email="desk@wxqnorth.example", country="US").band is Band.AUTO


def test_an_account_on_another_domain_is_a_question() -> None:
    """C10: the account has a domain, and it is not the lead's."""
    other = account("A", "Wexcombe Valves Ltd", "wexcombe.example", country="GB")
    found = among_many("Wexcombe Valves", other, email="desk@sales-desk.example", country="GB")
    assert found.band is not Band.AUTO
