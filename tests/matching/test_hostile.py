"""Hostile input: handled like its plain spelling or not matched, and always in bounded work."""

import timeit
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfrouter.matching import frozen, likeness
from sfrouter.matching.columns import Columns
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import Entry
from sfrouter.matching.letters import fold_text
from sfrouter.matching.match import match
from sfrouter.matching.shared_words import SharedWords
from sfrouter.matching.tokens import tokenise
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


class Work:
    """What a match has done: accounts unpacked, pairs of words compared letter by letter, rows added up."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.unpacked = self.compared = self.rows = 0
        unpack, compare, add = Columns.entry, likeness.typo_distance, SharedWords.add

        def entry(columns: Columns, row: int) -> Entry:
            self.unpacked += 1
            return unpack(columns, row)

        def distance(left: str, right: str) -> int | None:
            self.compared += 1
            return compare(left, right)

        def added(shared: SharedWords, words: tuple[str, ...], weight: float) -> None:
            self.rows += sum(len(shared._frozen.words.find(word)) for word in words)
            add(shared, words, weight)

        monkeypatch.setattr(Columns, "entry", entry)
        monkeypatch.setattr(frozen, "typo_distance", distance)
        monkeypatch.setattr(SharedWords, "add", added)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    """Counts from here on. Work is counted, not timed: a busy machine changes no count."""
    return Work(monkeypatch)


PACKED = AccountIndex(
    [
        *(account(f"same{i}", "Nordlicht Handels GmbH") for i in range(10_000)),
        *(account(f"near{i}", f"Nordlich{chr(97 + i % 26)} {i}") for i in range(2_000)),
        *(account(f"long{i}", f"Internationale{chr(97 + i % 26)}{chr(97 + i // 26 % 26)}") for i in range(676)),
    ]
)
NASTY = {
    "ten thousand of one name": "Nordlicht Handels GmbH",
    "a slip of it": "Nordlichd Handles GmbH",
    "near many words": "Nordlichx Internationalezz " * 9,
    "one letter": "a" * 255,
    "letters apart": "a " * 127,
    "mixed scripts": "аa" * 100,
    "thousand words": "ab " * 1_000,
}


@pytest.mark.parametrize("name", NASTY)
def test_a_hostile_name_meets_no_more_accounts_than_its_share(name: str, work: Work) -> None:
    """Whatever stands in the name: some hundred accounts, some ten thousand rows, some thousand words."""
    match(lead(NASTY[name]), PACKED, SHIPPED)
    assert work.unpacked <= 1_000
    assert work.rows <= 100_000
    assert work.compared <= 24 * 2 * 3_000 + 60 * 24 * 24


def test_a_longer_name_costs_no_more_than_the_longest_that_is_read(work: Work) -> None:
    """What is longer than its field is not looked at, so its length cannot matter."""
    for size in (256, 100_000):
        match(lead("Nordlicht " * size), PACKED, SHIPPED)
    assert (work.unpacked, work.rows, work.compared) == (0, 0, 0)


def test_no_text_makes_normalising_grow_faster_than_itself() -> None:
    """Four times the text costs less than forty times the time, for texts made to send patterns back and forth."""

    def seconds(text: str) -> float:
        return min(timeit.repeat(lambda: tokenise(fold_text(text)), number=3, repeat=5))

    for piece in ("a.", "a. ", "(", "a/b", "ae", "\u0301", "formerly ", "- ", "\ufdfa"):
        tokenise(fold_text(piece * 60))
        assert seconds(piece * 240) < 40 * seconds(piece * 60)


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
