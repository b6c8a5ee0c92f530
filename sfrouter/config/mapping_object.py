"""Reads one section of `fields.yaml`: one object, its fields, its further fields."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sfrouter.base.shelf import did_you_mean
from sfrouter.config.faults import Faults, kind_of
from sfrouter.config.mapping_words import read_words
from sfrouter.config.nouns import NOUNS, FieldSpec, Kind, NounSpec
from sfrouter.config.object_map import ObjectMap

_API_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")
_OUR_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
PARTS = ("object", "fields", "words", "extra")


def read_object(noun: str, section: Any, faults: Faults) -> ObjectMap | None:
    """One object's map, or None when its section is no section at all; faults go to `faults`."""
    if not isinstance(section, dict):
        what = f"'{noun}' must be a section with 'object:' and 'fields:', not {kind_of(section)}"
        faults.add((noun,), what, code="MAP04")
        return None
    spec = NOUNS[noun]
    for key in section:
        if key not in PARTS:
            _unknown_key(noun, key, spec, faults)
    object_name = _object_name(noun, section, faults)
    fields = _fields(noun, section.get("fields"), spec, faults)
    words = read_words(noun, section.get("words"), spec, fields, faults)
    extra = _extra(noun, section.get("extra"), spec, faults)
    _warn_of_twins(noun, fields, words, faults)
    return ObjectMap(
        noun=noun,
        object_name=object_name,
        fields=MappingProxyType(fields),
        words=MappingProxyType(words),
        extra=MappingProxyType(extra),
    )


def _unknown_key(noun: str, key: Any, spec: NounSpec, faults: Faults) -> None:
    if key in spec.fields:
        what = f"'{key}' stands one level too high"
        faults.add((noun, key), what, f"move it under '{noun}: fields:'", code="MAP05")
        return
    faults.unknown((noun, key), f"part of '{noun}:'", key, PARTS, code="MAP05")


def _object_name(noun: str, section: Mapping[Any, Any], faults: Faults) -> str:
    name = section.get("object")
    if name is None:
        what = f"'{noun}:' does not say which object it is"
        faults.add((noun, "object"), what, f"add 'object: <API name>' under '{noun}:'", code="MAP06")
    elif not isinstance(name, str) or not _API_NAME.fullmatch(name):
        what = f"{kind_of(name)} is not an object's API name"
        faults.add((noun, "object"), what, "letters, digits and underscores, as Setup shows it", code="MAP06")
    else:
        return name
    return ""


def _fields(noun: str, section: Any, spec: NounSpec, faults: Faults) -> dict[str, tuple[str, ...]]:
    here = (noun, "fields")
    if section is not None and not isinstance(section, dict):
        faults.add(here, f"'fields:' must list 'our name: API name', not {kind_of(section)}", code="MAP07")
        return {}
    entries: Mapping[Any, Any] = section or {}
    found: dict[str, tuple[str, ...]] = {}
    for name, value in entries.items():
        if name not in spec.fields:
            _unknown_field(noun, name, spec, faults)
        elif value is not None:
            found[name] = _api_names((*here, name), name, value, spec.fields[name], faults)
    for name, field in spec.fields.items():
        if field.must and name not in found:
            what = f"{noun}.{name} is not mapped: {field.about}"
            faults.add(
                (*here, name), what, f"under '{noun}: fields:' add '{name}: <the field's API name>'", code="MAP08"
            )
    return found


def _unknown_field(noun: str, name: Any, spec: NounSpec, faults: Faults) -> None:
    near = did_you_mean(str(name), spec.fields)
    mend = "" if near else f"known are: {', '.join(spec.fields)}"
    if spec.extra:
        mend = f"a field of your own belongs under '{noun}: extra:'"
    faults.add((noun, "fields", name), f"no field of '{noun}' is called '{name}'.{near}", mend, code="MAP09")


def _api_names(path: tuple[str, ...], name: str, value: Any, field: FieldSpec, faults: Faults) -> tuple[str, ...]:
    names = value if isinstance(value, list) else [value]
    good = tuple(one for one in names if isinstance(one, str) and _API_NAME.fullmatch(one))
    if len(good) != len(names) or not names:
        for index, bad in enumerate(names):
            if bad not in good:
                _not_an_api_name((*path, index) if isinstance(value, list) else path, name, bad, faults)
        if not names:
            faults.add(path, f"'{name}' has an empty list", "name a field, or leave the line out", code="MAP10")
    if len(names) > 1 and (field.written or field.kind is Kind.ID):
        faults.add(
            path, f"'{name}' must be exactly one field", f"keep one of {', '.join(map(str, names))}", code="MAP10"
        )
    elif len({one.casefold() for one in good}) < len(good):
        faults.add(path, f"'{name}' names a field twice", "name each field once", code="MAP10")
    return good


def _not_an_api_name(path: tuple[str | int, ...], name: str, bad: Any, faults: Faults) -> None:
    mend = "letters, digits and underscores, as Setup shows it; leave it empty if your org has no such field"
    if isinstance(bad, str) and "." in bad:
        mend = "a field of another record cannot be read here; map a formula field that shows it"
    faults.add(path, f"{kind_of(bad)} is not a field's API name (for '{name}')", mend, code="MAP10")


def _extra(noun: str, section: Any, spec: NounSpec, faults: Faults) -> dict[str, str]:
    here = (noun, "extra")
    if section is None:
        return {}
    if not isinstance(section, dict):
        faults.add(here, f"'extra:' must list 'name: API name', not {kind_of(section)}", code="MAP11")
        return {}
    if not spec.extra:
        faults.add(here, f"'{noun}' takes no further fields", "remove 'extra:'", code="MAP11")
        return {}
    found = {}
    for name, value in section.items():
        if not isinstance(name, str) or not _OUR_NAME.fullmatch(name):
            what = f"'{name}' cannot be the name of a further field"
            faults.add((*here, name), what, "use small letters, digits and underscores", code="MAP11")
        elif name in spec.fields:
            what = f"'{name}' is a field the router knows"
            faults.add((*here, name), what, f"move it to '{noun}: fields:'", code="MAP11")
        elif not isinstance(value, str) or not _API_NAME.fullmatch(value):
            _not_an_api_name((*here, name), name, value, faults)
        else:
            found[name] = value
    return found


def _warn_of_twins(
    noun: str, fields: Mapping[str, tuple[str, ...]], words: Mapping[str, Any], faults: Faults
) -> None:
    """One field of the org behind two of ours is a slip of the pen, unless words tell them apart."""
    first: dict[str, str] = {}
    for name, apis in fields.items():
        if name in words:
            continue
        for api in apis:
            other = first.setdefault(api.casefold(), name)
            if other != name:
                what = f"'{api}' stands for '{other}' and for '{name}'"
                faults.add((noun, "fields", name), what, "check that both are meant", code="MAP12", warning=True)
