"""The process dies: before or after any call, before or after any commit, at a point that the seed chooses."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy.engine.default import DefaultDialect


class Crash(BaseException):
    """kill -9, as far as one process can play it: no `except Exception` of the product may catch it."""


class CrashPoints:
    """Counts every point at which the process may die, and lets it die at some.

    `rate` is the chance of each point; `due`: it dies at the very next one; `only` are the numbers of the points
    to die at, for loops that try all; `names` says what each point was. Nothing happens while it is not `on`.
    """

    def __init__(self, chance: random.Random, rate: float = 0.0, only: frozenset[int] | None = None) -> None:
        self._chance = chance
        self.rate = rate
        self.only = only
        self.on = True
        self.due = False
        self.died = ""
        self.reached = 0
        self.names: list[str] = []
        self.crashes: Counter[str] = Counter()

    def point(self, where: str) -> None:
        """Maybe die here. Raises Crash.

        Who died stays dead: what Python still tidies up on the way out neither asks nor commits anything.
        """
        if self.died:
            raise Crash(self.died)
        self.reached += 1
        self.names.append(where)
        if self.due:
            dies, self.due = True, False
        elif self.only is not None:
            dies = self.reached in self.only
        else:
            dies = self.on and self.rate > 0 and self._chance.random() < self.rate
        if dies:
            self.crashes[where] += 1
            self.died = where
            raise Crash(where)

    def live_again(self) -> None:
        """The next process begins."""
        self.died = ""


@contextmanager
def commits_watched(points: CrashPoints) -> Iterator[None]:
    """Make a point of the moments before and after every commit that changes a file."""
    original = cast(Callable[[DefaultDialect, Any], None], DefaultDialect.do_commit)

    def do_commit(self: DefaultDialect, connection: Any) -> None:
        changed = connection.dbapi_connection.total_changes
        if changed == connection.info.get("changes", 0):  # it only read
            original(self, connection)
            return
        points.point("before a commit")
        original(self, connection)
        connection.info["changes"] = changed
        points.point("after a commit")

    DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]
    try:
        yield
    finally:
        DefaultDialect.do_commit = original  # type: ignore[method-assign]
