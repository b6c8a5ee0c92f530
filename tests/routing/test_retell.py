"""A kept trace told in another language: every sentence of the books is recognised, nothing else is touched."""

import time
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfrouter.routing.phrases import BOOKS
from sfrouter.routing.retell import LANGUAGES, heading, is_known, retell
from sfrouter.routing.retelling import SENTENCES

OTHERS = [code for code in LANGUAGES if code != "en"]
INSIDE = {
    "first": "match.none", "second": "match.linked_all", "why": "match.none", "turn": "share.every",
    "words": "name.same", "which": "tie.oldest", "standing": "turn.on", "load": "load.one",
    "role": "role.partner", "relationship": "relationship.customer", "span": "hour", "window": "hour",
}  # fmt: skip
PLAIN = {"field": "lead.state", "count": "3", "most": "5", "months": "6", "share": "50%", "was": "1", "now": "2",
         "weight": "2", "have": "'CA'", "want": "'CA', 'NV'", "values": "'x'"}  # fmt: skip


def gaps(sentence: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(sentence) if name]


def filled(key: str, language: str) -> str:
    """The sentence with its gaps filled in: names as names, sentences as sentences of the same language."""
    book = {**BOOKS[language], **SENTENCES[language]}
    values = {}
    for name in gaps(book[key]) + gaps({**BOOKS["en"], **SENTENCES["en"]}[key]):
        if name == "listing":
            values[name] = f"Bob ({book['out.left']}), Carl ({book['out.away']})"
        elif name in INSIDE:
            values[name] = book.get(INSIDE[name], book["share.no_territory"])
        else:
            values[name] = PLAIN.get(name, f"X{name}")
    return book[key].format_map(values)


READ = [
    key for key in {**BOOKS["en"], **SENTENCES["en"]}
    if not key.startswith(("task.", "label.", "list.", "joined", "default.nobody"))
]  # fmt: skip


@pytest.mark.parametrize("language", OTHERS)
def test_every_english_sentence_becomes_the_same_sentence_of_the_other_book(language: str) -> None:
    """What the rooms write is told word for word as the book has it, its values kept."""
    wrong = [key for key in READ if retell(filled(key, "en"), language) != filled(key, language)]
    assert wrong == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_table_is_as_whole_as_the_english_one(language: str) -> None:
    """A sentence missing in one language would stay English in the middle of a line."""
    assert SENTENCES[language].keys() == SENTENCES["en"].keys()
    assert not SENTENCES["en"].keys() & BOOKS["en"].keys()
    for key, sentence in SENTENCES["en"].items():
        assert set(gaps(SENTENCES[language][key])) == set(gaps(sentence)), key
        assert SENTENCES[language][key].count("|") == sentence.count("|"), key


def test_a_whole_line_of_a_pool_is_told_with_everybody_in_it() -> None:
    line = (
        "pool west, round-robin: Bob is next with 3 turns so far; after Bob: Carl (2 turns), Dora (1 turn) and"
        " 3 more; out: Eve (away until 2026-11-30)"
    )
    assert retell(line, "de") == (
        "Pool west, reihum: Bob ist dran mit bisher 3 Leads; nach Bob: Carl (2 Leads), Dora (1 Lead)"
        " und 3 weitere; nicht verfügbar: Eve (abwesend bis 2026-11-30)"
    )


def test_amounts_are_written_as_the_reader_writes_them() -> None:
    line = "Acme is a customer with a contract of 30,000 USD, below 50,000 USD: the account owner takes it"
    assert "30.000 USD" in retell(line, "de")


def test_what_no_book_has_stays_word_for_word_beside_what_is_told() -> None:
    """Nothing is guessed and nothing is lost: an older version's sentence stands in English."""
    assert retell("a sentence of long ago", "ja") == "a sentence of long ago"
    assert retell("a sentence of long ago; no account fits", "de") == "a sentence of long ago; kein Account passt"
    assert not is_known("a sentence of long ago; no account fits")


@given(st.text(max_size=200))
def test_any_text_is_told_without_failing_and_english_stays_as_it_is(text: str) -> None:
    assert retell(text, "en") == text
    for language in OTHERS:
        retell(text, language)


@pytest.mark.parametrize("name", ["; " * 300, " and ".join(["x"] * 200), "a (b" * 200, "lead.x is in 'y'; " * 100])
def test_a_hostile_name_costs_no_minutes(name: str) -> None:
    start = time.process_time()
    retell(f"Bob, because {name} is a partner company; does not fit: {name} (lead.city is empty)", "de")
    assert time.process_time() - start < 5


def test_every_heading_is_there_in_every_language() -> None:
    for language in LANGUAGES:
        assert heading("decision", language, number=1, when="now").count("1") == 1
    with pytest.raises(KeyError):
        heading("no such heading", "de")
