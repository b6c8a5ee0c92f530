"""Carries out a step for one lead so that an odd lead delays only itself (L3)."""

from collections.abc import Callable

from sfrouter.base.errors import ExitCode, SfrouterError
from sfrouter.base.log import logger

_log = logger("journey")


def carried_out(step: Callable[[], bool], lead_id: str) -> bool:
    """Did the step go through? Raises the SfrouterError of what no waiting mends; anything else is logged."""
    try:
        return step()
    except Exception as failure:
        if isinstance(failure, SfrouterError) and failure.exit_code is not ExitCode.FAILED:
            raise
        _log.exception("not_followed_up", lead=lead_id)
        return False
