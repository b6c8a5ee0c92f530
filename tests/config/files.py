"""The shipped files, copied to a folder and changed there: every test starts from what works."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from sfrouter.config.mapping import FieldMapping, read_mapping
from sfrouter.config.policy import Configuration, read_configuration

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "mappings"


def copied(folder: Path) -> Path:
    """The shipped files in a folder of the test's own."""
    for path in SHIPPED.glob("*.yaml"):
        shutil.copy(path, folder / path.name)
    return folder


def change(folder: Path, name: str, old: str, new: str) -> int:
    """Replace one piece of a file; returns the line it stood on."""
    path = folder / name
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"'{old}' stands {text.count(old)} times in {name}"
    path.write_text(text.replace(old, new), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def faults(folder: Path) -> list[str]:
    """Every fault of a folder, as an admin reads them; warnings left out."""
    _, problems = read_configuration(folder)
    return [str(problem) for problem in problems if not problem.warning]


def warnings(folder: Path) -> list[str]:
    """Every warning of a folder."""
    _, problems = read_configuration(folder)
    return [str(problem) for problem in problems if problem.warning]


def read(folder: Path) -> Configuration:
    """The files of a folder that has no fault."""
    found, problems = read_configuration(folder)
    assert found is not None, "\n".join(map(str, problems))
    return found


def shipped_mapping() -> FieldMapping:
    """The shipped fields.yaml."""
    mapping, problems = read_mapping(SHIPPED)
    assert mapping is not None, "\n".join(map(str, problems))
    return mapping


def one(problems: Sequence[str], words: str) -> str:
    """The one problem that holds these words."""
    found = [problem for problem in problems if words in problem]
    assert len(found) == 1, f"{len(found)} problems hold '{words}':\n" + "\n".join(problems)
    return found[0]
