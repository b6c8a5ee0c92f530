"""Fills the disk under the real daemon at moments of the dice, and holds what is left against every promise.

The data folder lies on a real disk of a few megabytes (`scripts/disk-loop` makes it). The daemon must end with the
exit code that says so, without a traceback, and refuse to start in plain words as long as nothing is freed; with
room again it must go on by itself, and everything must come to rest.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from sfrouter.base.errors import ExitCode
from tests.days.kill_loop import Findings, KillLoop
from tests.days.office import until

ENDS_WITHIN = 90.0
LEFT = (0, 4_096, 32_768, 131_072)
"""Bytes left on the disk: so full that no page fits, or that some writes still do."""


class DiskLoop(KillLoop):
    """One org, one data folder on a small disk, and a daemon that finds it full again and again."""

    @property
    def _filler(self) -> Path:
        return self.history.data / "filler"

    def _fill(self, left: int = 0) -> None:
        """Write until the disk takes no more, then give back so many bytes."""
        with self._filler.open("ab", buffering=0) as file:
            for piece in (65_536, 4_096):
                try:
                    while True:
                        file.write(b"x" * piece)
                except OSError:
                    continue
            file.truncate(max(0, file.seek(0, 2) - left))

    def fill_up(self, times: int) -> Findings:
        """So many times: work, a full disk, a start in vain, and room again."""
        for number in range(times):
            self._ready(self._start())
            self.history.people.arrive(self.chance.choice((1, 5, 30)))
            self._fill(left=LEFT[number % len(LEFT)])
            self._runs_out()
            self._starts_in_vain()
            self._filler.unlink()
            self._rest()
            print(f"\r{number + 1} full disks", end="", file=sys.stderr)
        self._count()
        return self.found

    def _runs_out(self) -> None:
        """Leads come until nothing can be kept any more; then the process must have ended by itself."""
        daemon = self.office.daemon
        assert daemon is not None

        def ended() -> bool:
            if self.chance.random() < 0.2:
                self.history.people.arrive(5)
            return daemon.poll() is not None

        if not until(ended, within=ENDS_WITHIN, every=0.5):
            self.found.broken.append(f"it went on with a full disk: {self._last_words()}")
            self.office.kill()
        elif daemon.returncode != ExitCode.STORE_UNUSABLE:
            self.found.broken.append(f"it ended with {daemon.returncode}: {self._last_words()}")

    def _starts_in_vain(self) -> None:
        """`sfrouter run` and `status` on the full disk: a sentence that says so, and no traceback."""
        self._fill()
        for words, wanted in ((("run",), {8}), (("status",), {0, 8}), (("status", "--healthy"), {1})):
            said = self.office.process(*words, timeout=ENDS_WITHIN)
            if said.returncode not in wanted or "Traceback" in said.stderr + said.stdout:
                self.found.broken.append(f"{' '.join(words)} ended with {said.returncode}: {said.stderr[-600:]}")
        if "Traceback" in self.office.log():
            self.found.broken.append(f"a traceback in the log: {self._last_words()}")


def main() -> int:
    """Exit code 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="scripts/disk-loop", description=__doc__)
    parser.add_argument("--times", type=int, default=4, help="how often the disk fills up (default 4)")
    parser.add_argument("--seed", type=int, default=0, help="chooses the leads and what people do")
    parser.add_argument("--json", action="store_true", help="the figures as JSON")
    parser.add_argument("--place", type=Path, required=True, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    os.environ["PYTHONPYCACHEPREFIX"] = f"{chosen.place.parent}/bytecode"
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    loop = DiskLoop(chosen.place, chosen.seed)
    try:
        found = loop.fill_up(chosen.times)
    finally:
        loop.office.close()
    print(file=sys.stderr)
    print(json.dumps(found.figures(), indent=2) if chosen.json else found.text())
    return 1 if found.broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
