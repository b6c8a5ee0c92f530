"""The demo keeps its promises: what it prints, what it leaves to look into, and that nothing is left running."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sfrouter.daemon.heartbeat import read_pulse
from tests.days.office import until

pytestmark = pytest.mark.day


def environment() -> dict[str, str]:
    """The test's own environment without any setting of sfrouter."""
    return {key: value for key, value in os.environ.items() if not key.startswith("SFROUTER_")}


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """One command to its end, in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "sfrouter", *words],
        cwd=folder, env=environment(), capture_output=True, text=True, timeout=150, check=False,
    )  # fmt: skip


def alive(pid: int) -> bool:
    """Does this process still run?"""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_demo_tells_its_stories_and_leaves_a_folder_to_look_into(tmp_path: Path) -> None:
    """Named relative to where it is typed, as the README does it."""
    done = run(tmp_path, "demo", "--keep", "./demo")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert done.stderr == ""
    assert "-> Sarah Whitfield, not Bob Hanley (West Coast), because Acme Corp is a customer" in done.stdout
    assert "200 of 200 leads ended with the owner, rule and account promised." in done.stdout
    assert "not as promised" not in done.stdout
    assert "Nothing is left running." in done.stdout
    kept = tmp_path / "demo"
    assert {path.name for path in kept.iterdir()} == {
        ".env", "daemon.log", "data", "localorg.log", "mappings", "world.json",
    }  # fmt: skip
    pulse = read_pulse(kept / "data")
    assert pulse is not None
    assert not alive(pulse.pid)
    (lead_id,) = {
        line.split("explain ")[1].split()[0] for line in done.stdout.splitlines() if " explain 00Q" in line
    }
    assert "Sarah Whitfield, because Acme Corp is a customer" in run(kept, "explain", lead_id).stdout
    status = run(kept, "status")
    assert (status.returncode, status.stderr) == (0, "")
    assert "customer_owner" in status.stdout
    assert "stories hold" in run(kept, "test").stdout
    assert (kept / ".env").stat().st_mode & 0o077 == 0


def test_a_demo_that_is_stopped_in_its_midst_leaves_nothing_running_and_nothing_behind(tmp_path: Path) -> None:
    """A time limit around the demo sends SIGTERM."""
    log = tmp_path / "out"
    with log.open("wb") as out:
        whole = subprocess.Popen(
            [sys.executable, "-m", "sfrouter", "demo"],
            cwd=tmp_path, env=environment() | {"TMPDIR": str(tmp_path)}, stdout=out, stderr=out,
        )  # fmt: skip
    assert until(lambda: b"daemon     running" in log.read_bytes(), within=90), log.read_text("utf-8")
    (folder,) = tmp_path.glob("sfrouter-demo-*")
    pulse = read_pulse(folder / "data")
    assert pulse is not None
    assert alive(pulse.pid)
    whole.send_signal(signal.SIGTERM)
    assert whole.wait(timeout=60) == 130
    assert "Traceback" not in log.read_text("utf-8")
    assert not alive(pulse.pid)
    assert not folder.exists()
