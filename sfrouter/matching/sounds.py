"""Reads kana and Latin letters into one rough sound, so that ヤマザワ and Yamazawa meet; kanji are never read."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from sfrouter.matching.legal_forms import generic_words, soft_words, trade_words
from sfrouter.matching.wordlists import entries

_LETTER_NAMES = {
    "エー": "a", "エイ": "a", "ビー": "b", "シー": "c", "ディー": "d",
    "デー": "d", "イー": "e", "エフ": "f", "ジー": "g", "エイチ": "h",
    "エッチ": "h", "アイ": "i", "ジェイ": "j", "ジェー": "j", "ケイ": "k",
    "ケー": "k", "エル": "l", "エム": "m", "エヌ": "n", "オー": "o",
    "ピー": "p", "キュー": "q", "アール": "r", "エス": "s", "ティー": "t",
    "ユー": "u", "ブイ": "v", "ヴィ": "v", "ダブリュー": "w", "ダブル": "w",
    "エックス": "x", "ワイ": "y", "ゼット": "z",
}  # fmt: skip
_LONGEST_LETTER = max(map(len, _LETTER_NAMES))
_EXACT = 5  # a shorter name is compared letter by letter, too
_SHORTEST = 3  # consonants a sound must have to say anything
_MAX = 80
_LATIN_SOUNDS = (
    (re.compile(r"ph"), "f"), (re.compile(r"ck"), "k"), (re.compile(r"sch|sh"), "s"),
    (re.compile(r"tch|ch|ts"), "t"), (re.compile(r"th"), "s"), (re.compile(r"c(?=[eiy])"), "s"),
    (re.compile(r"[cq]"), "k"), (re.compile(r"x"), "ks"), (re.compile(r"(?<=[aeiou])r(?![aeiouy])"), ""),
    (re.compile(r"l"), "r"), (re.compile(r"v"), "b"), (re.compile(r"[jz]"), "s"),
    (re.compile(r"f"), "h"), (re.compile(r"[hwy](?![aeiou])"), ""), (re.compile(r"m"), "n"),
    (re.compile(r"[aeiou]+"), ""),
)  # fmt: skip

_READING = (
    (re.compile(r"t?ch"), "ty"), (re.compile(r"sh"), "sy"), (re.compile(r"ts"), "t"), (re.compile(r"j"), "zy"),
    (re.compile(r"f"), "h"), (re.compile(r"(?<=[szt])y(?=[ie])"), ""), (re.compile(r"m(?=[bmp])"), "n"),
    (re.compile(r"oh(?![aeiouy])"), "o"), (re.compile(r"ou|oo"), "o"), (re.compile(r"uu"), "u"),
    (re.compile(r"([b-df-hj-np-tv-z])\1"), r"\1"),
)  # fmt: skip
"""Hepburn and Kunrei, long vowels written or not: each way to write a Japanese reading becomes one."""


@lru_cache(maxsize=10_000)
def _kana(letter: str) -> str:
    """A kana's syllable after its Unicode name; "" for other letters."""
    words = unicodedata.name(letter, "").split()
    return words[-1].lower() if words[:1] in (["KATAKANA"], ["HIRAGANA"]) and "LETTER" in words else ""


def is_kana(text: str) -> bool:
    """Is this written in kana alone?"""
    return bool(text) and all(_kana(letter) or letter == "ー" for letter in text)


def romanised(text: str) -> str:
    """Kana in Latin letters; a small vowel takes the place of the one before it."""
    out = ""
    for letter in text:
        sound = _kana(letter)
        small = "SMALL" in unicodedata.name(letter, "")
        if sound == "tu" and small:
            continue
        if small and out and out[-1] in "aeiou":
            out = out[:-1] + sound
        else:
            out += sound
    return out


def letters_spelt(text: str) -> str:
    """ディーエムエス -> dms: Latin letters called by their Japanese names; "" when it is not that."""
    out, place = "", 0
    while place < len(text):
        for length in range(_LONGEST_LETTER, 1, -1):
            if (found := _LETTER_NAMES.get(text[place : place + length])) is not None:
                out, place = out + found, place + length
                break
        else:
            return ""
    return out if len(out) > 1 else ""


def _skeleton(latin: str) -> str:
    for pattern, sound in _LATIN_SOUNDS:
        latin = pattern.sub(sound, latin)
    return latin


def read_alike(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Are these two names of one reading, at least one of them in kana? ヤマザワ, やまざわ and Yamazawa are."""
    if not (in_kana(left) or in_kana(right)):
        return False
    mine, theirs = sounded(left), sounded(right)
    if mine is None or theirs is None or mine.rest != theirs.rest:
        return False
    return _reading(mine.stem) == _reading(theirs.stem)


def _reading(latin: str) -> str:
    for pattern, sound in _READING:
        latin = pattern.sub(sound, latin)
    return latin


@cache
def _kana_words() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Katakana business words with their English ones, the longest first."""
    pairs = (line.split(maxsplit=1) for line in entries("kana_words.txt"))
    return tuple(sorted(((kana, tuple(words.split())) for kana, words in pairs), key=lambda pair: -len(pair[0])))


@dataclass(frozen=True, slots=True)
class Sounded:
    """A name in Latin letters: its own part, and the business words that stand at its end."""

    stem: str
    rest: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """All words."""
        return (self.stem, *self.rest)


@lru_cache(maxsize=20_000)
def sounded(tokens: tuple[str, ...]) -> Sounded | None:
    """The Latin form of a name in kana or Latin letters; None for kanji and all else."""
    rest: list[str] = []
    words = list(tokens)
    while words:
        shorter = _without_last(words)
        if shorter is None:
            break
        words, cut = shorter
        rest[:0] = cut
    stem = "".join(words)
    if not stem or len(stem) > _MAX:
        return None
    if is_kana(stem):
        return Sounded(letters_spelt(stem) or romanised(stem), tuple(rest))
    if stem.isascii() and stem.isalpha():
        return Sounded(stem, tuple(rest))
    parts = [(letters_spelt(word) or romanised(word)) if is_kana(word) else word for word in words]
    joined = "".join(parts)
    return Sounded(joined, tuple(rest)) if joined.isascii() and joined.isalpha() else None


def _without_last(words: list[str]) -> tuple[list[str], list[str]] | None:
    """The words without a business word at the end, and that word in English; None when there is none."""
    last = words[-1]
    if last.isascii():
        empty = last in soft_words() or last in generic_words() or last in trade_words()
        return (words[:-1], [last]) if empty and len(words) > 1 else None
    for kana, english in _kana_words():
        if last == kana and len(words) > 1:
            return words[:-1], list(english)
        if last.endswith(kana) and len(last) > len(kana) + 1:
            return [*words[:-1], last[: -len(kana)]], list(english)
    return None


def sounds_of(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """The rough sounds a name's own part may have; empty for kanji, and where too little is left to compare."""
    name = sounded(tokens)
    if name is None:
        return ()
    skeleton = _skeleton(name.stem)
    exact = (f"={name.stem}",) if len(name.stem) <= _EXACT else ()
    return (*exact, skeleton) if len(skeleton) >= _SHORTEST or len(name.stem) > _EXACT else exact


def in_kana(tokens: tuple[str, ...]) -> bool:
    """Does a name hold kana?"""
    return any(_kana(letter) for word in tokens if not word.isascii() for letter in word)
