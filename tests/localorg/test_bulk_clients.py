"""A client that nobody here wrote (simple-salesforce, bulk2) loads and reads over HTTP."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceMalformedRequest, SalesforceOperationError

from sfrouter.localorg.server import LocalOrgServer
from tests.localorg.small_world import small_world

SECONDS = 20


class PlainAdapter(HTTPAdapter):
    """Sends what is meant for https to the loopback server over http."""

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        request.url = (request.url or "").replace("https://", "http://", 1)
        return super().send(request, *args, **{**options, "timeout": SECONDS})


@pytest.fixture
def server() -> Iterator[LocalOrgServer]:
    with LocalOrgServer(small_world()) as running:
        running.org.bulk.hard_delete = True
        yield running


@pytest.fixture
def client(server: LocalOrgServer, monkeypatch: pytest.MonkeyPatch) -> Any:
    """simple-salesforce with a session of the integration user (untyped: its attributes are made on the fly).

    It sleeps for five seconds before it asks for a job's state, which is done long since here.
    """
    monkeypatch.setattr("simple_salesforce.bulk2.sleep", lambda _seconds: None)
    session = requests.Session()
    session.mount("https://", PlainAdapter())
    token = server.org.open_session("@robot").token
    return Salesforce(instance=urlsplit(server.url).netloc, session_id=token, session=session, version="65.0")


def test_it_inserts_reads_updates_and_deletes(server: LocalOrgServer, client: Any) -> None:
    rows = [{"LastName": f"n{number:03}", "Company": 'O"Neil, Sons'} for number in range(300)]
    rows.append({"LastName": "", "Company": "No name"})
    (loaded,) = client.bulk2.Lead.insert(records=rows)
    assert (loaded["numberRecordsProcessed"], loaded["numberRecordsFailed"]) == (301, 1)
    found = client.bulk2.Lead.get_all_ingest_records(loaded["job_id"])
    assert (len(found["successfulRecords"]), len(found["failedRecords"])) == (300, 1)
    error = found["failedRecords"][0]["sf__Error"]
    assert error == "REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --"
    ids = [row["sf__Id"] for row in found["successfulRecords"]]
    assert server.org.store.count("Lead", {"Company": 'O"Neil, Sons'}) == 300

    pages = list(
        client.bulk2.Lead.query("SELECT Id, LastName FROM Lead WHERE LastName LIKE 'n%'", max_records=100)
    )
    assert [page.splitlines()[0] for page in pages] == ['"Id","LastName"'] * 3
    read = [row for page in pages for row in csv.DictReader(page.splitlines())]
    assert {row["Id"] for row in read} == set(ids)

    (changed,) = client.bulk2.Lead.update(records=[{"Id": one, "City": "Rome"} for one in ids])
    assert (changed["numberRecordsProcessed"], changed["numberRecordsFailed"]) == (300, 0)
    assert server.org.store.count("Lead", {"City": "Rome"}) == 300

    (gone,) = client.bulk2.Lead.delete(records=[{"Id": one} for one in ids[:200]])
    assert gone["numberRecordsFailed"] == 0
    assert server.org.store.count("Lead", {"City": "Rome"}) == 100
    everything = list(client.bulk2.Lead.query_all("SELECT Id FROM Lead WHERE City = 'Rome'"))
    assert sum(len(page.splitlines()) - 1 for page in everything) == 300
    (purged,) = client.bulk2.Lead.hard_delete(records=[{"Id": one} for one in ids])
    assert purged["numberRecordsFailed"] == 0
    assert server.org.store.count("Lead", {"City": "Rome"}, include_deleted=True) == 0


def test_it_upserts_by_an_external_id(server: LocalOrgServer, client: Any) -> None:
    rows = [{"Outside_Key__c": "a", "LastName": "A", "Company": "Shop"}]
    client.bulk2.Lead.upsert(records=rows, external_id_field="Outside_Key__c")
    rows = [{**rows[0], "LastName": "Again"}, {"Outside_Key__c": "b", "LastName": "B", "Company": "Shop"}]
    (result,) = client.bulk2.Lead.upsert(records=rows, external_id_field="Outside_Key__c")
    assert (result["numberRecordsProcessed"], result["numberRecordsFailed"]) == (2, 0)
    found = client.query("SELECT LastName FROM Lead WHERE Outside_Key__c != null ORDER BY LastName")
    assert [row["LastName"] for row in found["records"]] == ["Again", "B"]


def test_it_loads_a_file_and_downloads_a_query(tmp_path: Path, client: Any) -> None:
    file = tmp_path / "leads.csv"
    file.write_text('LastName,Company,Description\nSöhne,Shop,"two\nlines"\n', "utf-8")
    (result,) = client.bulk2.Lead.insert(str(file))
    assert result["numberRecordsFailed"] == 0
    (page,) = client.bulk2.Lead.download(
        "SELECT LastName, Description FROM Lead WHERE Company = 'Shop'", str(tmp_path)
    )
    with Path(page["file"]).open(encoding="utf-8", newline="") as stream:
        assert list(csv.reader(stream)) == [["LastName", "Description"], ["Söhne", "two\nlines"]]


def test_it_hears_why_a_job_failed_and_a_query_was_refused(client: Any) -> None:
    with pytest.raises(SalesforceOperationError, match="Field name not found : Nope__c"):
        client.bulk2.Lead.insert(records=[{"LastName": "x", "Nope__c": "y"}])
    with pytest.raises(SalesforceMalformedRequest, match="compound data"):
        list(client.bulk2.Lead.query("SELECT Address FROM Lead"))
