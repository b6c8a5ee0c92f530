"""A part is found by its file name; a misspelt name is answered with the nearest one."""

from pathlib import Path
from types import ModuleType

import pytest

from sfrouter.base.shelf import did_you_mean, parts


class Part:
    """What stands on the shelf of these tests."""


def shelf(tmp_path: Path, name: str, **files: str) -> ModuleType:
    """A package with these files on disk."""
    package = ModuleType(name)
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    for file, text in files.items():
        (folder / f"{file}.py").write_text(text)
    package.__path__ = [str(folder)]
    return package


def test_the_file_name_is_the_name_of_the_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    package = shelf(tmp_path, "shelf_one", apple="class Apple(ValueError): pass", pear="class P(ValueError): pass")
    assert {name: part.__name__ for name, part in parts(package, base=ValueError).items()} == {
        "apple": "Apple",
        "pear": "P",
    }


def test_a_shelf_is_walked_once_and_nobody_may_put_something_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    package = shelf(
        tmp_path, "shelf_three", apple="class Apple(ValueError): pass", pear="class P(ValueError): pass"
    )
    found = parts(package, base=ValueError)
    assert parts(package, base=ValueError) is found
    assert list(parts(package, base=ValueError, but=["pear"])) == ["apple"]
    with pytest.raises(TypeError, match="item assignment"):
        found["plum"] = KeyError  # type: ignore[index]


def test_a_file_without_a_part_is_a_fault_of_the_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(TypeError, match="exactly one Part, found 0"):
        parts(shelf(tmp_path, "shelf_two", empty="x = 1"), base=Part)


def test_a_misspelt_word_is_answered_with_the_nearest() -> None:
    known = ["customer_owner", "competitor"]
    assert did_you_mean("costumer_owner", known) == " Did you mean 'customer_owner'?"
    assert did_you_mean("zebra", known) == ""
