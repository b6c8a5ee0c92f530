"""The house keeps its own style: small rooms, short functions, a first line that says what a file is for."""

import ast
import re
import statistics
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "sfrouter").rglob("*.py"))
Function = ast.FunctionDef | ast.AsyncFunctionDef

# Names of Salesforce's API; the mapping files are the one place that ties them to ours.
API_NAME = re.compile(
    r"\b(OwnerId|WhoId|WhatId|IsConverted|IsDeleted|SystemModstamp|LastModifiedDate|LastModifiedById|CreatedDate"
    r"|IsActive|ParentId|AccountId|MasterRecordId|ConvertedAccountId|LastName|FirstName|\w+__c)\b"
)
KNOWS_API_NAMES = ("salesforce", "localorg")


@cache
def parsed(path: Path) -> ast.Module:
    """A file as a tree, for all that is asked of it."""
    return ast.parse(path.read_text("utf-8"))


def functions(path: Path) -> Iterator[tuple[Function, int]]:
    """Each function of a file with its length in lines."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, Function) and node.end_lineno is not None:
            yield node, node.end_lineno - node.lineno + 1


def name(path: Path) -> str:
    """The file's name from the root."""
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    docstring = ast.get_docstring(parsed(path))
    assert docstring, f"{name(path)} has no docstring"
    assert len(docstring.splitlines()[0].split()) >= 4, f"{name(path)}: say what the file is for"


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_no_module_is_over_350_lines_and_no_function_over_50(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= 350, f"{name(path)} has {lines} lines: split it by noun"
    for function, length in functions(path):
        assert length <= 50, f"{name(path)}:{function.lineno}: {function.name} has {length} lines"


def test_nine_functions_in_ten_are_within_25_lines() -> None:
    lengths = sorted(length for path in SOURCES for _, length in functions(path))
    assert statistics.median(lengths) <= 12
    assert lengths[int(len(lengths) * 0.9)] <= 25


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_no_room_is_called_by_an_empty_word(path: Path) -> None:
    empty = {"utils", "util", "helpers", "helper", "manager", "service", "services", "common", "misc"}
    assert not empty & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}


@pytest.mark.parametrize(
    "path", [p for p in SOURCES if p.relative_to(ROOT / "sfrouter").parts[0] not in KNOWS_API_NAMES], ids=name
)
def test_api_names_stand_only_in_the_mapping_files(path: Path) -> None:
    tree = parsed(path)
    docstrings = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | Function)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings:
            found = API_NAME.search(node.value)
            assert not found, f"{name(path)}:{node.lineno}: {found.group()} belongs in mappings/fields.yaml"
