"""Keeps what fits of a section that has faults, so that its other faults are told in the same run."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from sfrouter.base.shelf import nearest
from sfrouter.config.faults import Faults
from sfrouter.config.placing import place

Shape = TypeVar("Shape", bound=BaseModel)
ROUNDS = 5  # what is taken out may leave something else incomplete, which is then taken out, too


@dataclass(frozen=True, slots=True)
class Fitting(Generic[Shape]):
    """A form without the parts that do not fit.

    `broken` are the top-level keys of which something is missing here: nothing may be concluded from their
    emptiness. `places` says which entries of a list are left, by their places in the file.
    """

    form: Shape
    broken: frozenset[str] = frozenset()
    places: Mapping[str, Sequence[int]] = field(default_factory=lambda: MappingProxyType({}))

    def at(self, key: str, index: int) -> tuple[str, int]:
        """Where an entry of a list stands in the file."""
        return key, self.places[key][index] if key in self.places else index


def read_what_fits(
    values: Mapping[Any, Any],
    form: type[Shape],
    faults: Faults,
    *,
    code: str,
    stand_ins: Mapping[str, Any] = MappingProxyType({}),
) -> Fitting[Shape] | None:
    """The form of all that fits; every fault is noted. `stand_ins` take the place of keys it cannot be without."""
    try:
        return Fitting(form.model_validate(values))
    except ValidationError as refused:
        place(refused, form, faults, code=code)
        kept = _Kept(values, form)
        wrong = refused
    for _ in range(ROUNDS):
        kept.take_out(wrong, stand_ins)
        try:
            found = form.model_validate(kept.values)
        except ValidationError as refused:
            wrong = refused
        else:
            return Fitting(found, frozenset(kept.broken), MappingProxyType(kept.places))
    return None


class _Kept:
    """The values of a section that are left."""

    def __init__(self, values: Mapping[Any, Any], form: type[BaseModel]) -> None:
        self.values: dict[Any, Any] = copy.deepcopy(dict(values))
        self.broken: set[str] = set()
        self.places = {key: list(range(len(one))) for key, one in self.values.items() if isinstance(one, list)}
        self._known = [one.alias or name for name, one in form.model_fields.items()]

    def take_out(self, refused: ValidationError, stand_ins: Mapping[str, Any]) -> None:
        """Remove what was refused: a key too many alone, else the entry or the whole key around it."""
        entries: set[tuple[str, int]] = set()
        for error in refused.errors(include_url=False):
            key, *rest = error["loc"] or ("",)
            if error["type"] == "extra_forbidden":
                self._key_too_many(error["loc"])
                continue
            self.broken.add(str(key))
            section = self.values.get(key)
            if rest and isinstance(section, list) and isinstance(rest[0], int):
                entries.add((str(key), rest[0]))
            elif rest and isinstance(section, dict) and rest[0] in section:
                del section[rest[0]]
            else:
                self.values.pop(key, None)
        for name in {name for name, _ in entries}:
            self._remove(name, {index for one, index in entries if one == name})
        for missing in stand_ins.keys() - self.values.keys():
            self.values[missing] = stand_ins[missing]
            self.broken.add(missing)

    def _key_too_many(self, path: tuple[str | int, ...]) -> None:
        if len(path) == 1:  # it may be another key, misspelt
            self.broken.add(nearest(str(path[0]), [one for one in self._known if one not in self.values]))
        else:
            self.broken.add(str(path[0]))
        around: Any = self.values
        for step in path[:-1]:
            try:
                around = around[step]
            except (KeyError, IndexError, TypeError):
                return
        if isinstance(around, dict):
            around.pop(path[-1], None)

    def _remove(self, name: str, gone: set[int]) -> None:
        listed = self.values.get(name)
        if isinstance(listed, list):
            self.values[name] = [one for index, one in enumerate(listed) if index not in gone]
            self.places[name] = [at for index, at in enumerate(self.places[name]) if index not in gone]
