"""Cuts a job title into words and finds the longest phrase of a list at each place; Japanese letter by letter.

The lists are data (`data/title_ranks.txt`, `data/departments.txt`): a star stands for any letters of one word,
"..." for a few words in between.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import resources

LONGEST = 255  # characters of a title that are read
BREAK = "|"
ANDS = frozenset({"and", "und", "y", "dan", "兼"})
_WIDEST_GAP = 10
_EAST = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_TOKEN = re.compile(rf"[{_EAST}]|[^\W_{_EAST}]+|\|")
_INITIAL = re.compile(r"(?<![^\W_])([^\W_])\.")
_BREAKS = re.compile(r"\s[-–]\s|[/,;|+()\[\]—:・、･\n]")
_OWN = re.compile(r"['’`´]s?\b")


def words_of(text: str) -> tuple[str, ...]:
    """The words without case, accents and dots; "|" where a new part of the title begins."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).casefold()
    plain = _BREAKS.sub(" | ", _OWN.sub(" ", _INITIAL.sub(r"\1", plain)).replace("&", " and "))
    apart = unicodedata.normalize("NFKD", plain)
    # The voice marks of kana are letters of their own kind once taken apart: they are put back.
    kept = "".join(letter for letter in apart if letter in "\u3099\u309a" or not unicodedata.combining(letter))
    return tuple(_levelled(token) for token in _TOKEN.findall(unicodedata.normalize("NFC", kept)))


def _levelled(word: str) -> str:
    """Geschaeftsfuehrer like Geschäftsführer, whose dots are gone by now."""
    return word.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def lines_of(name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The lines "kind: phrase | phrase" of a list."""
    text = resources.files("sfrouter.base").joinpath("data", name).read_text("utf-8")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            kind, _, phrases = line.partition(":")
            yield kind.strip(), tuple(phrase.strip() for phrase in phrases.split(" | "))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A phrase of the list at a place of the title: what kind it is of, the first word and the first after it."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Phrase:
    kind: str
    words: tuple[str, ...]

    def end_in(self, title: Sequence[str], start: int) -> int:
        """Where the phrase ends when it stands there; 0 when it does not."""
        at = start
        for place, word in enumerate(self.words):
            if word == "...":
                return self._after_gap(title, at, self.words[place + 1 :])
            if at >= len(title) or not _same(word, title[at]):
                return 0
            at += 1
        return at

    def _after_gap(self, title: Sequence[str], at: int, rest: tuple[str, ...]) -> int:
        for begin in range(at + 1, min(at + _WIDEST_GAP, len(title) - len(rest)) + 1):
            if title[begin - 1] == BREAK:
                return 0
            if all(_same(word, title[begin + place]) for place, word in enumerate(rest)):
                return begin + len(rest)
        return 0


def _same(pattern: str, word: str) -> bool:
    if pattern.startswith("*"):
        return word.endswith(pattern[1:]) and len(word) > len(pattern)
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


@dataclass(slots=True)
class Phrases:
    """A list of phrases by their first word. Of several that fit, the longest counts; a whole word before a
    part of one, then a kind of `first`, then a word's beginning before its end, then the longer part."""

    first: frozenset[str] = frozenset()
    _by_word: dict[str, list[_Phrase]] = field(default_factory=dict)
    _by_part: list[_Phrase] = field(default_factory=list)

    def add(self, kind: str, phrase: str) -> None:
        """One phrase more."""
        words = tuple(part for piece in phrase.split() for part in self._pattern(piece))
        if not words:
            return
        made = _Phrase(kind, words)
        if "*" in words[0]:
            self._by_part.append(made)
        else:
            self._by_word.setdefault(words[0], []).append(made)

    @staticmethod
    def _pattern(piece: str) -> tuple[str, ...]:
        if "..." in piece:
            before, _, after = piece.partition("...")
            return (*words_of(before), "...", *words_of(after))
        if piece.startswith("*"):
            return ("*" + "".join(words_of(piece[1:])),)
        return ("".join(words_of(piece[:-1])) + "*",) if piece.endswith("*") else words_of(piece)

    def at(self, title: Sequence[str], start: int) -> Found | None:
        """The phrase that stands there."""
        best: tuple[tuple[int, bool, bool, bool, int], Found] | None = None
        for phrase in (*self._by_word.get(title[start], ()), *self._by_part):
            end = phrase.end_in(title, start)
            if not end:
                continue
            whole = not any("*" in word for word in phrase.words)
            rank = (
                end - start,
                whole,
                phrase.kind in self.first,
                phrase.words[0][0] != "*",
                len("".join(phrase.words)),
            )
            if best is None or rank > best[0]:
                best = (rank, Found(kind=phrase.kind, start=start, end=end))
        return best[1] if best else None

    def all_in(self, title: Sequence[str]) -> Iterator[Found]:
        """Every phrase, from the left; none lies in another."""
        at = 0
        while at < len(title):
            found = self.at(title, at)
            if found is not None:
                yield found
            at = found.end if found else at + 1
