"""A query is believed only when its pages add up, and gives each record once whatever happens in between."""

import itertools
import json
import re
import tracemalloc
from typing import Any

import pytest
import requests

from sfrouter.salesforce.errors import (
    FieldMissingError,
    ObjectMissingError,
    OrgUnreachableError,
    QueryFailedError,
    VersionRetiredError,
)
from sfrouter.salesforce.faults import Verdict
from sfrouter.salesforce.reading import Given, missing_field, object_of
from tests.salesforce.scene import EXPIRED, Scene, leads, page

SOQL = "SELECT Id, Email FROM Lead WHERE Email = 'jane@acme.com'"
PAGE_2, PAGE_3 = "/services/data/v65.0/query/01gX-2000", "/services/data/v65.0/query/01gX-4000"


def ids(rows: Any) -> list[str]:
    return [row["Id"] for row in rows]


@pytest.fixture
def ready(scene: Scene) -> Scene:
    scene.signs_in()
    return scene


def test_rows_of_all_pages_come_in_order_and_without_the_platforms_marks(ready: Scene) -> None:
    first = [{**leads(1, 1)[0], "Owner": {"attributes": {"type": "Name"}, "Name": "Sarah"}}]
    ready.answers("GET", "query/", page(first, total=3, next_path=PAGE_2))
    ready.answers("GET", PAGE_2, page(leads(2, 2), total=3, next_path=PAGE_3))
    ready.answers("GET", PAGE_3, page(leads(3, 3), total=3))
    rows = ready.gateway().query_all_rows(SOQL)
    assert ids(rows) == ids(leads(1, 3))
    assert rows[0] == {"Id": leads(1, 1)[0]["Id"], "Owner": {"Name": "Sarah"}}


def test_the_page_size_is_asked_for_on_every_page(ready: Scene) -> None:
    ready.answers("GET", "query/", page(leads(1, 1), total=2, next_path=PAGE_2))
    ready.answers("GET", PAGE_2, page(leads(2, 2), total=2))
    ready.gateway(page_size=500).query_all_rows(SOQL)
    assert [one.headers["Sforce-Query-Options"] for one in ready.sent("/query/")] == ["batchSize=500"] * 2


def test_deleted_rows_are_asked_for_at_query_all(ready: Scene) -> None:
    ready.answers("GET", "queryAll/", page(leads(1, 2)))
    assert len(ready.gateway().query_all_rows(SOQL, deleted=True)) == 2


@pytest.mark.parametrize(
    "body",
    [
        page(leads(1, 2), total=3),
        page(leads(1, 3), total=2),
        page(leads(1, 2), done=False),
        page(leads(1, 2), total=4, next_path=PAGE_2, done=True),
        page([], total=4, next_path=PAGE_2),
        page(leads(1, 2), total=4, next_path="@evil.test/"),
        page(leads(1, 2), total=4, next_path="//evil.test/services/data/v65.0/query/1"),
        page(leads(1, 2), total=4, next_path="https://evil.test/services/data/v65.0/query/1"),
        page(leads(1, 1), totalSize="1"),
        page(leads(1, 1), records=None),
        page([], totalSize=1, records=[7]),
        page([{"Id": "1", "Tasks": {"totalSize": 9, "done": False, "records": []}}]),
        [],
        "text",
        7,
        None,
    ],
)
def test_an_answer_that_does_not_add_up_fails_the_query(ready: Scene, body: Any) -> None:
    ready.answers("GET", "query/", body if not isinstance(body, str) else f'"{body}"')
    with pytest.raises(QueryFailedError) as caught:
        ready.gateway().query_all_rows(SOQL)
    assert caught.value.object_name == "Lead"
    assert "evil" not in str(caught.value)
    assert len(ready.sent("/query/")) == 1


def test_a_next_page_that_leads_elsewhere_is_never_asked_for(ready: Scene) -> None:
    ready.answers("GET", "query/", page(leads(1, 1), total=2, next_path="@evil.test/x"))
    with pytest.raises(QueryFailedError):
        ready.gateway().query_all_rows(SOQL)
    assert not ready.sent("evil")


@pytest.mark.parametrize(
    "second",
    [
        page(leads(2, 2), total=2, next_path=PAGE_2),
        page(leads(2, 2), total=3, next_path=PAGE_2),
        page(leads(2, 2), total=9),
        page(leads(2, 2), total=2),
        page([], total=3, next_path=PAGE_2),
    ],
)
def test_pages_that_circle_or_change_their_minds_fail_the_query(ready: Scene, second: dict[str, Any]) -> None:
    ready.answers("GET", "query/", page(leads(1, 1), total=3, next_path=PAGE_2))
    ready.answers("GET", PAGE_2, second)
    with pytest.raises(QueryFailedError):
        ready.gateway().query_all_rows(SOQL)


@pytest.mark.parametrize(("code", "status"), [("INVALID_QUERY_LOCATOR", 400), ("NOT_FOUND", 404)])
def test_a_lost_page_starts_the_query_anew_and_gives_each_record_once(
    ready: Scene, code: str, status: int
) -> None:
    ready.answers("GET", "query/", page(leads(1, 2), total=4, next_path=PAGE_2))
    ready.answers("GET", PAGE_2, [{"message": "gone", "errorCode": code}], status=status)
    ready.answers("GET", "query/", page(leads(2, 4), total=5, next_path=PAGE_3))
    ready.answers("GET", PAGE_3, page(leads(5, 6), total=5))
    assert ids(ready.gateway().query(SOQL)) == ids(leads(1, 6))


def test_the_ids_of_given_rows_are_all_known_and_take_little_memory() -> None:
    """As texts they took more than a hundred bytes each: 60 MB with half a million deals."""
    names = [f"006{number:012d}AAA" for number in range(20_000)]
    given = Given()
    assert given.ids() == frozenset()
    tracemalloc.start()
    try:
        for name in names:
            given.add(name)
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert taken < 25 * len(names)
    given.add("Ümlaut\ud800")
    assert given.ids() == frozenset(names) | {"Ümlaut\ud800"}


def test_a_session_that_ends_between_pages_means_a_new_token_and_a_new_query(ready: Scene) -> None:
    ready.answers("GET", "query/", page(leads(1, 2), total=3, next_path=PAGE_2))
    ready.answers("GET", PAGE_2, EXPIRED, status=401)
    ready.answers("GET", "query/", page(leads(1, 3)))
    assert ids(ready.gateway().query(SOQL)) == ids(leads(1, 3))
    tokens = [one.headers["Authorization"] for one in ready.sent("/query/")]
    assert tokens == ["Bearer token-1", "Bearer token-1", "Bearer token-2"]


@pytest.mark.parametrize(("code", "status"), [("INVALID_QUERY_LOCATOR", 400), ("NOT_FOUND", 404)])
def test_a_query_is_started_anew_only_once(ready: Scene, code: str, status: int) -> None:
    ready.answers("GET", "query/", page(leads(1, 2), total=3, next_path=PAGE_2))
    ready.answers("GET", PAGE_2, [{"message": "x", "errorCode": code}], status=status)
    with pytest.raises(QueryFailedError) as caught:
        ready.gateway().query_all_rows(SOQL)
    assert caught.value.verdict is Verdict.RESTART_QUERY
    assert len(ready.sent("/query/")) == 4


def test_rows_without_ids_are_not_given_twice(ready: Scene) -> None:
    ready.answers("GET", "query/", page([{"expr0": 1}], total=2, next_path=PAGE_2))
    ready.answers("GET", PAGE_2, [{"message": "x", "errorCode": "INVALID_QUERY_LOCATOR"}], status=400)
    ready.answers("GET", "query/", page([{"expr0": 1}, {"expr0": 2}]))
    with pytest.raises(QueryFailedError):
        ready.gateway().query_all_rows(SOQL)


def test_a_broken_second_page_is_asked_for_again_by_itself(ready: Scene) -> None:
    ready.answers("GET", "query/", page(leads(1, 1), total=2, next_path=PAGE_2))
    ready.answers("GET", PAGE_2, "<html>", status=502, kind="text/html")
    ready.answers("GET", PAGE_2, page(leads(2, 2), total=2))
    assert len(ready.gateway().query_all_rows(SOQL)) == 2
    assert len(ready.sent("01gX-2000")) == 2


def test_a_cut_answer_is_asked_for_again(ready: Scene) -> None:
    ready.answers("GET", "query/", '{"totalSize": 1, "done": true, "rec')
    ready.answers("GET", "query/", page(leads(1, 1)))
    assert len(ready.gateway().query_all_rows(SOQL)) == 1


def test_pages_that_take_too_long_together_end_the_query(ready: Scene) -> None:
    def slow(_request: Any) -> tuple[int, dict[str, str], str]:
        ready.clock.advance(40)
        number = len(ready.sent("/query/")) + 1
        body = page(leads(number, number), total=99, next_path=f"/services/data/v65.0/query/01g-{number}")
        return 200, {}, json.dumps(body)

    ready.wire.add_callback("GET", re.compile(".*/query/.*"), slow, content_type="application/json")
    with pytest.raises(QueryFailedError, match="longer than 100 s") as caught:
        ready.gateway(query_seconds=100).query_all_rows(SOQL)
    assert caught.value.verdict is Verdict.SPLIT


@pytest.mark.parametrize(
    ("status", "code", "verdict"),
    [
        (400, "MALFORMED_QUERY", Verdict.BUG),
        (400, "QUERY_TIMEOUT", Verdict.SPLIT),
        (400, "OPERATION_TOO_LARGE", Verdict.SPLIT),
        (400, "NEVER_HEARD_OF", Verdict.PARK),
        (403, "INSUFFICIENT_ACCESS", Verdict.NO_ACCESS),
    ],
)
def test_a_refused_query_names_code_and_object_but_not_the_query(
    ready: Scene, status: int, code: str, verdict: Verdict
) -> None:
    ready.answers("GET", "query/", [{"message": f"bad: {SOQL}", "errorCode": code}], status=status)
    with pytest.raises(QueryFailedError) as caught:
        ready.gateway().query_all_rows(SOQL)
    assert (caught.value.code, caught.value.object_name, caught.value.verdict) == (code, "Lead", verdict)
    assert "jane" not in str(caught.value)
    assert "SELECT" not in str(caught.value)


def test_an_unknown_field_is_named(ready: Scene) -> None:
    message = "SELECT Id, Foo__c FROM Lead\n ^\nERROR at Row:1:Column:8\nNo such column 'Foo__c' on entity 'Lead'."
    ready.answers("GET", "query/", [{"message": message, "errorCode": "INVALID_FIELD"}], status=400)
    with pytest.raises(FieldMissingError) as caught:
        ready.gateway().query_all_rows(SOQL)
    assert (caught.value.field, caught.value.object_name) == ("Foo__c", "Lead")


@pytest.mark.parametrize(
    ("message", "field", "entity"),
    [
        ("No such column 'foo' on sobject of type Bar", "foo", "Bar"),
        ("Didn't understand relationship 'Ownr' in field path.", "Ownr", ""),
        ("something else", "", ""),
    ],
)
def test_the_missing_field_is_read_out_of_the_orgs_sentence(message: str, field: str, entity: str) -> None:
    assert missing_field(message) == (field, entity)


def test_an_unknown_object_and_an_unknown_version_are_told_apart(ready: Scene) -> None:
    ready.answers("GET", "query/", [{"message": "x", "errorCode": "INVALID_TYPE"}], status=400)
    ready.answers("GET", "query/", [{"message": "x", "errorCode": "NOT_FOUND"}], status=404)
    ready.answers("GET", "query/", [{"message": "x", "errorCode": "UNSUPPORTED_API_VERSION"}], status=410)
    gateway = ready.gateway()
    with pytest.raises(ObjectMissingError, match="Lead"):
        gateway.query_all_rows(SOQL)
    for _ in range(2):
        with pytest.raises(VersionRetiredError, match=r"65\.0"):
            gateway.query_all_rows(SOQL)


def test_an_org_that_gives_no_answer_is_asked_three_times(ready: Scene) -> None:
    ready.breaks("GET", "query/", requests.ConnectionError(f"GET {SOQL} reset"))
    with pytest.raises(OrgUnreachableError) as caught:
        ready.gateway().query_all_rows(SOQL)
    assert len(ready.sent("/query/")) == 3
    assert "jane" not in str(caught.value)


def test_a_count_is_read(ready: Scene) -> None:
    ready.answers("GET", "query/", {"totalSize": 42, "done": True, "records": []})
    assert ready.gateway().count("SELECT COUNT() FROM Lead") == 42


@pytest.mark.parametrize("body", [{"totalSize": -1, "done": True}, {"totalSize": True, "done": True}, {}, []])
def test_a_count_that_is_none_fails(ready: Scene, body: Any) -> None:
    ready.answers("GET", "query/", body)
    with pytest.raises(QueryFailedError):
        ready.gateway().count("SELECT COUNT() FROM Lead")


@pytest.mark.parametrize(
    ("soql", "name"),
    [
        ("SELECT Id FROM Lead", "Lead"),
        ("SELECT Id, (SELECT Id FROM Contacts) FROM Account WHERE Id IN (SELECT AccountId FROM Case)", "Account"),
        ("nonsense", ""),
    ],
)
def test_the_object_of_a_query_is_told(soql: str, name: str) -> None:
    assert object_of(soql) == name


def test_nothing_is_asked_before_the_first_row_is_wanted(ready: Scene) -> None:
    ready.answers("GET", "query/", page(leads(1, 1), total=2, next_path=PAGE_2))
    rows = ready.gateway().query(SOQL)
    assert not ready.wire.calls
    assert ids(itertools.islice(rows, 1)) == ids(leads(1, 1))
    assert not ready.sent("01gX-2000")
