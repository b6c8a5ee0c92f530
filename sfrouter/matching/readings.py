"""A company may stand under two names in one field: "X (formerly Y)", "X dba Y", "X / Y", "X, a division of Y"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from sfrouter.matching.names import MAX_NAME, Name, normalise

_PARTED = re.compile(r"\s+[|/]\s+|\s+[-–—]\s+")
_OTHER_NAME = re.compile(
    r"\s*(?:"
    r",?\s*\b(?:formerly(?:\s+known\s+as)?|previously|f/?k/?a|d/?b/?a|doing business as|trading as|t/a|a/?k/?a"
    r"|also known as|vormals|ehemals|ehem\.|früher|antes|antiguamente|dahulu|sebelumnya)(?=\s|:)[:\s]*"
    r")\s*",
    re.IGNORECASE,
)
_PARENT = re.compile(
    r",?\s*\b(?:(?:a|an)\s+(?:division|subsidiary|unit|brand|part|member|company)\s+of|part of"
    r"|ein unternehmen (?:der|von)|una empresa de|filial de|anak perusahaan(?: dari)?)(?=\s|:)[:\s]*",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[(\[（【]([^()\[\]（）【】]{2,80})(?:[)\]）】]|$)")
_FORMER_IN_JAPANESE = re.compile(r"(?:旧社名|旧)[:：]?\s*")
_MOST = 4


class Part(Enum):
    """What a second name in the field is to the company."""

    BRACKETS = "brackets"  # what stands before, after or in brackets
    OTHER_NAME = "other name"  # formerly, dba
    PARTED = "parted"  # on one side of a dash, a slash or a bar
    OF_PARENT = "of parent"  # a division of


@dataclass(frozen=True, slots=True)
class Reading:
    """A second name and what it is."""

    name: Name
    part: Part


def readings(raw: str) -> tuple[Reading, ...]:
    """The other names that a name field holds beside the whole; empty for nearly all."""
    if len(raw) > MAX_NAME or not _may_hold_two(raw):
        return ()
    whole = normalise(raw).key
    found: dict[str, Reading] = {}
    for text, part in _parts(raw):
        name = normalise(text)
        if name.usable and name.key != whole and len(name.key) > 1 and not name.generic:
            found.setdefault(name.key, Reading(name, part))
    return tuple(found.values())[:_MOST]


def part_called(raw: str, key: str) -> Part | None:
    """What the second name of this key is to the company of the field; None for the whole name ("")."""
    return next((one.part for one in readings(raw) if one.name.key == key), None) if key else None


def _parts(raw: str) -> Iterator[tuple[str, Part]]:
    inside = _BRACKETS.findall(raw)
    outside = _BRACKETS.sub(" ", raw) if inside else raw
    yield from _cut(outside, Part.BRACKETS)
    for text in inside:
        yield from _cut(_FORMER_IN_JAPANESE.sub("", text), Part.BRACKETS)


def _cut(text: str, part: Part) -> Iterator[tuple[str, Part]]:
    """The names in a text without brackets; what follows "a division of" is the parent's."""
    own, *parents = _PARENT.split(text)
    pieces = _OTHER_NAME.split(own)
    part = Part.OTHER_NAME if len(pieces) > 1 else part
    for piece in pieces:
        names = _PARTED.split(piece)
        yield from ((name, Part.PARTED if len(names) > 1 else part) for name in names)
    yield from ((parent, Part.OF_PARENT) for parent in parents)


_SIGNS = re.compile(
    r"[()\[\]（）【】|/–—-]|\b(?:formerly|previously|fka|dba|trading|aka|known|of|vormals|ehem|früher)"
    r"|antes|antigua|filial|dahulu|sebelumnya|unternehmen|empresa",
    re.IGNORECASE,
)


def _may_hold_two(raw: str) -> bool:
    return _SIGNS.search(raw) is not None
