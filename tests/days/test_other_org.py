"""The daemon's data folder is pointed at a second org: nothing happens there until a person adopts it."""

import re
from dataclasses import replace

import pytest

from sfrouter.localorg.exchange import Handler, Request, Response
from sfrouter.localorg.server import LocalOrgServer
from tests.days.office import Office, small_world, story, until

pytestmark = pytest.mark.day
OTHER = b"00D5e0000000777EAA"


def second_org() -> LocalOrgServer:
    """The same company as another org: every answer names another id."""
    server = LocalOrgServer(small_world()).start()
    rename(server)
    return server


def rename(server: LocalOrgServer) -> None:
    """From now on another org answers at this address, which knows none of our sessions."""
    own = re.compile(server.org.org_id.encode() + rb"(?!!)")  # sessions begin with it too, and stay as they are

    def renamed(request: Request, follow: Handler) -> Response:
        answer = follow(request)
        return replace(answer, body=own.sub(OTHER, answer.body))

    server.org.middlewares.append(renamed)
    server.org.expire_sessions()


def test_a_second_org_is_left_alone_until_it_is_adopted(office: Office) -> None:
    office.feed([story("Meridian")])
    assert office.run("once").returncode == 0
    first = office.server
    office.server = second_org()
    try:
        leads = office.feed([story("Acme California")])
        refused = office.run("once")
        assert (refused.returncode, "adopt-org" in refused.stderr) == (7, True)
        assert not office.settled(leads)
        checked = office.run("check", "--probe-write", next(iter(leads)))
        words = refused.stderr.removeprefix("sfrouter: ").split()
        assert checked.returncode == 7
        assert " ".join(words) in " ".join(checked.stdout.split())
        assert "probe of writing" not in checked.stdout
        shown = office.run("adopt-org")
        assert (first.org.org_id in shown.stdout, OTHER.decode() in shown.stdout) == (True, True)
        assert "Nothing was changed" in " ".join(shown.stdout.split())
        assert office.run("once").returncode == 7
        done = office.run("adopt-org", "--yes")
        assert (done.returncode, "Done" in done.stdout) == (0, True)
        again = office.run("once")
        assert again.returncode == 0, again.stderr
        assert office.settled(leads)
        assert office.status()["status"]["org_id"] == OTHER.decode()
        assert office.run("check").returncode == 0
    finally:
        first.stop()


def test_an_org_that_changes_while_the_daemon_works_ends_it(office: Office) -> None:
    """As when a sandbox is refreshed: the address stays, and so do the ids of copied records."""
    office.start()
    assert until(lambda: '"ready"' in office.log()), office.log()
    rename(office.server)
    leads = office.feed([story("Meridian")])
    assert office.daemon is not None
    assert office.daemon.wait(timeout=30) == 7, office.log()
    stop = next(line for line in office.log().splitlines() if '"must_stop"' in line)
    assert (office.server.org.org_id in stop, OTHER.decode() in stop, "adopt-org" in stop) == (True, True, True)
    assert not office.settled(leads)
    refused = office.run("sync")
    assert (refused.returncode, "the ledger belongs to org" in refused.stderr) == (7, True)
