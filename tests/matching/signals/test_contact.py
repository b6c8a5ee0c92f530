"""The known contact (D02): certain, said with both values, never quoting an address, and no stranger's."""

import pytest

from sfrouter.matching.index import AccountIndex
from sfrouter.matching.match import match
from sfrouter.matching.settings import MatchSettings, NeverMatch
from sfrouter.matching.signals.domain import Domain
from sfrouter.model.evidence import Band, Match
from sfrouter.model.records import Contact, Lead
from tests.matching.samples import account, lead

ACME, BETA = account("a", "Acme Corp", "acme.com"), account("b", "Beta Brothers", "beta.com")
KNOWN = (Contact(id="c", account_id="a", email="jo@gmail.com"),)


def found(asked: Lead, contacts: tuple[Contact, ...] = KNOWN, settings: MatchSettings | None = None) -> Match:
    return match(asked, AccountIndex([ACME, BETA]), settings or MatchSettings(), contacts=contacts)


@pytest.mark.parametrize("choice", ["auto", "review", "off"])
def test_free_mail_identifies_whatever_the_policy_says_of_names_beside_it(choice: str) -> None:
    settings = MatchSettings.model_validate({"free_mail_with_name": choice})
    seen = found(lead("", "jo@gmail.com"), settings=settings)
    assert (seen.band, seen.account_id, seen.score, seen.insufficient) == (Band.AUTO, "a", 100.0, False)


def test_the_finding_says_why_with_both_values_and_quotes_no_address() -> None:
    one = found(lead("", "jo@gmail.com")).findings[0]
    assert (one.signal, one.ids) == ("contact", ("D02",))
    assert (one.lead_value, one.account_value) == ("its e-mail address", "contact c")
    assert "Acme Corp" in one.words
    assert "jo@" not in f"{one.words} {one.lead_value} {one.account_value}"


def test_the_domain_of_another_customer_gives_way_and_the_trace_says_so() -> None:
    seen = found(lead("Beta Brothers", "jo@beta.com"))
    assert (seen.account_id, seen.suspicions) == ("a", ())
    assert "the domain says Beta Brothers: the contact wins" in seen.words


def test_a_contact_of_an_account_that_is_gone_says_nothing() -> None:
    gone = (Contact(id="c", account_id="z"), Contact(id="d", account_id=None))
    assert found(lead("", "jo@gmail.com"), gone).account_id is None


def test_two_accounts_nothing_tells_apart_are_a_question() -> None:
    both = (*KNOWN, Contact(id="d", account_id="b"))
    seen = found(lead("", "jo@gmail.com"), both)
    assert (seen.band, [one.account_id for one in seen.suspicions]) == (Band.REVIEW, ["a", "b"])


def test_a_pair_a_person_forbade_stays_forbidden() -> None:
    never = MatchSettings(never_match=(NeverMatch(company="Lead", account="a"),))
    asked = lead("Lead", "jo@gmail.com")
    assert found(asked, settings=never).account_id is None


def test_a_policy_that_leaves_the_signal_out_does_not_ask_it() -> None:
    assert found(lead("", "jo@gmail.com"), settings=MatchSettings(signals=(Domain(),))).account_id is None
