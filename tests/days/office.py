"""A working place for day tests: a local org in this process, the real daemon as a process beside it."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.request import urlopen

from pydantic import SecretStr

from sfrouter.base.clock import SystemClock
from sfrouter.config.settings import Settings
from sfrouter.config.shipped import shipped_mappings
from sfrouter.ledger.ledger import Ledger
from sfrouter.localorg.demo.leads import Newcomer, told
from sfrouter.localorg.demo.visitor import Visitor
from sfrouter.localorg.demo.world import demo_world, today_there
from sfrouter.localorg.exchange import Request
from sfrouter.localorg.server import LocalOrgServer
from tests.cli.command import command

TODAY = today_there()
KNOWN_ONLY = 29  # the companies of the stories come first in the demo world
SECRETS = {app: f"{app}-secret-of-the-tests" for app in ("router", "website", "rep")}
QUEUE = "Unassigned Leads"


def changes(request: Request) -> bool:
    """Does a call of the router change leads or make Tasks? Descriptions are read by composite calls too."""
    if request.method != "POST" or "/composite" not in request.path:
        return False
    parts = json.loads(request.body).get("compositeRequest", ())
    return not parts or any(part["method"] != "GET" for part in parts)


def small_world() -> dict[str, Any]:
    """The demo company with only the companies that stories are told about."""
    world = demo_world(TODAY, SECRETS)
    rows = world["rows"]
    kept = {row["key"] for row in rows["Account"][:KNOWN_ONLY]}
    rows["Account"] = rows["Account"][:KNOWN_ONLY]
    for name in ("Opportunity", "Case", "AccountTeamMember"):
        rows[name] = [row for row in rows[name] if row["AccountId"].removeprefix("@") in kept]
    return world


@dataclass
class Office:
    """The org, the admin's files, and the daemon."""

    folder: Path
    server: LocalOrgServer
    settings: dict[str, str] = field(default_factory=dict)
    daemon: subprocess.Popen[bytes] | None = None

    @classmethod
    def open(cls, folder: Path, world: Mapping[str, Any] | None = None) -> "Office":
        """An org that answers and a folder with the demo's files; no daemon yet."""
        mappings = folder / "mappings"
        mappings.mkdir(parents=True)
        shutil.copy(shipped_mappings() / "fields.yaml", mappings)
        for file in (shipped_mappings() / "examples" / "demo").glob("*.yaml"):
            shutil.copy(file, mappings)
        server = LocalOrgServer(world or small_world()).start()
        return cls(folder, server)

    def own_settings(self) -> Settings:
        """For a router in the test's own process, with a data directory beside the files."""
        data = self.folder / "data"
        data.mkdir(mode=0o700, exist_ok=True)
        return Settings(
            salesforce_login_url=self.server.url, salesforce_client_id="demo-router",
            salesforce_client_secret=SecretStr(SECRETS["router"]), data_dir=data,
            mappings_dir=self.folder / "mappings",
        )  # fmt: skip

    def measured(self) -> None:
        """Let the daemon tell its metrics, at a port that was free a moment ago."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.settings["METRICS_PORT"] = str(free.getsockname()[1])

    def metric(self, name: str) -> float:
        """One figure of the daemon's metrics."""
        with urlopen(f"http://127.0.0.1:{self.settings['METRICS_PORT']}/metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        return next(float(line.split()[-1]) for line in lines if line.startswith(f"sfrouter_{name} "))

    def close(self) -> None:
        """Everything down."""
        if self.daemon and self.daemon.poll() is None:
            self.daemon.kill()
            self.daemon.wait()
        self.server.stop()

    @property
    def environment(self) -> dict[str, str]:
        """What the daemon sees; nobody else's settings get in."""
        own = {
            "SALESFORCE_LOGIN_URL": self.server.url,
            "SALESFORCE_CLIENT_ID": "demo-router",
            "SALESFORCE_CLIENT_SECRET": SECRETS["router"],
            "DATA_DIR": str(self.folder / "data"),
            "MAPPINGS_DIR": str(self.folder / "mappings"),
            "POLL_SECONDS": "1",
            "LOG_FORMAT": "json",
            **self.settings,
        }
        foreign = {key: value for key, value in os.environ.items() if not key.startswith("SFROUTER_")}
        return foreign | {f"SFROUTER_{key}": value for key, value in own.items()}

    def run(self, *words: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """One command to its end, in this process, with the environment and the folder of the office.

        `run` takes the signals and the umask of its process, so it has one of its own, for `timeout` seconds.
        """
        if words[0] == "run":
            return self.process(*words, timeout=timeout)
        with patch.dict(os.environ, self.environment, clear=True), contextlib.chdir(self.folder):
            answer = command(*words)
        return subprocess.CompletedProcess(words, answer.code, answer.out, answer.err)

    def process(self, *words: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """One command to its end, as a process of its own."""
        return subprocess.run(
            [sys.executable, "-m", "sfrouter", *words],
            cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=timeout, check=False,
        )  # fmt: skip

    def start(self) -> None:
        """The daemon as it really runs."""
        log = (self.folder / "daemon.log").open("ab")
        command = [sys.executable, "-m", "sfrouter", "run"]
        self.daemon = subprocess.Popen(command, cwd=self.folder, env=self.environment, stdout=log, stderr=log)
        log.close()

    def kill(self) -> None:
        """kill -9."""
        assert self.daemon is not None
        self.daemon.kill()
        self.daemon.wait(timeout=10)

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        assert self.daemon is not None
        self.daemon.send_signal(signal.SIGTERM)
        return self.daemon.wait(timeout=30)

    def visitor(self, app: str = "website") -> Visitor:
        """Somebody else in the org."""
        return Visitor(self.server.url, f"demo-{app}", SECRETS[app])

    def feed(self, newcomers: list[Newcomer]) -> dict[str, Newcomer]:
        """New leads from the web form, by id."""
        ids = self.visitor().post_leads(newcomers)
        return dict(zip(ids, newcomers, strict=True))

    def status(self) -> dict[str, Any]:
        """`sfrouter status --json`."""
        done = self.run("status", "--json")
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def log(self) -> str:
        """All that the daemon said."""
        path = self.folder / "daemon.log"
        return path.read_text("utf-8") if path.exists() else ""

    def rows(self, object_name: str) -> list[dict[str, Any]]:
        """The org's own rows, seen from inside, deleted ones left out."""
        with self.server.org.store.lock:
            return [dict(row) for row in self.server.org.store.rows(object_name)]

    def id(self, alias: str) -> str:
        """The id of a world's key."""
        return self.server.org.aliases[alias]

    def settled(self, ids: Mapping[str, Newcomer]) -> bool:
        """Have all these leads left the intake, and has every write come to its end?"""
        inbound = self.id("inbound")
        owners = {row["Id"]: row["OwnerId"] for row in self.rows("Lead")}
        return all(owners[lead_id] != inbound for lead_id in ids)

    def outbox_empty(self) -> bool:
        """Is nothing on its way any more? Looks into the ledger beside the daemon, as `status` does."""
        ledger = Ledger.open(self.folder / "data" / "ledger.db", SystemClock())
        try:
            return ledger.status().live == 0
        finally:
            ledger.close()


def until(what: Callable[[], bool], *, within: float = 30, every: float = 0.1) -> bool:
    """Wait for something to become true; False when it does not in time."""
    ends = time.monotonic() + within
    while time.monotonic() < ends:
        if what():
            return True
        time.sleep(every)
    return False


def story(word: str) -> Newcomer:
    """The one lead of the demo whose company holds this word."""
    found = [one for one in told() if word in one.company]
    assert len(found) == 1, f"{word}: {[one.company for one in found]}"
    return found[0]
