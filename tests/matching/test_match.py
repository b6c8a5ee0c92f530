"""The whole judgement: link before domain before alias before name, and a person where it is unclear."""

from datetime import date

import pytest

from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import IndexedAccount
from sfrouter.matching.match import match
from sfrouter.matching.settings import Alias, MatchSettings, NeverMatch
from sfrouter.matching.signals.name import Name
from sfrouter.model.evidence import Band
from sfrouter.model.records import Account
from tests.matching.samples import account, lead, matched

ACME = account("acme", "Acme Corp", "acmecorp.com", customer=True, country="US")
BETA = account("beta", "Beta Inc", "beta.com", country="US")


def test_the_domain_decides_before_the_name() -> None:
    """C10: domain says A, name says B; B is a customer, so a person is asked as well."""
    found = matched(lead("Acme Corp", "john@beta.com"), ACME, BETA)
    assert (found.band, found.account_id) == (Band.AUTO, "beta")
    assert [(s.account_id, "C10" in s.ids) for s in found.suspicions] == [("acme", True)]
    assert "the domain wins" in found.words


def test_a_conflict_with_nobody_in_particular_is_only_told() -> None:
    found = matched(lead("Beta Inc", "john@acmecorp.com"), ACME, BETA)
    assert (found.account_id, found.suspicions) == ("acme", ())
    assert "the domain wins" in found.words


def test_a_link_is_certain_whatever_the_rest_says() -> None:
    """R039: the linked account need not even be in the index; a never-match pair does not undo a person's link."""
    settings = MatchSettings(never_match=(NeverMatch(company="Acme Corp", account="linked"),))
    linked = Account(id="linked", name="Wolpertinger")
    found = match(lead("Acme Corp", "x@acmecorp.com"), AccountIndex([ACME]), settings, linked=linked)
    assert (found.band, found.account_id, found.score) == (Band.AUTO, "linked", 100.0)
    assert [finding.signal for finding in found.findings] == ["link"]


def test_findings_carry_score_words_and_both_values() -> None:
    found = matched(lead("ACME corp.", "x@mail.acmecorp.com"), ACME)
    assert {finding.signal for finding in found.findings} == {"domain", "name"}
    assert all(finding.score > 80 and finding.words for finding in found.findings)
    values = {finding.signal: (finding.lead_value, finding.account_value) for finding in found.findings}
    assert values == {"domain": ("acmecorp.com", ACME.domains[0]), "name": ("ACME corp.", "Acme Corp")}


def test_an_address_in_an_accounts_domain_field_is_not_quoted() -> None:
    """Some orgs keep a contact's address there; only what stands behind the @ is evidence."""
    other = IndexedAccount(id="1", name="Borgward", domains=("jane.doe@borgward.example",))
    found = matched(lead("Borgward", "x@borgward.example"), other)
    assert [one.account_value for one in found.findings if one.signal == "domain"] == ["borgward.example"]


def test_no_finding_quotes_a_persons_address() -> None:
    found = matched(lead("Acme", "john.doe@acmecorp.com", first_name="John", last_name="Doe"), ACME)
    assert "doe" not in repr(found).casefold()


@pytest.mark.parametrize(("choice", "band"), [("review", Band.REVIEW), ("auto", Band.AUTO), ("off", Band.NONE)])
def test_free_mail_with_a_known_name_goes_by_the_switch(choice: str, band: Band) -> None:
    """C01: by default routed by the default layer and shown to a person."""
    settings = MatchSettings.model_validate({"free_mail_with_name": choice})
    found = matched(lead("Acme Corp", "john@gmail.com"), ACME, settings=settings)
    assert found.band is band
    assert found.account_id == ("acme" if band is Band.AUTO else None)
    assert [s.account_id for s in found.suspicions] == (["acme"] if band is Band.REVIEW else [])
    assert (found.company_domain, found.company_key) == ("", "")


def test_a_personal_address_with_a_known_name_is_like_free_mail() -> None:
    person = lead("Acme Corp", "john@johnsmith.com", first_name="John", last_name="Smith")
    assert matched(person, ACME).band is Band.REVIEW


def test_a_personal_domain_recorded_on_an_account_counts() -> None:
    person = lead("", "john@johnsmith.com", first_name="John", last_name="Smith")
    assert matched(person, account("smith", "Smith & Daughters", "johnsmith.com")).account_id == "smith"


def test_a_shared_domain_needs_the_name_to_agree() -> None:
    """R030: on a domain listed as shared the domain alone is a question."""
    settings = MatchSettings(shared_domains=frozenset({"holding.com"}))
    one = account("one", "Northwind", "holding.com")
    assert matched(lead("Wingtip", "x@holding.com"), one, settings=settings).band is Band.REVIEW
    assert matched(lead("Northwind Ltd", "x@holding.com"), one, settings=settings).account_id == "one"
    assert matched(lead("Wingtip", "x@holding.com"), one).account_id == "one"


def test_of_several_accounts_on_a_domain_the_named_one_is_taken() -> None:
    one, two = account("one", "Acme Labs", "acme.com"), account("two", "Acme Foods", "acme.com", strategic=True)
    assert matched(lead("Acme Labs Inc", "x@acme.com"), one, two).account_id == "one"
    assert matched(lead("", "x@acme.com"), one, two).account_id == "two"


def test_several_accounts_of_different_owners_are_for_a_person() -> None:
    one, two = account("one", "Acme", "acme.com"), account("two", "Acme", "acme.com")
    found = matched(lead("Acme", "x@acme.com"), one, two)
    assert found.band is Band.REVIEW
    assert {s.account_id for s in found.suspicions} == {"one", "two"}
    assert all("T01" in s.ids for s in found.suspicions)


def test_duplicates_are_told_apart_by_activity() -> None:
    one = account("one", "Acme Corp", last_activity_on=date(2026, 1, 1))
    two = account("two", "ACME Inc", last_activity_on=date(2026, 2, 1))
    assert matched(lead("Acme"), one, two).account_id == "two"


def test_an_alias_finds_what_no_likeness_can() -> None:
    """R017."""
    settings = MatchSettings(aliases=(Alias(name="IBM", account="International Business Machines"),))
    ibm = account("ibm", "International Business Machines Corp")
    assert matched(lead("IBM"), ibm).band is Band.REVIEW  # initials may be anybody's
    found = matched(lead("I.B.M."), ibm, settings=settings)
    assert (found.account_id, found.findings[0].signal) == ("ibm", "alias")


def test_an_alias_may_name_an_account_by_its_id() -> None:
    settings = MatchSettings(aliases=(Alias(name="Big Blue", account="ibm"),))
    assert matched(lead("Big Blue"), account("ibm", "Whatever AG"), settings=settings).account_id == "ibm"


@pytest.mark.parametrize(
    ("company", "other"), [("Acme Corp", "Acme Inc"), ("acmecorp.com", "acme"), ("00QL", "acme")]
)
def test_a_rejected_pair_never_matches_again(company: str, other: str) -> None:
    """RV1: by name, by domain or by lead."""
    settings = MatchSettings(never_match=(NeverMatch(company=company, account=other),))
    found = matched(lead("Acme Corp", "x@acmecorp.com"), ACME, settings=settings)
    assert (found.band, found.findings) == (Band.NONE, ())


@pytest.mark.parametrize("company", ["", "n/a", "-", "selbständig", "テスト"])
def test_neither_domain_nor_name_is_insufficient_data(company: str) -> None:
    """L04."""
    found = matched(lead(company, "x@gmail.com"), ACME)
    assert found.insufficient
    assert "insufficient data" in found.words


def test_a_generic_name_needs_the_domain_or_country_and_city() -> None:
    """R024."""
    known = account("cg", "Consulting Group GmbH", "consulting-group.de", country="DE", city="Berlin")
    assert matched(lead("Consulting Group"), known).band is Band.REVIEW
    assert matched(lead("Consulting Group", country="Germany"), known).band is Band.REVIEW
    assert matched(lead("Consulting Group", country="Germany", city="Berlin"), known).account_id == "cg"
    assert matched(lead("Consulting Group", "x@consulting-group.de"), known).account_id == "cg"


def test_the_same_common_name_in_another_country_is_another_company() -> None:
    crowd = [account(f"x{i}", f"Green {i} Orange {i}") for i in range(300)]
    known = account("go", "Green Orange BV", country="NL")
    assert matched(lead("Green Orange", country="NL"), known, *crowd).account_id == "go"
    assert matched(lead("Green Orange", country="JP"), known, *crowd).band is not Band.AUTO


def test_the_same_rare_name_in_another_country_is_a_branch() -> None:
    assert (
        matched(lead("Wolpertinger SL", country="ES"), account("w", "Wolpertinger GmbH", country="DE")).score
        == 88.0
    )


def test_a_name_with_another_companys_domain_is_a_question() -> None:
    found = matched(lead("Acme", "x@unrelated.com"), account("a", "Acme Corp", "acmecorp.com"))
    assert found.band is Band.REVIEW
    assert "unrelated.com" in found.words


def test_the_same_label_under_another_ending_is_no_other_company() -> None:
    assert matched(lead("Acme GmbH", "x@acme.de"), account("a", "Acme Corp", "acme.com")).account_id == "a"


def test_a_word_other_companies_use_is_not_taken_for_a_slip() -> None:
    known, like = account("a", "Wolpertinger"), account("b", "Wolpertingen Tourism")
    assert matched(lead("Wolpertingen"), known).band is Band.AUTO
    assert matched(lead("Wolpertingen"), known, like).band is Band.REVIEW


def test_the_limits_are_settings() -> None:
    """R018-R021: strict above, both limits included in the review band."""
    score = matched(lead("Microsft"), account("m", "Microsoft")).score
    strict = MatchSettings(match_above=score, review_from=score)
    assert matched(lead("Microsft"), account("m", "Microsoft"), settings=strict).band is Band.REVIEW
    above = MatchSettings(match_above=score + 0.1, review_from=score + 0.1)
    assert matched(lead("Microsft"), account("m", "Microsoft"), settings=above).band is Band.NONE


def test_only_the_signals_of_the_policy_are_asked() -> None:
    found = matched(lead("Beta", "x@acmecorp.com"), ACME, BETA, settings=MatchSettings(signals=(Name(),)))
    assert {finding.signal for finding in found.findings} == {"name"}


def test_the_company_keys_group_leads_without_an_account() -> None:
    found = matched(lead("Nueva Empresa Inc", "ana@ventas.nuevaempresa.com"))
    assert (found.band, found.company_domain) == (Band.NONE, "nuevaempresa.com")
    assert found.company_key == matched(lead("Nueva Empresa S.L.", "b@nuevaempresa.com")).company_key != ""
