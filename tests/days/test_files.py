"""The admin's files, and the mirror's, are spoilt under a running daemon: it routes on, says so, and is mended."""

import json
import os
import signal
from contextlib import closing
from typing import Any

import pytest

from sfrouter.base.database import sqlite_module
from tests.days.office import Office, story, until

pytestmark = pytest.mark.day


def routed(office: Office) -> None:
    """A lead that comes now finds its owner."""
    leads = office.feed([story("Acme California")])
    assert until(lambda: office.settled(leads), within=90), office.log()[-3000:]


def files(office: Office) -> dict[str, Any]:
    done = office.run("status", "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["files"]
    return found


def test_a_file_damaged_under_the_daemon_delays_only_itself_over_a_restart_too(office: Office) -> None:
    office.measured()
    office.settings["FILES_SECONDS"] = "1"
    policy = office.folder / "mappings" / "policy.yaml"
    good = policy.read_text("utf-8")
    office.start()
    routed(office)
    assert files(office) == {"faults": [], "words": ""}
    policy.write_text(good + "\nrulez: [\n", "utf-8")
    assert until(lambda: '"files_damaged"' in office.log(), within=90), office.log()[-3000:]
    assert office.metric("files_faults") >= 1
    routed(office)
    assert files(office)["faults"][0]["file"] == "policy.yaml"
    shown = office.run("status")
    assert "the last good ones are in force" in " ".join(shown.stdout.split())
    assert office.run("check", "--offline").returncode == 3
    assert office.stop() == 0
    office.start()
    routed(office)
    assert office.log().count('"files_damaged"') == 2
    policy.write_text(good + "\nprograms: [etl@halden.example]\n", "utf-8")
    assert until(lambda: office.metric("files_waiting") == 1, within=90)
    assert "SIGHUP" in files(office)["words"]
    assert office.daemon is not None
    before = office.daemon.pid
    office.daemon.send_signal(signal.SIGHUP)
    assert until(lambda: '"begins_again"' in office.log(), within=60), office.log()[-3000:]
    routed(office)
    assert until(lambda: office.metric("files_waiting") == 0, within=30)
    assert files(office) == {"faults": [], "words": ""}
    assert (office.daemon.pid, office.daemon.poll()) == (before, None)
    assert office.stop() == 0


def test_a_reload_of_damaged_files_changes_nothing(office: Office) -> None:
    office.start()
    routed(office)
    policy = office.folder / "mappings" / "policy.yaml"
    policy.write_text("nonsense: [\n", "utf-8")
    assert office.daemon is not None
    office.daemon.send_signal(signal.SIGHUP)
    assert until(lambda: '"not_reloaded"' in office.log(), within=30), office.log()[-3000:]
    routed(office)
    assert office.stop() == 0


def test_a_reload_puts_an_edited_list_in_force_and_one_more_meanwhile_is_done_too(
    office: Office,
) -> None:
    companies = office.folder / "mappings" / "companies.yaml"
    networks = office.folder / "mappings" / "lists" / "networks.csv"
    networks.parent.mkdir()
    networks.write_text("network,company\n203.0.113.0/24,Acme\n", "utf-8")
    lines = [one for one in companies.read_text("utf-8").splitlines() if not one.startswith("ip_networks_csv:")]
    companies.write_text("\n".join([*lines, "ip_networks_csv: lists/networks.csv", ""]), "utf-8")
    office.start()
    routed(office)
    networks.write_text("network,company\n203.0.113.0/24,Delta\n", "utf-8")
    assert office.daemon is not None
    office.daemon.send_signal(signal.SIGHUP)
    assert until(lambda: '"begins_again"' in office.log(), within=60), office.log()[-3000:]
    office.daemon.send_signal(signal.SIGHUP)
    assert until(lambda: '"the files are those in force"' in office.log(), within=60), office.log()[-3000:]
    routed(office)
    assert files(office) == {"faults": [], "words": ""}
    assert office.stop() == 0


def test_a_mirror_that_is_damaged_under_the_daemon_is_filled_again_by_the_same_process(office: Office) -> None:
    office.start()
    routed(office)
    mirror = office.folder / "data" / "mirror.db"
    with mirror.open("rb") as before:
        with closing(sqlite_module().connect(mirror)) as other:
            (version,) = other.execute("PRAGMA user_version").fetchone()
            for file in (mirror, mirror.with_name("mirror.db-wal")):
                with file.open("r+b") as opened:
                    size = os.fstat(opened.fileno()).st_size
                    opened.seek(min(4096, size))
                    opened.write(b"\xa5" * max(0, size - 4096))
            other.execute(f"PRAGMA user_version = {version}")  # the daemon looks at the file again
            other.commit()
        assert until(lambda: '"begins_again"' in office.log(), within=60), office.log()[-3000:]
        # Looked at by its links: the number of a file that nobody holds open is given to the next one.
        assert os.fstat(before.fileno()).st_nlink == 0
    routed(office)
    assert office.daemon is not None
    assert office.daemon.poll() is None
    assert office.run("status").returncode == 0
    assert office.stop() == 0
    assert office.run("verify").returncode == 0


def test_an_unfit_mirror_is_left_to_whoever_works_with_the_folder(office: Office) -> None:
    office.start()
    routed(office)
    assert office.stop() == 0
    mirror = office.folder / "data" / "mirror.db"
    mirror.write_bytes(b"no database " * 1000)
    before = mirror.read_bytes()
    refused = office.run("status")
    assert refused.returncode == 8
    assert "'sfrouter sync'" in refused.stderr
    assert mirror.read_bytes() == before
    assert office.run("sync").returncode == 0
    assert office.run("status").returncode == 0
