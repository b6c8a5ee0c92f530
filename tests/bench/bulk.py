"""A first load of many accounts, page by page and by a bulk job: API calls, seconds, and the memory it took.

The local org runs in a process of its own and is asked over HTTP; each way fills an empty mirror in a process of
its own, so that its memory is its own. A real org's jobs wait in a queue: `--job-seconds` says how long here.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sqlalchemy import select

from sfrouter.base.clock import SystemClock
from sfrouter.config.mapping import read_mapping
from sfrouter.localorg.server import LocalOrgServer
from sfrouter.mirror.pull import Puller
from sfrouter.mirror.store import Mirror
from sfrouter.mirror.tables import AccountRow, Row, table_of
from sfrouter.salesforce.auth import Credentials
from sfrouter.salesforce.gateway import Gateway, GatewaySettings
from tests.contract.test_mirror_localorg import KEYS, MAPPINGS, world

Work = Callable[..., Any]


def keep_org(talk: Connection, accounts: int, job_seconds: float) -> None:
    """Run the local org until told to end."""
    made = world()
    made["rows"]["Lead"] = []
    made["rows"]["Account"] += [
        {"key": f"a{number}", "Name": f"Company No. {number}", "OwnerId": "@sarah", "Type": "Prospect",
         "Website": f"company{number}.example", "BillingCity": "Köln", "Contract_Value__c": number * 1.5}
        for number in range(accounts)
    ]  # fmt: skip
    with LocalOrgServer(made) as server:
        server.org.bulk.delay_seconds = job_seconds
        talk.send(server.url)
        talk.recv()


def load(talk: Connection, url: str, bulk_from: int) -> None:
    """Read all accounts into an empty mirror; tells rows, calls, seconds, MB of memory, and a mark of the rows."""
    mapping, problems = read_mapping(MAPPINGS)
    assert mapping is not None, problems
    clock = SystemClock()
    gateway = Gateway(
        Credentials(login_url=url, client_id="cid", client_secret="secret"), GatewaySettings(), clock
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with tempfile.TemporaryDirectory() as folder:
        mirror = Mirror.open(Path(folder) / "mirror.db")
        puller = Puller(gateway, mirror, mapping, clock, keys=KEYS, bulk_from=bulk_from)
        gateway.identity()
        counted, started = gateway.calls.limited, time.monotonic()
        rows = puller.pull("account").new
        seconds = time.monotonic() - started
        more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        talk.send((rows, gateway.calls.limited - counted, seconds, more, mark_of(mirror)))
        mirror.close()


def mark_of(mirror: Mirror, row: type[Row] = AccountRow) -> str:
    """A mark of the values of every account, or of another kind's rows."""
    table = table_of(row)
    with mirror.reading() as connection:
        digests = connection.execute(select(table.c.id, table.c.digest).order_by(table.c.id)).all()
    return hashlib.sha256(repr([tuple(one) for one in digests]).encode()).hexdigest()


def begin(work: Work, *told: Any) -> Connection:
    """Start a work in a process of its own; it ends with this one."""
    ours, theirs = multiprocessing.Pipe()
    multiprocessing.get_context("spawn").Process(target=work, args=(theirs, *told), daemon=True).start()
    return ours


def main() -> int:
    """Print the table."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--accounts", type=int, default=50_000)
    reader.add_argument("--job-seconds", type=float, default=5.0, help="how long the org's job waits and works")
    told = reader.parse_args()
    org = begin(keep_org, told.accounts, told.job_seconds)
    url = org.recv()
    print(f"{told.accounts:,} accounts, over HTTP on one machine; a job takes {told.job_seconds:g} s")
    print(f"{'way':14} {'rows':>8} {'calls':>6} {'seconds':>8} {'more MB':>8}")
    found = {}
    for name, bulk_from in (("page by page", 0), ("bulk job", 1)):
        rows, calls, seconds, more, mark = begin(load, url, bulk_from).recv()
        found[name] = (rows, mark, calls)
        print(f"{name:14} {rows:8,} {calls:6} {seconds:8.1f} {more:8.0f}")
    org.send("end")
    paged, job = found["page by page"], found["bulk job"]
    same = paged[:2] == job[:2]
    print("the mirrors are the same" if same else "THE MIRRORS DIFFER")
    return 0 if same and job[2] <= paged[2] else 1


if __name__ == "__main__":
    sys.exit(main())
