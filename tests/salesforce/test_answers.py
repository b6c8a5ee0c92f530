"""Only JSON is data; whatever else comes back is told apart without repeating what stood in it."""

from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from sfrouter.base.clock import SetClock
from sfrouter.salesforce.answers import CallError, failure_of, first_error, sample_of, wanted_wait
from tests.salesforce.scene import NOON

JSON = {"Content-Type": "application/json;charset=UTF-8"}


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [(200, JSON, b"{}"), (201, JSON, b"{}"), (204, {}, b""), (200, {"Content-Type": "APPLICATION/JSON"}, b"[]")],
)
def test_data_is_no_failure(status: int, headers: dict[str, str], body: bytes) -> None:
    assert failure_of(status, headers, body, SetClock(NOON)) is None


@pytest.mark.parametrize(
    ("status", "headers", "body", "code"),
    [
        (200, {"Content-Type": "text/html"}, b"<html>", ""),
        (200, {}, b"{}", ""),
        (200, {"Content-Type": "application/jsonp"}, b"{}", ""),
        (301, JSON, b"{}", ""),
        (400, JSON, b'[{"errorCode": "A", "message": "b"}]', "A"),
        (400, JSON, b'{"error": "invalid_grant"}', "invalid_grant"),
        (400, JSON, b'{"errorCode": 7}', ""),
        (500, JSON, b'[{"errorCo', ""),
        (500, JSON, b"\xff", ""),
        (500, JSON, b"7", ""),
    ],
)
def test_everything_else_is_one(status: int, headers: dict[str, str], body: bytes, code: str) -> None:
    failure = failure_of(status, headers, body, SetClock(NOON))
    assert failure is not None
    assert (failure.status, failure.code) == (status, code)


@pytest.mark.parametrize("body", [None, 7, "x", [], [7], {}, [{"errorCode": ["x"]}]])
def test_a_body_without_an_error_gives_no_code(body: Any) -> None:
    assert first_error(body) == ("", "")


def test_all_sentences_of_a_refusal_are_kept() -> None:
    body = [{"errorCode": "A", "message": "one"}, {"errorCode": "B", "message": "two"}]
    assert first_error(body) == ("A", "one; two")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (format_datetime(NOON + timedelta(seconds=30), usegmt=True), 30.0),
        (format_datetime(NOON - timedelta(seconds=30), usegmt=True), 0.0),
        ("", None),
        ("soon", None),
        ("9" * 400, 86_400.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400.0),
        ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", None),
        ("-5", None),
        ("١٢", None),
    ],
)
def test_the_wish_to_wait_is_read_from_both_forms(header: str, seconds: float | None) -> None:
    assert wanted_wait(header, SetClock(NOON)) == seconds


def test_a_sample_is_short_and_holds_no_address_or_token() -> None:
    body = b"<p>write to jane@acme.com from 10.1.2.3 with 00D000000000001!abc.def \xff" + b"x" * 1000
    sample = sample_of(body)
    assert len(sample) <= 200
    for secret in ("jane", "10.1.2.3", "abc.def"):
        assert secret not in sample


def test_an_error_holds_the_orgs_sentence_without_people_and_not_endlessly() -> None:
    error = CallError(status=400, code="X", message="owner bob@acme.com " + "y" * 2000)
    assert "bob" not in error.words
    assert len(error.message) == 500
    assert str(error) == "400 X"
