"""Each row gets one answer; nothing that may have arrived is sent twice, and every repeat carries every header."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import requests

from sfrouter.salesforce.faults import Verdict
from sfrouter.salesforce.rows import RowAnswer, RowChange, RowOutcome
from sfrouter.salesforce.writing import judge_collection, judge_composite
from tests.salesforce.scene import CONCURRENT, DAILY, EXPIRED, NOON, PAGE_503, Scene, leads


def lead_id(number: int) -> str:
    return leads(number, number)[0]["Id"]


def changes(count: int) -> list[RowChange]:
    return [
        RowChange(record_id=lead_id(number), values={"OwnerId": "005x"}, unmodified_since=NOON)
        for number in range(count)
    ]


def done(count: int) -> dict[str, Any]:
    return {
        "compositeResponse": [
            {"body": None, "httpHeaders": {}, "httpStatusCode": 204, "referenceId": f"row{index}"}
            for index in range(count)
        ]
    }


def created(count: int) -> list[dict[str, Any]]:
    return [{"id": f"00T{index:012}EAA", "success": True, "errors": []} for index in range(count)]


def outcomes(answers: Sequence[RowAnswer]) -> list[tuple[str, Verdict | None]]:
    return [(str(answer.outcome), answer.verdict) for answer in answers]


@pytest.fixture
def ready(scene: Scene) -> Scene:
    scene.signs_in()
    return scene


def test_a_change_carries_its_condition_and_forbids_assignment_rules_inside_and_outside(ready: Scene) -> None:
    ready.answers("POST", "composite", done(1))
    change = RowChange(
        record_id=lead_id(7)[:15],
        values={"OwnerId": "005x", "Link__c": None},
        unmodified_since=NOON + timedelta(microseconds=999_999),
    )
    assert outcomes(ready.gateway().change_rows("Lead", [change])) == [("done", None)]
    request = ready.sent("composite")[0]
    assert request.headers["Sforce-Auto-Assign"] == "FALSE"
    body = json.loads(request.body)
    assert body["allOrNone"] is False
    assert body["compositeRequest"] == [
        {
            "method": "PATCH",
            "url": f"/services/data/v65.0/sobjects/Lead/{lead_id(7)}",
            "referenceId": "row0",
            "httpHeaders": {
                "Sforce-Auto-Assign": "FALSE",
                "If-Unmodified-Since": "Mon, 02 Mar 2026 12:00:00 GMT",
            },
            "body": {"OwnerId": "005x", "Link__c": None},
        }
    ]


def test_sixty_changes_go_in_calls_of_25_and_answer_in_order(ready: Scene) -> None:
    for count in (25, 25, 10):
        ready.answers("POST", "composite", done(count))
    answers = ready.gateway().change_rows("Lead", changes(60))
    assert [answer.record_id for answer in answers] == [lead_id(number) for number in range(60)]
    assert {answer.outcome for answer in answers} == {RowOutcome.DONE}
    assert [len(json.loads(one.body)["compositeRequest"]) for one in ready.sent("composite")] == [25, 25, 10]


def test_four_hundred_and_one_new_rows_go_in_calls_of_200(ready: Scene) -> None:
    for count in (200, 200, 1):
        ready.answers("POST", "composite/sobjects", created(count))
    answers = ready.gateway().create_rows("Task", [{"Subject": f"no. {index}"} for index in range(401)])
    assert len(answers) == 401
    assert answers[400].record_id == "00T000000000000EAA"
    bodies = [json.loads(one.body) for one in ready.sent("composite/sobjects")]
    assert [len(body["records"]) for body in bodies] == [200, 200, 1]
    assert bodies[0]["records"][1] == {"attributes": {"type": "Task"}, "Subject": "no. 1"}
    assert not any(body["allOrNone"] for body in bodies)


def test_after_a_401_the_same_call_goes_again_with_every_header_and_the_new_token(ready: Scene) -> None:
    ready.answers("POST", "composite", EXPIRED, status=401)
    ready.answers("POST", "composite", done(2))
    assert outcomes(ready.gateway().change_rows("Lead", changes(2))) == [("done", None)] * 2
    first, second = ready.sent("composite")
    assert first.body == second.body
    assert b"If-Unmodified-Since" in second.body
    assert second.body.count(b'"Sforce-Auto-Assign"') == 2
    mine = {name: value for name, value in first.headers.items() if name != "Authorization"}
    assert mine == {name: value for name, value in second.headers.items() if name != "Authorization"}
    assert second.headers["Sforce-Auto-Assign"] == "FALSE"
    assert [one.headers["Authorization"] for one in (first, second)] == ["Bearer token-1", "Bearer token-2"]


def test_a_401_for_ever_ends_after_one_repeat_and_nothing_counts_as_sent(ready: Scene) -> None:
    ready.answers("POST", "composite", EXPIRED, status=401)
    answers = ready.gateway().change_rows("Lead", changes(30))
    assert outcomes(answers) == [("failed", Verdict.STOP)] * 30
    assert len(ready.sent("composite")) == 2
    assert len(ready.sent("oauth2/token")) == 2


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (503, PAGE_503, "text/html"),
        (200, PAGE_503, "text/html"),
        (500, '[{"errorCode": "UNKNOWN_EXCEPTION", "message": "x"}]', "application/json"),
        (200, '{"compositeResponse": [{"bo', "application/json"),
        (429, "{}", "application/json"),
        (302, "", "text/html"),
        (200, "[]", "application/json"),
        (200, "{}", "application/json"),
        (200, '{"compositeResponse": 7}', "application/json"),
    ],
)
def test_an_unheard_answer_is_unknown_and_never_repeated(ready: Scene, status: int, body: str, kind: str) -> None:
    ready.answers("POST", "composite", body, status=status, kind=kind)
    ready.answers("POST", "composite", done(2))
    assert outcomes(ready.gateway().change_rows("Lead", changes(2))) == [("unknown", Verdict.UNKNOWN)] * 2
    assert len(ready.sent("composite")) == 1


def test_a_timeout_leaves_its_rows_unknown_and_later_groups_at_home(ready: Scene) -> None:
    ready.answers("POST", "composite", done(25))
    ready.breaks("POST", "composite", requests.ReadTimeout("x"))
    answers = ready.gateway().change_rows("Lead", changes(60))
    assert outcomes(answers) == (
        [("done", None)] * 25 + [("unknown", Verdict.UNKNOWN)] * 25 + [("failed", Verdict.RETRY)] * 10
    )
    assert [answer.record_id for answer in answers] == [lead_id(number) for number in range(60)]
    assert len(ready.sent("composite")) == 2


@pytest.mark.parametrize(("body", "verdict"), [(DAILY, Verdict.WAIT_DAILY), (CONCURRENT, Verdict.WAIT_SHORT)])
def test_a_limit_answer_refuses_all_rows_without_doubt(
    ready: Scene, body: list[dict[str, str]], verdict: Verdict
) -> None:
    ready.answers("POST", "composite", body, status=403)
    assert outcomes(ready.gateway().change_rows("Lead", changes(26))) == [("failed", verdict)] * 26
    assert len(ready.sent("composite")) == 1


@pytest.mark.parametrize("code", ["NOT_FOUND", "ENTITY_IS_DELETED", "CANNOT_UPDATE_CONVERTED_LEAD"])
def test_a_call_that_went_to_a_wrong_address_says_nothing_about_its_rows(ready: Scene, code: str) -> None:
    """A 404 for the whole call (a retired version, a proxy) must not end 25 good leads as deleted."""
    body = [{"errorCode": code, "message": "The requested resource does not exist"}]
    ready.answers("POST", "composite", body, status=404)
    answers = ready.gateway().change_rows("Lead", changes(30))
    assert {answer.verdict for answer in answers} == {Verdict.STOP}


def test_an_org_that_lets_nobody_in_gives_answers_too(scene: Scene) -> None:
    refusal = {"error": "invalid_client", "error_description": "invalid client credentials"}
    scene.answers("POST", "/services/oauth2/token", refusal, status=400)
    assert outcomes(scene.gateway().create_rows("Task", [{}, {}])) == [("failed", Verdict.STOP)] * 2


def part(index: int, status: int, code: str = "", message: str = "") -> dict[str, Any]:
    body = [{"errorCode": code, "message": message, "fields": []}] if code else None
    return {"body": body, "httpHeaders": {}, "httpStatusCode": status, "referenceId": f"row{index}"}


def test_parts_are_judged_one_by_one_and_found_by_their_reference() -> None:
    body = {
        "compositeResponse": [
            part(3, 412, "PRECONDITION_FAILED"),
            part(0, 204),
            part(2, 400, "INACTIVE_OWNER_OR_USER", "inactive user as owner of lead of bob@acme.com"),
            part(1, 400, "UNABLE_TO_LOCK_ROW"),
            part(4, 500, "UNKNOWN_EXCEPTION"),
            part(5, 412),
        ]
    }
    answers = judge_composite(body, 6)
    assert outcomes(answers) == [
        ("done", None),
        ("failed", Verdict.LOCKED),
        ("failed", Verdict.OWNER_INACTIVE),
        ("failed", Verdict.CHANGED),
        ("unknown", Verdict.UNKNOWN),
        ("failed", Verdict.CHANGED),
    ]
    assert answers[2].code == "INACTIVE_OWNER_OR_USER"
    assert "inactive user" in answers[2].message
    assert "bob" not in answers[2].message


@pytest.mark.parametrize(
    "listed",
    [
        [part(0, 204)],
        [part(0, 204), part(1, 204), part(1, 400, "X")],
        [part(0, 204), part(7, 204)],
        [part(0, 204), {"httpStatusCode": 204}],
        [part(0, 204), {**part(1, 204), "httpStatusCode": "204"}],
        [part(0, 204), {**part(1, 204), "referenceId": ["row1"]}],
        [part(0, 204), None],
    ],
)
def test_a_row_without_exactly_one_answer_is_unknown(listed: list[Any]) -> None:
    answers = judge_composite({"compositeResponse": listed}, 2)
    assert outcomes(answers) == [("done", None), ("unknown", Verdict.UNKNOWN)]


def test_lines_of_a_collection_are_judged_by_position_with_all_their_errors() -> None:
    lines = [
        created(1)[0],
        {
            "success": False,
            "errors": [
                {"statusCode": "FIELD_INTEGRITY_EXCEPTION", "message": "first", "fields": []},
                {"statusCode": "STRING_TOO_LONG", "message": "second", "fields": []},
            ],
        },
        {"success": False, "errors": [{"statusCode": "UNABLE_TO_LOCK_ROW", "message": "x"}]},
        {"success": True, "id": None},
        {"success": "true", "id": "00T000000000000EAA"},
        None,
        {"success": False, "errors": []},
    ]
    answers = judge_collection(lines, len(lines))
    assert outcomes(answers) == [
        ("done", None),
        ("failed", Verdict.REFUSED),
        ("failed", Verdict.LOCKED),
        ("unknown", Verdict.UNKNOWN),
        ("unknown", Verdict.UNKNOWN),
        ("unknown", Verdict.UNKNOWN),
        ("unknown", Verdict.UNKNOWN),
    ]
    assert answers[0].record_id == "00T000000000000EAA"
    assert answers[1].message == "first; second"


@pytest.mark.parametrize("body", [created(2), created(4), [], None, {}, "x"])
def test_a_collection_of_another_length_tells_nothing_about_any_row(body: Any) -> None:
    assert outcomes(judge_collection(body, 3)) == [("unknown", Verdict.UNKNOWN)] * 3


def test_a_refusal_of_the_whole_call_that_later_groups_need_not_meet_does_not_stop_them(ready: Scene) -> None:
    refusal = [{"errorCode": "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "message": "x"}]
    ready.answers("POST", "composite/sobjects", refusal, status=400)
    ready.answers("POST", "composite/sobjects", created(1))
    answers = ready.gateway().create_rows("Task", [{}] * 201)
    assert outcomes(answers) == [("failed", Verdict.HALVE)] * 200 + [("done", None)]


@pytest.mark.parametrize("bad", ["Lead/../User", "Lead?x", ""])
def test_a_bad_name_or_id_is_refused_before_anything_is_sent(ready: Scene, bad: str) -> None:
    gateway = ready.gateway()
    with pytest.raises(ValueError, match="not a name"):
        gateway.change_rows(bad, changes(1))
    with pytest.raises(ValueError, match="record id"):
        gateway.change_rows("Lead", [RowChange(record_id=f"00Q{bad}", values={})])
    with pytest.raises(ValueError, match="not a name"):
        gateway.create_rows("Task", [{f"Subject{bad}.": "x"}])
    assert not ready.wire.calls


def test_no_rows_make_no_calls(ready: Scene) -> None:
    assert ready.gateway().change_rows("Lead", []) == []
    assert not ready.wire.calls
