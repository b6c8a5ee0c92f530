"""Reads kana and Latin letters into one rough sound, so that ヤマザワ and Yamazawa meet; kanji are never read."""

import re
import unicodedata
from functools import cache, lru_cache

_LETTER_NAMES = {
    "エー": "a", "エイ": "a", "ビー": "b", "シー": "c", "ディー": "d", "デー": "d", "イー": "e", "エフ": "f", "ジー": "g",
    "エイチ": "h", "エッチ": "h", "アイ": "i", "ジェイ": "j", "ジェー": "j", "ケイ": "k", "ケー": "k", "エル": "l", "エム": "m",
    "エヌ": "n", "オー": "o", "ピー": "p", "キュー": "q", "アール": "r", "エス": "s", "ティー": "t", "ユー": "u", "ブイ": "v",
    "ヴィ": "v", "ダブリュー": "w", "ダブル": "w", "エックス": "x", "ワイ": "y", "ゼット": "z",
}  # fmt: skip
_LONGEST_LETTER = max(map(len, _LETTER_NAMES))
_SHORTEST = 3  # consonants a sound must have to say anything
_MAX = 80
_LATIN_SOUNDS = (
    (re.compile(r"ph"), "f"), (re.compile(r"ck"), "k"), (re.compile(r"sch|sh"), "s"), (re.compile(r"tch|ch|ts"), "t"),
    (re.compile(r"th"), "s"), (re.compile(r"c(?=[eiy])"), "s"), (re.compile(r"[cq]"), "k"), (re.compile(r"x"), "ks"),
    (re.compile(r"(?<=[aeiou])r(?![aeiouy])"), ""), (re.compile(r"l"), "r"), (re.compile(r"v"), "b"),
    (re.compile(r"[jz]"), "s"), (re.compile(r"f"), "h"), (re.compile(r"[hwy](?![aeiou])"), ""),
    (re.compile(r"m"), "n"), (re.compile(r"[aeiou]+"), ""), (re.compile(r"(.)\1+"), r"\1"),
)  # fmt: skip


@cache
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


@lru_cache(maxsize=10_000)
def sounds_of(key: str) -> tuple[str, ...]:
    """The rough sounds a name without spaces may have; empty for kanji, and where too little is left to compare."""
    if len(key) > _MAX:
        return ()
    if is_kana(key):
        spelt = letters_spelt(key)
        skeleton = _skeleton(romanised(key))
        return (f"={spelt}",) if spelt else (skeleton,) if len(skeleton) >= _SHORTEST else ()
    if not (key.isascii() and key.isalpha()):
        return ()
    skeleton = _skeleton(key)
    exact = (f"={key}",) if len(key) <= 5 else ()
    return (*exact, skeleton) if len(skeleton) >= _SHORTEST else exact


def latin_form(key: str) -> str:
    """The name in Latin letters, for comparing two names that sound alike."""
    return (letters_spelt(key) or romanised(key)) if is_kana(key) else key
