"""Collects the faults of one file while it is read, so that an admin sees all of them at once."""

from collections.abc import Iterable, Sequence

from sfrouter.base.errors import Problem
from sfrouter.base.shelf import did_you_mean
from sfrouter.base.yamlfile import YamlFile

Path_ = Sequence[str | int]
CONDITIONS = frozenset({"when", "conversion"})  # often on one line: there the column is told, too


class Faults:
    """The faults found in one file so far, each placed at its line."""

    def __init__(self, file: YamlFile) -> None:
        self.file = file
        self._found: list[Problem] = []
        self._places: list[Path_] = []

    def add(self, path: Path_, what: str, mend: str = "", *, code: str, warning: bool = False) -> None:
        """Note a fault at a value of the file."""
        what = " ".join(what.splitlines())  # a key of the file may hold line breaks
        if not warning:
            self._places.append(tuple(path))
        column = self.file.column(path) if CONDITIONS.intersection(path) else 0
        self._found.append(
            Problem(
                file=self.file.name, line=self.file.line(path), column=column, what=what, mend=mend, code=code,
                warning=warning,
            )
        )  # fmt: skip

    def extend(self, problems: Iterable[Problem]) -> None:
        """Take over faults that were found elsewhere."""
        self._found.extend(problems)

    def unknown(self, path: Path_, kind: str, word: object, known: Iterable[str], *, code: str) -> None:
        """Note a key that is not known, with the nearest one that is."""
        choices = sorted(known)
        near = did_you_mean(str(word), choices)
        mend = "" if near else f"known are: {', '.join(choices)}"
        self.add(path, f"no {kind} is called '{word}'.{near}", mend, code=code)

    def all(self) -> tuple[Problem, ...]:
        """What was found, in the order of the lines."""
        return tuple(sorted(self._found, key=lambda problem: (problem.file, problem.line, problem.column)))

    def places(self) -> tuple[Path_, ...]:
        """Where the file has faults that are more than warnings."""
        return tuple(self._places)

    @property
    def serious(self) -> bool:
        """Was anything found that is more than a warning?"""
        return any(not problem.warning for problem in self._found)


def kind_of(value: object) -> str:
    """What an admin would call a value of a file."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return f"the text '{value[:40]}'"
    if isinstance(value, dict):
        return "a section with keys of its own"
    return "a list" if isinstance(value, list) else "something else"
