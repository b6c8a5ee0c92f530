"""F28: the org behind the address changes while the router works; what was copied keeps its ids and dates."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from sfrouter.journey.adopt_org import adopt_org
from sfrouter.journey.assembly import House, open_house
from sfrouter.journey.cycle import run_cycle, send_only
from sfrouter.journey.refresh import refresh, sweep
from sfrouter.ledger.errors import OrgChangedError
from sfrouter.localorg.exchange import Handler, Request, Response
from sfrouter.mirror.tables import ROWS
from sfrouter.salesforce.errors import OtherOrgError
from tests.days.office import Office, story

OTHER = b"00D5e0000000777EAA"


@dataclass
class Swap:
    """From `done` on each answer is that of another org with the same records; `heard` is what it did for us."""

    office: Office
    house: House
    heard: list[str] = field(default_factory=list)
    done: bool = False

    def __post_init__(self) -> None:
        own = re.compile(self.office.server.org.org_id.encode() + rb"(?!!)")  # sessions begin with it too

        def renamed(request: Request, follow: Handler) -> Response:
            answer = follow(request)
            if self.done and answer.status != 401:
                self.heard.append(request.path.rpartition("/services/")[2])
            return replace(answer, body=own.sub(OTHER, answer.body)) if self.done else answer

        self.office.server.org.middlewares.append(renamed)

    def now(self) -> None:
        """The other org has no session of ours."""
        self.done = True
        self.office.server.org.expire_sessions()


@pytest.fixture
def swap(office: Office) -> Iterator[Swap]:
    with open_house(office.own_settings()) as house:
        refresh(house)
        yield Swap(office, house)


def test_what_waits_is_not_sent_to_it(swap: Swap) -> None:
    leads = swap.office.feed([story("Meridian")])
    assert run_cycle(swap.house).decided == 1  # the lead is younger than two seconds: its write waits
    live = swap.house.ledger.status().live
    swap.house.clock.sleep(3)
    swap.now()
    with pytest.raises(OrgChangedError, match=OTHER.decode()) as told:
        send_only(swap.house)
    assert "adopt-org" in told.value.mend
    assert swap.heard == ["oauth2/token"]
    assert not swap.office.settled(leads)
    assert swap.house.ledger.status().live == live


def test_nothing_of_it_is_stored_or_decided(swap: Swap) -> None:
    swap.office.feed([story("Meridian")])
    swap.now()
    before = swap.house.desk.mirror.count("lead")
    with pytest.raises(OtherOrgError):
        run_cycle(swap.house)
    for work in (run_cycle, send_only, refresh, sweep):
        with pytest.raises(OrgChangedError, match="the ledger belongs to org"):
            work(swap.house)
    assert swap.heard == ["oauth2/token"]
    assert (swap.house.desk.mirror.count("lead"), swap.house.ledger.status().decisions) == (before, 0)


def test_a_person_may_adopt_it(swap: Swap) -> None:
    """Whoever asks that signs in anew, and is led there."""
    swap.now()
    with pytest.raises(OtherOrgError):
        run_cycle(swap.house)
    found = adopt_org(swap.office.own_settings(), really=False)
    assert (found.before and found.before.org_id, found.after.org_id) == (
        swap.office.server.org.org_id, OTHER.decode(),
    )  # fmt: skip


@pytest.mark.parametrize("at", ["the state of its job", "its result"])
def test_a_bulk_job_begun_in_the_one_is_not_read_from_the_other(office: Office, at: str) -> None:
    """Rows of CSV do not say whose they are, nor does a locator: the sign-in between two questions does."""
    with open_house(office.own_settings().model_copy(update={"bulk_from_rows": 1})) as house:
        swapped = Swap(office, house)

        def swaps(request: Request, follow: Handler) -> Response:
            place = request.path.rpartition("/jobs/query/")[2]
            asked = "its result" if place.endswith("/results") else "the state of its job"
            if request.method == "GET" and place != request.path and asked == at and not swapped.done:
                swapped.now()
            return follow(request)

        office.server.org.middlewares.insert(0, swaps)
        with pytest.raises((OtherOrgError, OrgChangedError)):
            refresh(house)
        assert swapped.heard == ["oauth2/token"]
        read = [noun for noun in ROWS if house.desk.mirror.count(noun)]
        assert read == ["organization"], "read from the first org, by no job"
