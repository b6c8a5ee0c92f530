"""The daemon's data folder is pointed at a second org: nothing happens there until a person adopts it."""

import re
from dataclasses import replace

import pytest

from sfrouter.localorg.exchange import Handler, Request, Response
from sfrouter.localorg.server import LocalOrgServer
from tests.days.office import Office, small_world, story

pytestmark = pytest.mark.day
OTHER = b"00D5e0000000777EAA"


def second_org() -> LocalOrgServer:
    """The same company as another org: every answer names another id."""
    server = LocalOrgServer(small_world()).start()
    own = re.compile(server.org.org_id.encode() + rb"(?!!)")  # sessions begin with it too, and stay as they are

    def renamed(request: Request, follow: Handler) -> Response:
        answer = follow(request)
        return replace(answer, body=own.sub(OTHER, answer.body))

    server.org.middlewares.append(renamed)
    return server


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
