"""Which settings are given, and where: in the environment or on a line of the `.env` file."""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dotenv.parser import parse_stream

from sfrouter.base.errors import Problem
from sfrouter.base.shelf import did_you_mean

ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True)
class Given:
    """A variable as it was given: its name in capitals, and the place. A value may be a secret: never printed."""

    name: str
    file: str
    line: int = 0
    value: str = field(default="", repr=False)


def given_names(
    environment: Mapping[str, str], env_file: Path | None, prefix: str
) -> tuple[tuple[Given, ...], tuple[Problem, ...]]:
    """Every variable with the prefix that is not empty, and what is wrong with the file itself."""
    found = [
        Given(name.upper(), ENVIRONMENT)
        for name, value in environment.items()
        if name.upper().startswith(prefix) and value
    ]
    if env_file is None or not env_file.exists():
        return tuple(found), ()
    try:
        text = env_file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as failure:
        words = "is not UTF-8 text" if isinstance(failure, UnicodeDecodeError) else "cannot be read"
        mend = "save it as UTF-8" if isinstance(failure, UnicodeDecodeError) else "check its owner and permissions"
        return tuple(found), (Problem(file=str(env_file), what=f"the file {words}", mend=mend, code="SET01"),)
    return _in_file(text, env_file.name, prefix, found)


def _in_file(
    text: str, file: str, prefix: str, found: list[Given]
) -> tuple[tuple[Given, ...], tuple[Problem, ...]]:
    problems = []
    lines: dict[str, int] = {}
    for binding in parse_stream(io.StringIO(text)):
        line = binding.original.line + _blank_lines(binding.original.string)
        if binding.error or (binding.key and binding.value is None):
            what = "this line cannot be understood"
            problems.append(Problem(file=file, line=line, what=what, mend="write NAME=value", code="SET02"))
            continue
        name = (binding.key or "").upper()
        if not name.startswith(prefix) or not binding.value:
            continue
        if name in lines:
            what = f"{name} is given twice, first on line {lines[name]}"
            problems.append(Problem(file=file, line=line, what=what, mend="keep one of the two", code="SET03"))
            continue
        lines[name] = line
        found.append(Given(name, file, line, binding.value))
    return tuple(found), tuple(problems)


def _blank_lines(text: str) -> int:
    return len(text) - len(text.lstrip("\r\n"))


def unknown_names(given: Iterable[Given], known: Iterable[str], prefix: str) -> tuple[Problem, ...]:
    """The names that are no setting. One letter off is a fault, as its default would be used instead."""
    choices = {name.removeprefix(prefix): name for name in known}
    problems = []
    for one in given:
        if one.name in choices.values():
            continue
        near = did_you_mean(one.name.removeprefix(prefix), choices).replace(" '", f" '{prefix}")
        problems.append(
            Problem(
                file=one.file,
                line=one.line,
                what=f"no setting is called {one.name}.{near}",
                mend="" if near else "remove it, or see .env.example for all settings",
                code="SET04",
                warning=not near,
            )
        )
    return tuple(problems)
