"""The table of errors says what the handbook says, code by code, for questions and for changes."""

import pytest

from sfrouter.salesforce.faults import READ_VERDICTS, WRITE_VERDICTS, Verdict, judge


@pytest.mark.parametrize(
    ("status", "code", "message", "reading", "writing"),
    [
        (0, "", "no answer", Verdict.RETRY, Verdict.UNKNOWN),
        (200, "", "broken off", Verdict.RETRY, Verdict.UNKNOWN),
        (302, "", "redirect", Verdict.RETRY, Verdict.UNKNOWN),
        (401, "", "a proxy's page", Verdict.RETRY, Verdict.UNKNOWN),
        (406, "", "", Verdict.RETRY, Verdict.UNKNOWN),
        (420, "", "", Verdict.RETRY, Verdict.UNKNOWN),
        (429, "", "", Verdict.RETRY, Verdict.UNKNOWN),
        (500, "", "", Verdict.RETRY, Verdict.UNKNOWN),
        (503, "SERVER_UNAVAILABLE", "", Verdict.RETRY, Verdict.UNKNOWN),
        (500, "UNKNOWN_EXCEPTION", "", Verdict.RETRY, Verdict.UNKNOWN),
        (500, "NEVER_HEARD_OF", "", Verdict.RETRY, Verdict.UNKNOWN),
        (401, "INVALID_SESSION_ID", "Session expired or invalid", Verdict.REAUTH, Verdict.REAUTH),
        (400, "InvalidSessionId", "", Verdict.REAUTH, Verdict.REAUTH),
        (400, "invalid_grant", "", Verdict.STOP, Verdict.STOP),
        (403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", Verdict.WAIT_DAILY, Verdict.WAIT_DAILY),
        (
            403,
            "REQUEST_LIMIT_EXCEEDED",
            "ConcurrentPerOrgLongTxn Limit exceeded.",
            Verdict.WAIT_SHORT,
            Verdict.WAIT_SHORT,
        ),
        (400, "LIMIT_EXCEEDED", "Apex CPU time limit exceeded", Verdict.BUG, Verdict.HALVE),
        (410, "", "", Verdict.STOP, Verdict.STOP),
        (404, "URL_NOT_RESET", "", Verdict.STOP, Verdict.STOP),
        (400, "UNSUPPORTED_API_VERSION", "", Verdict.STOP, Verdict.STOP),
        (406, "NOT_ACCEPTABLE", "", Verdict.RETRY, Verdict.UNKNOWN),
        (414, "URI_TOO_LONG", "", Verdict.SPLIT, Verdict.SPLIT),
        (431, "NEVER_HEARD_OF", "", Verdict.SPLIT, Verdict.SPLIT),
        (414, "", "", Verdict.SPLIT, Verdict.SPLIT),
        (431, "", "", Verdict.SPLIT, Verdict.SPLIT),
        (400, "QUERY_TIMEOUT", "", Verdict.SPLIT, Verdict.SPLIT),
        (400, "OPERATION_TOO_LARGE", "", Verdict.SPLIT, Verdict.SPLIT),
        (400, "INVALID_QUERY_LOCATOR", "", Verdict.RESTART_QUERY, Verdict.RESTART_QUERY),
        (400, "INVALID_FIELD", "", Verdict.REDESCRIBE, Verdict.REDESCRIBE),
        (400, "INVALID_TYPE", "", Verdict.REDESCRIBE, Verdict.REDESCRIBE),
        (400, "MALFORMED_QUERY", "", Verdict.BUG, Verdict.BUG),
        (400, "UNABLE_TO_LOCK_ROW", "", Verdict.LOCKED, Verdict.LOCKED),
        (403, "INSUFFICIENT_ACCESS_OR_READONLY", "", Verdict.NO_ACCESS, Verdict.NO_ACCESS),
        (404, "NOT_FOUND", "", Verdict.GONE, Verdict.GONE),
        (400, "NEVER_HEARD_OF", "", Verdict.PARK, Verdict.PARK),
    ],
)
def test_an_answer_is_judged_as_the_handbook_says(
    status: int, code: str, message: str, reading: Verdict, writing: Verdict
) -> None:
    assert judge(status, code, message, writing=False) is reading
    assert judge(status, code, message, writing=True) is writing


@pytest.mark.parametrize(
    ("status", "code", "verdict"),
    [
        (412, "", Verdict.CHANGED),
        (412, "PRECONDITION_FAILED", Verdict.CHANGED),
        (412, "SOMETHING_UNDOCUMENTED", Verdict.CHANGED),
        (400, "INACTIVE_OWNER_OR_USER", Verdict.OWNER_INACTIVE),
        (400, "OPERATION_WITH_INACTIVE_USER_EXCEPTION", Verdict.OWNER_INACTIVE),
        (400, "OP_WITH_INVALID_USER_TYPE_EXCEPTION", Verdict.OWNER_INACTIVE),
        (400, "CANNOT_UPDATE_CONVERTED_LEAD", Verdict.CONVERTED),
        (404, "ENTITY_IS_DELETED", Verdict.GONE),
        (400, "ENTITY_IS_LOCKED", Verdict.ENTITY_LOCKED),
        (400, "DUPLICATES_DETECTED", Verdict.DUPLICATE),
        (400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", Verdict.REFUSED),
        (400, "REQUIRED_FIELD_MISSING", Verdict.REFUSED),
        (400, "STRING_TOO_LONG", Verdict.REFUSED),
        (400, "FIELD_INTEGRITY_EXCEPTION", Verdict.REFUSED),
        (400, "INVALID_FIELD_FOR_INSERT_UPDATE", Verdict.NO_ACCESS),
        (400, "TRANSFER_REQUIRES_READ", Verdict.NO_ACCESS),
        (400, "CANNOT_REPARENT_RECORD", Verdict.OWNER_INACTIVE),
        (404, "NOT_FOUND", Verdict.GONE),
        (400, "DUPLICATE_VALUE", Verdict.DUPLICATE),
        (400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", Verdict.REFUSED),
        (400, "INVALID_EMAIL_ADDRESS", Verdict.REFUSED),
        (400, "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", Verdict.NO_ACCESS),
        (400, "CANNOT_TRANSFER_RECORD", Verdict.NO_ACCESS),
        (400, "INVALID_FIELD", Verdict.REDESCRIBE),
        (400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", Verdict.HALVE),
        (400, "CANNOT_EXECUTE_FLOW_TRIGGER", Verdict.HALVE),
        (400, "PROCESSING_HALTED", Verdict.RETRY),
    ],
)
def test_a_refused_change_is_judged_as_the_handbook_says(status: int, code: str, verdict: Verdict) -> None:
    assert judge(status, code, "", writing=True) is verdict


def test_a_status_alone_never_overrules_a_known_code() -> None:
    for code, verdict in WRITE_VERDICTS.items():
        assert {judge(status, code, "", writing=True) for status in (200, 400, 403, 404, 412, 500)} == {verdict}
    for code, verdict in READ_VERDICTS.items():
        assert {judge(status, code, "", writing=False) for status in (200, 400, 403, 404, 500)} == {verdict}
