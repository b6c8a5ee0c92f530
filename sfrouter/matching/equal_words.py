"""Short forms and translations that stand for one word: Mfg is Manufacturing, Universität is University."""

from functools import cache, lru_cache

from sfrouter.matching.legal_forms import folded_words
from sfrouter.matching.wordlists import entries

_PLURAL_FROM = 4  # letters; "as" is not the plural of "a"


@cache
def _groups() -> dict[str, frozenset[int]]:
    """By a folded word the groups it stands in."""
    found: dict[str, frozenset[int]] = {}
    for number, line in enumerate(entries("equal_words.txt")):
        for word in folded_words([line]):
            found[word] = found.get(word, frozenset()) | {number}
    return found


def one_word(left: str, right: str) -> bool:
    """Do two different words stand for one another: by the list, or as singular and plural?"""
    return (left[0] == right[0] or left in _groups()) and _one_word(left, right)


@lru_cache(maxsize=50_000)
def _one_word(left: str, right: str) -> bool:
    shorter, longer = sorted((left, right), key=len)
    if longer == f"{shorter}s" and len(shorter) >= _PLURAL_FROM:
        return True
    groups = _groups()
    return bool(groups.get(left, frozenset()) & groups.get(right, frozenset()))
