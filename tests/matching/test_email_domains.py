"""Domains: the registered part, whatever stands around it; free mail names no company."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfrouter.matching.email_domains import clean_host, domain_of, email_host, is_free_mail, label_of, registrable
from sfrouter.matching.wordlists import entries


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("john@acmecorp.com", "acmecorp.com"),
        ("john@mail.eu.Acme.co.uk", "acme.co.uk"),
        ("John Smith <john@acme.com>", "acme.com"),
        ("john@acme.com.", "acme.com"),
        ("https://www.acme.com:443/about?x=1#top", "acme.com"),
        ("HTTP://user:pw@acme.co.jp/", "acme.co.jp"),
        ("//acme.com", "acme.com"),
        ("acme.com.", "acme.com"),
        ("www.acme。jp", "acme.jp"),
        ("x@münchen.de", "xn--mnchen-3ya.de"),
        ("x@xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
        ("john@acme.test", "acme.test"),
        ("a@b@c.com", ""),
        ("john@192.168.0.1", ""),
        ("http://203.0.113.9:8080/", ""),
        ("[::1]", ""),
        ("john@localhost", ""),
        ("@acme.com", ""),
        ("x@co.uk", ""),
        ("Acme Corp", ""),
        ("ac_me.com", ""),
        ("-acme.com", ""),
        ("", ""),
    ],
)
def test_the_registrable_domain_of_an_address(text: str, domain: str) -> None:
    assert domain_of(text) == domain


def test_a_look_alike_domain_is_another_domain() -> None:
    assert domain_of("x@аcme.com") not in ("", "acme.com")


def test_customers_below_a_providers_suffix_are_told_apart() -> None:
    assert registrable("acme.github.io") == "acme.github.io"
    assert registrable("github.io") == "github.io"


def test_sizes_are_capped_before_anything_is_read() -> None:
    assert email_host("a" * 260 + "@acme.com") == ""
    assert clean_host("a." * 130 + "com") == ""
    assert domain_of("x" * 100_000) == ""


@given(st.text(max_size=80))
def test_any_text_gives_a_plain_domain_or_none(text: str) -> None:
    domain = domain_of(text)
    assert domain.isascii()
    assert domain == domain.lower()
    assert registrable(domain) in ("", domain)


@pytest.mark.parametrize(
    "host",
    [
        "gmail.com",
        "yahoo.com",
        "hotmail.com",
        "yahoo.co.jp",
        "docomo.ne.jp",
        "gmx.de",
        "hey.com",
        "tutanota.com",
        "skiff.com",
        "mailinator.com",
    ],
)
def test_free_and_throw_away_mail_is_known(host: str) -> None:
    assert is_free_mail(host)
    assert is_free_mail(f"mail.{host}")


@pytest.mark.parametrize("host", ["acmecorp.com", "siemens.de", "notgmail.com", ""])
def test_a_company_is_not_free_mail(host: str) -> None:
    assert not is_free_mail(host)


def test_the_admin_adds_and_removes_domains() -> None:
    assert is_free_mail("local-isp.de", add=frozenset({"local-isp.de"}))
    assert not is_free_mail("gmail.com", remove=frozenset({"gmail.com"}))


def test_the_list_is_long_clean_and_comes_with_its_licence() -> None:
    domains = entries("free_email_domains.txt")
    assert len(domains) > 14_000
    assert all(clean_host(domain) == domain for domain in domains)


def test_the_label_is_read_in_unicode() -> None:
    assert label_of("xn--mnchen-3ya.de") == "münchen"
    assert label_of("acme.co.uk") == "acme"
