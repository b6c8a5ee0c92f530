"""The daemon's pulse: a small file that says when each job last went well, for health checks and status."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from sfrouter.base.log import logger

FILE = "heartbeat.json"
EVERY_SECONDS = 5.0
_log = logger("daemon")


@dataclass(slots=True)
class Pulse:
    """What the file holds. Times are ISO 8601 in UTC; `jobs` maps a job to its last success."""

    pid: int
    started_at: str
    beat_at: str
    every_seconds: float
    jobs: dict[str, str] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)  # API calls since the start, by kind
    working_at: str = ""  # when a long job last got on
    last_error: str = ""
    last_error_at: str = ""
    stopped_at: str = ""  # set by an orderly stop
    exit_code: int = 0  # with which the process ended then
    policy: str = ""  # the hash of the policy in force
    files: str = ""  # how the admin's files stand to those in force; "" when they are the same


class Heartbeat:
    """Writes the pulse; each write replaces the file whole, so a reader never sees half of it.

    A pulse that cannot be written is told in the log and stops nothing: a reader sees it grow old.
    """

    def __init__(self, data_dir: Path, now: datetime, every_seconds: float, *, policy: str = "") -> None:
        self._path = data_dir / FILE
        self.pulse = Pulse(os.getpid(), now.isoformat(), now.isoformat(), every_seconds, policy=policy)
        self._write()

    def beat(self, job: str, now: datetime, calls: Mapping[str, int]) -> None:
        """A job went well; `calls` counts the API calls so far."""
        self.pulse.beat_at = now.isoformat()
        self.pulse.calls = dict(calls)
        self.pulse.jobs[job] = now.isoformat()
        self._write()

    def working(self, now: datetime) -> None:
        """A long job got on: a first load, a round of ten thousand leads. Written every few seconds only."""
        last = datetime.fromisoformat(self.pulse.working_at or self.pulse.started_at)
        if abs((now - last).total_seconds()) >= EVERY_SECONDS:  # the clock may have been set back since
            self.pulse.working_at = now.isoformat()
            self._write()

    def pace(self, every_seconds: float) -> None:
        """Polls come at another interval from now on."""
        self.pulse.every_seconds = every_seconds

    def files(self, words: str) -> None:
        """The admin's files are damaged, or others than those in force; "" when they are not."""
        if words != self.pulse.files:
            self.pulse.files = words
            self._write()

    def stumble(self, what: str, now: datetime) -> None:
        """A job failed: remember why (redacted by the caller), and show that the process itself lives."""
        self.pulse.last_error = what
        self.pulse.last_error_at = now.isoformat()
        self._write()

    def stopped(self, now: datetime, exit_code: int) -> None:
        """The daemon ended by itself: in good order with 0, else as it could not go on."""
        self.pulse.exit_code = exit_code
        self.pulse.stopped_at = now.isoformat()
        self._write()

    def _write(self) -> None:
        fresh = self._path.with_suffix(".new")
        try:
            fresh.write_text(json.dumps(asdict(self.pulse)))
            fresh.chmod(0o600)
            fresh.replace(self._path)
        except OSError as failure:
            _log.warning("pulse_not_written", why=failure.strerror)


def read_pulse(data_dir: Path) -> Pulse | None:
    """The last pulse, or None when no daemon has run here."""
    try:
        return Pulse(**json.loads((data_dir / FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def unhealthy(pulse: Pulse | None, now: datetime) -> str:
    """Why the daemon is not well, or "" when it is.

    Its poll must have gone well within five intervals, or be getting on with a long piece of work. A stamp that
    lies further ahead is from before the clock was set back: nobody knows how long ago that was.
    """
    if pulse is None:
        return "no daemon has run on this data folder yet"
    if pulse.stopped_at and pulse.exit_code:
        why = f": {pulse.last_error}" if pulse.last_error else ""
        return f"the daemon ended with exit code {pulse.exit_code} at {pulse.stopped_at[:19]} UTC{why}"
    if pulse.stopped_at:
        return f"the daemon stopped in good order at {pulse.stopped_at[:19]} UTC"
    polled = pulse.jobs.get("poll")
    allowed = max(5 * pulse.every_seconds, 120)
    silent = (now - datetime.fromisoformat(polled or pulse.started_at)).total_seconds()
    idle = (now - datetime.fromisoformat(pulse.working_at)).total_seconds() if pulse.working_at else silent
    if min(abs(silent), abs(idle)) <= allowed:
        return ""
    what = "the last good poll was" if polled else "no poll has gone well since the start"
    set_back = f"{-silent:.0f} s ahead of this machine's clock, which was set back"
    when = f"{silent:.0f} s ago" if silent >= 0 else set_back
    reason = f": {pulse.last_error}" if pulse.last_error else ""
    return f"{what} {when} (allowed: {allowed:.0f} s){reason}"
