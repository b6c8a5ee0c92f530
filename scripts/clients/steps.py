"""Prints one line a step of a contract with a foreign client, and remembers whether any of them failed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

ORG_URL = os.environ["ORG_URL"]
FOLDER = Path(os.environ["CLIENT_FOLDER"])
API_VERSION = os.environ["API_VERSION"]
_SECONDS = 120

_failed: list[str] = []


class StepFailedError(Exception):
    """What a step claims did not come out; the sentence says what was seen instead."""


def step(claim: str, work: Callable[[], object]) -> bool:
    """Do one step and print how it went; tells whether its claim held."""
    try:
        seen = work()
    except (StepFailedError, LookupError, ValueError, OSError, TypeError) as problem:
        _failed.append(claim)
        print(f"  FAIL  {claim}: {type(problem).__name__}: {str(problem)[:600]}", flush=True)
        return False
    print(f"  ok    {claim}{'' if seen is None else f' ({seen})'}", flush=True)
    return True


def same(found: object, expected: object, what: str) -> None:
    """Raises StepFailedError unless both are equal."""
    if found != expected:
        raise StepFailedError(f"{what}: expected {expected!r}, found {found!r}")


def run(
    command: list[str],
    *,
    more: dict[str, str] | None = None,
    ends_with: int | None = 0,
    folder: Path | None = None,
) -> str:
    """A command's output. Raises StepFailedError when it ends with another code (None: any) or hangs."""
    try:
        done = subprocess.run(
            command,
            env=os.environ | (more or {}),
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as problem:
        raise StepFailedError(f"{Path(command[0]).name} took longer than {_SECONDS} s") from problem
    if ends_with is not None and done.returncode != ends_with:
        last = " | ".join((done.stdout.strip() + "\n" + done.stderr.strip()).strip().splitlines()[-6:])
        raise StepFailedError(f"ended with {done.returncode}: {last}")
    return done.stdout


def sign_in() -> dict[str, Any]:
    """The token answer of the client credentials flow."""
    names = {"client_id": "ORG_CLIENT_ID", "client_secret": "ORG_CLIENT_SECRET"}
    form = {"grant_type": "client_credentials"} | {key: os.environ[name] for key, name in names.items()}
    return _asked(f"{ORG_URL}/services/oauth2/token", None, urllib.parse.urlencode(form).encode())


def query(token: str, soql: str) -> list[dict[str, Any]]:
    """Rows as this check itself reads them, to judge what a client says it has done."""
    url = f"{ORG_URL}/services/data/v{API_VERSION}/query?q={urllib.parse.quote(soql)}"
    return list(_asked(url, token)["records"])


def finish() -> None:
    """End the program: 0 when every step held."""
    sys.exit(1 if _failed else 0)


def _asked(url: str, token: str | None, body: bytes | None = None) -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(url, body, headers)  # noqa: S310 - the address of this check's own server
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
        return json.load(answer)
