"""The gateway against the local org over HTTP: what both were written for apart must fit together."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sfrouter.base.clock import SystemClock
from sfrouter.localorg.exchange import DropConnection, Handler, Request, Response
from sfrouter.localorg.server import LocalOrgServer
from sfrouter.model.ids import to_18
from sfrouter.salesforce import soql
from sfrouter.salesforce.auth import Credentials
from sfrouter.salesforce.counts import CallKind
from sfrouter.salesforce.errors import (
    AnswerRefusedError,
    DailyLimitError,
    FieldMissingError,
    ObjectMissingError,
    OrgUnreachableError,
    QueryFailedError,
    SignInRefusedError,
    VersionRetiredError,
)
from sfrouter.salesforce.faults import Verdict
from sfrouter.salesforce.gateway import Gateway, GatewaySettings
from sfrouter.salesforce.granted import granted_to
from sfrouter.salesforce.rows import RowChange

LEADS = 210  # two pages of 200
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
ALL_LEADS = soql.select(["Id", "LastName", "OwnerId", "LastModifiedDate"], "Lead", order_by=["CreatedDate", "Id"])

NASTY = (
    "Plain", "O'Brien & Söhne", 'say "hi"', "back\\slash", "\\' OR Id != '", "line\nbreak", "tab\there",
    "100% _under", "日本 株式会社", "emoji 🎉", "a+b=c&d#e", "null", "%27 OR 1=1", "semi; DELETE", "--",
    "\u200bzero",
)  # fmt: skip


def world(leads: int = LEADS, calls: int = 15_000) -> dict[str, Any]:
    """A company with a bot, two people (one gone), a queue, leads, and a rule that takes every saved lead."""

    def user(key: str, **more: Any) -> dict[str, Any]:
        name = f"{key}@acme.test"
        return {"key": key, "LastName": key.title(), "Username": name, "Email": name, **more}

    return {
        "limits": {"daily_api_requests": calls},
        "connected_apps": [
            {
                "name": "router",
                "client_id": "cid",
                "client_secret": "secret",
                "run_as": "@bot",
                "jwt_public_key": PUBLIC.decode(),
            }
        ],
        "users": [user("bot"), user("sarah"), user("gone", IsActive=False)],
        "queues": [
            {"key": "intake", "name": "Intake", "objects": ["Lead"]},
            {"key": "taken", "name": "Taken by the rule", "objects": ["Lead"]},
        ],
        "assignment_rules": [
            {"name": "All", "object": "Lead", "active": True, "entries": [{"when": [], "assign_to": "@taken"}]}
        ],
        "rows": {
            "Lead": [
                {"key": f"lead{number}", "LastName": f"No. {number}", "Company": "Acme", "OwnerId": "@intake"}
                for number in range(leads)
            ]
        },
    }


class HastyClock(SystemClock):
    """The real time, but nobody waits for it."""

    def sleep(self, seconds: float) -> None:
        super().sleep(min(seconds, 0.01))


def gateway_to(server: LocalOrgServer, **settings: Any) -> Gateway:
    credentials = Credentials(login_url=server.url, client_id="cid", client_secret="secret")
    chosen = {"page_size": 200, "read_timeout": 20.0} | settings
    return Gateway(credentials, GatewaySettings(**chosen), HastyClock())


@pytest.fixture
def server() -> Iterator[LocalOrgServer]:
    with LocalOrgServer(world()) as running:
        yield running


@pytest.fixture
def gateway(server: LocalOrgServer) -> Iterator[Gateway]:
    gateway = gateway_to(server)
    yield gateway
    gateway.close()


def id_of(server: LocalOrgServer, key: str) -> str:
    return to_18(server.org.aliases[key])


def owner_in_org(server: LocalOrgServer, key: str) -> str:
    row = server.org.store.get("Lead", server.org.aliases[key])
    assert row is not None
    return to_18(row["OwnerId"])


def middleware(
    matching: Callable[[Request], bool], act: Callable[[Request, Handler], Response], times: int = 1
) -> Callable[[Request, Handler], Response]:
    """A fault that strikes the first so many matching requests."""
    left = [times]

    def fault(request: Request, following: Handler) -> Response:
        if left[0] > 0 and matching(request):
            left[0] -= 1
            return act(request, following)
        return following(request)

    return fault


def is_write(request: Request) -> bool:
    return request.method == "POST" and "/composite" in request.path


def test_client_credentials_lead_to_the_right_user_and_org(server: LocalOrgServer, gateway: Gateway) -> None:
    identity = gateway.identity()
    assert identity.user_id == id_of(server, "bot")
    assert identity.org_id == to_18(server.org.org_id)
    assert identity.sandbox is False


def test_a_signed_assertion_leads_to_its_user(server: LocalOrgServer, tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(
        KEY.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    path.chmod(0o600)
    credentials = Credentials(
        login_url=server.url, client_id="cid", username="sarah@acme.test", jwt_key_file=str(path)
    )
    gateway = Gateway(credentials, GatewaySettings(), SystemClock())
    assert gateway.identity().user_id == id_of(server, "sarah")


def test_a_ready_token_works_until_its_session_ends(server: LocalOrgServer) -> None:
    token = server.org.open_session("@sarah").token
    gateway = Gateway(Credentials(instance_url=server.url, access_token=token), GatewaySettings(), SystemClock())
    assert gateway.identity().user_id == id_of(server, "sarah")
    server.org.expire_sessions()
    with pytest.raises(SignInRefusedError):
        gateway.limits()


@pytest.mark.parametrize("wrong", [{"client_secret": "no"}, {"client_id": "nobody"}])
def test_wrong_secrets_are_refused_once(server: LocalOrgServer, wrong: dict[str, str]) -> None:
    right = {"login_url": server.url, "client_id": "cid", "client_secret": "secret"}
    gateway = Gateway(Credentials(**(right | wrong)), GatewaySettings(), SystemClock())
    with pytest.raises(SignInRefusedError):
        gateway.limits()
    assert gateway.calls.by_kind == {CallKind.SIGN_IN: 1}


def test_versions_limits_usage_and_time_are_the_orgs(server: LocalOrgServer, gateway: Gateway) -> None:
    assert "65.0" in gateway.versions()
    most, remaining = gateway.limits()["DailyApiRequests"]
    assert most == 15_000
    assert gateway.usage == (most - remaining, most)
    assert abs(gateway.server_now() - datetime.now(UTC)) < timedelta(seconds=3)


def test_all_rows_come_once_over_pages_in_their_order(gateway: Gateway) -> None:
    rows = gateway.query_all_rows(ALL_LEADS)
    assert len(rows) == len({row["Id"] for row in rows}) == LEADS
    assert [row["Id"] for row in rows] == sorted(row["Id"] for row in rows)
    assert set(rows[0]) == {"Id", "LastName", "OwnerId", "LastModifiedDate"}
    assert gateway.calls.by_kind[CallKind.QUERY_MORE] == 1
    assert gateway.count(soql.select_count("Lead")) == LEADS


def test_a_session_that_ends_between_pages_loses_and_doubles_nothing(
    server: LocalOrgServer, gateway: Gateway
) -> None:
    got = []
    for row in gateway.query(ALL_LEADS):
        got.append(row["Id"])
        if len(got) == 200:
            server.org.expire_sessions()
    assert len(got) == len(set(got)) == LEADS
    assert gateway.calls.by_kind[CallKind.SIGN_IN] == 2


def test_every_nasty_value_finds_its_own_record_and_no_other(server: LocalOrgServer, gateway: Gateway) -> None:
    answers = gateway.create_rows("Lead", [{"LastName": "N", "Company": text} for text in NASTY])
    assert {answer.outcome for answer in answers} == {"done"}
    for text, answer in zip(NASTY, answers, strict=True):
        exact = soql.select(["Id"], "Lead", where=[soql.compare("Company", "=", text)])
        listed = soql.select(["Id"], "Lead", where=[soql.in_list("Company", [text, "no such company"])])
        assert [row["Id"] for row in gateway.query(exact)] == [answer.record_id], text
        assert [row["Id"] for row in gateway.query(listed)] == [answer.record_id], text


def test_many_ids_are_asked_for_in_parts(server: LocalOrgServer, gateway: Gateway) -> None:
    ids = [to_18(server.org.aliases[f"lead{number}"]) for number in range(LEADS)]
    long = soql.compare("Company", "!=", "x" * 3000)
    queries = list(soql.select_by_ids(["Id"], "Lead", "Id", ids, where=[long]))
    assert len(queries) == 2
    assert {row["Id"] for query in queries for row in gateway.query(query)} == set(ids)


def test_time_and_other_conditions_are_understood(gateway: Gateway) -> None:
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    where = [
        soql.compare("SystemModstamp", ">=", hour_ago),
        soql.any_of(soql.compare("IsConverted", "=", False), soql.compare("Email", "!=", None)),
        soql.negate(soql.compare("LastName", "=", "No. 7")),
    ]
    assert gateway.count(soql.select_count("Lead", where=where)) == LEADS - 1


def test_deleted_rows_are_seen_only_when_asked_for(server: LocalOrgServer, gateway: Gateway) -> None:
    server.org.store.delete("Lead", server.org.aliases["lead3"])
    query = soql.select(["Id", "IsDeleted"], "Lead", where=[soql.compare("LastName", "=", "No. 3")])
    assert gateway.query_all_rows(query) == []
    assert gateway.query_all_rows(query, deleted=True) == [{"Id": id_of(server, "lead3"), "IsDeleted": True}]


def test_missing_fields_objects_versions_and_bad_queries_are_told_apart(
    server: LocalOrgServer, gateway: Gateway
) -> None:
    with pytest.raises(FieldMissingError) as caught:
        gateway.query_all_rows(soql.select(["Id", "Nonsense__c"], "Lead"))
    assert (caught.value.field, caught.value.object_name) == ("Nonsense__c", "Lead")
    with pytest.raises(ObjectMissingError):
        gateway.query_all_rows("SELECT Id FROM Leed")
    with pytest.raises(ObjectMissingError):
        gateway.describe("Leed")
    with pytest.raises(QueryFailedError) as bug:
        gateway.query_all_rows("SELECT FROM Lead WHERE")
    assert bug.value.verdict is Verdict.BUG
    for version in ("20.0", "99.0"):
        with pytest.raises(VersionRetiredError):
            gateway_to(server, api_version=version).query_all_rows(ALL_LEADS)


def test_a_query_too_long_for_an_address_asks_to_be_split(gateway: Gateway) -> None:
    names = [f"Company {number:04}" for number in range(900)]
    with pytest.raises(QueryFailedError) as caught:
        gateway.query_all_rows(soql.select(["Id"], "Lead", where=[soql.in_list("Company", names)]))
    assert caught.value.verdict is Verdict.SPLIT


def test_a_description_names_the_fields_and_hides_what_we_may_not_see(server: LocalOrgServer) -> None:
    seen = {field["name"] for field in gateway_to(server).describe("Lead")["fields"]}
    assert {"Id", "OwnerId", "Company", "Email"} <= seen
    server.org.hide_fields(None, {("Lead", "Email")})
    hidden = {field["name"] for field in gateway_to(server).describe("Lead")["fields"]}
    assert seen - hidden == {"Email"}


def test_all_expected_descriptions_come_in_one_call_and_hide_what_we_may_not_see(server: LocalOrgServer) -> None:
    server.org.hide_fields(None, {("Account", "Website")})
    alone, gateway = gateway_to(server), gateway_to(server)
    gateway.expect_descriptions(("Lead", "Account", "User", "Nonsense__c"))
    found = {name: gateway.describe(name) for name in ("Lead", "Account", "User")}
    assert gateway.calls.by_kind[CallKind.DESCRIBE] == 1
    assert "Website" not in {field["name"] for field in found["Account"]["fields"]}
    assert found == {name: alone.describe(name) for name in found}
    with pytest.raises(ObjectMissingError):
        gateway.describe("Nonsense__c")


def test_how_far_several_lists_of_changes_are_complete_is_one_call(server: LocalOrgServer) -> None:
    gateway = gateway_to(server)
    found = gateway.all_latest_covered(("Account", "User", "Nonsense__c"))
    assert found == {name: gateway.latest_covered(name) for name in ("Account", "User")}
    assert gateway.calls.by_kind[CallKind.UPDATED] == 3


def test_the_orgs_list_of_changes_is_complete_up_to_the_oldest_open_transaction(server: LocalOrgServer) -> None:
    gateway = gateway_to(server)
    gateway.query_all_rows(ALL_LEADS)
    assert gateway.server_now() - gateway.latest_covered("Lead") < timedelta(minutes=2)
    began = gateway.server_now() - timedelta(minutes=20)
    server.org.visibility.oldest_open = lambda: began  # type: ignore[method-assign]
    assert gateway.latest_covered("Lead") == began.replace(microsecond=0)
    assert gateway.calls.by_kind[CallKind.UPDATED] == 2


def test_an_object_without_a_list_of_changes_is_refused_plainly(server: LocalOrgServer) -> None:
    with pytest.raises(AnswerRefusedError):
        gateway_to(server).latest_covered("QueueSobject")


def to_sarah(server: LocalOrgServer, rows: list[Mapping[str, Any]]) -> list[RowChange]:
    return [
        RowChange(
            record_id=row["Id"],
            values={"OwnerId": id_of(server, "sarah")},
            unmodified_since=datetime.fromisoformat(row["LastModifiedDate"]),
        )
        for row in rows
    ]


def test_the_active_assignment_rule_does_not_take_a_lead_we_give_away(
    server: LocalOrgServer, gateway: Gateway
) -> None:
    rows = gateway.query_all_rows(ALL_LEADS)[:60]
    answers = gateway.change_rows("Lead", to_sarah(server, rows))
    assert [(answer.outcome, answer.record_id) for answer in answers] == [("done", row["Id"]) for row in rows]
    assert {owner_in_org(server, f"lead{number}") for number in range(60)} == {id_of(server, "sarah")}
    assert gateway.calls.by_kind[CallKind.CHANGE] == 3


def test_the_repeat_after_an_ended_session_still_keeps_the_rule_away(
    server: LocalOrgServer, gateway: Gateway
) -> None:
    rows = gateway.query_all_rows(ALL_LEADS)[:2]
    server.org.expire_sessions()
    answers = gateway.change_rows("Lead", to_sarah(server, rows))
    assert {answer.outcome for answer in answers} == {"done"}
    assert gateway.calls.by_kind[CallKind.CHANGE] == 2
    assert {owner_in_org(server, key) for key in ("lead0", "lead1")} == {id_of(server, "sarah")}
    parts = [entry for entry in server.org.request_log if entry.method == "PATCH"]
    assert len(parts) == 2
    assert all({"if-unmodified-since", "sforce-auto-assign"} <= set(entry.headers) for entry in parts)


def test_a_lead_that_a_person_changed_meanwhile_is_left_to_the_person(
    server: LocalOrgServer, gateway: Gateway
) -> None:
    rows = gateway.query_all_rows(ALL_LEADS)[:2]
    stale = datetime.fromisoformat(rows[1]["LastModifiedDate"]) - timedelta(seconds=5)
    changes = to_sarah(server, rows)
    changes[1] = RowChange(record_id=rows[1]["Id"], values=changes[1].values, unmodified_since=stale)
    first, second = gateway.change_rows("Lead", changes)
    assert (first.outcome, second.outcome, second.verdict) == ("done", "failed", Verdict.CHANGED)
    assert owner_in_org(server, "lead1") == id_of(server, "intake")


def test_each_row_is_judged_by_itself(server: LocalOrgServer, gateway: Gateway) -> None:
    server.org.store.delete("Lead", server.org.aliases["lead4"])

    def change(key: str, **values: str) -> RowChange:
        return RowChange(record_id=id_of(server, key), values=values)

    answers = gateway.change_rows(
        "Lead",
        [
            change("lead0", OwnerId=id_of(server, "gone")),
            change("lead1", OwnerId=id_of(server, "lead0")),
            change("lead2", Nonsense__c="x"),
            change("lead3", LastName="x" * 300),
            change("lead4", LastName="y"),
            change("lead5", OwnerId=id_of(server, "sarah")),
        ],
    )
    assert [answer.verdict for answer in answers] == [
        Verdict.OWNER_INACTIVE,
        Verdict.REFUSED,
        Verdict.REDESCRIBE,
        Verdict.REFUSED,
        Verdict.GONE,
        None,
    ]


def test_new_tasks_are_made_row_by_row(server: LocalOrgServer, gateway: Gateway) -> None:
    lead, sarah = id_of(server, "lead0"), id_of(server, "sarah")
    answers = gateway.create_rows(
        "Task",
        [
            {"Subject": "good", "WhoId": lead, "OwnerId": sarah},
            {"Subject": "bad", "WhoId": sarah, "OwnerId": sarah},
        ],
    )
    assert [answer.outcome for answer in answers] == ["done", "failed"]
    rows = gateway.query_all_rows(soql.select(["Id", "Subject", "WhoId"], "Task"))
    assert rows == [{"Id": answers[0].record_id, "Subject": "good", "WhoId": lead}]


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_a_line_that_breaks_during_a_write_is_unknown_and_never_doubles_it(
    server: LocalOrgServer, gateway: Gateway, when: str, made: int
) -> None:
    def cut(request: Request, following: Handler) -> Response:
        if when == "after":
            following(request)
            raise DropConnection("after")
        raise DropConnection("before")

    server.org.middlewares.append(middleware(is_write, cut))
    answers = gateway.create_rows("Task", [{"Subject": "once", "OwnerId": id_of(server, "sarah")}])
    assert [(answer.outcome, answer.verdict) for answer in answers] == [("unknown", Verdict.UNKNOWN)]
    assert gateway.count(soql.select_count("Task")) == made
    assert gateway.calls.by_kind[CallKind.CREATE] == 1


def test_a_line_that_breaks_during_a_question_is_asked_again(server: LocalOrgServer, gateway: Gateway) -> None:
    def cut(_request: Request, _following: Handler) -> Response:
        raise DropConnection("before")

    server.org.middlewares.append(middleware(lambda request: "/query" in request.path, cut, times=2))
    assert len(gateway.query_all_rows(ALL_LEADS)) == LEADS


def test_an_org_that_went_away_is_unreachable_for_questions_and_safe_for_writes(server: LocalOrgServer) -> None:
    gateway = gateway_to(server, max_retries=2)
    gateway.limits()
    server.stop()
    with pytest.raises(OrgUnreachableError):
        gateway.limits()
    answers = gateway.change_rows("Lead", [RowChange(record_id=id_of(server, "lead0"), values={"LastName": "x"})])
    assert (answers[0].outcome, answers[0].verdict) == ("failed", Verdict.RETRY)


def test_the_days_last_call_is_followed_by_no_further_one() -> None:
    with LocalOrgServer(world(leads=1, calls=3)) as server:
        gateway = gateway_to(server)
        for _ in range(3):
            gateway.query_all_rows(ALL_LEADS)
        for _ in range(5):
            with pytest.raises(DailyLimitError):
                gateway.query_all_rows(ALL_LEADS)
        answer = gateway.create_rows("Task", [{"Subject": "x"}])[0]
        assert (answer.outcome, answer.verdict) == ("failed", Verdict.WAIT_DAILY)
        assert gateway.calls.by_kind == {CallKind.SIGN_IN: 1, CallKind.QUERY: 4}


def test_eight_threads_share_one_new_sign_in(server: LocalOrgServer, gateway: Gateway) -> None:
    gateway.limits()
    server.org.expire_sessions()
    start = threading.Barrier(8)
    counts: list[int] = []

    def read() -> None:
        start.wait()
        counts.append(len(gateway.query_all_rows(ALL_LEADS)))

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [LEADS] * 8
    assert gateway.calls.by_kind[CallKind.SIGN_IN] == 2


@pytest.mark.parametrize(
    ("granted", "objects"), [({"Account": ["modify_all"]}, {"Account"}), ({"Account": ["delete"]}, set())]
)
def test_the_users_rights_over_all_records_are_read_from_his_permission_sets(
    granted: dict[str, list[str]], objects: set[str]
) -> None:
    """Asked as Salesforce keeps them: assignments, permission sets, object permissions."""
    made = world(leads=1)
    made["permission_sets"] = [{"key": "router", "name": "Router", "objects": granted, "assign_to": ["@bot"]}]
    with LocalOrgServer(made) as server, closing(gateway_to(server)) as gateway:
        found = granted_to(gateway, gateway.identity().user_id)
    assert found.sets
    assert (found.every_object, found.modified) == (False, frozenset(objects))
