"""A company may stand under two names in one field: "X (formerly Y)", "X dba Y", "X / Y", "X, a division of Y"."""

import re

from sfrouter.matching.names import MAX_NAME, Name, normalise

_BETWEEN = re.compile(
    r"\s*(?:"
    r"\s[|/]\s|\s[-–—]\s"
    r"|,?\s*\b(?:formerly(?:\s+known\s+as)?|previously|f/?k/?a|d/?b/?a|doing business as|trading as|t/a|a/?k/?a"
    r"|also known as|(?:a|an)\s+(?:division|subsidiary|unit|brand|part|member|company)\s+of|part of"
    r"|vormals|ehemals|ehem\.|früher|ein unternehmen (?:der|von)|antes|antiguamente|una empresa de|filial de"
    r"|dahulu|sebelumnya|anak perusahaan(?: dari)?)(?=\s|:)[:\s]*"
    r")\s*",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[(\[（【]([^()\[\]（）【】]{2,80})(?:[)\]）】]|$)")
_FORMER_IN_JAPANESE = re.compile(r"(?:旧社名|旧)[:：]?\s*")
_MOST = 4


def readings(raw: str) -> tuple[Name, ...]:
    """The other names that a name field holds beside the whole; empty for nearly all."""
    if len(raw) > MAX_NAME or not _may_hold_two(raw):
        return ()
    whole = normalise(raw).key
    parts: list[str] = []
    inside = _BRACKETS.findall(raw)
    outside = _BRACKETS.sub(" ", raw)
    for text in (outside, *inside) if inside else (raw,):
        parts.extend(_BETWEEN.split(_FORMER_IN_JAPANESE.sub("", text) if text in inside else text))
    found: dict[str, Name] = {}
    for part in parts:
        name = normalise(part)
        if name.usable and name.key != whole and len(name.key) > 1 and not name.generic:
            found.setdefault(name.key, name)
    return tuple(found.values())[:_MOST]


_SIGNS = re.compile(
    r"[()\[\]（）【】|/–—-]|\b(?:formerly|previously|fka|dba|trading|aka|known|of|vormals|ehem|früher)"
    r"|antes|antigua|filial|dahulu|sebelumnya|unternehmen|empresa",
    re.IGNORECASE,
)


def _may_hold_two(raw: str) -> bool:
    return _SIGNS.search(raw) is not None
