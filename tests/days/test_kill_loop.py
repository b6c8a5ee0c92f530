"""A few deaths of the real daemon at random moments: every promise is kept, and nobody has to repair anything.

`scripts/kill-loop` is for hundreds.
"""

from pathlib import Path

import pytest

from tests.days.kill_loop import kill_loop

pytestmark = pytest.mark.day
DEATHS = 10


@pytest.mark.timeout(300)
def test_a_daemon_that_is_killed_again_and_again_keeps_every_promise(tmp_path: Path) -> None:
    found = kill_loop(tmp_path, DEATHS, seed=1)
    assert not found.broken, found.text()
    assert found.kills == DEATHS
    assert found.rests == 1
    assert found.owner_changes > 0
    assert found.ready, "no start was ever measured"
