"""The demo's stage: a folder, a local org and a daemon as real processes, and an orderly end for all of them."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

from sfrouter.base.errors import SfrouterError
from sfrouter.config.settings import Settings
from sfrouter.config.shipped import shipped_mappings
from sfrouter.daemon.heartbeat import Pulse, read_pulse
from sfrouter.localorg.demo.visitor import Visitor
from sfrouter.localorg.demo.world import demo_world, today_there

POLL_SECONDS = 2
FIRST_POLL_WITHIN = 180.0
"""Seconds: a few are enough on an idle machine; on one that others keep busy a minute was not."""
_REPORT = "please report it; `sfrouter demo --keep DIR` keeps the whole log"
APPS = ("router", "website", "rep")


class DemoFailedError(SfrouterError):
    """Something the demo needs did not come up. The end of its log comes along: the folder may be gone soon."""

    def __init__(self, what: str, log: Path, *, mend: str = _REPORT) -> None:
        last = "\n  ".join(log.read_text("utf-8", "replace").splitlines()[-6:]) if log.exists() else ""
        said = f"; it said last:\n  {last}" if last else ""
        super().__init__(f"{what}{said}", mend=mend)


@dataclass(slots=True)
class Stage:
    """The running demo."""

    folder: Path
    url: str
    secrets: dict[str, str]
    daemon: subprocess.Popen[bytes] | None = None

    def user(self, app: str) -> Visitor:
        """Somebody who works in the org."""
        return Visitor(self.url, f"demo-{app}", self.secrets[app])

    @property
    def settings(self) -> Settings:
        """The daemon's own settings, for looking into its records."""
        return Settings(
            salesforce_login_url=self.url,
            salesforce_client_id="demo-router",
            salesforce_client_secret=self.secrets["router"],  # type: ignore[arg-type]
            data_dir=self.folder / "data",
            mappings_dir=self.folder / "mappings",
            poll_seconds=POLL_SECONDS,
        )

    def environment(self) -> dict[str, str]:
        """The same as environment variables; nobody else's SFROUTER_ settings get in."""
        own = {
            "SALESFORCE_LOGIN_URL": self.url,
            "SALESFORCE_CLIENT_ID": "demo-router",
            "SALESFORCE_CLIENT_SECRET": self.secrets["router"],
            "DATA_DIR": str(self.folder / "data"),
            "MAPPINGS_DIR": str(self.folder / "mappings"),
            "POLL_SECONDS": str(POLL_SECONDS),
            "LOG_FORMAT": "json",
        }
        foreign = {key: value for key, value in os.environ.items() if not key.startswith("SFROUTER_")}
        return foreign | {f"SFROUTER_{key}": value for key, value in own.items()}

    def pulse(self) -> Pulse | None:
        """The daemon's pulse."""
        return read_pulse(self.folder / "data")

    def start_daemon(self, *, within: float = FIRST_POLL_WITHIN) -> None:
        """Start the daemon as it really runs, and wait for its first good poll. Raises DemoFailedError."""
        log = self.folder / "daemon.log"
        command = [sys.executable, "-m", "sfrouter", "run"]
        with log.open("ab") as out:
            self.daemon = subprocess.Popen(
                command, cwd=self.folder, env=self.environment(), stdout=out, stderr=out, start_new_session=True
            )
        ends = time.monotonic() + within
        while time.monotonic() < ends:
            pulse = self.pulse()
            if pulse and pulse.pid == self.daemon.pid and "poll" in pulse.jobs:
                return
            if self.daemon.poll() is not None:
                raise DemoFailedError(f"the daemon ended with exit code {self.daemon.returncode}", log)
            time.sleep(0.1)
        mend = f"a very busy machine can be the cause: try again when it is less so. If not, {_REPORT}"
        raise DemoFailedError(f"the daemon runs, but had no good poll within {within:.0f} s", log, mend=mend)

    def stop_daemon(self) -> int:
        """Ask the daemon to stop; its exit code."""
        return _end(self.daemon) if self.daemon else 0


def new_folder(keep: Path | None) -> Path:
    """An empty folder, absolute, as the processes of the demo work in it: a temporary one, or the one to keep."""
    if keep is None:
        return Path(tempfile.mkdtemp(prefix="sfrouter-demo-"))
    try:
        keep.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise SfrouterError("this is a file, not a folder", where=str(keep), mend="name a new folder") from None
    if any(keep.iterdir()):
        raise SfrouterError("the folder is not empty", where=str(keep), mend="name a new one")
    return keep.resolve()


@contextmanager
def raised(folder: Path, *, keep: bool) -> Iterator[Stage]:
    """A stage with the local org running; all is taken down at the end, the folder too unless it is kept."""
    words = {app: secrets.token_urlsafe(18) for app in APPS}
    _files(folder, words)
    if keep:
        _env_file(folder, words["router"])
    signal.signal(signal.SIGTERM, _interrupt)  # a time limit around the demo must leave nothing running either
    log = folder / "localorg.log"
    with log.open("ab") as errors:
        org = _start_org(folder, errors)
    stage: Stage | None = None
    try:
        stage = Stage(folder, _address(org, log), words)
        yield stage
    finally:
        if stage:
            stage.stop_daemon()
        _end(org)
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _files(folder: Path, words: dict[str, str]) -> None:
    world = folder / "world.json"
    world.write_text(json.dumps(demo_world(today_there(), words), ensure_ascii=False), "utf-8")
    world.chmod(0o600)
    shipped, mappings = shipped_mappings(), folder / "mappings"
    mappings.mkdir()
    shutil.copy(shipped / "fields.yaml", mappings)
    for file in (shipped / "examples" / "demo").glob("*.yaml"):
        shutil.copy(file, mappings)
    shutil.copytree(shipped / "examples" / "demo" / "stories", mappings / "stories")


def _env_file(folder: Path, secret: str) -> None:
    """Settings for whoever works in the kept folder: its data and files, and the org if it is served again."""
    file = folder / ".env"
    file.touch(mode=0o600)
    file.write_text(
        "# Settings of the kept demo: every sfrouter command that is typed in this folder reads them.\n"
        "SFROUTER_DATA_DIR=data\n"
        "SFROUTER_MAPPINGS_DIR=mappings\n"
        "# The org of the demo is gone. `sfrouter localorg serve --world world.json` serves it as it was at\n"
        "# first, without the leads: let SFROUTER_DATA_DIR name another folder before you work with it.\n"
        "SFROUTER_SALESFORCE_LOGIN_URL=http://127.0.0.1:8765\n"
        "SFROUTER_SALESFORCE_CLIENT_ID=demo-router\n"
        f"SFROUTER_SALESFORCE_CLIENT_SECRET={secret}\n",
        "utf-8",
    )


def _start_org(folder: Path, errors: IO[bytes]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "sfrouter", "localorg", "serve", "--port", "0", "--world", "world.json"]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=errors, start_new_session=True)


def _address(org: subprocess.Popen[bytes], log: Path) -> str:
    """The URL that the local org prints when it is ready."""
    assert org.stdout is not None  # noqa: S101  (we asked for a pipe)
    for line in org.stdout:
        found = line.decode("utf-8", "replace").partition("http://")[2].split()
        if found:
            return "http://" + found[0].rstrip("/.")
    raise DemoFailedError(f"the local org ended with exit code {org.wait()}", log)


def _end(process: subprocess.Popen[bytes]) -> int:
    """Ask a process to end, and see to it."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=5)
    if process.stdout:
        process.stdout.close()
    return process.returncode
