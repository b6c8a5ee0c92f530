"""All bulk jobs of the org: hands them over for processing, at once or after a delay, and forgets old ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sfrouter.localorg import bulk_ingest, bulk_query
from sfrouter.localorg.bulk_job import ENDED, WAITING, IngestJob, Job, JobState, QueryJob
from sfrouter.localorg.ids import make_id, normalise

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org

LIFE = timedelta(days=7)
"""A job that has ended, and its results, are kept so long (limits and allocations)."""

RECORDS_A_DAY = 150_000_000
"""Records that ingest jobs may process in 24 hours; what is over stays unprocessed and the job fails."""

LARGEST_UPLOAD = 100 * 1024 * 1024
"""Bytes of a job's data: base64 makes up to 150 MB of them, which is the limit itself."""

JOB_PREFIX = "750"


@dataclass
class BulkJobs:
    """Every bulk job of one org, and the settings of a rehearsal.

    With `delay_seconds` 0 a job is processed as soon as it is handed over. Otherwise it waits for half of that
    time (UploadComplete), works for the other half (InProgress) and is processed by the first call after it, or
    by `run_due`. `hard_delete` is the permission "Bulk API Hard Delete", which nobody has at first. `page_size`
    is the records a result set holds unless the client says.
    """

    org: Org
    delay_seconds: float = 0.0
    hard_delete: bool = False
    page_size: int = 50_000
    records_a_day: int = RECORDS_A_DAY
    largest_upload: int = LARGEST_UPLOAD
    _jobs: dict[str, Job] = field(default_factory=dict)
    _count: int = 0
    _loads: list[tuple[datetime, int]] = field(default_factory=list)

    def next_id(self) -> str:
        """The id of a new job."""
        self._count += 1
        return make_id(JOB_PREFIX, self._count)

    def add(self, job: Job) -> None:
        """Keep a new job."""
        self._jobs[job.id] = job

    def find(self, job_id: str) -> Job | None:
        """A job by its id of 15 or 18 characters, or None."""
        try:
            return self._jobs.get(normalise(job_id))
        except ValueError:
            return None

    def __iter__(self) -> Iterator[Job]:
        return iter(list(self._jobs.values()))

    def remove(self, job: Job) -> None:
        """Forget a job and its results."""
        del self._jobs[job.id]
        for one in job.files():
            one.close()

    def queue(self, job: Job) -> None:
        """Hand a job over for processing; `run_due` will do it, at once or after the delay."""
        job.state = JobState.UPLOAD_COMPLETE
        job.queued_at = self.org.clock.now()
        job.changed_at = self.org.clock.stamp()

    def run_due(self) -> None:
        """Process what is due, move the states of the others on, and forget what is too old."""
        now = self.org.clock.now()
        for job in self:
            if job.state in WAITING and job.queued_at is not None:
                waited = (now - job.queued_at).total_seconds()
                if waited >= self.delay_seconds:
                    self._process(job)
                elif waited >= self.delay_seconds / 2:
                    job.state = JobState.IN_PROGRESS
            elif job.state in ENDED and now - job.changed_at > LIFE:
                self.remove(job)

    def abort(self, job: Job) -> None:
        """End a job that waits: none of its rows is processed."""
        if isinstance(job, IngestJob):
            bulk_ingest.leave_unprocessed(job)
        job.state = JobState.ABORTED
        job.changed_at = self.org.clock.stamp()

    def records_left(self) -> int:
        """How many records may still be processed in these 24 hours."""
        since = self.org.clock.now() - timedelta(hours=24)
        self._loads = [one for one in self._loads if one[0] > since]
        return max(0, self.records_a_day - sum(count for _, count in self._loads))

    def spend_records(self, count: int) -> None:
        """Count records that were processed."""
        self._loads.append((self.org.clock.now(), count))

    def _process(self, job: Job) -> None:
        started = self.org.clock.now()
        if isinstance(job, QueryJob):
            bulk_query.process(self.org, job)
        elif isinstance(job, IngestJob):
            bulk_ingest.process(self.org, job)
        job.milliseconds = max(1, round((self.org.clock.now() - started).total_seconds() * 1000))
        job.changed_at = self.org.clock.stamp()
