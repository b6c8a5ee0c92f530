"""Reads the word lists that ship with the matching room: one entry a line, # for remarks, [sections]."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType


@cache
def sections(name: str) -> Mapping[str, tuple[str, ...]]:
    """The entries of a list by section; those before the first section stand under ""."""
    text = resources.files("sfrouter.matching").joinpath("data", name).read_text("utf-8")
    found: dict[str, list[str]] = {"": []}
    here = ""
    for raw in text.splitlines():
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]") and name != "placeholders.txt":
            here = line[1:-1]
            found[here] = []
        else:
            found[here].append(line)
    return MappingProxyType({section: tuple(entries) for section, entries in found.items()})


@cache
def entries(name: str) -> tuple[str, ...]:
    """All entries of a list that has no sections."""
    return sections(name)[""]
