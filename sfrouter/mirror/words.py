"""Translates the org's values into our words when a row is read, so that a changed mapping counts at once.

Nothing is guessed: a value that no word fits gives None (a team role: "other"), an unmapped flag is not set.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from sfrouter.config.object_map import ObjectMap

Word = TypeVar("Word", bound=StrEnum)
_IN_DOMAINS = re.compile(r"[;,\s]+")
_IN_TEXTS = re.compile(r"[;,\n]+")
_IN_NAMES = re.compile(r"[;；\r\n]+")  # a comma may be part of a name: Acme, Inc.


def _plain(value: Any) -> Any:
    """Full-width letters and outer spaces are the writer's keyboard, not another value."""
    return unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else value


def _first(values: Sequence[Any]) -> Any:
    """Of several fields the first that holds something; an unticked checkbox holds nothing."""
    return next((value for value in values if value is not None and value != "" and value is not False), None)


def _choices(value: Any) -> list[Any]:
    """A value, and the single choices of a multi-select picklist."""
    plain = _plain(value)
    if isinstance(value, str) and ";" in value:
        return [value, plain, *(_plain(choice) for choice in value.split(";"))]
    return [value, plain] if plain != value else [value]


def word(object_map: ObjectMap, name: str, values: Sequence[Any], words: type[Word]) -> Word | None:
    """Our word for what a field holds; None when nothing fits."""
    return next(_fitting(object_map, name, values, words), None)


def foremost(object_map: ObjectMap, name: str, values: Sequence[Any], words: type[Word]) -> Word | None:
    """Of several choices of one field the word that stands first among ours (C23); None when nothing fits.

    The org joins the choices of a multi-select picklist in the order of its list, which says nothing.
    """
    return min(_fitting(object_map, name, values, words), key=list(words).index, default=None)


def _fitting(object_map: ObjectMap, name: str, values: Sequence[Any], words: type[Word]) -> Iterator[Word]:
    value = _first(values)
    if value is None:
        value = next(iter(values), None)  # an unticked checkbox may still have a word
    for choice in _choices(value):
        found = object_map.word(name, choice)
        if found is not None:
            yield words(found)


def flag(object_map: ObjectMap, name: str, values: Sequence[Any]) -> bool:
    """Is it so? By the word `yes`, without words by the checkbox; an unmapped flag is not set."""
    if not values:
        return False
    value = _first(values)
    return any(object_map.flag(name, choice) for choice in _choices(values[0] if value is None else value))


def domains(values: Sequence[Any]) -> tuple[str, ...]:
    """Every domain or web address in these fields, as the org spells it, each once."""
    return _split(values, _IN_DOMAINS)


def names(values: Sequence[Any]) -> tuple[str, ...]:
    """Every name in these fields, as the org spells it, each once."""
    return _split(values, _IN_NAMES)


def texts(values: Sequence[Any]) -> tuple[str, ...]:
    """Every entry of these fields: multi-select picklists, or text with commas."""
    return _split(values, _IN_TEXTS)


def _split(values: Sequence[Any], between: re.Pattern[str]) -> tuple[str, ...]:
    parts = (part.strip() for value in values if isinstance(value, str) for part in between.split(value))
    return tuple(dict.fromkeys(part for part in parts if part))
