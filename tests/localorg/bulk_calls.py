"""Bulk jobs as a client makes them, step by step, for the tests."""

from __future__ import annotations

import csv
import io
from typing import Any

from sfrouter.localorg.actor import Actor
from sfrouter.localorg.exchange import Request, Response
from sfrouter.localorg.org import Org


class BulkClient:
    """One user's bulk calls. `version` is that of the paths."""

    def __init__(self, org: Org, user: str = "@robot", *, version: str = "65.0") -> None:
        self.org = org
        self.token = org.open_session(user).token
        self.actor = Actor(org, user, version=version)

    def send(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Response:
        """Any request below /services/data/vXX.0/jobs."""
        address, _, query = f"/services/data/v{self.actor.version}/jobs{path}".partition("?")
        sent = {"Authorization": f"Bearer {self.token}"} | (headers or {})
        return self.org.handle(Request(method, address, query, sent, body))

    def make(self, kind: str, **settings: Any) -> Response:
        """POST a job; `kind` is query or ingest."""
        return self.actor.post(f"/jobs/{kind}", settings)

    def upload(self, job_id: str, text: str | bytes) -> Response:
        """PUT a job's file."""
        content = text.encode() if isinstance(text, str) else text
        return self.send("PUT", f"/ingest/{job_id}/batches", content, {"Content-Type": "text/csv"})

    def close(self, job_id: str, state: str = "UploadComplete") -> Response:
        """PATCH an ingest job's state."""
        return self.actor.patch(f"/jobs/ingest/{job_id}", {"state": state})

    def load(self, text: str | bytes, **settings: Any) -> dict[str, Any]:
        """A whole ingest job; answers what it has become."""
        made = self.make("ingest", **settings)
        assert made.status == 200, made.json()
        job_id = made.json()["id"]
        assert self.upload(job_id, text).status == 201
        assert self.close(job_id).json()["state"] == "UploadComplete"
        return self.info("ingest", job_id)

    def info(self, kind: str, job_id: str) -> dict[str, Any]:
        """What a job is like now."""
        return dict(self.actor.get(f"/jobs/{kind}/{job_id}").json())

    def text(self, path: str) -> str:
        """A CSV answer as text."""
        answer = self.send("GET", path, headers={"Accept": "text/csv"})
        assert answer.status == 200, answer.body
        return answer.body.decode()

    def rows(self, path: str, delimiter: str = ",") -> list[dict[str, str]]:
        """A CSV answer as rows, read by Python's own reader."""
        return list(csv.DictReader(io.StringIO(self.text(path), newline=""), delimiter=delimiter))

    def query(self, soql: str, **settings: Any) -> list[dict[str, str]]:
        """Every row of a query job."""
        made = self.make("query", operation=settings.pop("operation", "query"), query=soql, **settings)
        assert made.status == 200, made.json()
        return self.rows(f"/query/{made.json()['id']}/results")


def refusal(response: Response) -> tuple[int, str, str]:
    """Status, code and sentence of a refusal."""
    (body,) = response.json()
    return response.status, body["errorCode"], body["message"]
