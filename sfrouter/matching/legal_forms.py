"""Cuts legal forms (GmbH, S.A. de C.V., 株式会社, PT ... Tbk) off the ends of a company name, never all of it."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from cleanco.termdata import terms_by_country, terms_by_type

from sfrouter.matching.letters import fold_text
from sfrouter.matching.tokens import tokenise
from sfrouter.matching.wordlists import entries, sections

_LONGEST = 8  # words of the longest form


@dataclass(frozen=True, slots=True)
class LegalForms:
    """All forms, folded and without spaces, by where they may be cut."""

    suffixes: frozenset[str]
    prefixes: frozenset[str]
    weak: frozenset[str]
    joined: tuple[str, ...]


@cache
def legal_forms() -> LegalForms:
    """Cleanco's table with our own beside it."""
    own = sections("legal_forms.txt")
    cleanco = {term for table in (terms_by_type, terms_by_country) for terms in table.values() for term in terms}
    excluded = _compact(own["not forms"])
    suffixes = (_compact(own["suffix"]) | _compact(cleanco)) - excluded
    weak = _compact(own["weak"])
    joined = {unicodedata.normalize("NFKC", form) for form in own["joined"]}
    longest_first = tuple(sorted(joined, key=lambda form: (-len(form), form)))
    return LegalForms(suffixes - weak - {""}, _compact(own["prefix"]) - {""}, weak, longest_first)


def _compact(forms: Iterable[str]) -> frozenset[str]:
    return frozenset("".join(tokenise(fold_text(form))) for form in forms)


def cut_joined(folded: str) -> str:
    """A folded name without the Japanese, Chinese and Korean forms at either end."""
    if folded.isascii():
        return folded
    forms = legal_forms().joined
    while True:
        text = folded.strip(" ,.・·-")
        for form in forms:
            if text == form:
                continue
            if text.startswith(form) and _has_letter(text[len(form) :]):
                text = text[len(form) :]
            elif text.endswith(form) and _has_letter(text[: -len(form)]):
                text = text[: -len(form)]
            else:
                continue
            break
        if text == folded:
            return text
        folded = text


def _has_letter(text: str) -> bool:
    return any(letter.isalnum() for letter in text)


def cut(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """The words without legal forms at the ends, cut again until none is left; at least one word stays."""
    while True:
        shorter = _cut_once(tokens)
        if shorter == tokens:
            return tokens
        tokens = shorter


def _cut_once(tokens: tuple[str, ...]) -> tuple[str, ...]:
    forms = legal_forms()
    if len(tokens) > 1 and tokens[0] in ("the", "die", "der", "das"):
        return tokens[1:]
    for count in range(min(_LONGEST, len(tokens) - 1), 0, -1):
        end = "".join(tokens[-count:])
        if end in forms.suffixes or (end in forms.weak and not only_plain(tokens[:-count])):
            return tokens[:-count]
    for count in range(min(_LONGEST, len(tokens) - 1), 0, -1):
        if "".join(tokens[:count]) in forms.prefixes and not only_plain(tokens[count:]):
            return tokens[count:]
    return tokens


@cache
def _plain_words() -> frozenset[str]:
    found = sections("plain_words.txt")
    lines = (*found["plain"], *found["weightless"], *found["connectors"])
    return folded_words(lines) | generic_words()


@cache
def generic_words() -> frozenset[str]:
    """Words that identify no company (R024), folded."""
    return folded_words(entries("generic_words.txt"))


@cache
def weightless_words() -> frozenset[str]:
    """Articles and prepositions, folded."""
    return folded_words(sections("plain_words.txt")["weightless"])


@cache
def soft_words() -> frozenset[str]:
    """Words a company adds to its own name without becoming another, folded."""
    return folded_words(sections("soft_words.txt")["always"])


@cache
def trade_words() -> frozenset[str]:
    """Words for what a company makes that it often leaves out of its own name, folded."""
    return folded_words(sections("soft_words.txt")["trade"])


def folded_words(lines: Iterable[str]) -> frozenset[str]:
    """The words of a list's lines as they stand in a normalised name."""
    return frozenset(token for line in lines for word in line.split() for token in tokenise(fold_text(word)))


def only_plain(tokens: tuple[str, ...]) -> bool:
    """Is nothing left that would tell one company from another?"""
    return all(token in _plain_words() for token in tokens)
