"""Sorts the words of a name that found no partner: a place, a plain word, a misspelt one, or one of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache

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
    sort = _sort_of(word, last)
    if sort is _Sort.WEIGHTLESS:
        return
    if sort is _Sort.OWN:
        weight = index.nats(word)
        into.own += 1
        into.own_of_lead += is_lead
        into.weight += weight
        into.of_lead += weight if is_lead else 0.0
        into.digits += any(map(str.isdigit, word))
        into.unseen += is_lead and not index.uses(word)
    elif sort is _Sort.PLAIN:
        into.plain += 1
        into.weight += index.nats(word) / 2
    else:
        into.soft += 1
        into.place += sort is not _Sort.SOFT
        into.country += sort is _Sort.COUNTRY and country_code(word) in (*countries, "")


class _Sort(Enum):
    """What a word without a partner is."""

    WEIGHTLESS = "weightless"
    COUNTRY = "country"
    PLACE = "place"
    SOFT = "soft"
    PLAIN = "plain"
    OWN = "own"


@lru_cache(maxsize=50_000)
def _sort_of(word: str, last: bool) -> _Sort:
    if word in weightless_words():
        return _Sort.WEIGHTLESS
    if word in country_words() or (last and word in _place_codes()):
        return _Sort.COUNTRY
    if word in _places():
        return _Sort.PLACE
    if word in soft_words() or _misspelt(word):
        return _Sort.SOFT
    return _Sort.PLAIN if word in generic_words() or word in trade_words() else _Sort.OWN


@cache
def _places() -> frozenset[str]:
    return folded_words(sections("places.txt")[""])


@cache
def _place_codes() -> frozenset[str]:
    return folded_words(sections("places.txt")["codes"])


def _misspelt(word: str) -> bool:
    """A legal form or a word like Group with letters swapped, or one letter wrong: LDT, Inernational."""
    if len(word) <= 2 or not word.isascii() or not word.isalpha():
        return False
    if len(word) <= _LONG_FORM and "".join(sorted(word)) in _sorted_forms():
        return True
    return len(word) >= _MISSPELT_FROM and not _often_misspelt().isdisjoint(_asked_under(word))


@cache
def _sorted_forms() -> frozenset[str]:
    return frozenset("".join(sorted(form)) for form in legal_forms().suffixes)


@cache
def _often_misspelt() -> frozenset[str]:
    """Long forms and words, and the few short forms that everybody types, with all that meets their slips."""
    forms = {
        form for form in legal_forms().suffixes | legal_forms().weak if len(form) > _LONG_FORM and form.isascii()
    }
    words = {word for word in soft_words() if len(word) >= _LONG_FORM and word.isascii()}
    return frozenset(slip for one in forms | words | {"ltd", "corp", "gmbh"} for slip in _kept_under(one))


def _kept_under(form: str) -> set[str]:
    """Under what a form is found: itself, each letter left out, any other letter in its place, two swapped."""
    found = {form, f"-{form}"}
    for place in range(len(form)):
        before, after = form[:place], form[place + 1 :]
        found |= {before + after, f"{before}?{after}", before + after[:1] + form[place] + after[1:]}
    return found


def _asked_under(word: str) -> Iterator[str]:
    """Under what the forms are that one slip makes this word of; a letter too many leads to the whole form."""
    yield word
    for place in range(len(word)):
        before, after = word[:place], word[place + 1 :]
        yield f"{before}?{after}"
        yield f"-{before}{after}"
