"""`sfrouter localorg serve` and `from-mirror`: started from files, kept in a file, taken up again after a kill."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from sfrouter.mirror.store import Mirror
from tests.cli.command import command

SECONDS = 10


@contextmanager
def served(*words: str) -> Iterator[tuple[str, list[str], "subprocess.Popen[str]"]]:
    """A local org as a process of its own: its address, and what it said before."""
    line = [sys.executable, "-m", "sfrouter", "localorg", "serve", "--port", "0", *words]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    said: list[str] = []
    try:
        for text in process.stdout:
            said.append(text.rstrip())
            if text.startswith("local org at "):
                break
        assert said, "the process said nothing"
        assert said[-1].startswith("local org at "), said
        yield said[-1].split()[3], said, process
    finally:
        process.kill()
        process.wait(SECONDS)
        process.stdout.close()


def session(url: str) -> dict[str, str]:
    form = {"grant_type": "client_credentials", "client_id": "router", "client_secret": "router-secret"}
    answer = requests.post(f"{url}/services/oauth2/token", data=form, timeout=SECONDS)
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def names(url: str) -> list[str]:
    query = {"q": "SELECT Name FROM Account ORDER BY Name"}
    found = requests.get(f"{url}/services/data/v65.0/query", query, headers=session(url), timeout=SECONDS)
    return [row["Name"] for row in found.json()["records"]]


def create(url: str, name: str) -> None:
    place = f"{url}/services/data/v65.0/sobjects/Account"
    assert requests.post(place, json={"Name": name}, headers=session(url), timeout=SECONDS).status_code == 201


def test_an_org_of_csv_files_survives_a_kill_in_its_store(tmp_path: Path) -> None:
    (tmp_path / "Account.csv").write_text("Name\nFrom a file\n", "utf-8")
    store = str(tmp_path / "org.db")
    with served("--csv", str(tmp_path), "--store", store) as (url, said, process):
        assert "Account: 1 rows" in said
        create(url, "Made here")
        process.send_signal(signal.SIGKILL)
        process.wait(SECONDS)
    with served("--store", store) as (url, _, _):
        assert names(url) == ["From a file", "Made here"]


def test_a_store_is_not_begun_anew_by_mistake(tmp_path: Path) -> None:
    (tmp_path / "Account.csv").write_text("Name\nA\n", "utf-8")
    store = str(tmp_path / "org.db")
    with served("--csv", str(tmp_path), "--store", store):
        pass
    answer = command("localorg", "serve", "--csv", str(tmp_path), "--store", store)
    assert answer.code == 1
    assert "the file already holds an org" in answer.err


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"Acount.csv": "Name\nA\n"}, "no object is called 'Acount'. Did you mean 'Account'?"),
        ({"Account.csv": "Name\n\n,\n"}, "Account.csv:3"),
        ({}, "no CSV file is there"),
    ],
)
def test_faults_of_csv_files_are_told_with_file_and_line(
    tmp_path: Path, files: dict[str, str], words: str
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    answer = command("localorg", "serve", "--csv", str(tmp_path))
    assert answer.code == 1
    assert words in answer.err
    assert "Traceback" not in answer.err


def test_a_store_that_is_no_database_is_told(tmp_path: Path) -> None:
    file = tmp_path / "org.db"
    file.write_text("words")
    answer = command("localorg", "serve", "--store", str(file))
    assert answer.code == 1
    assert "the file holds no local org" in answer.err


def test_a_mirror_becomes_a_store_that_can_be_served(tmp_path: Path) -> None:
    mirror, out = tmp_path / "mirror.db", tmp_path / "org.db"
    Mirror.open(mirror).close()
    fields: Any = str(Path(__file__).parents[2] / "mappings" / "fields.yaml")
    words = ("localorg", "from-mirror", "--mirror", str(mirror), "--fields", fields, "--out", str(out))
    answer = command(*words)
    assert (answer.code, answer.err) == (0, "")
    assert f"sfrouter localorg serve --store {out}" in answer.out
    assert out.stat().st_mode & 0o777 == 0o600
    with served("--store", str(out)) as (url, _, _):
        assert names(url) == []
    again = command(*words)
    assert again.code == 1
    assert "the file is there already" in again.err


def test_the_orgs_clock_runs_from_the_moment_that_was_asked_for() -> None:
    with served("--clock", "2026-03-02T09:00:00") as (url, _, _):
        told = parsedate_to_datetime(requests.get(f"{url}/services/data", timeout=SECONDS).headers["Date"])
    assert datetime(2026, 3, 2, 9, tzinfo=UTC) <= told < datetime(2026, 3, 2, 9, 10, tzinfo=UTC)
