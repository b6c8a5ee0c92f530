"""Compressed requests and answers, in the process and over HTTP with clients that unpack for themselves."""

import gzip
import json
import zlib

import pytest
import requests

from sfrouter.localorg.compression import SMALLEST, packed, unpacked
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Request, Response
from sfrouter.localorg.server import LocalOrgServer
from tests.localorg.small_world import BASE, small_world

LONG = Response(200, {"Content-Type": "application/json"}, b'{"a": "' + b"x" * SMALLEST + b'"}')
MOST = 10_000


def asking(encoding: str) -> Request:
    return Request("GET", "/", headers={"Accept-Encoding": encoding})


def sent(body: bytes, encoding: str) -> Request:
    return Request("POST", "/", headers={"Content-Encoding": encoding, "X": "1"}, body=body)


@pytest.mark.parametrize("header", ["gzip", "gzip, deflate", "deflate;q=0.5, GZIP;q=1.0", "br, gzip"])
def test_an_answer_is_packed_for_clients_that_take_gzip(header: str) -> None:
    answer = packed(asking(header), LONG)
    assert answer.header("Content-Encoding") == "gzip"
    assert gzip.decompress(answer.body) == LONG.body


def test_deflate_is_used_when_it_is_all_the_client_takes() -> None:
    answer = packed(asking("deflate"), LONG)
    assert answer.header("Content-Encoding") == "deflate"
    assert zlib.decompress(answer.body) == LONG.body


@pytest.mark.parametrize("header", ["", "br", "gzip;q=0", "identity"])
def test_other_clients_get_the_answer_as_it_is(header: str) -> None:
    assert packed(asking(header), LONG) is LONG


def test_short_answers_and_those_with_a_length_of_their_own_stay_as_they_are() -> None:
    short = Response(200, {}, b"{}")
    assert packed(asking("gzip"), short) is short
    broken = Response(200, {"Content-Length": "9999"}, LONG.body)
    assert packed(asking("gzip"), broken) is broken


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(b"hello", mtime=0)),
        ("deflate", zlib.compress(b"hello")),
        ("deflate", zlib.compress(b"hello", wbits=-zlib.MAX_WBITS)),
    ],
)
def test_a_packed_request_is_unpacked(encoding: str, body: bytes) -> None:
    plain = unpacked(sent(body, encoding), MOST)
    assert (plain.body, plain.header("content-encoding"), plain.header("x")) == (b"hello", None, "1")


@pytest.mark.parametrize(
    ("encoding", "body", "status"),
    [
        ("gzip", b"hello", 400),
        ("gzip", gzip.compress(b"hello" * 100, mtime=0)[:-12], 400),
        ("br", b"hello", 415),
        ("gzip", gzip.compress(b"0" * (MOST + 1), mtime=0), 413),
    ],
)
def test_a_body_that_cannot_be_unpacked_is_refused(encoding: str, body: bytes, status: int) -> None:
    with pytest.raises(OrgError) as caught:
        unpacked(sent(body, encoding), MOST)
    assert caught.value.status == status


def test_both_ways_over_http() -> None:
    with LocalOrgServer(small_world()) as server:
        token = server.org.open_session("@robot").token
        headers = {"Authorization": f"Bearer {token}"}
        described = requests.get(f"{server.url}{BASE}/sobjects/Lead/describe", headers=headers, timeout=10)
        assert described.headers["Content-Encoding"] == "gzip"
        assert described.json()["name"] == "Lead"
        body = gzip.compress(json.dumps({"LastName": "Packed", "Company": "C"}).encode())
        headers |= {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        made = requests.post(f"{server.url}{BASE}/sobjects/Lead", data=body, headers=headers, timeout=10)
        assert made.status_code == 201
        assert server.org.store.count("Lead", {"LastName": "Packed"}) == 1
