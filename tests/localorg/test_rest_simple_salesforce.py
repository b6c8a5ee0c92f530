"""The later REST resources with a client that nobody here wrote (simple-salesforce), over HTTP."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from simple_salesforce.api import Salesforce

from sfrouter.localorg.server import LocalOrgServer
from tests.localorg.small_world import small_world


class PlainAdapter(HTTPAdapter):
    """Sends what is meant for https to the loopback server over http."""

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        request.url = (request.url or "").replace("https://", "http://", 1)
        return super().send(request, *args, **options)


@pytest.fixture
def server() -> Iterator[LocalOrgServer]:
    with LocalOrgServer(small_world()) as running:
        yield running


@pytest.fixture
def client(server: LocalOrgServer) -> Any:
    session = requests.Session()
    session.mount("https://", PlainAdapter())
    token = server.org.open_session("@robot").token
    host = server.url.removeprefix("http://")
    return Salesforce(instance=host, session_id=token, session=session, version="65.0")


def test_changed_and_deleted_rows_are_fetched(server: LocalOrgServer, client: Any) -> None:
    lead = server.org.aliases["lead"]
    start, end = datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC) + timedelta(hours=1)
    changed = client.Lead.updated(start, end)
    assert lead in changed["ids"]
    client.Lead.delete(lead)
    gone = client.Lead.deleted(start, end)
    assert [one["id"] for one in gone["deletedRecords"]] == [lead]
    assert lead not in client.Lead.updated(start, end)["ids"]


def post(client: Any, path: str, body: dict[str, Any]) -> Any:
    """A POST to a resource that the client has no method for."""
    return client.restful(path, method="POST", json=body)


def test_a_custom_field_is_made_and_granted(client: Any) -> None:
    metadata = {"type": "Text", "label": "Note", "length": 20}
    body = {"FullName": "Lead.Note__c", "Metadata": metadata}
    made = post(client, "tooling/sobjects/CustomField", body)
    assert made["success"] is True
    assert "Note__c" not in {one["name"] for one in client.Lead.describe()["fields"]}
    parent = client.PermissionSet.create({"Name": "Router", "Label": "Router"})["id"]
    rights = {"SobjectType": "Lead", "Field": "Lead.Note__c", "PermissionsRead": True, "PermissionsEdit": True}
    client.FieldPermissions.create({"ParentId": parent} | rights)
    user = client.query("SELECT Id FROM User WHERE Username = 'robot@acme.example'")["records"][0]["Id"]
    client.PermissionSetAssignment.create({"PermissionSetId": parent, "AssigneeId": user})
    assert "Note__c" in {one["name"] for one in client.Lead.describe()["fields"]}
    found = client.toolingexecute(
        "query", params={"q": "SELECT Id, DeveloperName FROM CustomField WHERE DeveloperName = 'Note'"}
    )
    assert [one["Id"] for one in found["records"]] == [made["id"]]


def test_batch_tree_and_graph(client: Any) -> None:
    batch = {"batchRequests": [{"method": "GET", "url": "v65.0/limits"}]}
    assert post(client, "composite/batch", batch)["hasErrors"] is False
    record = {"attributes": {"type": "Lead", "referenceId": "a"}, "LastName": "T", "Company": "C"}
    tree = post(client, "composite/tree/Lead", {"records": [record]})
    assert tree["results"][0]["referenceId"] == "a"
    node = {
        "method": "GET",
        "url": f"/services/data/v65.0/sobjects/Lead/{tree['results'][0]['id']}",
        "referenceId": "read",
    }
    graph = {"graphs": [{"graphId": "g", "compositeRequest": [node]}]}
    answer = post(client, "composite/graph", graph)
    assert answer["graphs"][0]["graphResponse"]["compositeResponse"][0]["body"]["LastName"] == "T"
