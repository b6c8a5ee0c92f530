"""What is wrong with a world file, said so that its author can mend it: file, line, place, what, mend."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

Path = tuple[str | int, ...]
"""A place in the file: names of keys and numbers of list entries, from the top."""

_SPACE = re.compile(r"[ \t\r\n]*")
_SCALAR = re.compile(r"[^,\]}\s]+")


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: where, what, and how to mend it."""

    path: Path
    what: str
    mend: str

    def place(self) -> str:
        """The place as a JSON path, e.g. $.rows.Lead[3].OwnerId."""
        parts = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path]
        return "$" + "".join(parts)


class WorldError(Exception):
    """A world that cannot be used: all of its faults at once, one a line."""

    def __init__(self, source: str, problems: Sequence[Problem], text: str | None = None) -> None:
        self.source = source
        self.problems = tuple(problems)
        self.lines = tuple(_sentence(source, problem, text) for problem in problems)
        super().__init__("\n".join(self.lines))


def _sentence(source: str, problem: Problem, text: str | None) -> str:
    line = line_of(text, problem.path) if text is not None else None
    where = f"{source}:{line}" if line is not None else source
    return f"{where} at {problem.place()}: {problem.what}. {ended(problem.mend)}"


def ended(mend: str) -> str:
    """The mend as a sentence: with a question mark where it asks."""
    return mend + ("?" if mend.startswith("Did you mean") else ".")


def did_you_mean(name: str, known: Collection[str]) -> str:
    """The mend for a name that is not known: the nearest one, or the list when it is short."""
    lowered = {one.lower(): one for one in known}
    near = get_close_matches(name.lower(), lowered, n=1, cutoff=0.6)
    if near:
        return f"Did you mean {lowered[near[0]]!r}"
    if not known:
        return "None is defined yet"
    shown = sorted(known)
    return "Known are " + ", ".join(shown[:12]) + (" and others" if len(shown) > 12 else "")


class Faults:
    """Collects problems while a world is read, and reads small values with a problem instead of an exception."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, path: Path, what: str, mend: str) -> None:
        """Note one problem."""
        self.found.append(Problem(path, what, mend))

    def mapping(
        self, value: Any, path: Path, known: Collection[str] | None = None, required: Collection[str] = ()
    ) -> Mapping[str, Any]:
        """An object with only known keys and all required ones; an empty one when it is something else."""
        if not isinstance(value, dict):
            self.add(path, f"this is {_kind(value)}", "Write an object in braces")
            return {}
        if known is not None:
            for key in value:
                if key not in known:
                    self.add((*path, key), f"no setting is called {key!r}", did_you_mean(key, known))
        for key in required:
            if key not in value:
                self.add(path, f"{key!r} is missing", f"Add {key!r}")
        return value

    def entries(self, value: Any, path: Path) -> list[Any]:
        """A list; an empty one when it is something else."""
        if isinstance(value, list):
            return value
        self.add(path, f"this is {_kind(value)}", "Write a list in square brackets")
        return []

    def text(self, holder: Mapping[str, Any], key: str, path: Path) -> str | None:
        """A text that is not empty, or None when it is absent."""
        found: str | None = self._of_type(holder, key, path, str, "a text in quotes")
        return found

    def flag(self, holder: Mapping[str, Any], key: str, path: Path, default: bool) -> bool:
        """True or false."""
        found: bool | None = self._of_type(holder, key, path, bool, "true or false")
        return default if found is None else found

    def count(self, holder: Mapping[str, Any], key: str, path: Path, default: int) -> int:
        """A whole number of at least 0."""
        found: int | None = self._of_type(holder, key, path, int, "a whole number, 0 or more")
        return default if found is None else found

    def texts(self, holder: Mapping[str, Any], key: str, path: Path) -> tuple[str, ...]:
        """A list of texts; empty when absent."""
        if key not in holder:
            return ()
        found = self.entries(holder[key], (*path, key))
        for number, one in enumerate(found):
            if not isinstance(one, str) or not one:
                self.add((*path, key, number), f"this is {_kind(one)}", "Write a text in quotes")
        return tuple(one for one in found if isinstance(one, str) and one)

    def choice(self, value: Any, path: Path, known: Collection[str], noun: str) -> bool:
        """Whether a value is one of the known names; notes a problem when it is not."""
        if isinstance(value, str) and value in known:
            return True
        shown = value if isinstance(value, str) else _kind(value)
        self.add(path, f"no {noun} is called {shown!r}", did_you_mean(str(value), known))
        return False

    def _of_type(self, holder: Mapping[str, Any], key: str, path: Path, kind: type, wanted: str) -> Any:
        value = holder.get(key)
        if key not in holder:
            return None
        fits = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
        if not fits or value == "" or (kind is int and isinstance(value, int) and value < 0):
            self.add((*path, key), f"this is {_kind(value)}", f"Write {wanted}")
            return None
        return value


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"the text {value!r}" if value else "an empty text"
    if isinstance(value, (int, float)):
        return f"the number {value}"
    return "a list" if isinstance(value, list) else "an object"


def line_of(text: str, path: Path) -> int | None:
    """The line (from 1) of the value at a path, or of the nearest thing above it that exists."""
    position = _skip_space(text, 0)
    for step in path:
        inner = _child(text, position, step)
        if inner is None:
            break
        position = inner
    return text.count("\n", 0, position) + 1


def _child(text: str, position: int, step: str | int) -> int | None:
    """Where the value of one key or list entry starts, in the object or list that starts at `position`."""
    opening = text[position : position + 1]
    if opening not in ("{", "[") or (opening == "[") != isinstance(step, int):
        return None
    position = _skip_space(text, position + 1)
    number = 0
    while text[position] not in "}]":
        key: str | int = number
        if opening == "{":
            key, position = scanstring(text, position + 1)
            position = _skip_space(text, _skip_space(text, position) + 1)
        if key == step:
            return position
        position = _skip_space(text, _skip_value(text, position))
        if text[position] == ",":
            position = _skip_space(text, position + 1)
        number += 1
    return None


def _skip_value(text: str, position: int) -> int:
    start = text[position]
    if start == '"':
        return int(scanstring(text, position + 1)[1])
    if start not in "{[":
        found = _SCALAR.match(text, position)
        return found.end() if found else position + 1
    return json.JSONDecoder().raw_decode(text, position)[1]


def _skip_space(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position
