"""Which leads without an account are one company's: the handbook's example, its near misses, and every order."""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfrouter.matching.names import normalise
from sfrouter.matching.profiles import clues_of, profiles_of, spells
from sfrouter.matching.question import ask
from sfrouter.matching.settings import MatchSettings, NeverMatch
from sfrouter.model.company import Corrections, JoinReason
from sfrouter.model.ids import to_18
from sfrouter.model.records import Lead

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
Said = tuple[str, str]  # e-mail, company


def lead(number: int, said: Said, **values: Any) -> Lead:
    """A lead by its address and company."""
    return Lead(
        id=to_18(f"00Q{number:012}"), owner_id=None, created_at=NOON, modified_at=NOON, stamp=NOON, email=said[0],
        company=said[1], **values,
    )  # fmt: skip


def companies(
    leads: Iterable[Lead], settings: MatchSettings = MatchSettings(), corrections: Corrections = Corrections()
) -> list[set[int]]:
    """The leads' numbers, by company."""
    clues = [clues_of(ask(one, settings)) for one in leads]
    found = profiles_of(clues, settings, corrections)
    return sorted(({int(one[3:15]) for one in profile.lead_ids} for profile in found), key=sorted)


def of(*said: Said, settings: MatchSettings = MatchSettings()) -> list[set[int]]:
    """Companies of leads numbered from 1."""
    return companies([lead(number, one) for number, one in enumerate(said, 1)], settings)


ACME = (
    ("john@acmecorp.com", "Acme Corporation"), ("emily@acme.com", "Acme Corp"), ("juan@acmecorp.net", "Acme Inc"),
)  # fmt: skip


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_profile_12345_is_one_company_in_every_order(order: tuple[int, ...]) -> None:
    """Section 15: acmecorp.com, acme.com and acmecorp.net."""
    assert companies([lead(place + 1, ACME[place]) for place in order]) == [{1, 2, 3}]


@pytest.mark.parametrize(
    "said",
    [
        (("john@newcompany.com", "New Company Inc"), ("", "New Company")),
        (("juan@nuevaempresa.com", "Nueva Empresa Inc"), ("", "Nueva Empresa")),
        (("johannes@neuefirma.com", "Neue Firma GmbH"), ("", "Neue Firma")),
        (("j@ibm.com", "International Business Machines"), ("", "International Business Machines Corp.")),
        (("j@zb-group.example", "Zeta Bearings GmbH"), ("", "Zeta Bearings")),
        (("j@globexgroup.com", "Globex Ltd"), ("", "Globex")),
        (("", "株式会社サンプル"), ("", "サンプル株式会社")),
    ],
)
def test_a_name_joins_the_domain_that_is_its_own(said: tuple[Said, ...]) -> None:
    """R061 in the languages of the handbook."""
    assert of(*said) == [{1, 2}]


@pytest.mark.parametrize(
    "said",
    [
        (("john@acme.com", "Acme Corp"), ("ann@acme-plumbing.com", "Acme Inc")),
        (("john@delta.com", "Delta"), ("ann@bigdelta.org", "Delta Ltd")),
        (("john@apex.com", "Apex"), ("ann@summit.com", "Summit")),
    ],
    ids=["a longer domain", "a common word at another domain", "nothing in common"],
)
def test_one_common_word_does_not_join_two_domains(said: tuple[Said, ...]) -> None:
    assert of(*said) == [{1}, {2}]


@pytest.mark.parametrize(
    ("one", "other", "rule"),
    [
        (("john@gmail.com", "Acme Corp"), ("emily@gmail.com", "Acme Corp"), "R029, C01"),
        (("john@mailinator.com", "Acme Corp"), ("", "Acme Corp"), "R029 disposable"),
        (("", "Consulting Group LLC"), ("", "Consulting Group LLC"), "R024"),
        (("", "Consulting Group GmbH"), ("", "Consulting Group GmbH"), "R024"),
        (("", "n/a"), ("", "n/a"), "L04"),
        (("a@uni.example", "Chemistry"), ("b@uni.example", "Physics"), "R030"),
    ],
)
def test_what_could_be_anybodys_joins_nothing(one: Said, other: Said, rule: str) -> None:
    found = of(one, other, settings=MatchSettings(shared_domains=frozenset({"uni.example"})))
    assert all(len(company) == 1 for company in found), rule


def test_on_a_shared_domain_the_name_joins() -> None:
    """R030: the name must agree."""
    shared = MatchSettings(shared_domains=frozenset({"uni.example"}))
    assert of(("a@uni.example", "Chemistry Dept"), ("b@uni.example", "Chemistry Dept"), settings=shared) == [
        {1, 2}
    ]


def test_a_persons_own_domain_counts_from_the_second_person_on() -> None:
    """R031: john@johnsmith.com alone is no company; a second distinct person makes it one."""
    john = lead(1, ("john@johnsmith.com", ""), first_name="John", last_name="Smith")
    again = lead(2, ("John@johnsmith.com ", ""), first_name="John", last_name="Smith")
    emily = lead(3, ("emily@johnsmith.com", ""), first_name="Emily", last_name="Jones")
    assert companies([john, again]) == []
    assert companies([john, emily]) == [{1, 3}]


def test_never_match_pairs_are_respected() -> None:
    """RV1: a pair of the admin's keeps the domain of one from the name of the other."""
    said = (("a@delta.com", "Delta"), ("", "Delta"))
    assert of(*said) == [{1, 2}]
    never = MatchSettings(never_match=(NeverMatch(company="delta.com", account="Delta"),))
    assert of(*said, settings=never) == [{1}, {2}]


def test_what_a_person_split_stays_split_and_later_leads_follow() -> None:
    apart = Corrections(
        apart=frozenset({("domain acme.com", "name acme"), ("domain acme.com", "domain acmecorp.com")})
    )
    leads = [lead(number, one) for number, one in enumerate(ACME, 1)]
    assert companies(leads, corrections=apart) == [{1, 3}, {2}]
    leads.append(lead(4, ("ann@acme.com", "Acme")))
    assert companies(leads, corrections=apart) == [{1, 3}, {2, 4}]


def test_what_a_person_joined_is_one_company() -> None:
    said = [lead(1, ("a@apex.com", "Apex")), lead(2, ("b@summit.com", "Summit"))]
    assert companies(said) == [{1}, {2}]
    hand = Corrections(together=frozenset({("domain apex.com", "domain summit.com")}))
    assert companies(said, corrections=hand) == [{1, 2}]


def test_every_join_says_why() -> None:
    clues = [clues_of(ask(lead(number, one), MatchSettings())) for number, one in enumerate(ACME, 1)]
    (profile,) = profiles_of(clues, MatchSettings())
    spelt = {(join.left, join.right) for join in profile.joins if join.why is JoinReason.SPELT}
    assert spelt == {(f"domain {name}", "name acme") for name in ("acmecorp.com", "acme.com", "acmecorp.net")}


@pytest.mark.parametrize(
    ("domain", "name", "yes"),
    [
        ("acme.com", "Acme Corporation", True), ("acmecorp.com", "Acme", True), ("acme-ag.de", "Acme", True),
        ("ibm.com", "International Business Machines", True), ("mueller.de", "Müller GmbH", True),
        ("acmeplumbing.com", "Acme", False), ("me.com", "Acme", False), ("example.com", "", False),
    ],
)  # fmt: skip
def test_which_domains_spell_a_name(domain: str, name: str, yes: bool) -> None:
    assert spells(domain, normalise(name)) is yes


_MAILS = st.sampled_from(
    ["a@acme.com", "b@acme.com", "c@acmecorp.net", "d@gmail.com", "e@apex.com", "x@apex.com", ""]
)
_NAMES = st.sampled_from(["Acme", "Acme Corp", "Apex", "Zeta Bearings", "Consulting Group", "", "n/a"])


@given(said=st.lists(st.tuples(_MAILS, _NAMES), max_size=8), chance=st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_the_order_of_arrival_changes_nothing_and_each_lead_is_of_one_company(
    said: list[Said], chance: "object"
) -> None:
    leads = [lead(number, one) for number, one in enumerate(said, 1)]
    shuffled = list(leads)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    found = companies(leads)
    assert companies(shuffled) == found
    assert sum(map(len, found)) == len(set().union(*found))
