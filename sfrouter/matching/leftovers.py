"""Sorts the words of a name that found no partner: a place, a plain word, a misspelt one, or one of its own."""

from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz.distance import OSA

from sfrouter.matching.alignment import Alignment
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.legal_forms import (
    folded_words,
    generic_words,
    legal_forms,
    soft_words,
    trade_words,
    weightless_words,
)
from sfrouter.matching.places import country_code, country_words
from sfrouter.matching.wordlists import sections

Tokens = tuple[str, ...]
_MISSPELT_FROM = 4  # letters; in a shorter word a slip may be any other word
_LONG_FORM = 5  # letters from which a misspelt legal form needs only one letter more or less


@dataclass(slots=True)
class Leftovers:
    """How many words of each sort are left over on both sides, and what those of their own weigh in nats."""

    own: int = 0
    own_of_lead: int = 0
    plain: int = 0
    soft: int = 0
    country: int = 0
    place: int = 0
    digits: int = 0
    unseen: int = 0
    weight: float = 0.0
    of_lead: float = 0.0

    @property
    def on_both_sides(self) -> bool:
        """Has each of the two names a word of its own that the other lacks?"""
        return 0 < self.own_of_lead < self.own


def sort_leftovers(
    found: Alignment, left: Tokens, right: Tokens, countries: tuple[str, ...], index: AccountIndex
) -> Leftovers:
    """The words without a partner. `countries` are those of the lead and of the account."""
    sorted_out = Leftovers()
    for mine, words, is_lead in ((found.left_over, left, True), (found.right_over, right, False)):
        for word in mine:
            if word in found.equal:  # a name said twice
                continue
            _sort(word, word == words[-1] and len(words) > 1, is_lead, countries, index, sorted_out)
    return sorted_out


def _sort(
    word: str, last: bool, is_lead: bool, countries: tuple[str, ...], index: AccountIndex, into: Leftovers
) -> None:
    if word in weightless_words():
        return
    if word in country_words() or (last and word in _place_codes()):
        into.country += country_code(word) in (*countries, "")
        into.soft += 1
        into.place += 1
    elif word in _places():
        into.place += 1
        into.soft += 1
    elif word in soft_words() or _misspelt(word):
        into.soft += 1
    elif word in generic_words() or word in trade_words():
        into.plain += 1
        into.weight += index.nats(word) / 2
    else:
        weight = index.nats(word)
        into.own += 1
        into.own_of_lead += is_lead
        into.weight += weight
        into.of_lead += weight if is_lead else 0.0
        into.digits += any(letter.isdigit() for letter in word)
        into.unseen += is_lead and not index.uses(word)


@cache
def _places() -> frozenset[str]:
    return folded_words(sections("places.txt")[""])


@cache
def _place_codes() -> frozenset[str]:
    return folded_words(sections("places.txt")["codes"])


@lru_cache(maxsize=20_000)
def _misspelt(word: str) -> bool:
    """A legal form or a word like Group with letters swapped, or one letter wrong: LDT, Inernational."""
    if len(word) <= 2 or not word.isascii() or not word.isalpha():
        return False
    if len(word) <= _LONG_FORM and "".join(sorted(word)) in _sorted_forms():
        return True
    if len(word) < _MISSPELT_FROM:
        return False
    return any(
        abs(len(other) - len(word)) <= 1 and OSA.distance(word, other, score_cutoff=1) <= 1
        for other in _often_misspelt()
    )


@cache
def _sorted_forms() -> frozenset[str]:
    return frozenset("".join(sorted(form)) for form in legal_forms().suffixes)


@cache
def _often_misspelt() -> tuple[str, ...]:
    """Long forms and words, and the few short forms that everybody types."""
    forms = {
        form for form in legal_forms().suffixes | legal_forms().weak if len(form) > _LONG_FORM and form.isascii()
    }
    words = {word for word in soft_words() if len(word) >= _LONG_FORM and word.isascii()}
    return tuple(sorted(forms | words | {"ltd", "corp", "gmbh"}))
