"""Makes histories cheap where nothing is judged: statements are compiled once, garbage is looked for rarely."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from unittest.mock import patch

import sfrouter.localorg.soql_run
from sfrouter.localorg.soql_parse import parse
from tests.compiled import compiled_once
from tests.simulation.disk import Disk

_FEW = (100_000, 20, 20)
_parsed = lru_cache(maxsize=4000)(parse)


@contextmanager
def hurried(disk: Disk) -> Iterator[None]:
    """Each start of the process opens its files anew, on its disk; what is known of statements stays."""
    thresholds = gc.get_threshold()
    gc.set_threshold(*_FEW)
    try:
        with compiled_once(disk.under), patch.object(sfrouter.localorg.soql_run, "parse", _parsed):
            yield
    finally:
        gc.set_threshold(*thresholds)
