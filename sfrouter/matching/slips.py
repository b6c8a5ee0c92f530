"""Finds the words that a mistyped one may stand for: words and slips meet under the letters that both keep."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sfrouter.matching.packed_texts import Texts
from sfrouter.matching.postings import Postings, postings_of

_SHORTEST, _ONE_SLIP_UP_TO = 4, 11  # letters of a word; only longer ones may hold two slips
_LONGEST = 64  # a longer word is not looked for under its mistyped forms
_END = 4  # letters at either end of a long word, one of which stays whole
_REACH = 2  # letters that may be missing or too many in a long word
_BASE = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1
_FRONT, _BACK = 1, 2

_Hashes = NDArray[np.uint64]
_Letters = NDArray[np.uint8]


def slip_hashes(word: str) -> Iterator[int]:
    """The numbers under which the words near this one are looked for."""
    if not may_be_mistyped(word):
        return
    length = len(word)
    if length <= _ONE_SLIP_UP_TO:
        yield from _left_out(word.encode())
    if length >= _ONE_SLIP_UP_TO:
        for other in range(max(length - _REACH, _ONE_SLIP_UP_TO), length + _REACH + 1):
            yield from _ends_of(word, other)


def kept_under(word: str) -> Iterator[int]:
    """The numbers under which a word itself is found: its letters, each of them left out, its ends."""
    if not may_be_mistyped(word):
        return
    if len(word) <= _ONE_SLIP_UP_TO:
        yield from _left_out(word.encode())
    if len(word) >= _ONE_SLIP_UP_TO:
        yield from _ends_of(word, len(word))


def may_be_mistyped(word: str) -> bool:
    """Is this a word of letters, long enough to hold a slip and no longer than words are?"""
    return _SHORTEST <= len(word) <= _LONGEST and word.isascii() and word.isalpha()


def _ends_of(word: str, length: int) -> Iterator[int]:
    yield _short(_horner(bytes((*word[:_END].encode(), length, _FRONT))))
    yield _short(_horner(bytes((*word[-_END:].encode(), length, _BACK))))


def _left_out(letters: bytes) -> Iterator[int]:
    yield _short(_horner(letters))
    for place in range(len(letters)):
        yield _short(_horner(letters[:place] + letters[place + 1 :]))


def _horner(letters: bytes) -> int:
    value = 0
    for letter in letters:
        value = (value * _BASE + letter) & _MASK
    return value


def _short(value: int) -> int:
    """The upper half, where every letter has left its mark; two words that share one are told apart later."""
    return (value * _BASE & _MASK) >> 32


def slips_of(vocabulary: Texts) -> Postings:
    """By the number of a form the places of the words it may stand for."""
    lengths = vocabulary.lengths
    found: list[tuple[NDArray[np.uint32], NDArray[np.int32]]] = []
    for length in np.unique(lengths).tolist():
        if not _SHORTEST <= length <= _LONGEST:
            continue
        places = np.flatnonzero(lengths == length).astype(np.int32)
        letters = vocabulary.matrix(places, length)
        alphabetic = (((letters | 32) - np.uint8(97)) < 26).all(axis=1)
        places, letters = places[alphabetic], letters[alphabetic]
        if not len(places):
            continue
        hashes = [*_forms(letters)] if length <= _ONE_SLIP_UP_TO else []
        hashes += [*_ends(letters)] if length >= _ONE_SLIP_UP_TO else []
        found += [(_upper(one), places) for one in hashes]
    empty = np.zeros(0, np.uint32)
    keys = np.concatenate([empty, *(one for one, _ in found)])
    return postings_of(keys, np.concatenate([empty.astype(np.int32), *(rows for _, rows in found)]))


def _forms(letters: _Letters) -> Iterator[_Hashes]:
    """The words themselves, then with each letter left out: what comes before it, then what comes after."""
    count, length = letters.shape
    base = np.uint64(_BASE)
    before = [np.zeros(count, np.uint64)]
    for place in range(length):
        before.append(before[-1] * base + letters[:, place])
    yield before[-1]
    after, power = np.zeros(count, np.uint64), np.uint64(1)
    for place in reversed(range(length)):
        yield before[place] * power + after
        after = after + letters[:, place].astype(np.uint64) * power
        power = np.uint64(int(power) * _BASE & _MASK)


def _ends(letters: _Letters) -> Iterator[_Hashes]:
    count, length = letters.shape
    for end, mark in ((letters[:, :_END], _FRONT), (letters[:, -_END:], _BACK)):
        value = np.zeros(count, np.uint64)
        for place in range(_END):
            value = value * np.uint64(_BASE) + end[:, place]
        value = value * np.uint64(_BASE) + np.uint64(length)
        yield value * np.uint64(_BASE) + np.uint64(mark)


def _upper(hashes: _Hashes) -> NDArray[np.uint32]:
    return (hashes * np.uint64(_BASE) >> np.uint64(32)).astype(np.uint32)
