"""Reads a list of parts from the policy: each a name on a shelf, with its options if it has any."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel

from sfrouter.base.shelf import did_you_mean
from sfrouter.config.faults import Faults, kind_of
from sfrouter.config.placing import Path_
from sfrouter.config.reading import read_form

Part = TypeVar("Part", bound=BaseModel)


def read_parts(
    entries: Any, shelf: Mapping[str, type[Part]], faults: Faults, *, under: Path_, kind: str
) -> tuple[tuple[int, Part], ...]:
    """The parts that are right, each with its place in the list. `kind` is what an admin calls one: a rule."""
    found: list[tuple[int, Part]] = []
    if entries is not None and not isinstance(entries, list):
        what = f"'{under[-1]}' must be a list, not {kind_of(entries)}"
        faults.add(under, what, f"begin each {kind} with '- '", code="POL02")
        return ()
    first: dict[str, int] = {}
    for index, entry in enumerate(entries or ()):
        here = (*under, index)
        name, options = _name_and_options(entry)
        if name is None:
            what = f"an entry of '{under[-1]}:' must be the name of a {kind}, not {kind_of(entry)}"
            mend = f"write '- name' or '- name: {{option: value}}'; known are: {', '.join(shelf)}"
            faults.add(here, what, mend, code="POL02")
        elif _known_and_new(name, here, shelf, first, faults, kind):
            first[name] = faults.file.line(here)
            part = read_form(options, shelf[name], faults, under=(*here, name), code="POL05")
            if part is not None:
                found.append((index, part))
    return tuple(found)


def _known_and_new(
    name: str, here: Path_, shelf: Mapping[str, Any], first: Mapping[str, int], faults: Faults, kind: str
) -> bool:
    if name not in shelf:
        near = did_you_mean(name, shelf)
        mend = "" if near else f"known are: {', '.join(shelf)}"
        faults.add(here, f"no {kind} is called '{name}'.{near}", mend, code="POL03")
    elif name in first:
        what = f"the {kind} '{name}' is listed twice, first on line {first[name]}"
        faults.add(here, what, "keep one of the two", code="POL04")
    return name in shelf and name not in first


def _name_and_options(entry: Any) -> tuple[str | None, Any]:
    if isinstance(entry, str):
        return entry.strip(), {}
    if isinstance(entry, dict) and len(entry) == 1:
        name, options = next(iter(entry.items()))
        if isinstance(name, str):
            return name.strip(), {} if options is None else options
    return None, {}
