"""The demo's stage when the daemon does not come up: a slow machine is not told to be a fault of ours."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sfrouter.cli import demo_stage
from sfrouter.cli.demo_stage import DemoFailedError, Stage

KEYS = dict.fromkeys(demo_stage.APPS, "secret")
_POPEN = subprocess.Popen


def stage_with(program: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A stage whose daemon is another program."""

    def another(_command: list[str], **how: Any) -> subprocess.Popen[bytes]:
        return _POPEN([sys.executable, "-c", program], **how)

    monkeypatch.setattr(subprocess, "Popen", another)
    return Stage(folder, "http://127.0.0.1:9", KEYS)


def test_a_daemon_that_is_slow_to_poll_is_waited_for_and_then_told_honestly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert demo_stage.FIRST_POLL_WITHIN >= 180
    stage = stage_with("import time; time.sleep(60)", tmp_path, monkeypatch)
    try:
        with pytest.raises(DemoFailedError, match="the daemon runs, but had no good poll within 0 s") as told:
            stage.start_daemon(within=0.3)
    finally:
        stage.stop_daemon()
    assert told.value.mend.startswith("a very busy machine can be the cause: try again")
    assert "report it" in told.value.mend


def test_a_daemon_that_ends_is_told_at_once_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = stage_with("print('no, thank you'); raise SystemExit(3)", tmp_path, monkeypatch)
    with pytest.raises(DemoFailedError, match="ended with exit code 3") as told:
        stage.start_daemon(within=30)
    assert "no, thank you" in told.value.what
    assert told.value.mend.startswith("please report it")
