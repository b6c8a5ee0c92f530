"""Reads a section of an admin's file into its form; what does not fit is noted, never raised."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sfrouter.base.yamlfile import YamlFile
from sfrouter.config.faults import Faults, kind_of
from sfrouter.config.placing import Path_, place

Shape = TypeVar("Shape", bound=BaseModel)


def sections(file: YamlFile, faults: Faults, *, code: str) -> dict[Any, Any]:
    """The file's top level: keys with values. An empty file has none."""
    if file.values is None:
        return {}
    if isinstance(file.values, dict):
        return file.values
    what = f"the file must hold keys such as 'name: value', not {kind_of(file.values)}"
    faults.add((), what, f"start from the shipped {file.name}", code=code)
    return {}


def read_form(values: Any, form: type[Shape], faults: Faults, *, under: Path_ = (), code: str) -> Shape | None:
    """The values in their form, or None."""
    try:
        return form.model_validate(values)
    except ValidationError as refused:
        place(refused, form, faults, under=under, code=code)
        return None


def read_each(
    values: Any, form: type[Shape], faults: Faults, *, under: Path_, code: str
) -> tuple[tuple[int, Shape], ...]:
    """Every entry of a list that fits, with its place in the list; one bad entry does not hide the others."""
    if values is None:
        return ()
    if not isinstance(values, list):
        faults.add(under, f"'{under[-1]}' must be a list, not {kind_of(values)}", "begin each entry with '- '",
                   code=code)  # fmt: skip
        return ()
    read = (
        (index, read_form(one, form, faults, under=(*under, index), code=code)) for index, one in enumerate(values)
    )
    return tuple((index, found) for index, found in read if found is not None)
