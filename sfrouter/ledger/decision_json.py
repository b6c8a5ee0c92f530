"""Writes a decision down as text and reads it back, exactly: the trace that `explain` shows years later.

Fields that a newer version added take their default when an older text is read; fields a newer version
dropped are passed over. Keys are sorted, so that equal decisions give equal texts, byte for byte.
"""

import dataclasses
import json
import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import Any

from sfrouter.model.decision import Decision


def decision_to_json(decision: Decision) -> str:
    """The decision with its whole trace as one line of JSON, ASCII only."""
    return json.dumps(_plain(decision), sort_keys=True, separators=(",", ":"), allow_nan=False)


def decision_from_json(text: str) -> Decision:
    """The decision that decision_to_json wrote."""
    decision: Decision = _value(Decision, json.loads(text))
    return decision


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


def _value(kind: Any, data: Any) -> Any:
    if data is None:
        return None
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        return _value(next(item for item in typing.get_args(kind) if item is not type(None)), data)
    if origin is tuple:
        return tuple(_value(typing.get_args(kind)[0], item) for item in data)
    if origin is not None and issubclass(origin, Mapping):
        item_kind = typing.get_args(kind)[1]
        return MappingProxyType({key: _value(item_kind, item) for key, item in data.items()})
    return _single(kind, data)


def _single(kind: Any, data: Any) -> Any:
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        known = _fields(kind)
        return kind(**{name: _value(known[name], item) for name, item in data.items() if name in known})
    if kind in (datetime, date):
        return kind.fromisoformat(data)
    if isinstance(kind, type) and issubclass(kind, Enum | Decimal):
        return kind(data)
    return data


@cache
def _fields(kind: type) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}
