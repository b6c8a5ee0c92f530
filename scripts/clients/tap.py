"""A Singer tap against the local org: discovers every object, reads leads and accounts, then only what changed."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

from steps import API_VERSION, FOLDER, ORG_URL, StepFailedError, finish, run, same, sign_in, step

WORK = Path(tempfile.mkdtemp(prefix="tap-", dir=FOLDER))
TAP = str(FOLDER / "bin" / "tap-salesforce")
TOKEN = str(sign_in()["access_token"])
STREAMS = {"Account", "Lead", "User"}
LEADS = 2_300


def config() -> str:
    """The tap's settings. Its sign-in address is fixed, so it comes here through the stand-in for that host."""
    path = WORK / "config.json"
    if not path.exists():
        known = {
            "client_id": os.environ["ORG_CLIENT_ID"],
            "client_secret": os.environ["ORG_CLIENT_SECRET"],
            "refresh_token": os.environ["ORG_REFRESH_TOKEN"],
            "start_date": "2020-01-01T00:00:00Z",
            "api_type": "REST",
            "select_fields_by_default": "true",
        }
        path.write_text(json.dumps(known), "utf-8")
    return str(path)


def make_leads(count: int, company: str) -> None:
    """Leads made by this check itself, 200 a call."""
    for start in range(0, count, 200):
        rows = [
            {"attributes": {"type": "Lead"}, "LastName": f"Tap {number}", "Company": company}
            for number in range(start, min(start + 200, count))
        ]
        body = json.dumps({"allOrNone": True, "records": rows}).encode()
        url = f"{ORG_URL}/services/data/v{API_VERSION}/composite/sobjects"
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        request = urllib.request.Request(url, body, headers)  # noqa: S310 - the address of this check's own server
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            if not all(row["success"] for row in json.load(answer)):
                raise StepFailedError("a lead was refused")


def discover() -> str:
    found = json.loads(run([TAP, "--config", config(), "--discover"]))
    names = {stream["tap_stream_id"] for stream in found["streams"]}
    same(names >= STREAMS, True, f"the streams are among {len(names)}")
    for stream in found["streams"]:
        if stream["tap_stream_id"] in STREAMS:
            top = next(entry for entry in stream["metadata"] if not entry["breadcrumb"])
            top["metadata"] |= {"selected": True, "replication-method": "INCREMENTAL"}
            top["metadata"]["replication-key"] = "SystemModstamp"
    (WORK / "catalog.json").write_text(json.dumps(found), "utf-8")
    return f"{len(names)} streams"


def sync(state: Path | None = None) -> tuple[dict[str, set[str]], dict[str, Any]]:
    """The ids of each stream's records, and the last state."""
    words = [TAP, "--config", config(), "--properties", str(WORK / "catalog.json")]
    said = run([*words, "--state", str(state)] if state is not None else words)
    ids: dict[str, set[str]] = {name: set() for name in STREAMS}
    last: dict[str, Any] = {}
    for message in map(json.loads, said.splitlines()):
        if message["type"] == "RECORD":
            ids[message["stream"]].add(message["record"]["Id"])
        elif message["type"] == "STATE":
            last = message["value"]
    return ids, last


def full() -> str:
    make_leads(LEADS - 1, "Tap")
    # Bookmarks have whole seconds: the last lead gets a second of its own, so that it alone comes again later.
    time.sleep(2)
    make_leads(1, "Tap last")
    ids, state = sync()
    (WORK / "state.json").write_text(json.dumps(state), "utf-8")
    counts = Counter({name: len(found) for name, found in ids.items()})
    same((counts["Lead"], counts["Account"], counts["User"]), (LEADS, 1, 2), "records")
    return f"{sum(counts.values())} records"


def changed_only() -> str:
    time.sleep(2)
    make_leads(3, "Tap later")
    ids, _ = sync(WORK / "state.json")
    same(len(ids["Lead"]), 4, "leads since the bookmark, the one at it again")
    return "3 new leads, and the last one again"


def rotated() -> str:
    kept = json.loads(Path(config()).read_text("utf-8"))["refresh_token"]
    return "a new refresh token was saved" if kept != os.environ["ORG_REFRESH_TOKEN"] else "no rotation"


def main() -> None:
    """Play all steps."""
    try:
        step("signs in by refresh token; --discover", discover)
        step(f"full sync of {', '.join(sorted(STREAMS))}, {LEADS} leads over several pages", full)
        step("incremental sync from its bookmark", changed_only)
        step("keeps its refresh token", rotated)
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
    finish()


main()
