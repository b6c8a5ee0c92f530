"""The clockwork: when to look for new leads, when to refresh the mirror, when to sweep. One job at a time."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.events import EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from sfrouter.base.log import logger

_log = logger("daemon")
Job = Callable[[], None]
LOOK_EVERY = 5.0  # seconds between two looks whether this machine's clock was set
WORTH_MENDING = 2.0


class Clockwork:
    """APScheduler with settings that lose no run.

    Its defaults drop a job that is late by one second and say so only in a log line; here a late job runs as
    soon as it can, several missed runs become one, and all jobs share one thread, as they share one mirror.
    It goes by this machine's clock; when that is set back, all appointments move along, so that nothing waits an
    hour for the hour to come again (F29).
    """

    def __init__(
        self, now: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._lead = now() - monotonic()  # how far the machine's clock is ahead of the one that cannot be set
        self._now, self._monotonic = now, monotonic
        self._ended = threading.Event()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._scheduler.add_listener(_tell, EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)

    def every(self, seconds: float, name: str, job: Job, *, first_in: float = 0) -> None:
        """Run a job at an interval, the first time after `first_in` seconds."""
        start = datetime.now(UTC) + timedelta(seconds=first_in)
        self._scheduler.add_job(job, "interval", seconds=seconds, id=name, next_run_time=start)

    def once_at(self, moment: datetime, name: str, job: Job) -> None:
        """Run a job once; an earlier appointment of the same name is replaced."""
        self._scheduler.add_job(job, "date", run_date=moment, id=name, replace_existing=True)

    def appointment(self, name: str) -> datetime | None:
        """When a job is next due; None when it has no appointment."""
        job = self._scheduler.get_job(name)
        if job is None:
            return None
        moment: datetime | None = getattr(job, "next_run_time", None) or job.trigger.get_next_fire_time(None, None)
        return moment

    def start(self) -> None:
        """Begin."""
        self._scheduler.start()
        threading.Thread(target=self._watch, name="clock watch", daemon=True).start()

    def _watch(self) -> None:
        while not self._ended.wait(LOOK_EVERY):
            self.mend()

    def mend(self) -> None:
        """Move all appointments along when this machine's clock was set back since the last look."""
        lead = self._now() - self._monotonic()
        step, self._lead = lead - self._lead, lead
        if step > -WORTH_MENDING:
            return  # set forward, jobs are merely late, and run at once
        _log.warning("clock_set_back", seconds=round(-step))
        for job in self._scheduler.get_jobs():
            due = getattr(job, "next_run_time", None)
            if due is not None:
                job.modify(next_run_time=due + timedelta(seconds=step))

    def stop(self) -> None:
        """No further job starts; a running one is left to end (the caller waits for it)."""
        self._ended.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)


def _tell(event: JobExecutionEvent) -> None:
    late = event.code == EVENT_JOB_MISSED
    # A run that is still going on is no news at short intervals, but it must be seen when somebody looks.
    _log.info("job_late" if late else "job_still_running", job=event.job_id)
