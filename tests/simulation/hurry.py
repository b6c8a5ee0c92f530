"""Makes histories cheap where nothing is judged: statements are compiled once, garbage is looked for rarely."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import sfrouter.localorg.soql_run
from tests.compiled import compiled_once
from tests.simulation.disk import Disk
from tests.simulation.known_queries import parsed

_FEW = (100_000, 20, 20)


@contextmanager
def hurried(disk: Disk) -> Iterator[None]:
    """Each start of the process opens its files anew, on its disk; what is known of statements stays."""
    thresholds = gc.get_threshold()
    gc.set_threshold(*_FEW)
    try:
        with compiled_once(disk.under), patch.object(sfrouter.localorg.soql_run, "parse", parsed):
            yield
    finally:
        gc.set_threshold(*thresholds)
