"""Reads an admin's YAML file and remembers where each value stood, so that every fault can name its line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from sfrouter.base.errors import Problem

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
MAX_ALIASES = 100

Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A file's plain values (dict, list, str, int, float, bool, None, date) and the line of each."""

    name: str
    values: Any
    lines: Mapping[Path_, int]

    def line(self, path: Sequence[str | int]) -> int:
        """The line of a value, or of the nearest thing around it that has one."""
        here = tuple(path)
        while here:
            if here in self.lines:
                return self.lines[here]
            here = here[:-1]
        return 1

    def problem(self, path: Sequence[str | int], what: str, mend: str = "", *, code: str = "") -> Problem:
        """A fault at a value of this file."""
        return Problem(file=self.name, line=self.line(path), what=what, mend=mend, code=code)


def read_yaml(path: Path, *, name: str | None = None) -> tuple[YamlFile | None, tuple[Problem, ...]]:
    """The file, or the problems that kept it from being read. Never raises for what an admin wrote."""
    shown = name or path.name
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None, (Problem(file=shown, what="the file is missing", mend=f"create {path}", code="FILE01"),)
    except OSError as failure:
        return None, (Problem(file=shown, what=f"the file cannot be read ({failure.strerror})", code="FILE02"),)
    if len(raw) > MAX_BYTES:
        mend = "keep it under 1 MB; long lists belong in a CSV file"
        return None, (Problem(file=shown, what=f"the file has {len(raw):,} bytes", mend=mend, code="FILE03"),)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None, (
            Problem(file=shown, what="the file is not UTF-8 text", mend="save it as UTF-8", code="FILE04"),
        )
    return parse_yaml(text, shown)


def parse_yaml(text: str, name: str) -> tuple[YamlFile | None, tuple[Problem, ...]]:
    """The same for text already in hand."""
    try:
        trouble = _too_big(text, name)
        if trouble:
            return None, (trouble,)
        loader = YAML(typ="rt", pure=True)
        loader.allow_duplicate_keys = False
        tree = loader.load(text)
    except MarkedYAMLError as failure:
        mark = failure.problem_mark or failure.context_mark
        what = " ".join(str(failure.problem or failure.context or "not valid YAML").split())
        mend = "each key may stand once" if "duplicate key" in what else "check indentation, quotes and colons"
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        return None, (Problem(file=name, line=line, column=column, what=what, mend=mend, code="FILE05"),)
    except (YAMLError, ValueError, RecursionError) as failure:
        what = f"not valid YAML ({' '.join(str(failure).split())[:200]})"
        return None, (Problem(file=name, what=what, code="FILE05"),)
    lines: dict[Path_, int] = {}
    return YamlFile(name, _plain(tree, (), lines), lines), ()


def _too_big(text: str, name: str) -> Problem | None:
    depth = aliases = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        if isinstance(event, MappingStartEvent | SequenceStartEvent):
            depth += 1
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            depth -= 1
        elif isinstance(event, AliasEvent):
            aliases += 1
        if depth > MAX_DEPTH or aliases > MAX_ALIASES:
            what = "brackets are nested too deeply" if depth > MAX_DEPTH else "too many aliases (*name)"
            return Problem(
                file=name, line=event.start_mark.line + 1, what=what, mend="write it plainly", code="FILE06"
            )
    return None


def _plain(node: Any, path: Path_, lines: dict[Path_, int]) -> Any:
    if isinstance(node, CommentedMap):
        for key in node:
            lines[(*path, key)] = node.lc.key(key)[0] + 1
        return {key: _plain(item, (*path, key), lines) for key, item in node.items()}
    if isinstance(node, CommentedSeq):
        for index in range(len(node)):
            lines[(*path, index)] = node.lc.item(index)[0] + 1
        return [_plain(item, (*path, index), lines) for index, item in enumerate(node)]
    if isinstance(node, bool) or node is None:
        return node
    for kind in (int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return node
