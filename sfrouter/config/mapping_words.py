"""Reads the `words:` of one object: what the org's values mean in the router's own words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sfrouter.config.faults import Faults, kind_of
from sfrouter.config.nouns import FieldSpec, Kind, NounSpec
from sfrouter.config.object_map import Words

_Fields = Mapping[str, tuple[str, ...]]


def read_words(noun: str, section: Any, spec: NounSpec, fields: _Fields, faults: Faults) -> dict[str, Words]:
    """The words of every field that has some; faults go to `faults`."""
    found: dict[str, Words] = {}
    if section is not None and not isinstance(section, dict):
        faults.add((noun, "words"), f"'words:' must be a section, not {kind_of(section)}", code="MAP13")
        return found
    for name, entries in (section or {}).items():
        field = spec.fields.get(name) if isinstance(name, str) else None
        if field is None or not field.words:
            known = [one for one, each in spec.fields.items() if each.words]
            faults.unknown((noun, "words", name), f"field of '{noun}' with words", name, known, code="MAP13")
        elif name not in fields:
            what = f"'{name}' has words but no field"
            mend = f"under '{noun}: fields:' add '{name}: <the field's API name>', or remove its words"
            faults.add((noun, "words", name), what, mend, code="MAP14")
        elif entries is not None:
            found[name] = _field_words((noun, "words", name), entries, field, faults)
    _need_words(noun, spec, fields, found, faults)
    return found


def _need_words(noun: str, spec: NounSpec, fields: _Fields, words: Mapping[str, Words], faults: Faults) -> None:
    for name, field in spec.fields.items():
        if name not in fields or name in words:
            continue
        if field.kind is Kind.WORD or (field.must and field.words and field.kind is not Kind.FLAG):
            what = f"{noun}.{name} is mapped, but not what its values mean: {field.about}"
            mend = f"under '{noun}: words:' add '{name}: {{{field.words[0]}: [<the org's value>]}}'"
            faults.add((noun, "fields", name), what, mend, code="MAP15")


def _field_words(path: tuple[str, ...], entries: Any, field: FieldSpec, faults: Faults) -> Words:
    if not isinstance(entries, dict):
        example = f"{field.words[0]}: [<the org's value>]"
        faults.add(
            path, f"the words must be a section, not {kind_of(entries)}", f"write '{example}'", code="MAP16"
        )
        return MappingProxyType({})
    found: dict[str, tuple[str, ...]] = {}
    for key, values in entries.items():
        word = "yes" if key is True else key
        if word not in field.words:
            faults.unknown((*path, key), f"word for '{path[-1]}'", key, field.words, code="MAP16")
        elif values is not None:
            found[str(word)] = _values((*path, key), values, faults)
    if field.must:
        for word in field.words:
            if word not in found and field.written:
                what = f"'{path[-1]}' has no value for '{word}'"
                faults.add(path, what, f"add '{word}: [<the org's value>]'", code="MAP16")
    _refuse_shared(path, found, faults)
    return MappingProxyType(found)


def _values(path: tuple[Any, ...], values: Any, faults: Faults) -> tuple[str, ...]:
    listed = values if isinstance(values, list) else [values]
    good = tuple(text for text in map(_text, listed) if text)
    if not listed or len(good) != len(listed):
        what = "a word must name at least one value of the org, as text, number or true / false"
        faults.add(path, what, "put texts with special characters in quotes", code="MAP17")
    return good


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _refuse_shared(path: tuple[str, ...], words: Words, faults: Faults) -> None:
    first: dict[str, str] = {}
    for word, values in words.items():
        for value in values:
            other = first.setdefault(value.casefold(), word)
            if other != word:
                what = f"the value '{value}' cannot mean '{other}' and '{word}'"
                faults.add((*path, word), what, "keep it under one of them", code="MAP18")
