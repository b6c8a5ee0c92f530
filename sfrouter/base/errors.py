"""What went wrong, where, and how to mend it: the shape of every message an admin reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """What the shell is told when a command ends; documented in docs/commands.md."""

    OK = 0
    FAILED = 1  # something the command could not do
    USAGE = 2  # the command line itself was wrong
    BAD_FILES = 3  # settings, mapping or policy need mending
    SIGN_IN_REFUSED = 4  # the org does not let us in
    ORG_UNREACHABLE = 5  # no answer from the org
    ALREADY_RUNNING = 6  # another instance holds the data folder
    ORG_CHANGED = 7  # the data folder belongs to another org
    STORE_UNUSABLE = 8  # a local database is damaged, read-only or full
    INTERRUPTED = 130


class SfrouterError(Exception):
    """A failure an admin can act on. `what` says what is wrong, `where` names the place, `mend` the way out."""

    exit_code = ExitCode.FAILED

    def __init__(self, what: str, *, where: str = "", mend: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.mend = mend

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        mend = f"\n  mend: {self.mend}" if self.mend else ""
        return f"{place}{self.what}{mend}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault in an admin's file. `line` and `column` count from 1; 0 means the whole file."""

    file: str
    what: str
    mend: str = ""
    line: int = 0
    column: int = 0
    code: str = ""
    warning: bool = False

    def __str__(self) -> str:
        place = ":".join((self.file, *(str(at) for at in (self.line, self.column) if at)))
        mend = f"  mend: {self.mend}" if self.mend else ""
        return f"{place}: {'warning: ' if self.warning else ''}{self.what}{mend}"


class BadFilesError(SfrouterError):
    """Settings, mapping or policy files hold faults; all of them are listed at once."""

    exit_code = ExitCode.BAD_FILES

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        count = sum(not problem.warning for problem in self.problems)
        lines = "\n".join(str(problem) for problem in self.problems)
        super().__init__(f"{count} fault{'s' if count != 1 else ''} to mend before anything is routed:\n{lines}")
