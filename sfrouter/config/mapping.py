"""Reads `fields.yaml`: how this org calls the objects, fields and values that the router works with."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sfrouter.base.errors import Problem
from sfrouter.base.shelf import nearest
from sfrouter.base.yamlfile import YamlFile, read_yaml
from sfrouter.config.faults import Faults, Path_, kind_of
from sfrouter.config.mapping_object import PARTS, read_object
from sfrouter.config.nouns import NOUNS
from sfrouter.config.object_map import NotMappedError, ObjectMap

__all__ = ["FieldMapping", "NotMappedError", "ObjectMap", "read_mapping"]

FILE_NAME = "fields.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMapping:
    """The whole of `fields.yaml`. `objects` goes by noun; an object the org does without is not in it."""

    objects: Mapping[str, ObjectMap]
    unsure: frozenset[str] = frozenset()  # nouns and noun.field whose lines have faults: no more is said of them
    source: YamlFile = field(default=YamlFile(FILE_NAME, {}, MappingProxyType({})), compare=False, repr=False)

    def of(self, noun: str) -> ObjectMap:
        """One object's map. Raises NotMappedError when the org does without that object."""
        found = self.objects.get(noun)
        if found is None:
            raise NotMappedError(
                f"the mapping has no object for '{noun}'",
                where=self.source.name,
                mend=f"add the section '{noun}:' as the shipped {FILE_NAME} has it",
            )
        return found

    def has(self, need: str) -> bool:
        """Is `noun`, `noun.field` or `noun.field.word` mapped?"""
        noun, _, rest = need.partition(".")
        name, _, word = rest.partition(".")
        if self.unsure & {noun, f"{noun}.{name}"}:
            return True
        found = self.objects.get(noun)
        return found is not None and (not name or found.has(name, word))


def read_mapping(path: Path) -> tuple[FieldMapping | None, tuple[Problem, ...]]:
    """The mapping from its file (or the folder it lies in), or all of its faults; warnings may come with it."""
    mapping, problems = mapping_that_fits(path)
    return (None if any(not problem.warning for problem in problems) else mapping), problems


def mapping_that_fits(path: Path) -> tuple[FieldMapping | None, tuple[Problem, ...]]:
    """The mapping with all of its faults, also where it has some: only to hold the policy against what fits."""
    file, problems = read_yaml(path / FILE_NAME if path.is_dir() else path)
    return _mapping(file) if file is not None else (None, problems)


def mapping_of(file: YamlFile) -> tuple[FieldMapping | None, tuple[Problem, ...]]:
    """The same for a file already read."""
    mapping, problems = _mapping(file)
    return (None if any(not problem.warning for problem in problems) else mapping), problems


def _mapping(file: YamlFile) -> tuple[FieldMapping | None, tuple[Problem, ...]]:
    faults = Faults(file)
    if not isinstance(file.values, dict):
        what = f"the file must have the sections {', '.join(NOUNS)}; it is {kind_of(file.values)}"
        faults.add((), what, "start from the shipped fields.yaml", code="MAP01")
        return None, faults.all()
    objects = _objects(file.values, faults)
    unsure = frozenset(found for path in faults.places() for found in _unsure(path, frozenset(objects)))
    return FieldMapping(objects=MappingProxyType(objects), unsure=unsure, source=file), faults.all()


def _unsure(path: Path_, read: Collection[str]) -> Iterator[str]:
    """What a fault at a place leaves open: the field it may mean, or the whole section."""
    noun, part, name = (*map(str, path[:3]), "", "", "")[:3]
    if noun not in NOUNS:
        yield nearest(noun, NOUNS.keys() - read)
    elif noun not in read:
        yield noun
    elif name:
        yield f"{noun}.{name}"
        yield f"{noun}.{nearest(name, NOUNS[noun].fields)}"
    elif part in NOUNS[noun].fields:
        yield f"{noun}.{part}"
    elif part != "object" and (part in PARTS or nearest(part, PARTS)):
        yield noun


def _objects(sections: Mapping[Any, Any], faults: Faults) -> dict[str, ObjectMap]:
    for key in sections:
        if key not in NOUNS:
            faults.unknown((key,), "section", key, NOUNS, code="MAP02")
    objects = {}
    for noun, spec in NOUNS.items():
        section = sections.get(noun)
        if section is None:
            if spec.must:
                what = f"the section '{noun}:' is missing"
                faults.add((noun,), what, "copy it from the shipped fields.yaml", code="MAP03")
            continue
        found = read_object(noun, section, faults)
        if found is not None:
            objects[noun] = found
    _objects_once(objects, faults)
    return objects


def _objects_once(objects: Mapping[str, ObjectMap], faults: Faults) -> None:
    first: dict[str, str] = {}
    for noun, found in objects.items():
        other = first.setdefault(found.object_name.casefold(), noun)
        if other != noun and found.object_name:
            what = f"'{found.object_name}' stands for '{other}' and for '{noun}'"
            faults.add((noun, "object"), what, "each section needs an object of its own", code="MAP19")
