"""Reads files of stories; what is wrong in them comes back with file and line, all at once."""

from collections.abc import Iterable
from pathlib import Path

from sfrouter.base.errors import Problem
from sfrouter.base.yamlfile import read_yaml
from sfrouter.config.faults import Faults
from sfrouter.config.reading import read_each, read_form, sections
from sfrouter.journey.story_form import PersonForm, Story, StoryFile, Told


def read_stories(paths: Iterable[Path]) -> tuple[tuple[Told, ...], tuple[Problem, ...]]:
    """The stories of all files, folders looked through for *.yaml (names that begin with _ left out)."""
    told: list[Told] = []
    problems: list[Problem] = []
    for path in paths:
        files = sorted(path.glob("[!_]*.yaml")) if path.is_dir() else [path]
        if not files:
            what, mend = "the folder holds no *.yaml file", "docs/stories.md shows how a story is written"
            problems.append(Problem(file=str(path), what=what, mend=mend, code="STO01"))
        for file in files:
            stories, more = _read_file(file)
            told += stories
            problems += more
    return tuple(told), tuple(problems)


def _read_file(path: Path) -> tuple[tuple[Told, ...], tuple[Problem, ...]]:
    file, problems = read_yaml(path, name=str(path))
    if file is None:
        return (), problems
    faults = Faults(file)
    values = sections(file, faults, code="STO02")
    book = read_form(values, StoryFile, faults, code="STO02")
    stories = read_each(values.get("stories"), Story, faults, under=("stories",), code="STO03")
    if not faults.serious and not stories:
        faults.add((), "the file tells no story", "add 'stories:' with at least one entry", code="STO02")
    if book is not None:
        _people(book, faults)
    if book is None or faults.serious:
        return (), faults.all()
    return tuple(
        Told(file=file.name, line=file.line(("stories", index)), tale=tale, people=book.people, queues=book.queues)
        for index, tale in stories
    ), faults.all()


def _people(book: StoryFile, faults: Faults) -> None:
    """Managers and successors must be people of the file; two people cannot share an address."""
    first: dict[str, str] = {}
    for name, form in book.people.items():
        for part, who in (("manager", form.manager), ("successor", form.successor)):
            if who and who not in book.people:
                faults.unknown(("people", name, part), "person", who, book.people, code="STO04")
        _mail_once(name, form, first, faults)


def _mail_once(name: str, form: PersonForm, first: dict[str, str], faults: Faults) -> None:
    other = first.setdefault(form.email.casefold(), name) if form.email else name
    if other != name and form.active:
        what = f"'{name}' and '{other}' have the same e-mail"
        faults.add(("people", name), what, "give each a mailbox of his own", code="STO04")
