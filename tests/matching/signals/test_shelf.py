"""The shelf of signals: one part a file, options checked, in any order the policy wants."""

import pytest
from pydantic import ValidationError

from sfrouter.base.shelf import parts
from sfrouter.matching import signals
from sfrouter.matching.match import DEFAULT_SIGNALS
from sfrouter.matching.signal import Signal
from sfrouter.matching.signals.domain import Domain
from tests.matching.samples import account, lead, matched

SHELF = parts(signals, base=Signal)


def test_the_default_order_asks_every_part_once() -> None:
    assert sorted(signal.signal_name for signal in DEFAULT_SIGNALS) == sorted(SHELF)
    assert [signal.signal_name for signal in DEFAULT_SIGNALS] == [
        "link",
        "contact",
        "domain",
        "alias",
        "name",
        "ip",
    ]


@pytest.mark.parametrize("name", SHELF)
def test_every_part_says_when_then_and_why(name: str) -> None:
    text = SHELF[name].__doc__ or ""
    assert all(word in text for word in ("When:", "Then:", "Why:"))


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(ValidationError):
        Domain.model_validate({"emial_score": 90})


def test_the_website_counts_where_the_address_finds_nothing() -> None:
    known = account("a", "Acme", "acme.com")
    by_site = matched(lead("", "x@agency.com", website="www.acme.com"), known)
    assert (by_site.account_id, by_site.score) == ("a", 95.0)
    by_mail = matched(lead("", "x@acme.com", website="beta.com"), known, account("b", "Beta", "beta.com"))
    assert (by_mail.account_id, by_mail.score) == ("a", 98.0)


def test_free_mail_on_an_account_leads_nowhere() -> None:
    """R029: an account whose website is a free-mail provider does not collect all its users."""
    assert matched(lead("", "x@gmail.com"), account("g", "Bakery", "gmail.com")).account_id is None
