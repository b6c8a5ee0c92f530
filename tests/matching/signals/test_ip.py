"""The network a form was sent from: a hint below the review limit that decides nothing but a declared tie."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sfrouter.matching.match import DEFAULT_SIGNALS
from sfrouter.matching.settings import MatchSettings
from sfrouter.matching.signals.ip import Ip, Use
from sfrouter.model.evidence import Band, Match
from tests.matching.samples import account, lead, matched

OFFICE = "203.0.113.45"
ACME = account("acme", "Acme Corp", "acmecorp.com", country="US")
BETA = account("beta", "Beta Inc", "beta.com", country="US")
TABLE = (("203.0.113.0/24", "Acme Corp"), ("203.0.113.64/26", "Beta Inc"), ("2001:db8:1::/48", "acme"))


def use(how: Use, **options: Any) -> MatchSettings:
    """The usual signals and the network as told."""
    return MatchSettings(signals=(*DEFAULT_SIGNALS[:-1], Ip(use=how, **options)), ip_networks=TABLE)


def hints(found: Match) -> list[str]:
    """The accounts the network speaks for."""
    return [one.account_id for one in found.findings if one.signal == "ip"]


@pytest.mark.parametrize(
    ("address", "accounts"),
    [
        (OFFICE, ["acme"]),
        ("203.0.113.70", ["beta"]),
        ("2001:db8:1::7", ["acme"]),
        ("::ffff:203.0.113.45", ["acme"]),
    ],
    ids=["office", "the narrower network", "IPv6", "IPv4 inside IPv6"],
)
def test_the_companys_network_is_a_hint_below_the_review_limit(address: str, accounts: list[str]) -> None:
    """R033, R036: 203.0.113.45 in Acme's office network supports Acme, and no more."""
    found = matched(lead("", "x@gmail.com", ip=address), ACME, BETA, settings=use(Use.FLAG))
    assert (found.band, hints(found)) == (Band.NONE, accounts)
    assert all(60 <= one.score < 70 for one in found.findings)


@pytest.mark.parametrize(("score", "found"), [(60.0, 60.0), (65.0, 65.0), (70.0, 69.9)])
def test_a_network_is_worth_60_to_70_always_below_the_review_limit(score: float, found: float) -> None:
    """R036: 70 is the review limit itself."""
    match = matched(lead("", "x@gmail.com", ip=OFFICE), ACME, BETA, settings=use(Use.SUPPORT, score=score))
    assert [one.score for one in match.findings if one.signal == "ip"] == [found]
    assert (match.band, match.suspicions) == (Band.NONE, ())


def test_a_lower_review_limit_takes_the_network_down_with_it() -> None:
    """R036: 60 to 70 where questions begin at 70; they may begin lower."""
    lower = use(Use.SUPPORT).model_copy(update={"review_from": 62.0})
    match = matched(lead("", "x@gmail.com", ip=OFFICE), ACME, settings=lower)
    assert [one.score for one in match.findings if one.signal == "ip"] == [61.9]
    assert (match.band, match.suspicions) == (Band.NONE, ())


@pytest.mark.parametrize("score", [59.9, 70.1])
def test_a_worth_outside_60_to_70_is_refused(score: float) -> None:
    """R036, the near miss: a tenth beside either end."""
    with pytest.raises(ValidationError, match="score"):
        Ip(score=score)


def test_a_name_that_scores_from_the_review_limit_on_is_a_question() -> None:
    """R036, the near miss: the same account, suspected by a name and not by the network."""
    match = matched(lead("Acme Labs", "x@gmail.com"), ACME, BETA, settings=use(Use.SUPPORT))
    assert [(one.account_id, one.score >= 70) for one in match.suspicions] == [("acme", True)]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "192.168.1.7",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "fe80::1",
        "fd00::1",
        "198.51.100.9",
        "no address",
        "9" * 500,
    ],
)
def test_none_private_home_and_nonsense_change_nothing(address: str) -> None:
    """R035."""
    one = lead("Acme", "x@acmecorp.com", ip=address)
    assert matched(one, ACME, settings=use(Use.SUPPORT)) == matched(
        replace(one, ip=""), ACME, settings=use(Use.SUPPORT)
    )


def test_it_is_off_by_switch_and_by_country() -> None:
    """R038."""
    german = lead("", "x@gmail.com", ip=OFFICE, country="Deutschland")
    assert hints(matched(german, ACME, settings=use(Use.FLAG))) == ["acme"]
    assert hints(matched(german, ACME, settings=use(Use.FLAG, off_in=("Germany",)))) == []
    assert hints(matched(german, ACME, settings=use(Use.OFF))) == []


def test_in_other_countries_than_those_it_is_off_in_it_counts() -> None:
    """R038: the same form from Austria, and one that tells no country."""
    for country in ("Austria", ""):
        asked = lead("", "x@gmail.com", ip=OFFICE, country=country)
        assert hints(matched(asked, ACME, settings=use(Use.FLAG, off_in=("Germany",)))) == ["acme"]


def test_the_address_stands_nowhere_in_the_evidence() -> None:
    found = matched(lead("", "x@gmail.com", ip=OFFICE), ACME, settings=use(Use.SUPPORT))
    assert OFFICE not in repr(found)


TWINS = (account("north", "Acme North", "acme.com"), account("acme", "Acme Corp", "acme.com"))


def test_it_breaks_a_declared_tie_only_where_it_may() -> None:
    """T01, R037."""
    asked = lead("", "x@acme.com", ip=OFFICE)
    assert matched(asked, *TWINS, settings=use(Use.FLAG)).band is Band.REVIEW
    found = matched(asked, *TWINS, settings=use(Use.SUPPORT))
    assert (found.band, found.account_id) == (Band.AUTO, "acme")
    assert "broken by the network" in found.words


def test_it_lifts_a_name_within_the_review_band_and_never_out_of_it() -> None:
    """R037: a 70-80 name stays a question."""
    asked = lead("Acme Labs", "", ip=OFFICE)
    plain, lifted = (matched(asked, ACME, BETA, settings=use(how)) for how in (Use.FLAG, Use.SUPPORT))
    assert plain.band is lifted.band is Band.REVIEW
    assert plain.suspicions[0].score < lifted.suspicions[0].score <= 80


_NAMES = st.sampled_from(["Acme", "Acme Corp", "Acme Labs", "Beta", "Betta Inc", "Acme North", "", "Gamma"])
_MAILS = st.sampled_from(["x@acmecorp.com", "x@beta.com", "x@acme.com", "x@gmail.com", "x@gamma.example", ""])
_IPS = st.sampled_from([OFFICE, "203.0.113.70", "2001:db8:1::9", "198.51.100.9"])


@given(
    name=_NAMES, mail=_MAILS, address=_IPS, how=st.sampled_from(list(Use)), low=st.sampled_from([50.0, 62.0, 70.0])
)
@settings(max_examples=300, deadline=None)
def test_removing_the_address_changes_no_match_unless_it_broke_a_tie(
    name: str, mail: str, address: str, how: Use, low: float
) -> None:
    """R037, the property."""
    chosen = use(how).model_copy(update={"review_from": low})
    one = lead(name, mail, ip=address)
    with_it = matched(one, ACME, BETA, *TWINS[:1], settings=chosen)
    without = matched(replace(one, ip=""), ACME, BETA, *TWINS[:1], settings=chosen)
    if "broken by the network" not in with_it.words:
        assert (with_it.band, with_it.account_id) == (without.band, without.account_id)
        assert {s.account_id for s in with_it.suspicions} == {s.account_id for s in without.suspicions}
