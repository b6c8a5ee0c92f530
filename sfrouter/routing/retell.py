"""Tells a kept trace in another language: each English sentence is recognised by the books and said anew.

The ledger keeps a trace in English, as it was written. Matching and distribution know no languages, and a trace of
last year knows nothing of this year's books; so the sentence itself is the code: it is held against every English
sentence of the books, what stands in its gaps are the values, and a gap may hold a sentence again. What no book
has stays in English, word for word: nothing is guessed and nothing is lost.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, reduce
from itertools import islice
from string import Formatter

from sfrouter.routing.explain import Money, language_of
from sfrouter.routing.phrases import BOOKS
from sfrouter.routing.retelling import SENTENCES

LANGUAGES = tuple(sorted(BOOKS))
_NO_SENTENCES = ("task.", "label.", "joined", "default.nobody")  # written elsewhere, or too plain to recognise
_INSIDE = frozenset(
    {
        "first",
        "second",
        "why",
        "turn",
        "words",
        "which",
        "standing",
        "load",
        "role",
        "relationship",
        "span",
        "window",
    }
)  # gaps that hold a sentence, or a phrase such as "account owner"
_NAMES = frozenset({"company", "account"})
_QUOTED = frozenset({"have", "want", "values", "source", "kind", "pairs"})
_MARKS = ("; ", ", because ")
_MONEY = frozenset({"value", "limit"})
_LISTED = r"'(?:(?!' (?:is|and (?:lead|account)\.)).)*'(?: and \d+ more)?|\(empty\)"
_SHAPES = {
    name: re.compile(shape, re.DOTALL)
    for name, shape in (
        ("field", r"(?:lead|account)\.[\w.]+"),
        ("count", r"\d[\d.,]*"),
        ("most", r"\d+"),
        ("months", r"\d+"),
        ("share", r"\d+%"),
        ("was", r"[\d.]+"),
        ("now", r"[\d.]+"),
        ("weight", r"[\d./]+"),
        ("have", _LISTED),
        ("want", _LISTED),
        ("values", _LISTED),
    )
}
_DEEPEST = 40  # sentences within sentences
_MOST_CUTS = 8  # places where one line is tried as two: a hostile name shall not cost minutes
_AMOUNT = re.compile(r"-?[\d,]+(?:\.\d+)? ?[A-Z]{0,3}")
_AFTER_ITEM = re.compile(r"(?<=\)[,;] )")
_MOST_WAYS = 50  # ways in which one sentence's gaps are tried
_MORE = re.compile(r"(?P<listing>.*) and (?P<count>\d+) more")


@dataclass(frozen=True, slots=True)
class _Known:
    """An English sentence of the books: its words, and the gaps after each of them but the last."""

    key: str
    words: tuple[str, ...]
    gaps: tuple[str, ...]

    def held_against(self, text: str) -> Iterator[dict[str, str]]:
        """What stands in the gaps if the text is this sentence; where it can be read in several ways, each."""
        if text.startswith(self.words[0]) and all(word in text for word in self.words):
            yield from islice(self._rest(0, text, len(self.words[0]), {}), _MOST_WAYS)

    def _rest(self, place: int, text: str, start: int, so_far: dict[str, str]) -> Iterator[dict[str, str]]:
        if place == len(self.gaps):
            if start == len(text):
                yield so_far
            return
        name, word = self.gaps[place], self.words[place + 1]
        for end in self._ends(place, text, start, word):
            value = text[start:end]
            if value and so_far.get(name, value) == value and _shaped(name, value):
                yield from self._rest(place + 1, text, end + len(word), {**so_far, name: value})

    def _ends(self, place: int, text: str, start: int, word: str) -> Iterator[int]:
        if place == len(self.gaps) - 1:
            if text.endswith(word):
                yield len(text) - len(word)
            return
        end = text.find(word, start + 1)
        while end >= 0:
            yield end
            end = text.find(word, end + 1)


def _shaped(name: str, value: str) -> bool:
    shape = _SHAPES.get(name)
    return shape.fullmatch(value) is not None if shape else True


def retell(text: str, language: str) -> str:
    """The sentence in a language; in English, as it stands, where the language or the sentence is not known."""
    code = language_of(language)
    return text if code == "en" or not text else _Teller(code).tell(text)


def is_known(text: str) -> bool:
    """Can all of this English sentence be told in the other languages?"""
    return _Teller("de").knows(text)


def heading(key: str, language: str, /, **values: object) -> str:
    """A heading of `explain`, such as "asked". Raises KeyError when there is none of this name."""
    return SENTENCES[language_of(language)][f"label.{key}"].format_map({k: str(v) for k, v in values.items()})


@cache
def _known() -> tuple[_Known, ...]:
    """All sentences that can be recognised, the most telling first."""
    english = {**BOOKS["en"], **SENTENCES["en"]}
    wanted = [key for key in english if not key.startswith(_NO_SENTENCES) and not key.startswith("list.")]
    wanted.sort(key=lambda key: -len(re.sub(r"\{\w+\}", "", english[key])))
    return tuple(_taken_apart(key, english[key]) for key in wanted)


def _taken_apart(key: str, sentence: str) -> _Known:
    parts = list(Formatter().parse(sentence))
    gaps = tuple(name for _, name, _, _ in parts if name)
    words = [literal for literal, _, _, _ in parts]
    return _Known(key, tuple(words if len(words) > len(gaps) else [*words, ""]), gaps)


@dataclass(slots=True)
class _Teller:
    """One trace's reader. What was read once is remembered: sentences come again inside others."""

    language: str
    book: Mapping[str, str] = field(init=False)
    read: dict[str, str | None] = field(default_factory=dict)
    depth: int = 0

    def __post_init__(self) -> None:
        self.book = {**BOOKS[self.language], **SENTENCES[self.language]}

    def tell(self, text: str) -> str:
        """The whole where it can be read; else piece by piece, and what cannot be read as it stands."""
        whole = self._whole(text)
        if whole is not None:
            return whole
        if "; " in text:
            return reduce(self._joined, (self.tell(piece) for piece in text.split("; ")))
        return next(self._framed(text), text)

    def knows(self, text: str) -> bool:
        """Is there nothing in it that no book has?"""
        return self._whole(text) is not None

    def _whole(self, text: str) -> str | None:
        """The text in full, or None when some of it is in no book."""
        if text not in self.read:
            self.read[text] = None  # a sentence is no part of itself
            self.depth += 1
            if self.depth <= _DEEPEST:
                self.read[text] = next(self._readings(text), None)
            self.depth -= 1
        return self.read[text]

    def _readings(self, text: str) -> Iterator[str]:
        for known in _known():
            for found in known.held_against(text):
                values = self._values(found)
                if values is not None:
                    yield self.book[known.key].format_map(values)
        for cut in islice(re.finditer("; ", text), _MOST_CUTS):
            first = self._whole(text[: cut.start()])
            second = self._whole(text[cut.end() :]) if first is not None else None
            if first is not None and second is not None:
                yield self._joined(first, second)

    def _values(self, found: Mapping[str, str]) -> dict[str, str] | None:
        values = {}
        for name, text in found.items():
            value = self._value(name, text)
            if value is None:
                return None
            values[name] = value
        return values

    def _value(self, name: str, text: str) -> str | None:
        if name in _NAMES and text in _ATOMS:
            return self.book[_ATOMS[text]]
        if name in _INSIDE:
            return self._whole(text)
        if name == "listing":
            return self._listing(text)
        if name not in _QUOTED and any(mark in text for mark in _MARKS):
            return None  # no name, but several sentences
        return self._plain(name, text)

    def _plain(self, name: str, text: str) -> str:
        if name in _MONEY and _AMOUNT.fullmatch(text):
            amount, _, currency = text.partition(" ")
            return Money(Decimal(amount.replace(",", "")), currency).shown(self.language)
        if name == "pairs":
            return text.replace("' for '", "' = '")
        return self.book["list.empty"] if text == "(empty)" else text

    def _listing(self, text: str) -> str | None:
        """Name (words), name (words): each of the words told, the names as they are."""
        more = _MORE.fullmatch(text)
        items = [_item(one) for one in _AFTER_ITEM.split(more["listing"] if more else text)]
        if not all(name and "; " not in name for name, _, _ in items):
            return None
        told = "".join(f"{self._whole(name) or name} ({self.tell(words)}){after}" for name, words, after in items)
        return self.book["list.more"].format(listing=told, count=more["count"]) if more else told

    def _framed(self, text: str) -> Iterator[str]:
        """A sentence whose frame is known, with the part of it that is in no book as it stands."""
        for known in _known():
            for found in known.held_against(text) if _INSIDE & set(known.gaps) else ():
                yield self.book[known.key].format_map(
                    {name: self.tell(value) if name in _INSIDE else self._plain(name, value)
                     for name, value in found.items()}
                )  # fmt: skip

    def _joined(self, first: str, second: str) -> str:
        return self.book["joined"].format(first=first, second=second)


def _item(text: str) -> tuple[str, str, str]:
    """One item of a list: its name, what stands in its last brackets, and the mark after it."""
    body, after = (text[:-2], text[-2:]) if text.endswith((", ", "; ")) else (text, "")
    depth = 0
    for place in range(len(body) - 1, -1, -1) if body.endswith(")") else ():
        depth += (body[place] == ")") - (body[place] == "(")
        if depth == 0:
            return body[: place - 1] if place > 1 else "", body[place + 1 : -1], after
    return "", "", ""


_ATOMS = {BOOKS["en"][key]: key for key in ("unnamed", "somebody", "the_company")}
