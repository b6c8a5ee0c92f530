"""Reads what an administrator wishes of the local org: checked values out of a JSON body."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sfrouter.localorg.org import Org

Body = Mapping[str, Any]


def only(body: Body, *names: str) -> None:
    """Raises ValueError for a setting that is not among the names."""
    unknown = sorted(set(body) - set(names))
    if unknown:
        raise ValueError(f"unknown setting `{unknown[0]}`; there is {', '.join(names)}")


def text(body: Body, name: str) -> str:
    """A text of the body. Raises ValueError when it is missing or something else."""
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"`{name}` wants a text")
    return value


def number(body: Body, name: str) -> float:
    """A number of the body. Raises ValueError when it is missing or something else."""
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"`{name}` wants a number")
    return value


def moment(body: Body, name: str) -> datetime:
    """A time of the body. Raises ValueError when it is missing, malformed or without a zone."""
    found = datetime.fromisoformat(text(body, name))
    if found.tzinfo is None:
        raise ValueError(f"`{name}` wants a time with a zone, such as 2026-03-02T09:00:00Z")
    return found


def ids(org: Org, body: Body, name: str) -> list[str]:
    """A list of ids or @keys, as ids. Raises ValueError for something else, KeyError for an unknown key."""
    found = body.get(name)
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise ValueError(f"`{name}` wants a list of ids or @keys")
    return [org.id_of(one) for one in found]


def values(body: Body) -> dict[str, Any]:
    """The field values of a record. Raises ValueError when there are none."""
    found = body.get("values")
    if not isinstance(found, dict):
        raise ValueError("`values` wants an object of field names and values")
    return found
