"""A bulk query job is made, waited for and read within limits; what goes wrong is one kind of failure."""

from collections.abc import Mapping
from typing import Any

import pytest

from sfrouter.salesforce.counts import CallKind
from sfrouter.salesforce.errors import BulkFailedError, DailyLimitError
from tests.salesforce.scene import DAILY, EXPIRED, Scene

SOQL = "SELECT Id, LastName FROM Lead ORDER BY Id"
JOB = "750000000000001AAA"
ONE, TWO = b'"Id","LastName"\n"00Q000000000001EAA","a\nb"\n', b'"Id","LastName"\n"00Q000000000002EAA","#N/A"\n'
ROWS = [
    {"Id": "00Q000000000001EAA", "LastName": "a\nb"},
    {"Id": "00Q000000000002EAA", "LastName": "#N/A"},
]
CANARY = b"canary.person@example.test"


@pytest.fixture
def ready(scene: Scene) -> Scene:
    """An org that describes leads, takes a job and forgets it again."""
    scene.signs_in()
    fields = [{"name": "Id", "type": "id"}, {"name": "LastName", "type": "string"}]
    scene.answers("GET", "sobjects/Lead/describe", {"name": "Lead", "fields": fields})
    scene.answers("POST", "jobs/query", {"id": JOB, "state": "UploadComplete"})
    scene.answers("DELETE", f"jobs/query/{JOB}", "", status=204)
    return scene


def state(scene: Scene, *states: str, rows: Any = 2) -> None:
    for one in states:
        scene.answers("GET", f"jobs/query/{JOB}", {"id": JOB, "state": one, "numberRecordsProcessed": rows})


def page(scene: Scene, body: bytes, locator: str = "null", rows: str = "1", **more: Any) -> None:
    headers: Mapping[str, str] = {"Sforce-NumberOfRecords": rows, "Sforce-Locator": locator}
    scene.answers(
        "GET", f"jobs/query/{JOB}/results", body, headers=headers, kind="text/csv; charset=UTF-8", **more
    )


def test_a_job_is_made_waited_for_read_page_by_page_and_deleted(ready: Scene) -> None:
    state(ready, "UploadComplete", "InProgress", "JobComplete")
    page(ready, ONE, "MTAwMDA")
    page(ready, TWO)
    gateway = ready.gateway()
    assert list(gateway.query_bulk(SOQL, deleted=True)) == ROWS
    made = ready.sent("/jobs/query")[0]
    assert b'"operation": "queryAll"' in made.body
    pages = ready.sent("/results")
    assert "locator" not in pages[0].url
    assert "locator=MTAwMDA" in pages[1].url
    assert all("gzip" in one.headers["Accept-Encoding"] and one.headers["Accept"] == "text/csv" for one in pages)
    assert ready.sent(f"/jobs/query/{JOB}")[-1].method == "DELETE"
    assert gateway.calls.by_kind[CallKind.BULK_JOB] == 5
    assert gateway.calls.by_kind[CallKind.BULK_ROWS] == 2
    assert gateway.calls.limited == 8  # the description too: everything counts towards our share


def test_a_session_that_ends_between_two_pages_is_renewed_and_the_same_page_asked_again(ready: Scene) -> None:
    state(ready, "JobComplete")
    page(ready, ONE, "MTAwMDA")
    ready.answers("GET", f"jobs/query/{JOB}/results", EXPIRED, status=401)
    page(ready, TWO)
    assert list(ready.gateway().query_bulk(SOQL)) == ROWS
    assert ready.tokens == 2


def test_a_job_that_is_never_done_is_given_up_at_its_deadline_and_deleted(ready: Scene) -> None:
    state(ready, "InProgress")
    with pytest.raises(BulkFailedError, match="took longer than 600 s"):
        list(ready.gateway().query_bulk(SOQL))
    assert len(ready.sent(f"/jobs/query/{JOB}")) < 45
    assert ready.sent(f"/jobs/query/{JOB}")[-1].method == "DELETE"


def test_somebody_is_told_at_each_look_that_a_job_is_waited_for(ready: Scene) -> None:
    """Else a watchdog takes the ten minutes for a hung call."""
    state(ready, "UploadComplete", "InProgress", "InProgress", "JobComplete")
    page(ready, ONE, "MTAwMDA")
    page(ready, TWO)
    gateway, told = ready.gateway(), list[int]()
    gateway.while_waiting(lambda: told.append(1))
    assert list(gateway.query_bulk(SOQL)) == ROWS
    assert len(told) == 3


def test_who_wants_to_stop_need_not_wait_for_a_job_which_is_deleted_then(ready: Scene) -> None:
    state(ready, "InProgress")
    gateway = ready.gateway()

    def stop() -> None:
        raise KeyboardInterrupt

    gateway.while_waiting(stop)
    with pytest.raises(KeyboardInterrupt):
        list(gateway.query_bulk(SOQL))
    assert [one.method for one in ready.sent(f"/jobs/query/{JOB}")] == ["GET", "DELETE"]


@pytest.mark.parametrize("ended", ["Failed", "Aborted", "Something", ""])
def test_a_job_that_ends_without_a_result_is_a_failure(ready: Scene, ended: str) -> None:
    state(ready, ended)
    with pytest.raises(BulkFailedError):
        list(ready.gateway().query_bulk(SOQL))


@pytest.mark.parametrize("answer", [{"id": "../../sobjects/Lead"}, {"id": None}, {}, []])
def test_a_job_id_that_is_none_never_becomes_part_of_an_address(scene: Scene, answer: Any) -> None:
    scene.signs_in()
    scene.answers("POST", "jobs/query", answer)
    with pytest.raises(BulkFailedError):
        list(scene.gateway().query_bulk(SOQL))
    assert len(scene.sent("/jobs/")) == 1


def test_an_org_that_takes_no_such_jobs_is_a_failure_and_no_end(scene: Scene) -> None:
    scene.signs_in()
    refusal = [{"errorCode": "INVALIDENTITY", "message": "Entity 'Lead' is not supported by the Bulk API."}]
    scene.answers("POST", "jobs/query", refusal, status=400)
    with pytest.raises(BulkFailedError) as failure:
        list(scene.gateway().query_bulk(SOQL))
    assert (failure.value.code, failure.value.doubtful) == ("INVALIDENTITY", False)


@pytest.mark.parametrize(
    ("rows", "locator", "total"),
    [("2", "null", 1), ("0", "null", 1), ("1", "null", 2), ("1", "same", 9), ("1", "//evil.test/ ", 9)],
)
def test_pages_that_do_not_add_up_are_in_doubt(ready: Scene, rows: str, locator: str, total: int) -> None:
    """More, fewer, a part, a circle, and a locator that is none."""
    state(ready, "JobComplete", rows=total)
    page(ready, ONE, locator, rows)
    with pytest.raises(BulkFailedError) as failure:
        list(ready.gateway().query_bulk(SOQL))
    assert failure.value.doubtful


@pytest.mark.parametrize("headers", [{}, {"Sforce-NumberOfRecords": "1"}, {"Sforce-Locator": "null"}])
def test_a_page_that_does_not_say_how_long_it_is_or_how_it_goes_on_is_refused(
    ready: Scene, headers: Mapping[str, str]
) -> None:
    state(ready, "JobComplete")
    ready.answers("GET", f"jobs/query/{JOB}/results", ONE, headers=headers, kind="text/csv")
    with pytest.raises(BulkFailedError):
        list(ready.gateway().query_bulk(SOQL))


@pytest.mark.parametrize("kind", ["application/json", "text/html"])
def test_a_page_that_is_no_csv_is_refused(ready: Scene, kind: str) -> None:
    state(ready, "JobComplete")
    headers = {"Sforce-NumberOfRecords": "1", "Sforce-Locator": "null"}
    ready.answers("GET", f"jobs/query/{JOB}/results", ONE, headers=headers, kind=kind)
    with pytest.raises(BulkFailedError):
        list(ready.gateway().query_bulk(SOQL))


def test_csv_is_no_answer_to_anything_else(scene: Scene) -> None:
    scene.signs_in()
    scene.answers("POST", "jobs/query", '{"id": "750000000000001AAA"}', kind="text/csv")
    with pytest.raises(BulkFailedError):
        list(scene.gateway(max_retries=1).query_bulk(SOQL))


def test_the_end_of_the_days_calls_is_told_as_such(scene: Scene) -> None:
    scene.signs_in()
    scene.answers("POST", "jobs/query", DAILY, status=403)
    with pytest.raises(DailyLimitError):
        list(scene.gateway().query_bulk(SOQL))


@pytest.mark.parametrize("rows", ["1", "2"])
def test_nothing_of_the_result_gets_into_the_log_or_a_failure(
    ready: Scene, rows: str, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    state(ready, "JobComplete", rows=1)
    page(ready, b'"Id","LastName"\n"00Q000000000001EAA","' + CANARY + b'"\n', rows=rows)
    said = ""
    try:
        list(ready.gateway().query_bulk(SOQL))
    except BulkFailedError as failure:
        said = f"{failure} {failure.what}"
    shown = capsys.readouterr()
    assert CANARY.decode() not in said + shown.out + shown.err + caplog.text


def test_a_job_that_cannot_be_deleted_does_not_spoil_the_result(scene: Scene) -> None:
    scene.signs_in()
    fields = [{"name": "Id", "type": "id"}, {"name": "LastName", "type": "string"}]
    scene.answers("GET", "sobjects/Lead/describe", {"name": "Lead", "fields": fields})
    scene.answers("POST", "jobs/query", {"id": JOB})
    state(scene, "JobComplete", rows=1)
    page(scene, ONE)
    assert list(scene.gateway().query_bulk(SOQL)) == ROWS[:1]


@pytest.mark.parametrize(
    ("soql", "rows"),
    [
        (SOQL, 50_000),
        ("SELECT Id, A, B, C FROM Lead", 50_000),
        ("SELECT Id, A, B, C, D FROM Lead", 10_000),
    ],
)
def test_more_narrow_rows_are_asked_for_at_once_as_each_page_is_a_call(ready: Scene, soql: str, rows: int) -> None:
    state(ready, "JobComplete", rows=0)
    page(ready, b'"Id"\n', rows="0")
    list(ready.gateway().query_bulk(soql))
    assert f"maxRecords={rows}" in ready.sent("/results")[0].url
