"""docs/commands.md tells of every command, option, argument and exit code, and of none that does not exist."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from sfrouter.base.errors import ExitCode
from sfrouter.cli.main import app
from sfrouter.config.settings import Settings, variable

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "commands.md").read_text("utf-8")


def leaves(command: Any, path: str = "sfrouter") -> Iterator[tuple[str, Any]]:
    """Every command that does something, by its full name."""
    below = getattr(command, "commands", {})
    if not below:
        yield path, command
    for name, one in below.items():
        yield from leaves(one, f"{path} {name}")


COMMANDS = dict(leaves(typer.main.get_command(app)))


def row(name: str) -> str:
    """The one row of the table that tells of a command."""
    found = [line for line in PAGE.splitlines() if re.match(rf"\| `{name}[ `]", line)]
    assert len(found) == 1, f"{name} has {len(found)} rows"
    return found[0]


def told(command: Any) -> set[str]:
    """Its options as they are typed, and its arguments as help names them."""
    named: set[str] = set()
    for parameter in command.params:
        long = [word for word in parameter.opts if word.startswith("--")]
        named |= set(long) if long else {parameter.metavar or parameter.name.upper()}
    return named - {"--help"}


def test_all_commands_were_found() -> None:
    assert len(COMMANDS) >= 10


@pytest.mark.parametrize("name", COMMANDS)
def test_a_commands_row_holds_exactly_its_options_and_arguments(name: str) -> None:
    signature = row(name).split("|")[1]
    words = set(re.findall(r"--[a-z-]+", signature))
    arguments = set(re.findall(r"\b[A-Z_]+\b", re.sub(r"--[a-z-]+ [A-Z]+", "", signature)))
    assert words | arguments == told(COMMANDS[name])


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_explains_itself(name: str) -> None:
    for parameter in COMMANDS[name].params:
        assert parameter.help or parameter.name == "help", f"{name}: {parameter.name}"


def test_the_options_of_the_command_itself_are_told() -> None:
    for option in told(typer.main.get_command(app)):
        assert f"`{option}`" in PAGE or f"sfrouter {option}" in PAGE, option


def test_no_command_is_told_of_that_does_not_exist() -> None:
    rows = re.findall(r"^\| `(sfrouter(?: [a-z][a-z-]*)*)", PAGE, re.MULTILINE)
    assert {name.strip() for name in rows} == set(COMMANDS)


def test_every_exit_code_is_told_and_no_other() -> None:
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)} == {
        int(code) for code in ExitCode
    }


def test_every_setting_stands_in_the_example_with_its_default() -> None:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line.startswith("SFROUTER_"))
    assert set(given) == {variable(name) for name in Settings.model_fields}
