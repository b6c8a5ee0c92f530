"""The worked examples of the four language sets: the same outcomes in each (routing handbook, section 15)."""

from dataclasses import dataclass

import pytest

from sfrouter.model.evidence import Band
from tests.matching.samples import account, lead, matched


@dataclass(frozen=True)
class LanguageSet:
    """One language's spelling of the same stories."""

    offices: tuple[str, str]
    person: tuple[str, str]
    generic: str
    emerging: tuple[str, str]
    personal: str


SETS = {
    "en": LanguageSet(
        ("New York", "California"),
        ("John", "Smith"),
        "Consulting Group LLC",
        ("newcompany.com", "New Company Inc"),
        "johnsmith.com",
    ),
    "ja": LanguageSet(
        ("ニューヨーク", "カリフォルニア"),
        ("ジョン", "Smith"),
        "Consulting Group LLC",
        ("newcompany.com", "New Company Inc"),
        "smith.com",
    ),
    "es": LanguageSet(
        ("Nueva York", "California"),
        ("Juan", "Pérez"),
        "Consulting Group LLC",
        ("nuevaempresa.com", "Nueva Empresa Inc"),
        "juanperez.com",
    ),
    "de": LanguageSet(
        ("Berlin", "München"),
        ("Johannes", "Müller"),
        "Consulting Group GmbH",
        ("neuefirma.com", "Neue Firma GmbH"),
        "johannesmueller.com",
    ),
}
ACME = account("acme", "Acme Corp", "acmecorp.com", "acme.com", customer=True)


@pytest.fixture(params=list(SETS.values()), ids=list(SETS))
def told(request: pytest.FixtureRequest) -> LanguageSet:
    assert isinstance(request.param, LanguageSet)
    return request.param


def test_every_office_of_acme_is_acme(told: LanguageSet) -> None:
    for city in told.offices:
        assert matched(lead("Acme", "x@acmecorp.com", city=city), ACME).account_id == "acme"
        assert matched(lead("Acme Corporation", city=city), ACME).account_id == "acme"


def test_free_mail_and_acme_is_a_question(told: LanguageSet) -> None:
    first, last = told.person
    found = matched(lead("Acme Corp", "somebody@gmail.com", first_name=first, last_name=last), ACME)
    assert (found.band, found.suspicions[0].account_id) == (Band.REVIEW, "acme")


def test_a_generic_name_never_matches_by_itself(told: LanguageSet) -> None:
    assert (
        matched(lead(told.generic, "x@somebody-else.com"), account("g", "Consulting Group")).band is not Band.AUTO
    )


def test_an_emerging_company_has_no_account_but_a_key(told: LanguageSet) -> None:
    domain, name = told.emerging
    found = matched(lead(name, f"x@{domain}"), ACME)
    assert (found.band, found.company_domain) == (Band.NONE, domain)
    assert found.company_key


def test_a_personal_domain_is_no_company(told: LanguageSet) -> None:
    first, last = told.person
    found = matched(
        lead(
            "",
            f"{first}@{told.personal}" if first.isascii() else f"x@{told.personal}",
            first_name=first,
            last_name=last,
        ),
        ACME,
    )
    assert (found.band, found.company_domain) == (Band.NONE, "")


def test_the_three_spellings_of_profile_12345_share_a_key() -> None:
    said = [("Acme Corporation", "acmecorp.com"), ("Acme Corp", "acme.com"), ("Acme Inc", "acmecorp.net")]
    assert {matched(lead(name, f"x@{domain}")).company_key for name, domain in said} == {"acme"}
