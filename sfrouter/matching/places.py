"""Compares countries and cities however they are typed: Deutschland, Germany, DE and ドイツ are one place."""

from enum import Enum
from functools import cache, lru_cache

from sfrouter.base.places import country_names
from sfrouter.matching.letters import fold_text
from sfrouter.matching.tokens import tokenise

_MAX_PLACE = 80  # the longest country or city field of a Salesforce address


class Agreement(Enum):
    """Two values against each other."""

    SAME = "same"
    DIFFERENT = "different"
    UNKNOWN = "unknown"  # one of the two is missing


@cache
def _codes() -> dict[str, str]:
    found: dict[str, str] = {}
    for code, names in country_names().items():
        for name in (code, *names):
            found.setdefault(place_key(name), code)
    return found


@cache
def country_words() -> frozenset[str]:
    """Single words that name a country: they say little in a company's name."""
    return frozenset(
        tokens[0]
        for names in country_names().values()
        for name in names
        if len(tokens := tokenise(fold_text(name))) == 1 and len(tokens[0]) > 3
    )


def place_key(text: str) -> str:
    """A place without case, accents and punctuation; "" when it is longer than any place."""
    return _place_key(text) if len(text) <= _MAX_PLACE else ""


@lru_cache(maxsize=20_000)
def _place_key(text: str) -> str:
    return "".join(tokenise(fold_text(text)))


def country_code(text: str) -> str:
    """The ISO code of a country's name or code; an unknown one stays as it is typed, folded."""
    key = place_key(text)
    return _codes().get(key, key)


def agree(left: str, right: str) -> Agreement:
    """Do two keys or codes name the same place?"""
    if not left or not right:
        return Agreement.UNKNOWN
    return Agreement.SAME if left == right else Agreement.DIFFERENT
