"""Puts what the checker of forms found at its line in the admin's file, in plain words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from sfrouter.base.shelf import nearest
from sfrouter.base.working_week import WeekError
from sfrouter.config.faults import Faults
from sfrouter.config.plain_words import names_at, plain_words

Path_ = tuple[str | int, ...]
KEY = "[key]"  # how the checker of forms calls a key itself


def place(
    refused: ValidationError, model: type[BaseModel], faults: Faults, *, under: Path_ = (), code: str
) -> None:
    """Note every finding of one refused form. `under` is where the form begins in the file."""
    found = refused.errors(include_url=False)
    misspelt = _misspelt(found, model)
    for error in found:
        if error["type"] != "missing" or error["loc"] not in misspelt:
            _place_one(error, model, faults, under, code)


def _misspelt(found: Sequence[Mapping[str, Any]], model: type[BaseModel]) -> set[Path_]:
    """Where the key stands that is wanted, but misspelt: it is told with the word that stands there, not twice."""
    extra = (error["loc"] for error in found if error["type"] == "extra_forbidden")
    return {(*loc[:-1], nearest(str(loc[-1]), sorted(names_at(model, loc[:-1])))) for loc in extra}


def _place_one(error: Mapping[str, Any], model: type[BaseModel], faults: Faults, under: Path_, code: str) -> None:
    inner = (error.get("ctx") or {}).get("error")
    here = _in_file((*under, *error["loc"]), faults.file.lines, len(under))
    if isinstance(inner, ValidationError):  # a form within a form, as a pool's method
        for finding in inner.errors(include_url=False):
            _place_one(finding, model, faults, here, code)
        return
    loc = error["loc"]
    name = _name(loc, under)
    if isinstance(inner, WeekError):
        for days, words in inner.faults:
            what, _, mend = words.partition("; ")
            faults.add(_in_file((*here, days), faults.file.lines, len(here)), f"'{name}': {what}", mend, code=code)
        return
    known = names_at(model, loc[:-1]) if loc else ()
    if error["type"] == "missing" and loc and isinstance(loc[-1], int):
        what, mend = f"'{name}': an entry has too few parts, {loc[-1]} instead of {loc[-1] + 1}", "complete it"
    elif error["type"] == "too_long" and loc and isinstance(loc[-1], int):
        sizes = error.get("ctx") or {}
        parts, most = sizes.get("actual_length"), sizes.get("max_length")
        what = f"'{name}': an entry has too many parts, {parts} instead of {most}"
        mend = "take the others out, or make an entry of each"
    else:
        what, mend = plain_words(error, name, known=known)
    faults.add(here, what, mend, code=code)


def _name(loc: Sequence[str | int], under: Path_) -> str:
    """The last key that an admin would recognise; an entry of a list goes by the list's name."""
    texts = [str(step) for step in (*under, *loc) if isinstance(step, str) and step != KEY]
    return texts[-1] if texts else "the file"


def _in_file(path: Iterable[str | int], lines: Mapping[Path_, int], sure: int) -> Path_:
    """The path without the steps that stand only in our forms, not in the file."""
    found: Path_ = ()
    for index, step in enumerate(path):
        if index < sure or (*found, step) in lines:
            found = (*found, step)
    return found
