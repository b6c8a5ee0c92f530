"""Query jobs of Bulk API 2.0: states, sets of rows by locator, formats, and what is refused."""

from __future__ import annotations

import gzip

import pytest

from sfrouter.localorg import bulk_rest
from sfrouter.localorg.actor import Actor
from sfrouter.localorg.org import Org
from tests.localorg.bulk_calls import BulkClient, refusal
from tests.localorg.small_world import NO_RULE, small_org

SOQL = "SELECT Id, LastName FROM Lead ORDER BY LastName"


@pytest.fixture
def org() -> Org:
    return small_org()


@pytest.fixture
def bulk(org: Org) -> BulkClient:
    return BulkClient(org)


def test_a_query_job_is_answered_as_the_guide_shows_it(bulk: BulkClient) -> None:
    made = bulk.make("query", operation="query", query=SOQL)
    assert made.status == 200
    job_id = made.json()["id"]
    assert made.json() == {
        "id": job_id,
        "operation": "query",
        "object": "Lead",
        "createdById": bulk.actor.user_id,
        "createdDate": "2026-03-02T12:00:00.000+0000",
        "systemModstamp": "2026-03-02T12:00:00.000+0000",
        "state": "UploadComplete",
        "concurrencyMode": "Parallel",
        "contentType": "CSV",
        "apiVersion": 65.0,
        "lineEnding": "LF",
        "columnDelimiter": "COMMA",
    }
    assert job_id.startswith("750")
    done = bulk.info("query", job_id)
    assert (done["state"], done["jobType"], done["numberRecordsProcessed"]) == ("JobComplete", "V2Query", 2)
    lead, converted = bulk.org.aliases["lead"], bulk.org.aliases["converted"]
    assert bulk.text(f"/query/{job_id}/results") == f'"Id","LastName"\n"{lead}","Doe"\n"{converted}","Done"\n'


def test_a_delay_shows_every_state(org: Org, bulk: BulkClient) -> None:
    org.bulk.delay_seconds = 60
    job_id = bulk.make("query", operation="query", query=SOQL).json()["id"]
    assert bulk.info("query", job_id)["state"] == "UploadComplete"
    assert refusal(bulk.send("GET", f"/query/{job_id}/results"))[:2] == (400, "INVALIDJOBSTATE")
    org.clock.advance(31)
    assert bulk.info("query", job_id)["state"] == "InProgress"
    assert refusal(bulk.send("DELETE", f"/query/{job_id}")) == (
        400,
        "API_ERROR",
        "Error encountered when deleting the job because the job is not terminated",
    )
    org.clock.advance(30)
    assert bulk.info("query", job_id)["state"] == "JobComplete"


def test_the_rows_are_those_of_the_moment_it_ran(org: Org, bulk: BulkClient) -> None:
    job_id = bulk.make("query", operation="query", query=SOQL).json()["id"]
    Actor(org, "@robot").patch(f"/sobjects/Lead/{org.aliases['lead']}", {"LastName": "Later"}, NO_RULE)
    assert [row["LastName"] for row in bulk.rows(f"/query/{job_id}/results")] == ["Doe", "Done"]


def test_sets_of_rows_follow_by_locator_each_with_the_header(org: Org, bulk: BulkClient) -> None:
    org.store.insert_many("Account", [{"Name": f"n{number:04}"} for number in range(250)])
    made = bulk.make(
        "query", operation="query", query="SELECT Name FROM Account WHERE Name LIKE 'n%' ORDER BY Name"
    )
    path = f"/query/{made.json()['id']}/results?maxRecords=100"
    names: list[str] = []
    sizes, locator = [], ""
    while locator != "null":
        answer = bulk.send("GET", path + (f"&locator={locator}" if locator else ""))
        lines = answer.body.decode().splitlines()
        assert lines[0] == '"Name"'
        names += lines[1:]
        sizes.append(answer.header("Sforce-NumberOfRecords"))
        again, locator = locator, str(answer.header("Sforce-Locator"))
        assert locator != again
    assert sizes == ["100", "100", "50"]
    assert names == [f'"n{number:04}"' for number in range(250)]
    whole = bulk.send("GET", path.partition("?")[0])
    assert (whole.header("Sforce-NumberOfRecords"), whole.header("Sforce-Locator")) == ("250", "null")


def test_an_empty_result_is_a_header(bulk: BulkClient) -> None:
    made = bulk.make("query", operation="query", query="SELECT Id FROM Lead WHERE Company = 'x'")
    answer = bulk.send("GET", f"/query/{made.json()['id']}/results")
    assert answer.body == b'"Id"\n'
    assert (answer.header("Sforce-NumberOfRecords"), answer.header("Sforce-Locator")) == ("0", "null")


@pytest.mark.parametrize("wrong", ["locator=x", "locator=OTk5", "maxRecords=0", "maxRecords=many", "locator=MA"])
def test_a_wrong_locator_or_size_is_refused(bulk: BulkClient, wrong: str) -> None:
    job_id = bulk.make("query", operation="query", query=SOQL).json()["id"]
    assert refusal(bulk.send("GET", f"/query/{job_id}/results?{wrong}"))[:2] == (400, "INVALID_QUERY_LOCATOR")


def test_five_addresses_of_sets_at_a_time(org: Org, bulk: BulkClient) -> None:
    org.bulk.page_size = 10
    org.store.insert_many("Account", [{"Name": f"n{number:04}"} for number in range(65)])
    made = bulk.make("query", operation="query", query="SELECT Id FROM Account WHERE Name LIKE 'n%'")
    found, path = [], f"/query/{made.json()['id']}/resultPages"
    while path:
        body = bulk.send("GET", path).json()
        assert len(body["resultPages"]) <= 5
        for one in body["resultPages"]:
            found += [row["Id"] for row in bulk.rows(one["resultUrl"].partition("/jobs")[2])]
        path = (body["nextRecordsUrl"] or "").partition("/jobs")[2]
        assert body["done"] is (not path)
    assert len(found) == len(set(found)) == 65


def test_formats_of_values(org: Org, bulk: BulkClient) -> None:
    lead = org.aliases["lead"]
    changes = {"Company": 'O"Neil, \n Söhne', "Score__c": 7, "Vip__c": True, "Due__c": "2026-05-06"}
    assert Actor(org, "@robot").patch(f"/sobjects/Lead/{lead}", changes, NO_RULE).status == 204
    soql = (
        "SELECT company, Score__c, Vip__c, Due__c, CreatedDate, Owner.Name, MasterRecordId, NumberOfEmployees, "
        "toLabel(Status) FROM Lead l WHERE l.LastName = 'Doe'"
    )
    (row,) = bulk.query(soql)
    assert row == {
        "Company": 'O"Neil, \n Söhne',
        "Score__c": "7.0",
        "Vip__c": "true",
        "Due__c": "2026-05-06",
        "CreatedDate": "2026-03-02T12:00:00.000Z",
        "Owner.Name": "Bob Stone",
        "MasterRecordId": "",
        "NumberOfEmployees": "",
        "Status": "Open - Not Contacted",
    }
    assert list(row)[:2] == ["Company", "Score__c"]


def test_columns_are_sorted_before_version_50(org: Org) -> None:
    old = BulkClient(org, version="48.0")
    assert list(old.query("SELECT LastName, Id, Company FROM Lead")[0]) == ["Company", "Id", "LastName"]


def test_delimiter_and_line_ending_are_the_job_s(bulk: BulkClient) -> None:
    settings = {"operation": "query", "query": SOQL, "columnDelimiter": "PIPE", "lineEnding": "CRLF"}
    job_id = bulk.make("query", **settings).json()["id"]
    assert bulk.text(f"/query/{job_id}/results").startswith('"Id"|"LastName"\r\n"00Q')


def test_query_all_finds_the_recycle_bin(org: Org, bulk: BulkClient) -> None:
    Actor(org, "@robot").delete(f"/sobjects/Lead/{org.aliases['lead']}")
    assert len(bulk.query("SELECT Id FROM Lead")) == 1
    found = bulk.query("SELECT Id, IsDeleted FROM Lead", operation="queryAll")
    assert sorted(row["IsDeleted"] for row in found) == ["false", "true"]


def test_results_are_compressed_for_those_who_take_gzip(bulk: BulkClient) -> None:
    job_id = bulk.make("query", operation="query", query=SOQL).json()["id"]
    answer = bulk.send("GET", f"/query/{job_id}/results", headers={"Accept-Encoding": "gzip, deflate"})
    assert answer.header("Content-Encoding") == "gzip"
    assert gzip.decompress(answer.body).decode() == bulk.text(f"/query/{job_id}/results")


@pytest.mark.parametrize(
    ("soql", "code", "words"),
    [
        (
            "SELECT Id, (SELECT Id FROM Contacts) FROM Account",
            "API_ERROR",
            "Aggregate Relationships not supported",
        ),
        ("SELECT TYPEOF Owner WHEN User THEN Id END FROM Lead", "API_ERROR", "TYPEOF"),
        ("SELECT Id, Address FROM Lead", "API_ERROR", "Selecting compound data not supported in Bulk Query"),
        ("SELECT COUNT() FROM Lead", "API_ERROR", "Aggregate functions"),
        ("SELECT MAX(CreatedDate) FROM Lead", "API_ERROR", "Aggregate functions"),
        ("SELECT Company FROM Lead GROUP BY Company", "API_ERROR", "GROUP BY"),
        ("SELECT Id FROM Lead LIMIT 5 OFFSET 5", "API_ERROR", "OFFSET"),
        ("SELECT FIELDS(ALL) FROM Lead LIMIT 10", "API_ERROR", "FIELDS(ALL)"),
        ("SELECT Id FROM TaskStatus", "INVALIDENTITY", "Entity 'TaskStatus' is not supported by the Bulk API."),
        ("SELECT Nope FROM Lead", "INVALID_FIELD", "No such column 'Nope'"),
        ("SELECT Id FROM Nope", "INVALID_TYPE", "sObject type 'Nope' is not supported"),
        ("SELECT Id FROM Lead WHERE", "MALFORMED_QUERY", "unexpected token"),
        ("SELECT Id FROM Lead WHERE Nope = 1", "INVALID_FIELD", "No such column 'Nope'"),
    ],
)
def test_what_bulk_queries_cannot_do_is_refused_at_once(
    bulk: BulkClient, soql: str, code: str, words: str
) -> None:
    status, found, sentence = refusal(bulk.make("query", operation="query", query=soql))
    assert (status, found) == (400, code)
    assert words in sentence


@pytest.mark.parametrize(
    "settings",
    [
        {"operation": "insert", "query": SOQL},
        {"query": SOQL},
        {"operation": "query"},
        {"operation": "query", "query": SOQL, "columnDelimiter": "COLON"},
        {"operation": "query", "query": SOQL, "lineEnding": "CR"},
        {"operation": "query", "query": SOQL, "contentType": "JSON"},
        {"operation": "query", "query": SOQL, "object": "Lead"},
    ],
)
def test_wrong_settings_are_refused(bulk: BulkClient, settings: dict[str, str]) -> None:
    assert bulk.make("query", **settings).status == 400


def test_a_job_can_be_aborted_until_it_is_done_and_then_deleted(org: Org, bulk: BulkClient) -> None:
    org.bulk.delay_seconds = 60
    job_id = bulk.make("query", operation="query", query=SOQL).json()["id"]
    aborted = bulk.actor.patch(f"/jobs/query/{job_id}", {"state": "Aborted"})
    assert (aborted.status, aborted.json()["state"]) == (200, "Aborted")
    org.clock.advance(100)
    assert bulk.info("query", job_id)["state"] == "Aborted"
    assert refusal(bulk.actor.patch(f"/jobs/query/{job_id}", {"state": "Aborted"})) == (
        400,
        "INVALIDJOBSTATE",
        "Aborting already Completed Job not allowed",
    )
    assert bulk.actor.delete(f"/jobs/query/{job_id}").status == 204
    gone = bulk.actor.get(f"/jobs/query/{job_id}")
    assert refusal(gone) == (404, "NOT_FOUND", "The requested resource does not exist")


def test_results_want_the_version_of_the_job_and_csv(org: Org, bulk: BulkClient) -> None:
    job_id = bulk.make("query", operation="query", query=SOQL).json()["id"]
    newer = BulkClient(org, version="66.0")
    assert newer.send("GET", f"/query/{job_id}/results").status == 409


def test_jobs_of_others_are_closed_to_all_but_administrators(org: Org, bulk: BulkClient) -> None:
    bob = BulkClient(org, "@bob")
    mine, his = (one.make("query", operation="query", query=SOQL).json()["id"] for one in (bulk, bob))
    assert refusal(bob.send("GET", f"/query/{mine}/results"))[:2] == (403, "INVALIDUSER")
    assert bulk.send("GET", f"/query/{his}/results").status == 200


def test_old_jobs_are_forgotten_after_seven_days(org: Org, bulk: BulkClient) -> None:
    bulk.make("query", operation="query", query=SOQL)
    assert len(list(org.bulk)) == 1
    org.clock.advance(8 * 24 * 3600)
    org.bulk.run_due()
    assert list(org.bulk) == []


def test_the_list_of_jobs_tells_both_kinds_and_goes_on_by_locator(
    bulk: BulkClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bulk_rest.MOST_JOBS == 1_000
    monkeypatch.setattr(bulk_rest, "MOST_JOBS", 10)
    bulk.make("ingest", operation="insert", object="Lead")
    for _ in range(11):
        bulk.make("query", operation="query", query="SELECT Id FROM Lead LIMIT 1")
    first = bulk.actor.get("/jobs/query?jobType=V2Query").json()
    assert (len(first["records"]), first["done"]) == (10, False)
    second = bulk.actor.get(first["nextRecordsUrl"].partition("v65.0")[2]).json()
    assert (len(second["records"]), second["done"], second["nextRecordsUrl"]) == (1, True, None)
    ids = {one["id"] for one in first["records"] + second["records"]}
    assert len(ids) == 11
    loads = bulk.actor.get("/jobs/ingest?jobType=V2Ingest").json()["records"]
    assert [one["state"] for one in loads] == ["Open"]


def test_a_hidden_field_is_no_column(org: Org) -> None:
    org.hide_fields(org.aliases["bob"], {("Lead", "Company")})
    bob = BulkClient(org, "@bob")
    status, code, _ = refusal(bob.make("query", operation="query", query="SELECT Company FROM Lead"))
    assert (status, code) == (400, "INVALID_FIELD")
