"""kill -9 in mid-cycle: nothing is lost, nothing is doubled, and nobody has to repair anything."""

from collections import Counter

import pytest

from sfrouter.daemon.heartbeat import read_pulse
from sfrouter.localorg.demo.leads import Newcomer, told
from sfrouter.localorg.exchange import DropConnection, Handler, Request, Response
from tests.days.office import Office, changes, until

pytestmark = pytest.mark.day


def crowd(count: int) -> list[Newcomer]:
    """Many leads: the stories, over and over, as different people."""
    stories = [one for one in told() if one.company and "@" in one.email]
    return [
        Newcomer(
            first=one.first, last=f"{one.last}{index}", company=one.company, email=f"p{index}.{one.email}",
            country=one.country, state=one.state, city=one.city, rule=one.rule, owner=one.owner,
        )
        for index, one in zip(range(count), stories * (count // len(stories) + 1), strict=False)
    ]  # fmt: skip


class Killer:
    """Kills the daemon around its n-th writing call: before the org does it, or after, but before the answer."""

    def __init__(self, office: Office, call: int, *, after: bool) -> None:
        self.office, self.left, self.after, self.done = office, call, after, False

    def __call__(self, request: Request, handler: Handler) -> Response:
        if self.done or not self.office.daemon or not changes(request):
            return handler(request)
        self.left -= 1
        if self.left:
            return handler(request)
        if self.after:
            handler(request)
        self.office.kill()
        self.done = True
        raise DropConnection("after" if self.after else "before")


def has_polled(office: Office) -> bool:
    """Has the daemon that runs now had a good poll?"""
    pulse, daemon = read_pulse(office.folder / "data"), office.daemon
    return bool(daemon and pulse and pulse.pid == daemon.pid and "poll" in pulse.jobs)


@pytest.mark.parametrize("after", [False, True], ids=["before the org did it", "after the org did it"])
@pytest.mark.parametrize("call", [1, 2, 4, 5])
def test_a_kill_in_the_middle_of_a_write_loses_and_doubles_nothing(office: Office, call: int, after: bool) -> None:
    """80 leads are four calls for owners and one for Tasks; the daemon dies in one of them and starts again."""
    leads = office.feed(crowd(80))
    killer = Killer(office, call, after=after)
    office.server.org.middlewares.append(killer)
    office.start()
    assert until(lambda: killer.done, within=60), office.log()[-3000:]
    office.start()
    assert until(lambda: office.settled(leads), within=60), office.log()[-3000:]
    # The new daemon's doubt begins when it meets the org; only then may the org's clock go on.
    assert until(lambda: has_polled(office), within=60), office.log()[-3000:]
    # A Task that was on its way at the kill may still appear until the org's longest transaction is over.
    office.server.org.clock.advance(660)
    assert until(office.outbox_empty, within=60), office.status()
    assert office.stop() == 0
    _nothing_doubled(office, leads, office.id("router"))


def _nothing_doubled(office: Office, leads: dict[str, Newcomer], router: str) -> None:
    changes = Counter(
        row["LeadId"]
        for row in office.rows("LeadHistory")
        if row["Field"] == "Owner" and row["CreatedById"] == router and str(row["NewValue"]).startswith("005")
    )
    queued = {row["Id"] for row in office.rows("Lead") if str(row["OwnerId"]).startswith("00G")}
    assert all(changes[lead_id] == 1 for lead_id in leads if lead_id not in queued), changes
    tasks = office.rows("Task")
    doubles = Counter((row["WhoId"], row["OwnerId"], row["Subject"], row["Description"]) for row in tasks)
    assert max(doubles.values()) == 1
    owners = {row["Id"]: row["OwnerId"] for row in office.rows("Lead")}
    told_owner = {row["WhoId"] for row in tasks if row["OwnerId"] == owners[row["WhoId"]]}
    assert told_owner >= {lead_id for lead_id in leads if lead_id not in queued}
