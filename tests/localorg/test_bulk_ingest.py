"""Ingest jobs of Bulk API 2.0: upload, processing by the rules of REST, and what became of every row."""

from __future__ import annotations

from typing import Any

import pytest

from sfrouter.localorg.org import Org
from tests.localorg.bulk_calls import BulkClient, refusal
from tests.localorg.small_world import RULE, owner_of, small_org


@pytest.fixture
def org() -> Org:
    return small_org(assignment_rules=[RULE])


@pytest.fixture
def bulk(org: Org) -> BulkClient:
    return BulkClient(org)


def lead(org: Org, row_id: str) -> dict[str, Any]:
    row = org.store.get("Lead", row_id)
    assert row is not None
    return row


def failures(bulk: BulkClient, job: dict[str, Any]) -> list[str]:
    return [row["sf__Error"] for row in bulk.rows(f"/ingest/{job['id']}/failedResults/")]


def test_an_ingest_job_goes_through_its_states(org: Org, bulk: BulkClient) -> None:
    made = bulk.make("ingest", operation="insert", object="lead").json()
    assert made["state"] == "Open"
    assert made["contentUrl"] == f"services/data/v65.0/jobs/ingest/{made['id']}/batches"
    assert (made["object"], made["lineEnding"], made["columnDelimiter"]) == ("Lead", "LF", "COMMA")
    org.bulk.delay_seconds = 60
    assert bulk.upload(made["id"], "LastName,Company\nNew,Shop\n").status == 201
    assert refusal(bulk.send("GET", f"/ingest/{made['id']}/successfulResults"))[1] == "INVALIDJOBSTATE"
    closed = bulk.close(made["id"]).json()
    assert (closed["state"], "contentUrl" in closed) == ("UploadComplete", False)
    org.clock.advance(31)
    assert bulk.info("ingest", made["id"])["state"] == "InProgress"
    assert org.store.count("Lead", {"LastName": "New"}) == 0
    org.clock.advance(30)
    done = bulk.info("ingest", made["id"])
    assert done["state"] == "JobComplete"
    assert (done["numberRecordsProcessed"], done["numberRecordsFailed"], done["jobType"]) == (1, 0, "V2Ingest")
    assert org.store.count("Lead", {"LastName": "New"}) == 1


def test_an_insert_tells_ids_and_errors_row_by_row(org: Org, bulk: BulkClient) -> None:
    text = 'LastName,Company,Email\nGood,"Shop, Ltd",a@shop.example\n,Nobody,\nBad,Shop,no-mail\n'
    job = bulk.load(text, operation="insert", object="Lead")
    assert (job["state"], job["numberRecordsProcessed"], job["numberRecordsFailed"]) == ("JobComplete", 3, 2)
    (good,) = bulk.rows(f"/ingest/{job['id']}/successfulResults/")
    assert list(good) == ["sf__Id", "sf__Created", "LastName", "Company", "Email"]
    assert (good["sf__Created"], good["Company"]) == ("true", "Shop, Ltd")
    assert lead(org, good["sf__Id"])["Company"] == "Shop, Ltd"
    bad = bulk.rows(f"/ingest/{job['id']}/failedResults/")
    assert list(bad[0]) == ["sf__Id", "sf__Error", "LastName", "Company", "Email"]
    assert bad[0]["sf__Error"] == "REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --"
    assert bad[1]["sf__Error"] == "INVALID_EMAIL_ADDRESS:Email: invalid email address: no-mail:Email --"
    assert (bad[0]["sf__Id"], bad[1]["LastName"]) == ("", "Bad")
    assert bulk.text(f"/ingest/{job['id']}/unprocessedrecords/") == '"LastName","Company","Email"\n'


def test_an_update_leaves_empty_values_alone_and_empties_on_request(org: Org, bulk: BulkClient) -> None:
    found = org.aliases["lead"]
    org.store.update("Lead", found, {"City": "Rome", "State": "RM", "Vip__c": True})
    job = bulk.load(f"Id,City,State,LastName\n{found},,#N/A,Changed\n", operation="update", object="Lead")
    assert job["numberRecordsFailed"] == 0
    row = lead(org, found)
    assert (row["City"], row["State"], row["LastName"]) == ("Rome", None, "Changed")
    (done,) = bulk.rows(f"/ingest/{job['id']}/successfulResults")
    assert (done["sf__Id"], done["sf__Created"], done["State"]) == (found, "false", "#N/A")


def test_rows_that_cannot_be_found_are_told_with_their_id(org: Org, bulk: BulkClient) -> None:
    gone, converted = org.aliases["lead"], org.aliases["converted"]
    org.store.delete("Lead", gone)
    text = f"Id,City\n{gone},x\n{converted},x\n00Q000000000000EAA,x\n001000000000000AAA,x\n,x\n"
    job = bulk.load(text, operation="update", object="Lead")
    assert failures(bulk, job) == [
        "ENTITY_IS_DELETED:entity is deleted:--",
        "CANNOT_UPDATE_CONVERTED_LEAD:cannot reference converted lead:--",
        "INVALID_CROSS_REFERENCE_KEY:invalid cross reference id:--",
        "MALFORMED_ID:Lead ID: id value of incorrect type: 001000000000000AAA:Id --",
        "MISSING_ARGUMENT:Id not specified in an update call:--",
    ]
    rows = bulk.rows(f"/ingest/{job['id']}/failedResults")
    assert [row["sf__Id"] for row in rows][:2] == [gone, converted]


def test_an_upsert_makes_or_changes_by_the_external_id(org: Org, bulk: BulkClient) -> None:
    settings = {"operation": "upsert", "object": "Lead", "externalIdFieldName": "Outside_Key__c"}
    bulk.load("Outside_Key__c,LastName,Company\nk1,One,Shop\n", **settings)
    job = bulk.load("Outside_Key__c,LastName,Company\nk1,Uno,\nk2,Two,Shop\n,Three,Shop\n", **settings)
    created = {
        row["Outside_Key__c"]: row["sf__Created"] for row in bulk.rows(f"/ingest/{job['id']}/successfulResults")
    }
    assert created == {"k1": "false", "k2": "true"}
    assert failures(bulk, job) == ["MISSING_ARGUMENT:Outside_Key__c not specified:--"]
    (one,) = org.store.rows("Lead", {"Outside_Key__c": "k1"})
    assert (one["LastName"], one["Company"]) == ("Uno", "Shop")


def test_an_upsert_refuses_an_external_id_that_stands_twice(org: Org, bulk: BulkClient) -> None:
    settings = {"operation": "upsert", "object": "Lead", "externalIdFieldName": "Outside_Key__c"}
    job = bulk.load("Outside_Key__c,LastName,Company\na,1,S\nb,2,S\na,3,S\n", **settings)
    sentence = "DUPLICATE_VALUE:Duplicate external id specified: a:Outside_Key__c --"
    assert failures(bulk, job) == [sentence, sentence]
    assert org.store.count("Lead", {"Outside_Key__c": "b"}) == 1


def test_an_upsert_by_id_makes_rows_without_one(org: Org, bulk: BulkClient) -> None:
    settings = {"operation": "upsert", "object": "Lead", "externalIdFieldName": "Id"}
    found = org.aliases["lead"]
    job = bulk.load(f"Id,LastName,Company\n{found},Known,\n,Fresh,Shop\n", **settings)
    assert job["numberRecordsFailed"] == 0
    assert lead(org, found)["LastName"] == "Known"
    assert org.store.count("Lead", {"LastName": "Fresh"}) == 1


def test_a_delete_fills_the_recycle_bin_and_a_hard_delete_does_not(org: Org, bulk: BulkClient) -> None:
    first, second = org.aliases["lead"], org.aliases["converted"]
    bulk.load(f"Id\n{first}\n", operation="delete", object="Lead")
    binned = org.store.get("Lead", first, include_deleted=True)
    assert binned is not None
    assert binned["IsDeleted"] is True
    status, code, _ = refusal(bulk.make("ingest", operation="hardDelete", object="Lead"))
    assert (status, code) == (400, "FEATURENOTENABLED")
    org.bulk.hard_delete = True
    job = bulk.load(f"Id\n{first}\n{second}\n", operation="hardDelete", object="Lead")
    assert job["numberRecordsFailed"] == 0
    assert org.store.count("Lead", include_deleted=True) == 0


def test_a_rule_of_assignment_runs_only_when_the_job_names_it(org: Org, bulk: BulkClient) -> None:
    text = "LastName,Company,Country\nX,Shop,FR\n"
    plain = bulk.load(text, operation="insert", object="Lead")
    (row,) = bulk.rows(f"/ingest/{plain['id']}/successfulResults")
    assert owner_of(org, row["sf__Id"]) == org.aliases["robot"]
    ruled = bulk.load(text, operation="insert", object="Lead", assignmentRuleId=org.aliases["rule"])
    assert ruled["assignmentRuleId"] == org.aliases["rule"]
    (row,) = bulk.rows(f"/ingest/{ruled['id']}/successfulResults")
    assert owner_of(org, row["sf__Id"]) == org.aliases["inbound"]
    wrong = bulk.make("ingest", operation="insert", object="Lead", assignmentRuleId="01Q000000000000AAA")
    assert wrong.status == 400


def test_a_file_is_taken_once(bulk: BulkClient) -> None:
    job_id = bulk.make("ingest", operation="insert", object="Lead").json()["id"]
    assert bulk.upload(job_id, "LastName\nx\n").status == 201
    status, _, sentence = refusal(bulk.upload(job_id, "LastName\ny\n"))
    assert status == 400
    assert sentence.startswith("Found multiple contents for job")
    bulk.close(job_id)
    assert refusal(bulk.upload(job_id, "LastName\ny\n"))[1] == "INVALIDJOBSTATE"
    assert refusal(bulk.close(job_id))[1] == "INVALIDJOBSTATE"


def test_a_file_that_is_too_large_is_refused(org: Org, bulk: BulkClient) -> None:
    assert org.bulk.largest_upload == 100 * 1024 * 1024
    org.bulk.largest_upload = 20
    job_id = bulk.make("ingest", operation="insert", object="Lead").json()["id"]
    assert bulk.upload(job_id, "x" * 21).status == 413
    assert bulk.upload(job_id, "x" * 20).status == 201


def test_a_file_must_be_csv(bulk: BulkClient) -> None:
    job_id = bulk.make("ingest", operation="insert", object="Lead").json()["id"]
    answer = bulk.send("PUT", f"/ingest/{job_id}/batches", b"{}", {"Content-Type": "application/json"})
    assert refusal(answer)[:2] == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    ("text", "settings", "error"),
    [
        (
            "LastName,Company\r\nx,y\r\n",
            {"operation": "insert"},
            "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is LF",
        ),
        (
            "LastName,Company\nx,y\n",
            {"operation": "insert", "lineEnding": "CRLF"},
            "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is CRLF",
        ),
        ("LastName,Nope__c\nx,y\n", {"operation": "insert"}, "InvalidBatch : Field name not found : Nope__c"),
        ("LastName\nx\n", {"operation": "update"}, "InvalidBatch : Field name not found : Id"),
        ("\ufeffLastName\nx\n", {"operation": "insert"}, "InvalidBatch : Field name not found : \ufeffLastName"),
        ("LastName,lastname\nx,y\n", {"operation": "insert"}, "InvalidBatch : Duplicate field name : lastname"),
        ("Id,City\nx,y\n", {"operation": "delete"}, "InvalidBatch : The 'delete' batch must contain only ids"),
        (
            "LastName;Company\nx;y\n",
            {"operation": "insert"},
            "InvalidBatch : Field name not found : LastName;Company",
        ),
    ],
)
def test_a_file_that_does_not_fit_fails_the_whole_job(
    org: Org, bulk: BulkClient, text: str, settings: dict[str, str], error: str
) -> None:
    before = org.store.count("Lead")
    job = bulk.load(text, object="Lead", **settings)
    assert (job["state"], job["errorMessage"], job["numberRecordsProcessed"]) == ("Failed", error, 0)
    assert org.store.count("Lead") == before


def test_the_rows_of_a_failed_job_are_unprocessed(bulk: BulkClient) -> None:
    job = bulk.load("LastName,Nope__c\nx,y\n", operation="insert", object="Lead")
    assert bulk.rows(f"/ingest/{job['id']}/unprocessedrecords") == [{"LastName": "x", "Nope__c": "y"}]


def test_delimiters_quotes_and_line_breaks_are_kept(org: Org, bulk: BulkClient) -> None:
    text = 'LastName^Company^Description\r\n"A^B"^Say ""no^"one\r\ntwo ""three"""\r\nC^Shop^" x "\r\n'
    job = bulk.load(text, operation="insert", object="Lead", columnDelimiter="CARET", lineEnding="CRLF")
    assert failures_of(bulk, job, "^") == ["A^B"]
    (row,) = bulk.rows(f"/ingest/{job['id']}/successfulResults", "^")
    assert row["Description"] == " x "
    job = bulk.load(
        text.replace('Say ""no', "Shop"),
        operation="insert",
        object="Lead",
        columnDelimiter="CARET",
        lineEnding="CRLF",
    )
    (row, _) = bulk.rows(f"/ingest/{job['id']}/successfulResults", "^")
    assert lead(org, row["sf__Id"])["Description"] == 'one\r\ntwo "three"'


def failures_of(bulk: BulkClient, job: dict[str, Any], delimiter: str) -> list[str]:
    return [row["LastName"] for row in bulk.rows(f"/ingest/{job['id']}/failedResults", delimiter)][:1]


def test_parents_may_be_named_by_an_external_id(org: Org, bulk: BulkClient) -> None:
    lead_id, email = org.aliases["lead"], "doe@acme.example"
    org.store.update("Lead", lead_id, {"Email": email})
    text = f"Subject,Lead:Who.Email,Owner.Id\nCall,{email},{org.aliases['bob']}\nCall,none@acme.example,\n"
    job = bulk.load(text.replace("Owner.Id", "OwnerId"), operation="insert", object="Task")
    (done,) = bulk.rows(f"/ingest/{job['id']}/successfulResults")
    task = org.store.get("Task", done["sf__Id"])
    assert task is not None
    assert (task["WhoId"], task["OwnerId"]) == (lead_id, org.aliases["bob"])
    sentence = "Foreign key external ID: none@acme.example not found for field Email in entity Lead"
    assert failures(bulk, job) == [f"INVALID_FIELD:{sentence}:Email --"]


@pytest.mark.parametrize(
    "header", ["Who.Email", "User:Who.Email", "Lead:Who.Company", "Nope.Email", "Account:ReportsTo.Id"]
)
def test_a_parent_column_that_does_not_fit_fails_the_job(bulk: BulkClient, header: str) -> None:
    job = bulk.load(f"Subject,{header}\nCall,x\n", operation="insert", object="Task")
    assert (job["state"], job["errorMessage"]) == ("Failed", f"InvalidBatch : Field name not found : {header}")


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        (
            "NumberOfEmployees",
            "many",
            "INVALID_TYPE_ON_FIELD_IN_RECORD:Employees: value not of required type: many",
        ),
        ("Due__c", "06.05.2026", "INVALID_TYPE_ON_FIELD_IN_RECORD:Due: value not of required type: 06.05.2026"),
        ("Vip__c", "perhaps", "INVALID_TYPE_ON_FIELD_IN_RECORD:Vip: value not of required type: perhaps"),
        ("Tier__c", "Lead", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST:"),
        ("OwnerId", "nobody", "MALFORMED_ID:"),
        ("IsDeleted", "true", "INVALID_FIELD_FOR_INSERT_UPDATE:"),
    ],
)
def test_values_go_through_the_rules_of_rest(bulk: BulkClient, field: str, value: str, error: str) -> None:
    job = bulk.load(f"LastName,Company,{field}\nx,y,{value}\n", operation="insert", object="Lead")
    (found,) = failures(bulk, job)
    assert found.startswith(error)
    assert found.endswith(" --")


def test_many_rows_are_worked_off_in_chunks(org: Org, bulk: BulkClient) -> None:
    text = "LastName,Company\n" + "".join(f"n{number},Shop\n" for number in range(450))
    job = bulk.load(text, operation="insert", object="Lead")
    assert (job["numberRecordsProcessed"], job["state"]) == (450, "JobComplete")
    assert org.store.count("Lead", {"Company": "Shop"}) == 450


def test_rows_over_the_daily_limit_stay_unprocessed(org: Org, bulk: BulkClient) -> None:
    org.bulk.records_a_day = 3
    job = bulk.load("LastName,Company\na,S\nb,S\nc,S\nd,S\ne,S\n", operation="insert", object="Lead")
    assert (job["state"], job["numberRecordsProcessed"]) == ("Failed", 3)
    assert [row["LastName"] for row in bulk.rows(f"/ingest/{job['id']}/unprocessedrecords")] == ["d", "e"]
    org.clock.advance(25 * 3600)
    bulk = BulkClient(org)
    assert bulk.load("LastName,Company\na,S\n", operation="insert", object="Lead")["state"] == "JobComplete"


def test_an_aborted_job_changes_nothing_and_hands_its_rows_back(org: Org, bulk: BulkClient) -> None:
    org.bulk.delay_seconds = 60
    job_id = bulk.make("ingest", operation="insert", object="Lead").json()["id"]
    bulk.upload(job_id, "LastName,Company\nx,y\n")
    bulk.close(job_id)
    assert bulk.close(job_id, "Aborted").json()["state"] == "Aborted"
    org.clock.advance(100)
    assert org.store.count("Lead", {"LastName": "x"}) == 0
    assert bulk.rows(f"/ingest/{job_id}/unprocessedrecords") == [{"LastName": "x", "Company": "y"}]
    assert refusal(bulk.close(job_id, "Aborted"))[1] == "INVALIDJOBSTATE"


def test_an_open_job_cannot_be_deleted_an_ended_one_can(bulk: BulkClient) -> None:
    job_id = bulk.make("ingest", operation="insert", object="Lead").json()["id"]
    assert refusal(bulk.actor.delete(f"/jobs/ingest/{job_id}"))[:2] == (400, "API_ERROR")
    bulk.close(job_id, "Aborted")
    assert bulk.actor.delete(f"/jobs/ingest/{job_id}").status == 204
    assert bulk.actor.get(f"/jobs/ingest/{job_id}").status == 404


def test_only_its_maker_closes_a_job(org: Org, bulk: BulkClient) -> None:
    bob = BulkClient(org, "@bob")
    job_id = bob.make("ingest", operation="insert", object="Lead").json()["id"]
    assert refusal(bulk.close(job_id))[:2] == (403, "INVALIDUSER")
    assert bulk.close(job_id, "Aborted").json()["state"] == "Aborted"


@pytest.mark.parametrize(
    "settings",
    [
        {"operation": "insert", "object": "Nope"},
        {"operation": "insert"},
        {"operation": "query", "object": "Lead"},
        {"operation": "upsert", "object": "Lead"},
        {"operation": "upsert", "object": "Lead", "externalIdFieldName": "City"},
        {"operation": "insert", "object": "Lead", "externalIdFieldName": "Outside_Key__c"},
        {"operation": "insert", "object": "Lead", "contentType": "XML"},
        {"operation": "insert", "object": "Lead", "nope": "x"},
    ],
)
def test_wrong_settings_are_refused(bulk: BulkClient, settings: dict[str, str]) -> None:
    assert bulk.make("ingest", **settings).status == 400


def test_a_multipart_request_brings_job_and_file_at_once(org: Org, bulk: BulkClient) -> None:
    body = (
        b'--B\r\nContent-Type: application/json\r\nContent-Disposition: form-data; name="job"\r\n\r\n'
        b'{"object": "Lead", "contentType": "CSV", "operation": "insert"}\r\n'
        b"--B\r\nContent-Type: text/csv\r\n"
        b'Content-Disposition: form-data; name="content"; filename="content"\r\n\r\n'
        b"LastName,Company\nMulti,S\xc3\xb6hne\n\r\n--B--\r\n"
    )
    made = bulk.send("POST", "/ingest", body, {"Content-Type": "multipart/form-data; boundary=B"})
    assert (made.status, made.json()["state"]) == (200, "UploadComplete")
    done = bulk.info("ingest", made.json()["id"])
    assert (done["state"], done["numberRecordsProcessed"]) == ("JobComplete", 1), done
    assert org.store.count("Lead", {"Company": "Söhne"}) == 1
