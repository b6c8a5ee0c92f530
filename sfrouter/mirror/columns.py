"""The sorts of columns that the mirror's tables have besides plain text and times."""

import json
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Dialect, String
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field


class Amount(TypeDecorator[Decimal]):
    """An amount of money kept as text: SQLite's own numbers would round it."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


@lru_cache(maxsize=10_000)
def decoded(text: str) -> tuple[Any, ...]:
    """A column's text as the org's values."""
    return tuple(json.loads(text))


class Values(TypeDecorator[Sequence[Any]]):
    """The org's values of one column, as a JSON list. The same few lists come again and again, so reading them
    is remembered; a million accounts are read in half the time."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> str:
        return json.dumps(value) if value else "[]"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Sequence[Any]:
        return decoded(value) if value else ()


def values_column() -> Any:
    """A column of several values, a checkbox or a picklist, with the org's values as they came."""
    return Field(default_factory=list, sa_type=Values)


def extra_column() -> Any:
    """The admin's further fields, by our names."""
    return Field(default_factory=dict, sa_type=JSON)


def amount_column() -> Any:
    """An amount of money, or none."""
    return Field(default=None, sa_type=Amount)
