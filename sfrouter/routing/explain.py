"""Speaks the phrase-book: every sentence the router says about a lead, by its name, in its reader's language.

The sentences stand in routing/phrases/, one table a language. A sentence is chosen where the decision is made
and spoken only when somebody reads it; so a trace is in English while a Task is in its reader's language.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from sfrouter.routing.phrases import BOOKS

ENGLISH = BOOKS["en"]
LONGEST_VALUE = 80  # letters of a name or other value from the org inside a sentence


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence by its name in the book, with what goes into it."""

    key: str
    values: Mapping[str, object]

    def __str__(self) -> str:
        return text(self)


def say(key: str, /, **values: object) -> Phrase:
    """A sentence of the book. Raises KeyError when the book has none of this name."""
    if key not in ENGLISH:
        raise KeyError(f"the phrase-book has no '{key}'")
    return Phrase(key, MappingProxyType(values))


def in_short(phrase: Phrase) -> Phrase:
    """The sentence as people are told it: what a contract is worth stays in the trace (R154)."""
    values = {name: in_short(one) if isinstance(one, Phrase) else one for name, one in phrase.values.items()}
    return Phrase(_SHORT.get(phrase.key, phrase.key), MappingProxyType(values))


_SHORT = {
    "customer.no_value": "customer.owner",
    "customer.no_rate": "customer.owner",
    "customer.below": "customer.owner",
    "customer.manager": "customer.managed",
}


def text(phrase: Phrase, language: str = "en") -> str:
    """The sentence in a language; in English where the language or the sentence is missing."""
    template = BOOKS.get(language, ENGLISH).get(phrase.key, ENGLISH[phrase.key])
    return template.format_map({name: _shown(value, language) for name, value in phrase.values.items()})


def joined(phrases: Iterable[Phrase | None]) -> Phrase:
    """Several sentences as one line, none of them twice. Raises ValueError when there is none."""
    kept: list[Phrase] = []
    for phrase in phrases:
        if phrase is not None and phrase not in kept:
            kept.append(phrase)
    if not kept:
        raise ValueError("nothing to say")
    line = kept[0]
    for phrase in kept[1:]:
        line = say("joined", first=line, second=phrase)
    return line


@dataclass(frozen=True, slots=True)
class Money:
    """An amount inside a sentence: 50,000 USD; 50.000 EUR where the reader writes it so."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return self.shown("en")

    def shown(self, language: str) -> str:
        """As it is written in a language."""
        if not self.amount.is_finite():
            return str(self.amount)
        digits = max(0, -int(self.amount.normalize().as_tuple().exponent))
        plain = f"{self.amount:,.{min(digits, 6)}f} {self.currency}".rstrip()
        return plain.translate(_POINTS.get(language, {}))


# In Spanish a space between thousands is read the same in Madrid and in Mexico.
_POINTS = {"de": str.maketrans(",.", ".,"), "id": str.maketrans(",.", ".,"), "es": str.maketrans(",", " ")}


@dataclass(frozen=True, slots=True)
class Own:
    """A sentence of ours inside another, such as whose turn it is: no foreign value, and never cut short."""

    words: str

    def __str__(self) -> str:
        return self.words


def language_of(written: str, otherwise: str = "en") -> str:
    """The book for a user's language as the org writes it: de, en_US, es_MX, ja, in (Indonesian)."""
    plain = written.replace("-", "_").partition("_")[0].strip().lower()
    code = _ALSO.get(plain, plain)
    return code if code in BOOKS else otherwise


_ALSO = {"in": "id"}  # the org keeps Java's old code for Indonesian


def _shown(value: object, language: str) -> str:
    if isinstance(value, Phrase):
        return text(value, language)
    if isinstance(value, Money):
        return value.shown(language)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Own):
        return _one_line(value.words)
    return _clean(str(value))


def _clean(value: str) -> str:
    """A value from the org on one line, without control characters, and not too long."""
    line = _one_line(value)
    return line if len(line) <= LONGEST_VALUE else line[: LONGEST_VALUE - 1].rstrip() + "…"


def _one_line(value: str) -> str:
    plain = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in value)
    return " ".join(plain.split())
