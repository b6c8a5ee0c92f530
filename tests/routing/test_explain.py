"""The phrase-book holds every sentence that is asked of it, and nothing else, and what goes in stays harmless.

Every book is as whole as the English one: a sentence missing in one language would reach a reader in another.
"""

import ast
import re
import string
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfrouter.routing import explain
from sfrouter.routing.explain import ENGLISH, Money, Phrase, joined, language_of, say, text
from sfrouter.routing.phrases import BOOKS

ROOM = Path(explain.__file__).parent


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every say(...) of the room with a fixed name, by where it stands."""
    for path in sorted(ROOM.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
                yield f"{path.name}:{node.lineno}", node


def placeholders(key: str, language: str = "en") -> set[str]:
    """What a sentence wants filled in."""
    return {name for _, name, _, _ in string.Formatter().parse(BOOKS[language][key]) if name}


def test_every_sentence_that_is_said_is_in_the_book_with_the_values_it_wants() -> None:
    checked = 0
    for place, node in calls():
        if isinstance(node.args[0], ast.Constant) and all(word.arg for word in node.keywords):
            key = str(node.args[0].value)
            assert key in ENGLISH, place
            assert placeholders(key) == {word.arg for word in node.keywords}, place
            checked += 1
    assert checked > 40


def test_no_sentence_stands_in_the_book_for_nothing() -> None:
    rooms = [ROOM, ROOM.parent / "writeback", ROOM.parent / "journey"]
    paths = (path for room in rooms for path in room.rglob("*.py") if path.parent.name != "phrases")
    source = "\n".join(path.read_text("utf-8") for path in paths).replace("'", '"')
    parts = set(re.findall(r'f"([\w.]+)\{', source))
    for key in ENGLISH:
        by_name = f'"{key}"' in source
        assert by_name or any(key.startswith(part) for part in parts), f"nobody says {key}"


def test_a_sentence_the_book_does_not_have_is_refused() -> None:
    with pytest.raises(KeyError, match=r"no\.such"):
        say("no.such")


def test_an_unknown_language_is_answered_in_english() -> None:
    assert text(say("unnamed"), "xx") == "without a name"


def test_a_sentence_inside_a_sentence_is_spoken_too() -> None:
    assert str(say("owner.not_recorded", role=say("role.partner"))) == "no partner is recorded"


def test_joined_sentences_are_said_once() -> None:
    one, two = say("unnamed"), say("somebody")
    assert str(joined([one, None, two, one])) == "without a name; somebody who is not a user here"
    with pytest.raises(ValueError, match="nothing"):
        joined([None])


@given(st.text())
def test_a_value_from_the_org_cannot_break_the_line_or_the_sentence(name: str) -> None:
    said = text(say("strategic.yes", account=name))
    assert said.endswith(" is a strategic account")
    assert "\n" not in said
    assert "\r" not in said
    assert len(said) < 120


def test_braces_in_a_name_are_only_braces() -> None:
    inner = Phrase("strategic.yes", {"account": "{0} {why}"})
    assert text(say("reason.nobody", why=inner)) == "nobody, because {0} {why} is a strategic account"


@pytest.mark.parametrize("language", sorted(set(BOOKS) - {"en"}))
def test_every_sentence_is_in_every_book_with_the_same_values(language: str) -> None:
    assert BOOKS[language].keys() == ENGLISH.keys()
    for key in ENGLISH:
        assert placeholders(key, language) == placeholders(key), key


@pytest.mark.parametrize("language", sorted(set(BOOKS) - {"en"}))
def test_no_sentence_was_left_in_english(language: str) -> None:
    """Names of parts and frames of signs alone may be the same; a whole sentence may not."""
    same = [key for key, line in BOOKS[language].items() if line == ENGLISH[key] and len(line.split()) > 4]
    assert same == []


def test_the_books_are_those_the_product_promises() -> None:
    assert set(BOOKS) == {"en", "de", "es", "ja", "id"}


@pytest.mark.parametrize(
    ("written", "book"),
    [("de", "de"), ("en_US", "en"), ("es_MX", "es"), ("ja", "ja"), ("in", "id"), ("id_ID", "id"), ("DE-at", "de"),
     ("fr", "es"), ("", "es")],
)  # fmt: skip
def test_a_users_language_finds_its_book_and_an_unknown_one_the_policys(written: str, book: str) -> None:
    assert language_of(written, "es") == book


@pytest.mark.parametrize(
    ("language", "shown"),
    [("en", "50,000.5 EUR"), ("de", "50.000,5 EUR"), ("id", "50.000,5 EUR"), ("es", "50 000.5 EUR"),
     ("ja", "50,000.5 EUR")],
)  # fmt: skip
def test_an_amount_is_written_as_its_reader_writes_it(language: str, shown: str) -> None:
    line = text(
        say("customer.manager", account="Acme", value=Money(Decimal("50000.50"), "EUR"), limit="x"), language
    )
    assert shown in line
