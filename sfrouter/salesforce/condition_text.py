"""Looks at a condition an admin wrote for the intake: is it one expression, with nothing beyond its brackets?"""

import re
from collections.abc import Iterator

LONGEST_CONDITION = 1_000  # characters; leaves room for ids in an address of 8 k
_CLAUSES = frozenset({
    "select", "from", "where", "order", "group", "having", "limit", "offset", "with", "using", "for", "all",
    "update",
})  # fmt: skip
_BOUND = re.compile(r"\b(CreatedDate|OwnerId|Owner\.\w+)\b", re.IGNORECASE)
_SUB_QUERY = re.compile(r"\(\s*select\b", re.IGNORECASE)
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
    """Does the condition name an owner or the day of creation, so that it does not fit leads of long ago?

    Each way to meet it must name one: of `A OR B` both, of `A AND B` one of them.
    """
    bare = _without_strings(text)
    return bare is not None and not _brackets(bare) and _bounded(bare, negated=False)


def _bounded(bare: str, *, negated: bool) -> bool:
    """The same of a part of the condition; under NOT its ANDs count as ORs and its ORs as ANDs."""
    for joint, every in (("or", not negated), ("and", negated)):
        parts = _split(bare, joint)
        if len(parts) > 1:
            return (all if every else any)(_bounded(part, negated=negated) for part in parts)
    bare = bare.strip()
    if re.match(r"not\b", bare, re.IGNORECASE):
        return _bounded(bare[3:], negated=not negated)
    if bare.startswith("(") and bare.endswith(")"):
        return _bounded(bare[1:-1], negated=negated)
    return _BOUND.search(_SUB_QUERY.split(bare)[0]) is not None  # what a sub-query names is not the lead's


def _split(bare: str, joint: str) -> list[str]:
    """The text between the words AND, or OR, that stand in no brackets."""
    parts, start = [], 0
    for word in _WORD.finditer(bare):
        if word[0].casefold() == joint and bare[: word.start()].count("(") == bare[: word.start()].count(")"):
            parts.append(bare[start : word.start()])
            start = word.end()
    return [*parts, bare[start:]]


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
