"""The `sfrouter` command inside the test's own process: exit code and both streams, as a shell would see them."""

import contextlib
import io
import json
import logging
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import structlog

from sfrouter.cli.main import main


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must be one JSON document and nothing else."""
        return json.loads(self.out)


def command(*words: str) -> Answer:
    """Run `sfrouter` with these words to its end."""
    out, err = io.StringIO(), io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    code = 0
    try:
        with (
            patch("sys.argv", ["sfrouter", *words]),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    finally:
        root.handlers = handlers
        root.setLevel(level)
        structlog.reset_defaults()
    return Answer(code, out.getvalue(), err.getvalue())
