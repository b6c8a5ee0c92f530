"""Cuts a folded company name into words: abbreviations joined, umlauts levelled, scripts parted."""

import re
import unicodedata
from functools import cache

from sfrouter.matching.letters import fold_text, script
from sfrouter.matching.wordlists import sections

_DOTTED = re.compile(r"(?<!\w)[^\W\d_](?:\.\s?[^\W\d_])+(?!\w)\.?")  # S.A.   d.o.o.   J. P.
_SLASHED = re.compile(r"(?<!\w)([^\W\d_])/([^\W\d_])(?!\w)")  # A/S
_WWW = re.compile(r"(?<!\w)www\.(?=\w)")
_NET_NAME = re.compile(r"(?<=\w)\.(?:com|net|org)(?!\w)")  # Amazon.com
_APOSTROPHES = str.maketrans("", "", "'’‘`´ʼ′＇")
ASCII_SIGNS = {sign: " " for sign in range(128) if not chr(sign).isalnum()} | {ord("&"): " & ", ord("+"): " & "}
_UMLAUT = re.compile(r"(?<![aeiouyq])([aou])e(?=[bcdfghjklmnpqrstvwxz])")
_EAST = frozenset({"CJK", "HIRAGANA", "KATAKANA"})
_LONG_VOWEL = frozenset("ー々ヶヵ")


def tokenise(folded: str) -> tuple[str, ...]:
    """The words of a folded name, connectors such as "and" left out between others."""
    plain = folded.isascii() and "'" not in folded and "`" not in folded
    text = folded if plain else folded.translate(_APOSTROPHES)
    if "." in text:
        text = _NET_NAME.sub("", _WWW.sub("", text))
        text = _DOTTED.sub(lambda found: found[0].replace(".", "").replace(" ", "") + " ", text)
    if "/" in text:
        text = _SLASHED.sub(r"\1\2", text)
    words = text.translate(ASCII_SIGNS).split() if text.isascii() else words_of_any_script(text)
    return without_connectors(tuple(level_umlauts(word) for word in words))


def words_of_any_script(text: str) -> list[str]:
    """The words of a text, letter by letter: scripts of the east parted, marks without a letter lost."""
    spaced = []
    before = ""
    for letter in text:
        if unicodedata.category(letter)[0] == "M":
            spaced.append(letter if before else "")  # a mark without a letter to stand on is nothing
        elif letter.isalnum():
            here = _run(letter, before)
            if {here, before} & _EAST and here != before and before:
                spaced.append(" ")
            before = here
            spaced.append(letter)
        else:
            before = ""
            spaced.append(" & " if letter in "&+" else " ")
    return "".join(spaced).split()


def _run(letter: str, before: str) -> str:
    """The script a letter belongs to; digits and length marks go with what stands before them."""
    if letter in _LONG_VOWEL and before:
        return before
    return script(letter) or before or "DIGIT"


def level_umlauts(word: str) -> str:
    """Mueller and Muller as one (the ü itself is u by now): ae, oe, ue between consonants lose their e."""
    if not ("ue" in word or "oe" in word or "ae" in word) or not word.isascii():
        return word
    return _UMLAUT.sub(r"\1", word)


@cache
def _connectors() -> frozenset[str]:
    lines = sections("plain_words.txt")["connectors"]
    return frozenset(fold_text(word) for line in lines for word in line.split())


def without_connectors(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without "and" and its like between two others, and without a lone & anywhere."""
    connectors = _connectors()
    last = len(words) - 1
    return tuple(
        word
        for place, word in enumerate(words)
        if not (word in ("&", "+") or (word in connectors and 0 < place < last))
    )
