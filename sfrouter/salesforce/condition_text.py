"""Looks at a condition an admin wrote for the intake: is it one expression, with nothing beyond its brackets?"""

import re
from collections.abc import Iterator

LONGEST_CONDITION = 1_000  # characters; leaves room for ids in an address of 8 k
_CLAUSES = frozenset({
    "select", "from", "where", "order", "group", "having", "limit", "offset", "with", "using", "for", "all",
    "update",
})  # fmt: skip
_BOUND = re.compile(r"\b(CreatedDate|OwnerId|Owner\.\w+)\b", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z_][\w.]*")


def condition_fault(text: str) -> str:
    """Why this text is no single SOQL condition, or "" when it may be one (L01). Only the org knows its names.

    A sub-query is allowed where it stands in brackets of its own (`Id IN (SELECT ...)`).
    """
    if not text.strip():
        return "it is empty"
    if len(text) > LONGEST_CONDITION:
        return f"it is longer than {LONGEST_CONDITION} characters"
    if any(ord(letter) < 32 and letter not in "\n\t" for letter in text):
        return "it holds a control character"
    bare = _without_strings(text)
    if bare is None:
        return "a ' is not closed"
    for sign in (";", '"', "--", "/*", "\\"):
        if sign in bare:
            return f"it holds {sign} outside of a text in '...'"
    return _brackets(bare) or next(_clauses(bare), "")


def bounds_leads(text: str) -> bool:
    """Does the condition name an owner or the day of creation, so that it does not fit leads of long ago?"""
    return _BOUND.search(_without_strings(text) or "") is not None


def _without_strings(text: str) -> str | None:
    """The text with every '...' emptied, None when one is never closed."""
    bare, inside, at = "", False, 0
    while at < len(text):
        letter = text[at]
        if inside and letter == "\\":
            at += 1
        elif letter == "'":
            inside = not inside
            bare += letter
        elif not inside:
            bare += letter
        at += 1
    return None if inside else bare


def _brackets(bare: str) -> str:
    depth = 0
    for letter in bare:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth < 0:
            return "a ) closes a bracket that was never opened"
    return "a ( is not closed" if depth else ""


def _clauses(bare: str) -> Iterator[str]:
    for word in _WORD.finditer(bare):
        before = bare[: word.start()]
        if before.count("(") == before.count(")") and word[0].casefold() in _CLAUSES:
            yield f"{word[0].upper()} does not belong to a condition"
