"""Nothing that is secret or personal leaves by a log, a report or a file, not even at the level of debugging."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from sfrouter.localorg.demo.leads import Newcomer
from sfrouter.localorg.exchange import Handler, Request, Response
from sfrouter.mirror.forget import contacts_of_email
from sfrouter.mirror.store import Mirror
from tests.days.office import Office, changes, small_world, until

pytestmark = pytest.mark.day

SECRET = "zyxsecret-0123456789-abcdef"
LEAD = Newcomer(
    first="Zyxfirst", last="Zyxlast", company="Canary Works", email="zyxmail@canaryworks.example",
    state="California", rule="default_pool", owner="pool:west",
)  # fmt: skip
DOORS = ("metrics", "healthz", "readyz", "nothing")
PERSONAL = ("zyxmail", "Zyxfirst", "Zyxlast")
REPORTS = ("hygiene", "departed", "fairness", "conversion")
CONTACT = "zyxknown@canarycontact.example"


QUOTED = f"Email: invalid email address: {LEAD.email}"  # the org's own errors quote what they refuse


class Listener:
    """Writes down every token that is used; refuses the first write and one query, quoting the address."""

    def __init__(self) -> None:
        self.tokens: set[str] = set()
        self.refused = self.misread = 0

    def __call__(self, request: Request, handler: Handler) -> Response:
        scheme, _, token = (request.header("authorization") or "").partition(" ")
        if scheme == "Bearer":
            self.tokens.add(token)
        answer = handler(request)
        if self.refused and not self.misread and "/query" in request.path:
            self.misread += 1
            said = [{"errorCode": "MALFORMED_QUERY", "message": QUOTED}]
            return Response(400, answer.headers, json.dumps(said).encode())
        if request.path.endswith("/composite") and not self.refused and changes(request):
            self.refused += 1
            return _spoilt(answer)
        return answer


def _spoilt(answer: Response) -> Response:
    """The answer to a composite call with an error that quotes the person, as the org's own errors do."""
    body: dict[str, Any] = json.loads(answer.body)
    for part in body["compositeResponse"]:
        part["httpStatusCode"] = 400
        part["body"] = [{"errorCode": "INVALID_EMAIL_ADDRESS", "message": QUOTED, "fields": ["Email"]}]
    return Response(answer.status, answer.headers, json.dumps(body).encode())


def marked_world() -> dict[str, Any]:
    """The small world with a marked secret, a marked contact and marked names of our own people."""
    world = small_world()
    for app in world["connected_apps"]:
        if app["client_id"] == "demo-router":
            app["client_secret"] = SECRET
    account = world["rows"]["Account"][0]["key"]
    world["rows"]["Contact"] = [{"LastName": "Known", "Email": CONTACT, "AccountId": f"@{account}"}]
    for user in world["users"]:
        user["FirstName"] = f"Zyxrep{user.get('FirstName', '')}"
    return world


@pytest.fixture(scope="module")
def talkative(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Office, Listener]]:
    """A daemon that logs at DEBUG; it has decided a lead, met a refusal and a lost session, and stopped."""
    office = Office.open(tmp_path_factory.mktemp("canary") / "office", marked_world())
    office.measured()
    office.settings |= {
        "SALESFORCE_CLIENT_SECRET": SECRET, "LOG_LEVEL": "DEBUG", "LOG_FORMAT": str(request.param),
    }  # fmt: skip
    listener = Listener()
    office.server.org.middlewares.append(listener)
    office.start()
    office.feed([LEAD])
    assert until(lambda: listener.refused == 1 and listener.misread == 1, within=120), office.log()[-3000:]
    office.server.org.expire_sessions()
    assert until(lambda: len(listener.tokens) >= 3, within=120), office.log()[-3000:]
    door = f"http://127.0.0.1:{office.settings['METRICS_PORT']}"
    told = [requests.get(f"{door}/{path}", timeout=10).text for path in DOORS]
    (office.folder / "metrics.txt").write_text("".join(told), "utf-8")
    assert office.stop() == 0, office.log()[-3000:]
    yield office, listener
    office.close()


@pytest.mark.parametrize("talkative", ["json", "console"], indirect=True)
def test_the_log_names_nobody_and_holds_no_token(talkative: tuple[Office, Listener]) -> None:
    office, listener = talkative
    log = office.log()
    assert "decided" in log
    assert "signed_in" in log
    assert "job_failed" in log
    for word in (SECRET, *listener.tokens, *PERSONAL, "Zyxrep", "Bearer ", "127.0.0.1"):
        assert word not in log, f"{word} stands in the log: {log[max(0, log.index(word) - 300) :][:600]}"


@pytest.mark.parametrize("talkative", ["json"], indirect=True)
def test_no_report_shows_a_persons_address_or_a_token(talkative: tuple[Office, Listener]) -> None:
    office, listener = talkative
    lead_id = next(row["Id"] for row in office.rows("Lead") if row["LastName"] == LEAD.last)
    for words in (
        ("explain", lead_id),
        ("explain", lead_id, "--json"),
        ("status",),
        ("status", "--json"),
        ("verify",),
        ("verify", "--json"),
        ("sla", "--json"),
        ("review", "list", "--json"),
        ("pools", "--json"),
        ("profile", "list", "--all", "--json"),
        ("profile", "show", lead_id, "--json"),
        ("accounts", "list", "--json"),
        ("link", "--batches", "--json"),
        *(("report", name, "--json") for name in REPORTS),
        ("check",),
        ("check", "--json"),
        ("permissions",),
        ("once", "--dry-run"),
        ("once", "--dry-run", "--json"),
        ("sync", "--json"),
        ("backup", "copy.db", "--json"),
    ):
        done = office.run(*words)
        assert done.returncode == 0, done.stderr
        for word in (SECRET, *listener.tokens, *PERSONAL):
            assert word not in done.stdout + done.stderr, f"{word} is shown by {' '.join(words)}"


@pytest.mark.parametrize("talkative", ["json"], indirect=True)
def test_no_metric_and_no_health_check_names_anybody(talkative: tuple[Office, Listener]) -> None:
    office, listener = talkative
    text = (office.folder / "metrics.txt").read_text("utf-8")
    assert "sfrouter_decisions_total" in text
    for word in (SECRET, *listener.tokens, *PERSONAL, "Zyxrep", LEAD.company, "00Q", "127.0.0.1:"):
        assert word not in text, word


@pytest.mark.parametrize("talkative", ["json"], indirect=True)
def test_no_file_holds_a_token_and_only_the_mirror_knows_people(talkative: tuple[Office, Listener]) -> None:
    office, listener = talkative
    files = [path for path in (office.folder / "data").rglob("*") if path.is_file()]
    assert {"ledger.db", "mirror.db", "heartbeat.json"} <= {path.name for path in files}
    for path in files:
        content = path.read_bytes()
        words = (SECRET, *listener.tokens, *(() if path.name.startswith("mirror.db") else PERSONAL))
        for word in words:
            assert word.encode() not in content, f"{word} stands in {path.name}"


@pytest.mark.parametrize("talkative", ["json"], indirect=True)
def test_a_contacts_address_is_known_and_stands_in_no_file(talkative: tuple[Office, Listener]) -> None:
    """The mirror has a keyed hash of it."""
    office, _ = talkative
    data: Path = office.folder / "data"
    mirror = Mirror.open(data / "mirror.db", anew=False)
    assert contacts_of_email(mirror, CONTACT) == 1
    files = [path for path in office.folder.rglob("*") if path.is_file()]
    assert {"mirror.db", "mirror.db-wal", "mirror.key"} <= {path.name for path in files}
    for path in files:
        content = path.read_bytes().lower()
        assert not any(word in content for word in (b"zyxknown", b"canarycontact")), path.name
    mirror.close()


@pytest.mark.parametrize("talkative", ["json"], indirect=True)
def test_the_files_of_the_data_folder_are_ours_alone(talkative: tuple[Office, Listener]) -> None:
    office, _ = talkative
    data: Path = office.folder / "data"
    assert data.stat().st_mode & 0o077 == 0
    for path in data.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path.name
