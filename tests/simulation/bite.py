"""A trouble that lasts for a while says when something meets it: a call, a commit, or a start of the process."""

from __future__ import annotations

from collections.abc import Callable

Bite = Callable[[], None]
"""To be called by whatever meets the trouble, as often as it likes."""


def uncounted() -> None:
    """Where nobody counts."""
