"""What two names have in common, as numbers: the input of the calibrated score, by the kind of likeness."""

import math
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from rapidfuzz.distance import JaroWinkler

from sfrouter.matching.alignment import Alignment, align
from sfrouter.matching.email_domains import label_of
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import Entry
from sfrouter.matching.initials import acronym_of, initials_of
from sfrouter.matching.legal_forms import generic_words, legal_forms, soft_words, trade_words, weightless_words
from sfrouter.matching.names import Name
from sfrouter.matching.places import Agreement, country_code, country_words
from sfrouter.matching.question import Question
from sfrouter.matching.sounds import in_kana, sounded, sounds_of

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
    "plain_words_more", "soft_words_more", "place_words_more", "digits_more", "same_country", "other_country",
    "same_city", "wrong_letters", "real_word", "abbreviated",
    "first_word", "similarity", "label_equal", "label_begins", "foreign_domain", "second_reading", "generic",
    "one_word", "order",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compared:
    """A lead's name beside an account's: the kind of likeness, its features, and the words in common."""

    kind: Likeness
    values: tuple[float, ...]
    shared: frozenset[str]
    typos: tuple[tuple[str, str], ...] = ()

    numbers_differ: bool = False

    @property
    def own_words_more(self) -> bool:
        """Are words left over that belong to one of the two names alone?"""
        return self.values[_OWN_WORDS] > 0


_OWN_WORDS = FEATURES.index("own_words_more")


@lru_cache(maxsize=100_000)
def _label(domain: str) -> str:
    return "".join(letter for letter in label_of(domain) if letter.isalnum())


def compare_names(question: Question, name: Name, entry: Entry, index: AccountIndex) -> Compared:
    """The features of one reading of the lead's name and an account."""
    found = align(name.tokens, entry.name.tokens)
    kind = _kind(name, entry, found)
    if kind is Likeness.SOUND:
        found = _by_sound(name, entry)
    shared = [*found.equal, *found.joined]
    weights = [index.nats(word) for word in shared if word not in weightless_words()]
    weights += [min(index.nats(mine), index.nats(theirs)) for mine, theirs in (*found.typos, *found.short)]
    return Compared(
        kind,
        (
            1.0,
            sum(weights) / _TEN,
            max(weights, default=0.0) / _TEN,
            max(0.0, 8.0 - sum(weights)) / _TEN,
            *_extra(question, entry, index, found),
            *_places(question, entry),
            found.wrong_letters / max(1, sum(len(mine) for mine, _ in found.typos)),
            max((math.log1p(index.uses(mine)) for mine, _ in found.typos), default=0.0),
            float(len(found.short)),
            *_looks(name, entry, kind),
            *_domains(question, name, entry),
            float(name is not question.name),
            float(question.name.generic),
            float(len(name.tokens) == 1),
            float(found.equal != [word for word in entry.name.tokens if word in found.equal]),
        ),
        frozenset(shared) if kind is not Likeness.SOUND else frozenset(entry.name.tokens),
        tuple(found.typos),
        bool(_numbers(found.left_over)) and bool(_numbers(found.right_over)),
    )


def _numbers(words: list[str]) -> list[str]:
    return [word for word in words if any(letter.isdigit() for letter in word)]


def _by_sound(name: Name, entry: Entry) -> Alignment:
    """The words after the part that sounds alike, laid beside each other in English."""
    left, right = sounded(name.tokens), sounded(entry.name.tokens)
    return align(left.rest, right.rest) if left and right else Alignment()


def _kind(name: Name, entry: Entry, found: Alignment) -> Likeness:
    if name.key == entry.name.key:
        return Likeness.SAME
    if in_kana(name.tokens) != in_kana(entry.name.tokens) and {*sounds_of(name.tokens)} & {
        *sounds_of(entry.name.tokens)
    }:
        return Likeness.SOUND
    if not found.left_over and not found.right_over:
        return Likeness.SPELLING if found.typos or found.short else Likeness.SAME
    if not found.left_over:
        return Likeness.SHORTER
    if not found.right_over:
        return Likeness.LONGER
    acronyms = (acronym_of(name.tokens), acronym_of(entry.name.tokens))
    if acronyms[0] and acronyms[0] == initials_of(entry.name.tokens):
        return Likeness.ACRONYM
    if acronyms[1] and acronyms[1] == initials_of(name.tokens):
        return Likeness.ACRONYM
    return Likeness.OVERLAP


def _extra(question: Question, entry: Entry, index: AccountIndex, found: Alignment) -> tuple[float, ...]:
    """What the words without a partner weigh, by their sort."""
    own = plain = soft = place = digits = 0
    weight = of_lead = 0.0
    for number, word in enumerate((*found.left_over, *found.right_over)):
        if word in weightless_words():
            continue
        if word in country_words():
            place += 1 if country_code(word) in (entry.country, question.country, "") else 0
            soft += 1
        elif word in soft_words() or _mistyped_form(word):
            soft += 1
        elif word in generic_words() or word in trade_words():
            plain += 1
            weight += index.nats(word) / 2
        else:
            own += 1
            weight += index.nats(word)
            of_lead += index.nats(word) if number < len(found.left_over) else 0.0
            digits += any(letter.isdigit() for letter in word)
    return float(own), weight / _TEN, of_lead / _TEN, float(plain), float(soft), float(place), float(digits)


@lru_cache(maxsize=20_000)
def _mistyped_form(word: str) -> bool:
    """A short word with the letters of a legal form in another order: LDT for Ltd."""
    if not 2 < len(word) <= 5 or not word.isascii():
        return False
    return "".join(sorted(word)) in _sorted_forms()


@cache
def _sorted_forms() -> frozenset[str]:
    return frozenset("".join(sorted(form)) for form in legal_forms().suffixes)


def _places(question: Question, entry: Entry) -> tuple[float, float, float]:
    country, city = question.country_agrees(entry), question.city_agrees(entry)
    return (
        float(country is Agreement.SAME), float(country is Agreement.DIFFERENT), float(city is Agreement.SAME)
    )  # fmt: skip


def _looks(name: Name, entry: Entry, kind: Likeness) -> tuple[float, float]:
    left, right = name.key, entry.name.key
    if kind is Likeness.SOUND and (mine := sounded(name.tokens)) and (theirs := sounded(entry.name.tokens)):
        left, right = mine.stem, theirs.stem
    first = bool(name.tokens and entry.name.tokens and name.tokens[0] == entry.name.tokens[0])
    return float(first), JaroWinkler.similarity(left, right)


def _domains(question: Question, name: Name, entry: Entry) -> tuple[float, float, float]:
    labels = [_label(domain) for domain in entry.domains]
    wanted = {name.key, initials_of(name.tokens) or name.key}
    own = question.company_domain
    return (
        float(any(label in wanted for label in labels)),
        float(
            any(len(label) > 3 and (name.key.startswith(label) or label.startswith(name.key)) for label in labels)
        ),
        float(bool(own) and own not in entry.domains),
    )
