"""How alike are two company names, word by word? A rare word in common counts much, a common one little (S01)."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from rapidfuzz.distance import OSA

from sfrouter.matching.equal_words import one_word
from sfrouter.matching.legal_forms import generic_words, soft_words, trade_words, weightless_words
from sfrouter.matching.places import country_words

Tokens = tuple[str, ...]
WeightOf = Callable[[str], float]

_SOFT_CAP = 0.2
_GENERIC_CAP = 0.4
_WEIGHTLESS = 0.05
_TYPO_FROM = 5  # letters a word must have before one of them may be wrong
_TWO_TYPOS_FROM = 11
_TYPO_COST = 1.7  # one wrong letter in nine is above 80, one in eight is for a person to see
_REST = 0.5  # what a letter of the words spelt right counts against one in a word spelt wrong
_LIKE_ALL = 97.0  # the same words in another order


class Relation(Enum):
    """What the words of two names have to do with each other."""

    SAME = "same"  # every word has its partner
    SPELLING = "spelling"  # every word has its partner, some spelt differently
    SOFT = "soft"  # one has only words like Group or International more
    TRADE = "trade"  # one has only words like Systems or Technologies more
    PART = "part"  # one is the beginning of the other: perhaps a subsidiary
    SOUND = "sound"  # one in kana, the other in Latin letters, and they sound alike
    ACRONYM = "acronym"  # one is the initials of the other
    OVERLAP = "overlap"  # some words in common, others on either side
    OTHER = "other"  # nothing that would count


@dataclass(frozen=True, slots=True)
class Likeness:
    """The score (0-100) before country and ambiguity, the relation, and the weight of what is in common."""

    score: float
    relation: Relation
    common: float = 0.0
    typos: tuple[tuple[str, str], ...] = ()
    account_longer: bool = False


UNLIKE = Likeness(0.0, Relation.OTHER)


def capped_weight(word: str, rarity: float) -> float:
    """A word's weight: its rarity (0-1), held down for words that identify nobody."""
    if word in weightless_words():
        return _WEIGHTLESS
    if word in soft_words() or word in country_words():
        return min(rarity, _SOFT_CAP)
    return min(rarity, _GENERIC_CAP) if word in generic_words() else rarity


def typo_distance(left: str, right: str) -> int | None:
    """How many letters differ between two words that may be one word mistyped; None when they may not."""
    if left == right:
        return 0
    shorter, longer = len(left), len(right)
    if shorter > longer:
        shorter, longer = longer, shorter
    if shorter < _TYPO_FROM - 1 or longer < _TYPO_FROM:
        return None
    allowed = 2 if shorter >= _TWO_TYPOS_FROM else 1
    if longer - shorter > allowed:
        return None
    if not (left.isascii() and right.isascii() and left.isalpha() and right.isalpha()):
        return None  # a digit or a kanji is never just a slip
    distance = OSA.distance(left, right, score_cutoff=allowed)
    return distance if distance <= allowed else None


@dataclass(slots=True)
class _Pairing:
    common: float
    typos: list[tuple[str, str]]
    letters_wrong: int
    left_over: list[str]
    right_over: list[str]


def compare(left: Tokens, right: Tokens, weight: WeightOf) -> Likeness:
    """The likeness of the lead's words (left) and an account's words (right)."""
    pairing = _pair(left, right, weight)
    if pairing.common <= 0:
        return UNLIKE
    total_left, total_right = sum(map(weight, left)), sum(map(weight, right))
    overlap = 200 * pairing.common / (total_left + total_right)
    typos = tuple(pairing.typos)
    if not pairing.left_over and not pairing.right_over:
        return _all_paired(pairing, left, right, typos)
    typo_share = _spelling(pairing, left, right) / 100 if typos else 1.0
    relation = _relation(pairing, left, right)
    return Likeness(overlap * typo_share, relation, pairing.common, typos, account_longer=not pairing.left_over)


def _relation(pairing: _Pairing, left: Tokens, right: Tokens) -> Relation:
    """What the words without a partner make of it."""
    extra = pairing.left_over or pairing.right_over
    empty = soft_words() | weightless_words()
    if pairing.left_over and pairing.right_over:
        swapped = all(word in empty for word in (*pairing.left_over, *pairing.right_over))
        return Relation.PART if swapped else Relation.OVERLAP  # Acme Group and Acme Holdings
    if all(word in empty for word in extra):
        return Relation.SOFT
    if not _begins(left, right):
        return Relation.OVERLAP
    return Relation.TRADE if all(word in empty or word in trade_words() for word in extra) else Relation.PART


def _all_paired(pairing: _Pairing, left: Tokens, right: Tokens, typos: tuple[tuple[str, str], ...]) -> Likeness:
    if not typos:
        return Likeness(100.0 if left == right else _LIKE_ALL, Relation.SAME, pairing.common)
    return Likeness(_spelling(pairing, left, right), Relation.SPELLING, pairing.common, typos)


def _spelling(pairing: _Pairing, left: Tokens, right: Tokens) -> float:
    """100 less the share of wrong letters in the words that carry them, the rest of the name helping a little."""
    wrong_words = sum(max(len(a), len(b)) for a, b in pairing.typos)
    whole = max(sum(map(len, left)), sum(map(len, right)))
    letters = wrong_words + _REST * (whole - wrong_words)
    return 100 * max(0.0, 1 - _TYPO_COST * pairing.letters_wrong / letters)


def _begins(left: Tokens, right: Tokens) -> bool:
    """Is the shorter name the beginning of the longer one?"""
    shorter, longer = sorted((left, right), key=len)
    return all(typo_distance(a, b) is not None for a, b in zip(shorter, longer, strict=False))


def _pair(left: Tokens, right: Tokens, weight: WeightOf) -> _Pairing:
    over = list(right)
    left_over: list[str] = []
    common = 0.0
    for word in left:
        if word in over:
            over.remove(word)
            common += weight(word)
        else:
            left_over.append(word)
    pairing = _Pairing(common, [], 0, left_over, over)
    if left_over and over:
        _pair_known(pairing, weight)
        _pair_joined(pairing, weight)
        _pair_typos(pairing, weight)
    return pairing


def _pair_known(pairing: _Pairing, weight: WeightOf) -> None:
    """Words that stand for one another: Mfg and Manufacturing, Bros and Brothers."""
    for word in tuple(pairing.left_over):
        other = next((other for other in pairing.right_over if one_word(word, other)), None)
        if other is not None:
            pairing.left_over.remove(word)
            pairing.right_over.remove(other)
            pairing.common += min(weight(word), weight(other))


def _pair_joined(pairing: _Pairing, weight: WeightOf) -> None:
    """Two words written as one on the other side: Coca Cola and CocaCola."""
    for mine, theirs in ((pairing.left_over, pairing.right_over), (pairing.right_over, pairing.left_over)):
        for first, second in pairwise(tuple(mine)):
            if first + second in theirs and first in mine and second in mine:
                theirs.remove(first + second)
                mine.remove(first)
                mine.remove(second)
                pairing.common += (weight(first) + weight(second) + weight(first + second)) / 2


def _pair_typos(pairing: _Pairing, weight: WeightOf) -> None:
    for word in tuple(pairing.left_over):
        close = [(distance, other) for other in pairing.right_over if (distance := typo_distance(word, other))]
        if not close:
            continue
        distance, other = min(close)
        pairing.left_over.remove(word)
        pairing.right_over.remove(other)
        pairing.typos.append((word, other))
        pairing.letters_wrong += distance
        pairing.common += (weight(word) + weight(other)) / 2
