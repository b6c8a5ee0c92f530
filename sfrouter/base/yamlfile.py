"""Reads an admin's YAML file and remembers where each value stood, so that every fault can name its line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.scalarbool import ScalarBoolean
from ruamel.yaml.scalarint import ScalarInt

from sfrouter.base.errors import Problem

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
MAX_ALIASES = 100
MAX_NUMBER = 2**63
MAX_VALUES = 100_000  # aliases of aliases unfold to millions of values out of a few hundred bytes

Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A file's plain values (dict, list, str, int, float, bool, None), with line and column. Dates stay text."""

    name: str
    values: Any
    lines: Mapping[Path_, int]
    columns: Mapping[Path_, int] = field(default_factory=dict)

    def line(self, path: Sequence[str | int]) -> int:
        """The line of a value, or of the nearest thing around it that has one."""
        here = tuple(path)
        while here:
            if here in self.lines:
                return self.lines[here]
            here = here[:-1]
        return 1

    def column(self, path: Sequence[str | int]) -> int:
        """The column of a value; 0 where none is known."""
        return self.columns.get(tuple(path), 0)

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
        loader.Constructor = _Reader
        tree = loader.load(text)
    except MarkedYAMLError as failure:
        mark = failure.problem_mark or failure.context_mark
        what = " ".join(str(failure.problem or failure.context or "not valid YAML").split())
        mend = "each key may stand once" if "duplicate key" in what else "check indentation, quotes and colons"
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        return None, (Problem(file=name, line=line, column=column, what=what, mend=mend, code="FILE05"),)
    except YAMLError as failure:
        return None, (_not_yaml(name, str(failure)),)
    except Exception as failure:  # the parser fails in many ways on what is no YAML; none may reach an admin
        return None, (_not_yaml(name, type(failure).__name__),)
    unfolding = _Unfolding(name)
    try:
        values = unfolding.plain(tree, ())
    except _RefusedError as refused:
        return None, (refused.problem,)
    return YamlFile(name, values, unfolding.lines, unfolding.columns), ()


def _not_yaml(name: str, words: str) -> Problem:
    what = f"not valid YAML ({' '.join(words.split())[:200]})"
    return Problem(file=name, what=what, mend="check indentation, quotes and colons", code="FILE05")


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


class _RefusedError(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.what)
        self.problem = problem


class _Unfolding:
    """Turns the parser's nodes into plain values and notes their lines and columns."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Path_, int] = {}
        self.columns: dict[Path_, int] = {}
        self.count = 0

    def plain(self, node: Any, path: Path_) -> Any:
        self.count += 1
        if self.count > MAX_VALUES or len(path) > MAX_DEPTH:
            raise self._refused(path, "the file unfolds to too many values (aliases, *name)", "write it plainly")
        if isinstance(node, CommentedMap):
            return self._section(node, path)
        if isinstance(node, CommentedSeq):
            for index in range(len(node)):
                self._note((*path, index), node.lc.item(index))
            return [self.plain(item, (*path, index)) for index, item in enumerate(node)]
        return self._scalar(node, path)

    def _note(self, path: Path_, mark: Sequence[int]) -> None:
        self.lines[path], self.columns[path] = mark[0] + 1, mark[1] + 1

    def _section(self, node: CommentedMap, path: Path_) -> dict[Any, Any]:
        own = node.lc.data or {}
        values = {}
        for raw, item in node.items():
            key = _simple(raw)
            if not isinstance(key, str | int | float | None) or _unusable(key):
                raise self._refused(path, "a key must be plain text", "put the key on one line, in quotes")
            here = (*path, "" if key is None else str(key) if isinstance(key, float) else key)
            if raw in own:  # a key merged in by '<<' has no line of its own
                self._note(here, own[raw])
            values[key] = self.plain(item, here)
        return values

    def _scalar(self, node: Any, path: Path_) -> Any:
        simple = _simple(node)
        if _unusable(simple):
            raise self._refused(path, "a number is too large, or a letter is none", "check the value")
        if simple is None or isinstance(simple, bool | int | float | str):
            return simple
        what = "a value is neither text, number, date, list nor section (a tag, !name?)"
        raise self._refused(path, what, "write it plainly, in quotes if it is text")

    def _refused(self, path: Path_, what: str, mend: str) -> _RefusedError:
        line = YamlFile(self.name, None, self.lines).line(path)
        return _RefusedError(Problem(file=self.name, line=line, what=what, mend=mend, code="FILE06"))


def _unusable(simple: Any) -> bool:
    """Numbers of thousands of digits and halves of letters (\\ud800) cannot even be printed in a message."""
    if isinstance(simple, int):
        return abs(simple) > MAX_NUMBER
    return isinstance(simple, str) and any("\ud800" <= letter <= "\udfff" for letter in simple)


def _simple(node: Any) -> Any:
    """The parser's own kinds of text and number as Python's. 01067 is a postal code, no number: it stays text."""
    if isinstance(node, ScalarBoolean):
        return bool(node)
    if isinstance(node, ScalarInt):
        written = getattr(node, "_width", None)
        digits = str(abs(int(node))) if written else ""
        return (
            ("-" if node < 0 else "") + digits.zfill(written) if written and written > len(digits) else int(node)
        )
    if isinstance(node, bool) or node is None:
        return node
    for kind in (int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return node


class _Reader(RoundTripConstructor):
    """Leaves dates as they are written: a 30th of February is then a fault with a line, not a crash."""


_Reader.add_constructor("tag:yaml.org,2002:timestamp", lambda reader, node: reader.construct_scalar(node))
