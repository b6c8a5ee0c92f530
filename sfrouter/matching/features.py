"""What two names have in common, as numbers: the input of the calibrated score, by the kind of likeness."""

import math
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

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
from sfrouter.matching.sounds import in_kana, sounded, sounds_of

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


@dataclass(frozen=True, slots=True)
class Compared:
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
    found = align(name.tokens, entry.name.tokens)
    kind = _kind(name, entry, found)
    if kind is Likeness.SOUND:
        found = _by_sound(name, entry)
    shared = [*found.equal, *found.joined]
    weights = [index.nats(word) for word in shared if word not in weightless_words()]
    weights += [
        min(index.nats(mine), index.nats(theirs)) for mine, theirs in (*found.typos, *found.short, *found.known)
    ]
    rest = sort_leftovers(found, name.tokens, entry.name.tokens, (entry.country, question.country), index)
    return Compared(
        kind,
        (
            1.0,
            sum(weights) / _TEN,
            max(weights, default=0.0) / _TEN,
            max(0.0, 8.0 - sum(weights)) / _TEN,
            *_extra(rest),
            *_places(question, entry),
            *_forms(question, entry),
            found.wrong_letters / max(1, sum(len(mine) for mine, _ in found.typos)),
            *_slips(found),
            max((math.log1p(index.uses(mine)) for mine, _ in found.typos), default=0.0),
            float(len(found.short)),
            float(len(found.known)),
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
        "" if name is question.name else name.key,
        kind is Likeness.OVERLAP and rest.on_both_sides,
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


def _extra(rest: Leftovers) -> tuple[float, ...]:
    """What the words without a partner weigh, by their sort."""
    return (
        float(rest.own), rest.weight / _TEN, rest.of_lead / _TEN, float(rest.plain), float(rest.soft),
        float(rest.country), float(rest.place), float(rest.digits), float(rest.unseen),
    )  # fmt: skip


def _forms(question: Question, entry: Entry) -> tuple[float, float, float]:
    """Is the legal form the same, another, or the lead's one of a country that is not the account's?"""
    mine, homes = forms_in(question.lead.company)
    theirs, there = forms_in(entry.account.name)
    both = bool(mine) and bool(theirs)
    elsewhere = bool(homes) and bool(entry.country) and entry.country not in homes
    elsewhere = elsewhere or (bool(homes) and bool(there) and not homes & there)
    return float(both and mine == theirs), float(both and mine != theirs), float(elsewhere)


def _slips(found: Alignment) -> tuple[float, float]:
    """Is a first letter wrong, and are letters only swapped or doubled?"""
    first = any(mine[0] != theirs[0] for mine, theirs in found.typos)
    light = bool(found.typos) and all(set(mine) == set(theirs) for mine, theirs in found.typos)
    return float(first), float(light)


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
