"""Holds the values that mean our words against the values the org's picklists offer."""

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sfrouter.base.errors import Problem
from sfrouter.config.mapping import FieldMapping, ObjectMap
from sfrouter.config.nouns import WRITTEN_WORDS
from sfrouter.config.sources import spot

_PICKLISTS = ("picklist", "multipicklist")
_COMPARISON = re.compile(r"[<>]=?\s*-?\d+(?:\.\d+)?")
_NUMBERS = ("int", "long", "double", "currency", "percent")


def check_words(
    mapping: FieldMapping,
    object_map: ObjectMap,
    name: str,
    fields: Sequence[Mapping[str, Any]],
    used: frozenset[str],
) -> list[Problem]:
    """The words of one field that the org's own values do not bear out.

    A word of which no value exists is a fault when a rule needs it, else a warning; further spellings beside one
    that exists are allowed, unless they look misspelt. Free text is not checked. What is written must exist.
    """
    offered = _offered(fields)
    if offered is None:
        return _comparisons(mapping, object_map, name, fields)
    words = object_map.words[name]
    gone = {word: [one for one in values if not _stands(one, offered)] for word, values in words.items()}
    lost = frozenset(word for word, missing in gone.items() if len(missing) == len(words[word]))
    problems = []
    for word, missing in gone.items():
        serious = _must_be_there(object_map, name, word, used, missing, lost)
        if not serious and word not in lost:
            missing = [one for one in missing if _slip(one, words[word], offered)]
        if missing:
            here = spot(mapping.source, object_map.noun, "words", name, word)
            called = f"{object_map.object_name}.{fields[0]['name']}"
            what, mend = _no_values(word, missing, called, offered)
            problems.append(here.problem(what, mend, code="ORG08", warning=not serious))
    return problems


def _stands(value: str, offered: Mapping[str, str]) -> bool:
    return value.casefold() in offered or _compares(value)


def _slip(value: str, values: Sequence[str], offered: Mapping[str, str]) -> bool:
    """Is it likely a misspelt value of the org's, and not just another spelling that is allowed for?"""
    listed = {one.casefold() for one in values}
    return any(
        near not in listed for near in difflib.get_close_matches(value.casefold(), offered, n=1, cutoff=0.85)
    )


def _must_be_there(
    object_map: ObjectMap,
    name: str,
    word: str,
    used: frozenset[str],
    missing: Sequence[str],
    lost: frozenset[str],
) -> bool:
    """Tasks are always written, the lead's words when a rule says so; what is only read matters if it is asked."""
    full = f"{object_map.noun}.{name}"
    words = object_map.words[name]
    if (object_map.noun, name) in WRITTEN_WORDS:
        return words[word][0] in missing and (object_map.noun == "task" or f"{full}.{word}" in used)
    return word in lost and (f"{full}.{word}" in used or (full in used and len(lost) == len(words)))


def _no_values(word: str, missing: Sequence[str], called: str, offered: Mapping[str, str]) -> tuple[str, str]:
    near = difflib.get_close_matches(missing[0].casefold(), offered, n=1, cutoff=0.6)
    shown = ", ".join(f"'{value}'" for value in missing)
    what = f"'{word}': {shown} {'is no value' if len(missing) == 1 else 'are no values'} of {called}."
    if near:
        return f"{what} Did you mean '{offered[near[0]]}'?", ""
    return what, f"its values are: {', '.join(list(offered.values())[:12])}"


def _offered(fields: Sequence[Mapping[str, Any]]) -> dict[str, str] | None:
    """The values all these fields offer together, None when one of them takes any text."""
    offered: dict[str, str] = {}
    for field in fields:
        if field["type"] == "boolean":
            offered |= {"true": "true", "false": "false"}
        elif field["type"] in _PICKLISTS and field.get("picklistValues"):
            for choice in field["picklistValues"]:
                offered.setdefault(str(choice["value"]).casefold(), str(choice["value"]))
        else:
            return None
    return offered


def _compares(value: str) -> bool:
    return _COMPARISON.fullmatch(value.strip()) is not None


def _comparisons(
    mapping: FieldMapping, object_map: ObjectMap, name: str, fields: Sequence[Mapping[str, Any]]
) -> list[Problem]:
    """A number is compared, a text is not."""
    if any(field["type"] not in _NUMBERS for field in fields):
        return []
    problems = []
    for word, values in object_map.words[name].items():
        texts = [value for value in values if not _compares(value) and not _is_number(value)]
        if texts:
            here = spot(mapping.source, object_map.noun, "words", name, word)
            what = f"'{word}': '{texts[0]}' can never be the value of {fields[0]['name']}, which is a number"
            problems.append(here.problem(what, 'compare it, as in "< 40"', code="ORG08"))
    return problems


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
