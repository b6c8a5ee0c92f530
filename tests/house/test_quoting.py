"""Queries to the org are put together in one place only, where every value is quoted and every name is checked."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "sfrouter"
ONE_PLACE = ROOT / "salesforce" / "soql.py"
OURS = ROOT / "mirror" / "read_index.py"  # a question to our own SQLite, pasted of constants of the same file
SOURCES = sorted(one for one in ROOT.rglob("*.py") if one not in (ONE_PLACE, OURS) and "localorg" not in one.parts)
WORDS = ("SELECT ", " FROM ", " WHERE ", "ORDER BY ", " LIMIT ")


def pasted(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The texts of a module that are put together out of parts, with the words of a query in them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and any(isinstance(one, ast.FormattedValue) for one in node.values):
            text = "".join(str(one.value) for one in node.values if isinstance(one, ast.Constant))
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
            sides = (node.left, node.right)
            if all(isinstance(one, ast.Constant) for one in sides):
                continue
            text = "".join(str(one.value) for one in sides if isinstance(one, ast.Constant))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            text = str(node.func.value.value) if isinstance(node.func.value, ast.Constant) else ""
        else:
            continue
        if any(word in text for word in WORDS):
            yield node.lineno, text


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_query_is_pasted_together_outside_the_one_place(path: Path) -> None:
    found = list(pasted(ast.parse(path.read_text("utf-8"))))
    assert found == [], f"{path}: use sfrouter/salesforce/soql.py (or bound parameters, for SQLite)"


def test_the_search_would_find_one() -> None:
    for odd in ('f"SELECT Id FROM Lead WHERE Email = \'{mail}\'"', '"SELECT Id FROM " + name',
                '"SELECT %s FROM Lead" % name', '"SELECT {} FROM Lead".format(name)'):  # fmt: skip
        assert list(pasted(ast.parse(odd))), odd
    assert list(pasted(ast.parse(ONE_PLACE.read_text("utf-8"))))
