"""getUpdated and getDeleted: spans in whole minutes, their limits, and where the next call should start."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

import pytest

from sfrouter.localorg import rest_replication
from sfrouter.localorg.exchange import Response
from sfrouter.localorg.org import Org
from tests.localorg.small_world import NOON, robot, small_org


def ask(org: Org, what: str, start: datetime | str, end: datetime | str, kind: str = "Lead") -> Response:
    """A replication call with its moments written as the guides write them."""
    told = {
        name: one if isinstance(one, str) else one.isoformat() for name, one in (("start", start), ("end", end))
    }
    return robot(org).get(f"/sobjects/{kind}/{what}/?{urlencode(told)}")


def later_org(minutes: float = 10) -> Org:
    """An org some minutes after its rows were made."""
    org = small_org()
    org.clock.advance(minutes * 60)
    return org


def code(answer: Response) -> tuple[int, str]:
    return answer.status, answer.json()[0]["errorCode"]


def test_rows_made_or_changed_in_the_span_are_listed() -> None:
    org = later_org()
    lead = org.aliases["lead"]
    robot(org).patch(f"/sobjects/Lead/{lead}", {"City": "Rome"})
    org.clock.advance(300)
    body = ask(org, "updated", NOON + timedelta(minutes=5), NOON + timedelta(minutes=15)).json()
    assert body == {"ids": [lead], "latestDateCovered": "2026-03-02T12:15:00.000+0000"}
    both = ask(org, "updated", NOON, NOON + timedelta(minutes=15)).json()["ids"]
    assert set(both) == {lead, org.aliases["converted"]}


def test_seconds_are_dropped_from_both_ends() -> None:
    org = later_org()
    start, end = NOON + timedelta(seconds=59), NOON + timedelta(minutes=1, seconds=59)
    body = ask(org, "updated", start, end).json()
    assert len(body["ids"]) == 2
    assert body["latestDateCovered"] == "2026-03-02T12:01:00.000+0000"


def test_the_date_covered_is_not_in_the_future() -> None:
    org = later_org(0.5)
    covered = ask(org, "updated", NOON - timedelta(hours=1), NOON + timedelta(days=2)).json()["latestDateCovered"]
    assert covered == "2026-03-02T12:00:00.000+0000"


def test_an_open_transaction_holds_the_date_covered_back_until_it_ends() -> None:
    org = later_org()
    lead = org.aliases["lead"]
    hold = {"X-Localorg-Commit-Delay": "hold"}
    assert robot(org).patch(f"/sobjects/Lead/{lead}", {"City": "Rome"}, hold).status == 204
    org.clock.advance(3_600)
    now = NOON + timedelta(minutes=70)
    body = ask(org, "updated", NOON + timedelta(minutes=5), now).json()
    assert body == {"ids": [], "latestDateCovered": "2026-03-02T12:10:00.000+0000"}
    deleted = ask(org, "deleted", NOON + timedelta(minutes=5), now).json()
    assert deleted["latestDateCovered"] == "2026-03-02T12:10:00.000+0000"
    org.visibility.commit_all()
    body = ask(org, "updated", NOON + timedelta(minutes=5), now).json()
    assert body == {"ids": [lead], "latestDateCovered": "2026-03-02T13:10:00.000+0000"}


def test_deleted_rows_are_listed_with_the_moment_and_not_as_updated() -> None:
    org = later_org()
    lead = org.aliases["lead"]
    robot(org).delete(f"/sobjects/Lead/{lead}")
    org.clock.advance(300)
    span = (NOON + timedelta(minutes=5), NOON + timedelta(minutes=15))
    assert ask(org, "deleted", *span).json() == {
        "deletedRecords": [{"id": lead, "deletedDate": "2026-03-02T12:10:00.000+0000"}],
        "earliestDateAvailable": "2026-02-15T00:00:00.000+0000",
        "latestDateCovered": "2026-03-02T12:15:00.000+0000",
    }
    assert ask(org, "updated", *span).json()["ids"] == []
    assert ask(org, "deleted", NOON, NOON + timedelta(minutes=5)).json()["deletedRecords"] == []


@pytest.mark.parametrize(("what", "days"), [("updated", 30), ("deleted", 15)])
def test_how_far_back_the_calls_reach(what: str, days: int) -> None:
    org = later_org()
    midnight = NOON.replace(hour=0)
    assert ask(org, what, midnight - timedelta(days=days), NOON).status == 200
    answer = ask(org, what, midnight - timedelta(days=days, minutes=1), NOON)
    assert answer.status == 400
    expected = {
        "message": f"startDate cannot be more than {days} days ago",
        "errorCode": "INVALID_REPLICATION_DATE",
    }
    assert answer.json() == [expected]


@pytest.mark.parametrize("what", ["updated", "deleted"])
def test_spans_that_are_none_are_refused(what: str) -> None:
    org = later_org()
    spans: list[tuple[datetime | str, datetime | str]] = [
        (NOON, NOON),
        (NOON, NOON - timedelta(minutes=1)),
        (NOON, NOON + timedelta(seconds=59)),
        ("yesterday", NOON),
        (NOON, "2026-03-02"),
        (NOON, "2026-13-02T12:00:00Z"),
        (NOON, "2026-03-02T12:00:00"),
    ]
    for start, end in spans:
        assert code(ask(org, what, start, end)) == (400, "INVALID_REPLICATION_DATE"), (start, end)
    assert robot(org).get(f"/sobjects/Lead/{what}?start=2026-03-02T12:00:00Z").status == 400


def test_more_ids_than_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    org = later_org()
    monkeypatch.setattr(rest_replication, "MOST_IDS", 2)
    assert ask(org, "updated", NOON, NOON + timedelta(minutes=1)).status == 200
    monkeypatch.setattr(rest_replication, "MOST_IDS", 1)
    assert code(ask(org, "updated", NOON, NOON + timedelta(minutes=1))) == (400, "EXCEEDED_ID_LIMIT")


def test_objects_that_are_not_replicated_are_refused() -> None:
    org = later_org()
    assert code(ask(org, "updated", NOON, NOON + timedelta(minutes=1), "LeadStatus")) == (
        400,
        "INVALID_TYPE_FOR_OPERATION",
    )
    assert ask(org, "updated", NOON, NOON + timedelta(minutes=1), "Nothing").status == 404
