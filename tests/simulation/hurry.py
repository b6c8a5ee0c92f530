"""Makes histories cheap where nothing is judged: statements are compiled once, garbage is looked for rarely."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, create_engine
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.util import LRUCache

import sfrouter.base.database
import sfrouter.localorg.soql_run
from sfrouter.localorg.soql_parse import parse
from tests.simulation.disk import Disk

_COMPILED: LRUCache[Any, Any] = LRUCache(2000)
_FEW = (100_000, 20, 20)
_parsed = lru_cache(maxsize=4000)(parse)


@contextmanager
def hurried(disk: Disk) -> Iterator[None]:
    """Each start of the process opens its files anew; what SQLAlchemy learnt of the statements may stay.

    All engines here speak to the same SQLite, so their dialects count as one.
    """
    thresholds = gc.get_threshold()
    gc.set_threshold(*_FEW)

    def with_known_statements(*words: Any, **named: Any) -> Engine:
        engine = create_engine(*words, **named)
        engine._compiled_cache = _COMPILED
        return disk.under(engine)

    try:
        with (
            patch.object(sfrouter.base.database, "create_engine", with_known_statements),
            patch.object(sfrouter.localorg.soql_run, "parse", _parsed),
            patch.object(SQLiteDialect, "__hash__", lambda one: hash(type(one))),
            patch.object(SQLiteDialect, "__eq__", lambda one, other: type(one) is type(other)),
        ):
            yield
    finally:
        gc.set_threshold(*thresholds)
