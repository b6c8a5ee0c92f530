"""Settings of every test: none is judged by how busy the machine is, and nothing is worked out twice."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import structlog
from hypothesis import settings
from structlog.dev import ConsoleRenderer, plain_traceback

from tests.compiled import compiled_once
from tests.parsed import parsed_once

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

LONG_FIRST = ("simulation", "days", "contract", "cli", "localorg", "journey", "writeback", "matching")
"""Rooms whose files take long, and the others after them: a long file that begins last leaves one core idle."""


def pytest_configure(config: pytest.Config) -> None:
    """From here on, as many test files read the shipped policy while they are collected."""
    kept = ExitStack()
    kept.enter_context(parsed_once())
    config.add_cleanup(kept.close)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files in the order of their rooms; the tests of a file stay together and in their order."""
    here = Path(__file__).parent
    ranks = {room: rank for rank, room in enumerate(LONG_FIRST)}
    items.sort(key=lambda item: ranks.get(item.path.relative_to(here).parts[0], len(ranks)))


@pytest.fixture(scope="session", autouse=True)
def _statements_compiled_once() -> Iterator[None]:
    """Thousands of tests open a database of their own; what SQLAlchemy learnt of the statements may stay."""
    with compiled_once():
        yield


@pytest.fixture(scope="session", autouse=True)
def _tracebacks_without_variables() -> Iterator[None]:
    """As structlog stands in most tests it draws every local variable of a traceback: a second for each."""
    (renderer,) = (one for one in structlog.get_config()["processors"] if isinstance(one, ConsoleRenderer))
    drawn = renderer.exception_formatter
    renderer.exception_formatter = plain_traceback
    yield
    renderer.exception_formatter = drawn


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
