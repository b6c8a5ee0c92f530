"""Statements compiled once for all databases that a run opens, as thousands of them are opened."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, create_engine
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.util import LRUCache

import sfrouter.base.database

_COMPILED: LRUCache[Any, Any] = LRUCache(2000)


@contextmanager
def compiled_once(under: Callable[[Engine], Engine] = lambda engine: engine) -> Iterator[None]:
    """Each database is opened anew, by way of `under`; what SQLAlchemy learnt of the statements stays.

    All engines here speak to the same SQLite, so their dialects count as one.
    """

    def with_known_statements(*words: Any, **named: Any) -> Engine:
        engine = create_engine(*words, **named)
        engine._compiled_cache = _COMPILED
        return under(engine)

    with (
        patch.object(sfrouter.base.database, "create_engine", with_known_statements),
        patch.object(SQLiteDialect, "__hash__", lambda one: hash(type(one))),
        patch.object(SQLiteDialect, "__eq__", lambda one, other: type(one) is type(other)),
    ):
        yield
