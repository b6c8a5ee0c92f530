"""Hostile input: handled like its plain spelling or not matched, and always in bounded time."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfrouter.matching.index import AccountIndex
from sfrouter.matching.match import match
from sfrouter.model.evidence import Band, Match
from tests.matching.samples import SHIPPED, account, lead, matched

ACME = account("acme", "Acme Corp", "acmecorp.com", customer=True)
INDEX = AccountIndex([ACME, *(account(f"x{i}", f"Acme {i} Corp") for i in range(500))])

LONG: dict[str, Callable[[], Match]] = {
    "one word": lambda: match(lead("a" * 100_000), INDEX, SHIPPED),
    "many words": lambda: match(lead("Acme Corp " * 10_000), INDEX, SHIPPED),
    "dotted": lambda: match(lead("a." * 50_000), INDEX, SHIPPED),
    "255 dots": lambda: match(lead("a." * 127), INDEX, SHIPPED),
    "255 commons": lambda: match(lead(("acme corp " * 26)[:255]), INDEX, SHIPPED),
    "unfolding": lambda: match(lead("\ufdfa" * 255), INDEX, SHIPPED),
    "zero width": lambda: match(lead("\u200b" * 100_000 + "Acme"), INDEX, SHIPPED),
    "address": lambda: match(lead("", "x@" + "a." * 50_000 + "com"), INDEX, SHIPPED),
    "website": lambda: match(lead("", website="http://" + "a." * 50_000 + "com"), INDEX, SHIPPED),
    "person": lambda: match(
        lead("", "x@acme.org", last_name="x" * 100_000, first_name="y" * 100_000), INDEX, SHIPPED
    ),
    "place": lambda: match(lead("Acme", country="x" * 100_000, city="y" * 100_000), INDEX, SHIPPED),
}


@pytest.mark.parametrize("case", LONG)
def test_a_hostile_lead_costs_less_than_its_budget(case: str) -> None:
    """200 ms of processor time a lead; a regex bomb would take minutes."""
    LONG[case]()
    start = time.process_time()
    LONG[case]()
    assert time.process_time() - start < 0.2


@pytest.mark.parametrize("case", ["one word", "many words", "dotted", "zero width", "address", "website"])
def test_what_is_longer_than_its_field_is_not_matched_on(case: str) -> None:
    assert LONG[case]().insufficient


@pytest.mark.parametrize(
    "disguise",
    [
        "Аcme Corp",
        "Acmе Corp",
        "Αcme Corp",
        "Ac\u200bme Corp",
        "A\u202ecme Corp",
        "АСМЕ Corp",
        "Ac\u2063me Corp",
        "ꓮcme Corp",
    ],
)
def test_a_disguised_name_is_never_automatic_but_shown_to_a_person(disguise: str) -> None:
    found = matched(lead(disguise), ACME)
    assert found.band is Band.REVIEW
    assert found.suspicions[0].account_id == "acme"
    assert "look-alike" in found.words


@pytest.mark.parametrize(
    "plain",
    [
        "Ａｃｍｅ　Ｃｏｒｐ",
        "  acme   CORP. ",
        "\ufeffAcme Corp",
        "Ac\u00adme Corp",
        "Acme Corp\u200b",
        "𝐀𝐜𝐦𝐞 Corp",
    ],
)
def test_a_harmless_spelling_counts_like_the_plain_one(plain: str) -> None:
    assert matched(lead(plain), ACME).account_id == "acme"


@pytest.mark.parametrize(
    "text",
    [
        "' OR 1=1 --",
        "<script>alert(1)</script>",
        "=cmd|'/c calc'!A1",
        "{{7*7}}",
        "%s%n",
        "\\u0041",
        "../../etc/passwd",
        "(a+)+$",
    ],
)
def test_code_in_a_name_is_only_text(text: str) -> None:
    assert matched(lead(text, text, website=text), ACME).band is Band.NONE


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=300), st.text(max_size=100))
def test_no_lead_raises(company: str, email: str, website: str, country: str) -> None:
    found = match(lead(company, email, website=website, country=country), INDEX, SHIPPED)
    assert (found.account_id is not None) == (found.band is Band.AUTO)


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_account_raises(name: str, domain: str) -> None:
    index = AccountIndex([account("odd", name, domain), ACME])
    assert match(lead("Acme Corp", "x@acmecorp.com"), index, SHIPPED).account_id == "acme"
    index.remove(["odd"])
    assert len(index) == 1
