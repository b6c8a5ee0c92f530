"""Settings of every test: none is judged by how busy the machine is, and nothing is worked out twice."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import settings
from sqlalchemy import Engine, create_engine
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.util import LRUCache

import sfrouter.base.database

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

LONG_FIRST = ("simulation", "days", "contract", "cli", "localorg", "journey", "writeback", "matching")
"""Rooms whose files take long, and the others after them: a long file that begins last leaves one core idle."""
_COMPILED: LRUCache[Any, Any] = LRUCache(2000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files in the order of their rooms; the tests of a file stay together and in their order."""
    here = Path(__file__).parent
    ranks = {room: rank for rank, room in enumerate(LONG_FIRST)}
    items.sort(key=lambda item: ranks.get(item.path.relative_to(here).parts[0], len(ranks)))


@pytest.fixture(scope="session", autouse=True)
def _statements_compiled_once() -> Iterator[None]:
    """Thousands of tests open a database of their own; what SQLAlchemy learnt of the statements may stay.

    All engines here speak to the same SQLite, so their dialects count as one.
    """

    def with_known_statements(*words: Any, **named: Any) -> Engine:
        engine = create_engine(*words, **named)
        engine._compiled_cache = _COMPILED
        return engine

    with (
        patch.object(sfrouter.base.database, "create_engine", with_known_statements),
        patch.object(SQLiteDialect, "__hash__", lambda one: hash(type(one))),
        patch.object(SQLiteDialect, "__eq__", lambda one, other: type(one) is type(other)),
    ):
        yield


@pytest.fixture(scope="session", autouse=True)
def _garbage_looked_for_rarely() -> Iterator[None]:
    """What pytest collected stays to the end: not to be looked through again and again."""
    thresholds = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()
