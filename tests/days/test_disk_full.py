"""A disk that fills up for real under the real daemon: it ends and says so, and goes on once there is room.

`scripts/disk-loop` does it many times.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOUNT = ("unshare", "--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/tmp")

pytestmark = pytest.mark.day


def a_disk_can_be_made() -> bool:
    """Does this machine let an ordinary user make namespaces?"""
    return bool(shutil.which("unshare")) and not subprocess.run(MOUNT, capture_output=True, check=False).returncode


@pytest.mark.timeout(300)
@pytest.mark.skipif(not a_disk_can_be_made(), reason="no namespaces for users here")
def test_a_full_disk_loses_and_doubles_nothing() -> None:
    done = subprocess.run(
        [ROOT / "scripts" / "disk-loop", "--times", "1", "--json"],
        env=os.environ | {"PYTHON": sys.executable}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert found["broken"] == []
    assert found["rests"] == 1
    assert found["leads"] == found["owner_changes"] > 0
