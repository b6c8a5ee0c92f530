"""What two names have in common, as numbers: the input of the calibrated score, by the kind of likeness."""

import math
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import JaroWinkler

from sfrouter.matching.alignment import Alignment, align
from sfrouter.matching.email_domains import label_of
from sfrouter.matching.form_country import forms_in
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import Entry
from sfrouter.matching.initials import acronym_of, initials_of
from sfrouter.matching.leftovers import Leftovers, sort_leftovers
from sfrouter.matching.legal_forms import weightless_words
from sfrouter.matching.names import Name
from sfrouter.matching.places import Agreement
from sfrouter.matching.question import Question
from sfrouter.matching.sounds import in_kana, read_alike, sounded, sounds_of

_LONG = 20  # letters of a name that is long enough to be its own
_TEN = 10.0  # weights are in nats; a tenth keeps all features near one


class Likeness(StrEnum):
    """How the words of two names stand to each other. Each kind has its own row of coefficients."""

    SAME = "same"  # every word has its equal
    SPELLING = "spelling"  # every word has its partner, some mistyped or abbreviated
    SHORTER = "shorter"  # the lead says less than the account
    LONGER = "longer"  # the lead says more than the account
    OVERLAP = "overlap"  # words left over on both sides
    ACRONYM = "acronym"  # one is the initials of the other
    SOUND = "sound"  # other letters, the same sound


FEATURES = (
    "always", "common", "rarest", "thinness", "own_words_more", "own_weight_more", "lead_weight_more",
    "plain_words_more", "soft_words_more", "country_words_more", "place_words_more", "digits_more", "unseen_more",
    "same_country", "other_country", "same_city", "same_form", "other_form", "form_elsewhere",
    "wrong_letters", "first_letter", "swapped", "real_word", "abbreviated", "known_short",
    "first_word", "begins", "letters", "similarity", "label_equal", "label_begins", "foreign_domain",
    "second_reading", "generic", "one_word", "order",
)  # fmt: skip


class Compared(NamedTuple):
    """A lead's name beside an account's: the kind of likeness, its features, and the words in common."""

    kind: Likeness
    values: tuple[float, ...]
    shared: frozenset[str]
    typos: tuple[tuple[str, str], ...] = ()
    numbers_differ: bool = False
    reading: str = ""  # the key of the lead's second name that was compared, "" for the whole
    each_has_more: bool = False  # words of its own in both names, without a partner

    @property
    def own_words_more(self) -> bool:
        """Are words left over that belong to one of the two names alone?"""
        return self.values[_OWN_WORDS] > 0

    @property
    def rarest(self) -> float:
        """What the rarest word in common says, in nats."""
        return self.values[_RAREST] * _TEN

    @property
    def named_by_domain(self) -> bool:
        """Is the label of the account's domain the lead's name?"""
        return self.values[_LABEL] > 0


_OWN_WORDS = FEATURES.index("own_words_more")
_LABEL = FEATURES.index("label_equal")
_RAREST = FEATURES.index("rarest")


@lru_cache(maxsize=100_000)
def _label(domain: str) -> str:
    return "".join(letter for letter in label_of(domain) if letter.isalnum())


def compare_names(question: Question, name: Name, entry: Entry, index: AccountIndex) -> Compared:
    """The features of one reading of the lead's name and an account."""
    return Comparison(question, name, index).beside(entry)


def compare_all(
    question: Question, pairs: Iterable[tuple[Name, Entry]], index: AccountIndex
) -> Iterator[Compared]:
    """The same for many accounts, each with the reading that found it."""
    ready: dict[int, Comparison] = {}
    for name, entry in pairs:
        comparison = ready.get(id(name))
        if comparison is None:
            comparison = ready[id(name)] = Comparison(question, name, index)
        yield comparison.beside(entry)


class Comparison:
    """One reading of a lead's name, ready to be laid beside accounts; what it says of itself is known once."""

    __slots__ = (
        "_acronym", "_form", "_homes", "_index", "_initials", "_kana", "_name", "_own", "_question",
        "_said_of_name", "_wanted",
    )  # fmt: skip

    def __init__(self, question: Question, name: Name, index: AccountIndex) -> None:
        self._question, self._name, self._index = question, name, index
        self._own = question.company_domain
        self._acronym, self._initials = acronym_of(name.tokens), initials_of(name.tokens)
        self._kana = in_kana(name.tokens)
        self._form, self._homes = forms_in(question.lead.company)
        self._wanted = (name.key, self._initials or name.key)
        self._said_of_name = (
            float(name is not question.name), float(question.name.generic), float(len(name.tokens) == 1)
        )  # fmt: skip

    def beside(self, entry: Entry) -> Compared:
        """The features of the name and an account."""
        name, tokens = self._name, entry.name.tokens
        found = align(name.tokens, tokens)
        kind = self._kind(entry, found)
        if kind is Likeness.SOUND:
            found = _by_sound(name, entry)
        shared = found.equal + found.joined
        weights = self._weights(found, shared)
        common = sum(weights)
        rest = sort_leftovers(found, name.tokens, tokens, (entry.country, self._question.country), self._index)
        values = (
            1.0, common / _TEN, max(weights, default=0.0) / _TEN, max(0.0, 8.0 - common) / _TEN,
            *_extra(rest), *_places(self._question, entry), *self._forms(entry), *self._slips(found),
            float(len(found.short)), float(len(found.known)), *_looks(name, entry, kind), *self._domains(entry),
            *self._said_of_name, float(found.equal != [word for word in tokens if word in found.equal]),
        )  # fmt: skip
        return Compared(
            kind, values,
            frozenset(tokens if kind is Likeness.SOUND else shared),
            tuple(found.typos),
            _numbers(found.left_over) and _numbers(found.right_over),
            "" if name is self._question.name else name.key,
            kind is Likeness.OVERLAP and rest.on_both_sides,
        )  # fmt: skip

    def _weights(self, found: Alignment, shared: list[str]) -> list[float]:
        """What each word with a partner says, in nats."""
        nats, empty = self._index.nats, weightless_words()
        weights = [nats(word) for word in shared if word not in empty]
        for pairs in (found.typos, found.short, found.known):
            weights += [min(nats(mine), nats(theirs)) for mine, theirs in pairs]
        return weights

    def _kind(self, entry: Entry, found: Alignment) -> Likeness:
        name, theirs = self._name, entry.name
        if name.key == theirs.key:
            return Likeness.SAME
        kana = not theirs.key.isascii() and in_kana(theirs.tokens)
        if self._kana != kana and not set(sounds_of(name.tokens)).isdisjoint(sounds_of(theirs.tokens)):
            return Likeness.SOUND
        if self._kana and kana and read_alike(name.tokens, theirs.tokens):  # hiragana and katakana
            return Likeness.SOUND
        if not found.left_over and not found.right_over:
            return Likeness.SPELLING if found.typos or found.short else Likeness.SAME
        if not found.left_over:
            return Likeness.SHORTER
        if not found.right_over:
            return Likeness.LONGER
        if self._acronym and self._acronym == initials_of(theirs.tokens):
            return Likeness.ACRONYM
        acronym = acronym_of(theirs.tokens)
        return Likeness.ACRONYM if acronym and acronym == self._initials else Likeness.OVERLAP

    def _forms(self, entry: Entry) -> tuple[float, float, float]:
        """Is the legal form the same, another, or the lead's one of a country that is not the account's?"""
        if not self._form:
            return 0.0, 0.0, 0.0
        theirs, there = forms_in(entry.typed)
        homes, country = self._homes, entry.country
        elsewhere = bool(homes) and (
            (bool(country) and country not in homes) or (bool(there) and not homes & there)
        )
        same = self._form == theirs
        return float(bool(theirs) and same), float(bool(theirs) and not same), float(elsewhere)

    def _slips(self, found: Alignment) -> tuple[float, float, float, float]:
        """The share of wrong letters, is a first one wrong, are letters only swapped or doubled, is it a word?"""
        typos = found.typos
        if not typos:
            return 0.0, 0.0, 0.0, 0.0
        return (
            found.wrong_letters / sum(len(mine) for mine, _ in typos),
            float(any(mine[0] != theirs[0] for mine, theirs in typos)),
            float(all(set(mine) == set(theirs) for mine, theirs in typos)),
            max(math.log1p(self._index.uses(mine)) for mine, _ in typos),
        )

    def _domains(self, entry: Entry) -> tuple[float, float, float]:
        """Is the label of an account's domain the name, or its beginning, and is the lead's own domain another?

        An account without a domain says nothing about the lead's: most orgs have many such accounts.
        """
        if not entry.domains:
            return 0.0, 0.0, 0.0
        key = self._name.key
        labels = [_label(domain) for domain in entry.domains]
        begins = any(len(label) > 3 and (key.startswith(label) or label.startswith(key)) for label in labels)
        return (
            float(any(label in self._wanted for label in labels)),
            float(begins),
            float(bool(self._own) and self._own not in entry.domains),
        )


def _numbers(words: list[str]) -> bool:
    """Is there a number among the words?"""
    return any(not word.isalpha() and any(map(str.isdigit, word)) for word in words)


def _by_sound(name: Name, entry: Entry) -> Alignment:
    """The words after the part that sounds alike, laid beside each other in English."""
    left, right = sounded(name.tokens), sounded(entry.name.tokens)
    return align(left.rest, right.rest) if left and right else Alignment()


def _extra(rest: Leftovers) -> tuple[float, ...]:
    """What the words without a partner weigh, by their sort."""
    return (
        float(rest.own), rest.weight / _TEN, rest.of_lead / _TEN, float(rest.plain), float(rest.soft),
        float(rest.country), float(rest.place), float(rest.digits), float(rest.unseen),
    )  # fmt: skip


def _places(question: Question, entry: Entry) -> tuple[float, float, float]:
    country, city = question.country_agrees(entry), question.city_agrees(entry)
    return (
        float(country is Agreement.SAME), float(country is Agreement.DIFFERENT), float(city is Agreement.SAME)
    )  # fmt: skip


def _looks(name: Name, entry: Entry, kind: Likeness) -> tuple[float, float, float, float]:
    left, right = name.key, entry.name.key
    if kind is Likeness.SOUND and (mine := sounded(name.tokens)) and (theirs := sounded(entry.name.tokens)):
        left, right = mine.stem, theirs.stem
    first = bool(name.tokens and entry.name.tokens and name.tokens[0] == entry.name.tokens[0])
    begins = left.startswith(right) or right.startswith(left)
    return (
        float(first),
        float(begins),
        min(len(left), len(right), _LONG) / _TEN,
        JaroWinkler.similarity(left, right),
    )
