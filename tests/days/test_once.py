"""`sfrouter once` says by its exit code how far it came."""

import json

import pytest

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Handler, Request, Response
from tests.days.office import Office, changes, story

pytestmark = pytest.mark.day


class FullDay:
    """The org's calls of the day are used up as soon as somebody wants to write."""

    def __init__(self) -> None:
        self.on = True

    def __call__(self, request: Request, handler: Handler) -> Response:
        if self.on and changes(request):
            return Response.of_error(OrgError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."))
        return handler(request)


def test_once_ends_with_5_when_the_org_takes_no_further_writes_and_the_next_one_goes_on(office: Office) -> None:
    leads = office.feed([story("Beta Inc.")])
    full = FullDay()
    office.server.org.middlewares.append(full)
    stopped = office.run("once", "--json")
    told = json.loads(stopped.stdout)
    assert (stopped.returncode, len(told["decisions"])) == (5, 1), stopped.stderr
    assert "no API calls left for today" in told["stopped"]
    assert not office.settled(leads)
    again = office.run("once", "--json")  # the pause of the day is kept: nothing is even tried
    assert (again.returncode, json.loads(again.stdout)["figures"].get("done", 0)) == (5, 0), again.stderr
    full.on = False
    office.server.org.clock.advance(1200)
    done = office.run("once", "--json")
    assert done.returncode == 0, done.stderr
    assert office.settled(leads)


def test_the_probe_of_writing_tries_one_lead_and_leaves_it_with_its_owner(office: Office) -> None:
    (lead_id,) = office.feed([story("Beta Inc.")])
    before = office.server.org.store.get("Lead", lead_id)
    office.server.org.clock.advance(60)
    tried = office.run("check", "--probe-write", lead_id, "--json")
    after = office.server.org.store.get("Lead", lead_id)
    assert tried.returncode == 0, tried.stdout + tried.stderr
    assert json.loads(tried.stdout)["looked_at"][-1] == "conditional writes"
    assert before is not None
    assert after is not None
    assert after["OwnerId"] == before["OwnerId"]
    assert after["LastModifiedDate"] > before["LastModifiedDate"]
