"""Lays two names beside each other word by word: equal, joined, mistyped, abbreviated, or left over."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from sfrouter.matching.equal_words import one_word
from sfrouter.matching.initials import initials_of
from sfrouter.matching.likeness import typo_distance

Tokens = tuple[str, ...]
WeightOf = Callable[[str], float]
_SHORT = 2  # letters of the shortest abbreviation
_SLIPS = 2  # letters that a mistyped word may be longer or shorter
_DROPPED = 2  # letters an abbreviation must leave out
_OF_WORDS = 3  # words of the shortest name that carries its own acronym


@dataclass(slots=True)
class Alignment:
    """The words that found a partner, by how, and those that did not. Weights in nats of rarity."""

    equal: list[str] = field(default_factory=list)
    joined: list[str] = field(default_factory=list)
    typos: list[tuple[str, str]] = field(default_factory=list)
    short: list[tuple[str, str]] = field(default_factory=list)
    known: list[tuple[str, str]] = field(default_factory=list)
    left_over: list[str] = field(default_factory=list)
    right_over: list[str] = field(default_factory=list)
    wrong_letters: int = 0


def align(left: Tokens, right: Tokens) -> Alignment:
    """The lead's words (left) beside an account's (right)."""
    found = Alignment(right_over=list(right))
    for word in left:
        if word in found.right_over:
            found.right_over.remove(word)
            found.equal.append(word)
        else:
            found.left_over.append(word)
    if found.left_over and found.right_over:
        _joined(found)
        _known(found)
        _typos(found)
        _abbreviated(found)
    if found.left_over or found.right_over:
        _drop_own_initials(found, left, right)
    return found


def _joined(found: Alignment) -> None:
    """Two words written as one on the other side."""
    for mine, theirs in ((found.left_over, found.right_over), (found.right_over, found.left_over)):
        for first, second in pairwise(tuple(mine)):
            if first + second in theirs and first in mine and second in mine:
                theirs.remove(first + second)
                mine.remove(first)
                mine.remove(second)
                found.joined.append(first + second)


def _known(found: Alignment) -> None:
    """Words that stand for one another: Mfg and Manufacturing, University and Universität."""
    for word in tuple(found.left_over):
        for other in found.right_over:
            if one_word(word, other):
                found.left_over.remove(word)
                found.right_over.remove(other)
                found.known.append((word, other))
                break


def _typos(found: Alignment) -> None:
    for word in tuple(found.left_over):
        length = len(word)
        near = [other for other in found.right_over if -_SLIPS <= len(other) - length <= _SLIPS]
        close = [(distance, other) for other in near if (distance := typo_distance(word, other))]
        if close:
            distance, other = min(close)
            found.left_over.remove(word)
            found.right_over.remove(other)
            found.typos.append((word, other))
            found.wrong_letters += distance


def _abbreviated(found: Alignment) -> None:
    for word in tuple(found.left_over):
        for other in found.right_over:
            if word[0] == other[0] and (is_short_for(word, other) or is_short_for(other, word)):
                found.left_over.remove(word)
                found.right_over.remove(other)
                found.short.append((word, other))
                break


def is_short_for(short: str, whole: str) -> bool:
    """Intl for International, Mfg for Manufacturing: the same first letter, the others in their order."""
    if len(short) < _SHORT or len(whole) < len(short) + _DROPPED or short[0] != whole[0] or not short.isascii():
        return False
    if whole.startswith(short):
        return len(short) > _SHORT
    if len(short) == _SHORT:
        return False
    rest = iter(whole)
    return all(letter in rest for letter in short) and short[-1] not in "aeiou"


def _drop_own_initials(found: Alignment, left: Tokens, right: Tokens) -> None:
    """A name that carries its own acronym besides: "Federal Office for Information Security BSI"."""
    for mine, words in ((found.left_over, left), (found.right_over, right)):
        if not mine or len(words) < _OF_WORDS or not any(_SHORT <= len(word) < len(words) for word in words):
            continue  # initials are no more than the other words
        rest = initials_of(tuple(mine)) if len(mine) > 1 else ""
        if rest and rest in words and rest not in mine:
            mine.clear()
            continue
        for word in tuple(mine):
            few = _SHORT <= len(word) < len(words)
            if few and word == initials_of(tuple(one for one in words if one != word)):
                mine.remove(word)
