"""A person's own domain is not a company (R031)."""

import pytest

from sfrouter.matching.names import normalise
from sfrouter.matching.personal_domain import is_personal


@pytest.mark.parametrize(
    ("email", "first", "last"),
    [
        ("john@johnsmith.com", "John", "Smith"),
        ("juan@juanperez.com", "Juan", "Pérez"),
        ("johannes@johannesmueller.com", "Johannes", "Müller"),
        ("info@smith.org", "John", "Smith"),
        ("me@jsmith.net", "John", "Smith"),
        ("john.smith@johnsmith.com", "", "Smith"),
    ],
)
def test_the_persons_name_is_his_own_domain(email: str, first: str, last: str) -> None:
    assert is_personal(email.partition("@")[2], email, first, last, normalise(""))


@pytest.mark.parametrize(
    ("email", "first", "last", "company"),
    [
        ("john@acmecorp.com", "John", "Smith", ""),
        ("acme@acme.com", "John", "Smith", ""),
        ("hans@mueller.de", "Hans", "Müller", "Müller GmbH"),
        ("j@ly.com", "J", "Ly", ""),
    ],
)
def test_a_company_that_bears_the_name_or_another_is_none(email: str, first: str, last: str, company: str) -> None:
    assert not is_personal(email.partition("@")[2], email, first, last, normalise(company))
