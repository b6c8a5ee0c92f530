"""The local org over HTTP: the port, the socket, and a client that knows nothing of us (simple-salesforce)."""

import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceMalformedRequest, SalesforceResourceNotFound
from simple_salesforce.format import format_soql

from sfrouter.localorg.exchange import DropConnection, Handler, Request, Response
from sfrouter.localorg.server import LARGEST_BODY, LocalOrgServer, LocalOrgStartError, bound_socket, serve
from sfrouter.localorg.world_problems import WorldError
from tests.localorg.small_world import BASE, CLIENT_ID, CLIENT_SECRET, NO_RULE, RULE, small_org, small_world

SECONDS = 10


class PlainAdapter(HTTPAdapter):
    """Sends what is meant for https to the loopback server over http."""

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        request.url = (request.url or "").replace("https://", "http://", 1)
        return super().send(request, *args, **options)


@pytest.fixture
def server() -> Iterator[LocalOrgServer]:
    world = small_world() | {"assignment_rules": [RULE]}
    with LocalOrgServer(world) as running:
        yield running


def token(server: LocalOrgServer, client_id: str = CLIENT_ID, secret: str = CLIENT_SECRET) -> dict[str, str]:
    """Sign in over HTTP."""
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    answer = requests.post(f"{server.url}/services/oauth2/token", data=form, timeout=SECONDS)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def error_code(problem: Any) -> str:
    """The code that simple-salesforce was refused with."""
    return str(problem.content[0]["errorCode"])


@pytest.fixture
def client(server: LocalOrgServer) -> Any:
    """simple-salesforce, signed in by a token (untyped: its attributes are made on the fly)."""
    session = requests.Session()
    session.mount("https://", PlainAdapter())
    found = token(server)
    instance = urlsplit(found["instance_url"]).netloc
    return Salesforce(instance=instance, session_id=found["access_token"], session=session, version="65.0")


# -- simple-salesforce ------------------------------------------------------------


def test_simple_salesforce_queries_pages_and_quotes(server: LocalOrgServer, client: Any) -> None:
    rows = [{"LastName": f"n{number}", "Company": "O'Neil"} for number in range(2_300)]
    server.org.store.insert_many("Lead", [row | {"OwnerId": server.org.aliases["bob"]} for row in rows])
    soql = format_soql("SELECT Id, LastName FROM Lead WHERE Company = {}", "O'Neil")
    body = client.query_all(soql)
    assert (body["totalSize"], body["done"], len(body["records"])) == (2_300, True, 2_300)
    assert len({row["Id"] for row in body["records"]}) == 2_300
    page = client.query(soql)
    assert (len(page["records"]), page["done"]) == (2_000, False)
    rest = client.query_more(page["nextRecordsUrl"], identifier_is_url=True)
    assert (len(rest["records"]), rest["done"]) == (300, True)
    assert sum(1 for _ in client.query_all_iter(soql)) == 2_300


def test_simple_salesforce_makes_reads_changes_and_deletes(server: LocalOrgServer, client: Any) -> None:
    made = client.Lead.create({"LastName": "Web", "Company": "Shop"}, headers=NO_RULE)
    assert made["success"] is True
    assert client.Lead.get(made["id"])["Name"] == "Web"
    assert client.Lead.update(made["id"], {"City": "Rome"}, headers=NO_RULE) == 204
    assert client.Lead.get(made["id"])["City"] == "Rome"
    assert client.Lead.upsert("Outside_Key__c/17", {"LastName": "Up", "Company": "Shop"}) == 201
    assert client.Lead.get_by_custom_id("Outside_Key__c", "17")["LastName"] == "Up"
    assert client.Lead.delete(made["id"]) == 204
    with pytest.raises(SalesforceResourceNotFound) as caught:
        client.Lead.get(made["id"])
    assert error_code(caught.value) == "ENTITY_IS_DELETED"
    with pytest.raises(SalesforceMalformedRequest) as refused:
        client.Lead.create({"LastName": "x"})
    assert error_code(refused.value) == "REQUIRED_FIELD_MISSING"


def test_simple_salesforce_describes_and_reads_limits(client: Any) -> None:
    described = client.describe()
    assert described is not None
    assert any(entry["name"] == "Lead" for entry in described["sobjects"])
    assert any(field["name"] == "Matched_Account__c" for field in client.Lead.describe()["fields"])
    assert client.Lead.metadata()["objectDescribe"]["keyPrefix"] == "00Q"
    assert client.limits()["DailyApiRequests"]["Max"] == 15_000
    assert client.api_usage["api-usage"].total == 15_000


def test_simple_salesforce_sends_composite_calls(server: LocalOrgServer, client: Any) -> None:
    lead = server.org.aliases["lead"]
    change = {
        "method": "PATCH",
        "url": f"{BASE}/sobjects/Lead/{lead}",
        "referenceId": "a",
        "httpHeaders": NO_RULE,
        "body": {"OwnerId": server.org.aliases["sarah"], "Country": "FR"},
    }
    body = client.restful("composite", method="POST", json={"compositeRequest": [change]})
    assert body is not None
    assert body["compositeResponse"][0]["httpStatusCode"] == 204
    assert client.Lead.get(lead)["OwnerId"] == server.org.aliases["sarah"]


def test_simple_salesforce_signs_in_by_client_credentials_itself(server: LocalOrgServer) -> None:
    """Its login address is fixed to salesforce.com, so the adapter brings it here."""
    host = urlsplit(server.url).netloc

    class Here(PlainAdapter):
        def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
            request.url = (request.url or "").replace("acme.my.salesforce.com", host)
            return super().send(request, *args, **options)

    session = requests.Session()
    session.mount("https://", Here())
    found = Salesforce(
        consumer_key=CLIENT_ID, consumer_secret=CLIENT_SECRET, domain="acme.my", session=session, version="65.0"
    )
    assert found.query("SELECT COUNT() FROM Lead")["totalSize"] == 2


def test_two_people_work_side_by_side_over_http(server: LocalOrgServer, client: Any) -> None:
    bob = token(server, "bob-app", "bob-secret")
    lead = server.org.aliases["lead"]
    answer = requests.patch(
        f"{server.url}{BASE}/sobjects/Lead/{lead}",
        json={"OwnerId": server.org.aliases["sarah"]},
        headers={"Authorization": f"Bearer {bob['access_token']}"} | NO_RULE,
        timeout=SECONDS,
    )
    assert answer.status_code == 204
    assert client.Lead.get(lead)["LastModifiedById"] == server.org.aliases["bob"]


# -- the wire ------------------------------------------------------------


def test_the_token_names_the_servers_own_address(server: LocalOrgServer) -> None:
    assert token(server)["instance_url"] == server.url
    assert server.url.startswith("http://127.0.0.1:")


def test_a_connection_is_kept_alive_for_many_calls(server: LocalOrgServer) -> None:
    headers = {"Authorization": f"Bearer {token(server)['access_token']}"}
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=SECONDS)
    line.connect()
    sockets = set()
    for _ in range(3):
        line.request("GET", f"{BASE}/limits", headers=headers)
        sockets.add(line.sock.getsockname())
        answer = line.getresponse()
        answer.read()
        assert answer.status == 200
    assert len(sockets) == 1
    line.close()


def test_a_long_uri_is_414_and_long_headers_431(server: LocalOrgServer) -> None:
    long = requests.get(f"{server.url}{BASE}/query", params={"q": "x" * 17_000}, timeout=SECONDS)
    assert long.status_code == 414
    headed = requests.get(f"{server.url}{BASE}/limits", headers={"X-Big": "x" * 17_000}, timeout=SECONDS)
    assert headed.status_code == 431


def test_a_body_over_50_megabytes_is_refused(server: LocalOrgServer) -> None:
    headers = {"Authorization": f"Bearer {token(server)['access_token']}", "Content-Type": "application/json"}
    answer = requests.post(
        f"{server.url}{BASE}/composite", data=b" " * (LARGEST_BODY + 1), headers=headers, timeout=60
    )
    assert answer.status_code == 413


def drop(when: str) -> Callable[[Request, Handler], Response]:
    """A fault that cuts the line before or after the work."""

    def fault(request: Request, following: Handler) -> Response:
        if request.method != "PATCH":
            return following(request)
        if when == "after":
            following(request)
            raise DropConnection("after")
        raise DropConnection("before")

    return fault


@pytest.mark.parametrize(("when", "city"), [("before", None), ("after", "Rome")])
def test_a_dropped_line_is_a_closed_socket(server: LocalOrgServer, when: str, city: str | None) -> None:
    headers = {"Authorization": f"Bearer {token(server)['access_token']}"}
    lead = server.org.aliases["lead"]
    server.org.middlewares.append(drop(when))
    with pytest.raises(requests.ConnectionError):
        requests.patch(
            f"{server.url}{BASE}/sobjects/Lead/{lead}", json={"City": "Rome"}, headers=headers, timeout=SECONDS
        )
    row = server.org.store.get("Lead", lead)
    assert row is not None
    assert row["City"] == city
    assert requests.get(f"{server.url}{BASE}/limits", headers=headers, timeout=SECONDS).status_code == 200


def test_a_bug_in_the_org_is_a_500_without_a_traceback(server: LocalOrgServer) -> None:
    def broken(request: Request, following: Handler) -> Response:
        raise RuntimeError("a secret detail")

    server.org.middlewares.append(broken)
    answer = requests.get(f"{server.url}/services/data", timeout=SECONDS)
    assert answer.status_code == 500
    assert answer.json()[0]["errorCode"] == "UNKNOWN_EXCEPTION"
    assert "secret detail" not in answer.text


def test_many_clients_at_once_lose_no_write(server: LocalOrgServer) -> None:
    headers = {"Authorization": f"Bearer {token(server)['access_token']}"}

    def write(number: int) -> None:
        with requests.Session() as session:
            for turn in range(10):
                body = {"Subject": f"{number}-{turn}"}
                url = f"{server.url}{BASE}/sobjects/Task"
                assert session.post(url, json=body, headers=headers, timeout=SECONDS).status_code == 201

    workers = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    subjects = [row["Subject"] for row in server.org.store.rows("Task")]
    assert len(subjects) == len(set(subjects)) == 80


# -- starting and stopping ------------------------------------------------------------


def test_a_stopped_server_frees_its_port_and_answers_no_more() -> None:
    with LocalOrgServer(small_org()) as running:
        port = running.port
        assert requests.get(f"{running.url}/services/data", timeout=SECONDS).status_code == 200
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{port}/services/data", timeout=SECONDS)
    again = bound_socket("127.0.0.1", port)
    again.close()


def test_a_port_in_use_is_told_plainly() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LocalOrgStartError, match=f"port {port} is in use by another program"):
            LocalOrgServer(small_org(), port=port)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "example.com"])  # noqa: S104
def test_it_never_listens_beyond_this_machine(host: str) -> None:
    with pytest.raises(LocalOrgStartError):
        LocalOrgServer(small_org(), host=host)


def test_a_port_that_cannot_be_is_told_plainly() -> None:
    with pytest.raises(LocalOrgStartError, match="Choose one from 1024 to 65535"):
        LocalOrgServer(small_org(), port=99_999)


def test_serve_refuses_a_bad_world_before_it_listens(tmp_path: Path) -> None:
    path = tmp_path / "world.json"
    path.write_text(json.dumps({"nothing": 1}))
    with pytest.raises(WorldError):
        serve(0, path, on_ready=lambda url: pytest.fail(f"it listened at {url}"))
