"""Signing in: three ways, one token for all threads, never endlessly, and never a token to a wrong host."""

import base64
import json
import threading
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from structlog.testing import capture_logs

from sfrouter.salesforce.addresses import origin_of
from sfrouter.salesforce.auth import Credentials, TokenHolder
from sfrouter.salesforce.errors import OrgUnreachableError, SignInRefusedError, UntrustedAddressError
from sfrouter.salesforce.sign_in import audience_of
from sfrouter.salesforce.transport import Transport, Wire
from tests.salesforce.scene import CLIENT, HOST, NOON, ORG, READY, TOKEN_URL, USER, Scene

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def holder(scene: Scene, credentials: Credentials = CLIENT) -> TokenHolder:
    return TokenHolder(credentials, Transport(Wire(), scene.clock), scene.clock)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "key.pem"
    path.write_bytes(
        KEY.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    path.chmod(0o600)
    return path


def jwt_credentials(key_file: Path, login_url: str = HOST) -> Credentials:
    return Credentials(
        login_url=login_url, client_id="the-client-id", username="router@acme.com", jwt_key_file=str(key_file)
    )


def claims_of(request: Any) -> dict[str, Any]:
    form = parse_qs(request.body)
    assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    claims: dict[str, Any] = jwt.decode(
        form["assertion"][0], KEY.public_key(), algorithms=["RS256"],
        options={"verify_aud": False, "verify_exp": False, "verify_iat": False},
    )  # fmt: skip
    return claims


def test_client_credentials_go_by_basic_to_the_my_domain_host(scene: Scene) -> None:
    scene.signs_in()
    token = holder(scene).current()
    assert (token.value, token.instance_url, token.generation) == ("token-1", HOST, 1)
    assert token.identity_url.endswith(f"/id/{ORG}/{USER}")
    request = scene.sent("oauth2/token")[0]
    pair = base64.b64decode(request.headers["Authorization"].removeprefix("Basic "))
    assert pair == b"the-client-id:the-client-secret"
    assert parse_qs(request.body) == {"grant_type": ["client_credentials"]}


@pytest.mark.parametrize("host", ["login", "test"])
def test_client_credentials_are_refused_at_the_shared_hosts_before_anything_is_sent(
    scene: Scene, host: str
) -> None:
    shared = Credentials(login_url=f"https://{host}.salesforce.com", client_id="a", client_secret="b")
    with pytest.raises(SignInRefusedError, match="My Domain"):
        holder(scene, shared)
    assert not scene.wire.calls


def test_client_credentials_use_the_instance_when_the_login_host_is_shared(scene: Scene) -> None:
    scene.signs_in()
    both = Credentials(
        login_url="https://login.salesforce.com", instance_url=HOST, client_id="a", client_secret="b"
    )
    assert holder(scene, both).current().value == "token-1"


def test_an_assertion_names_us_the_audience_and_a_short_life_with_slack(scene: Scene, key_file: Path) -> None:
    scene.signs_in()
    assert holder(scene, jwt_credentials(key_file)).current().value == "token-1"
    now = int(NOON.timestamp())
    assert claims_of(scene.sent("oauth2/token")[0]) == {
        "iss": "the-client-id",
        "sub": "router@acme.com",
        "aud": "https://login.salesforce.com",
        "iat": now - 60,
        "exp": now + 180,
    }


@pytest.mark.parametrize(
    ("login", "audience"),
    [
        ("https://login.salesforce.com", "https://login.salesforce.com"),
        ("https://test.salesforce.com", "https://test.salesforce.com"),
        ("https://acme.my.salesforce.com", "https://login.salesforce.com"),
        ("https://acme--uat.sandbox.my.salesforce.com", "https://test.salesforce.com"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_the_audience_is_the_shared_sign_in_host(login: str, audience: str) -> None:
    assert audience_of(origin_of(login)) == audience


def test_a_clock_that_is_wrong_is_put_right_by_the_orgs_own_answer(scene: Scene, key_file: Path) -> None:
    at_the_org = NOON + timedelta(minutes=15)

    def strict(request: Any) -> tuple[int, dict[str, str], str]:
        headers = {"Date": format_datetime(at_the_org, usegmt=True)}
        life = claims_of(request)["exp"] - at_the_org.timestamp()
        if not 0 < life <= 300:
            return 400, headers, json.dumps({"error": "invalid_grant", "error_description": "invalid assertion"})
        return 200, headers, json.dumps({"access_token": "t", "instance_url": HOST})

    scene.wire.add_callback("POST", TOKEN_URL, strict, content_type="application/json")
    assert holder(scene, jwt_credentials(key_file)).current().value == "t"
    assert len(scene.sent("oauth2/token")) == 2


def test_a_wrong_assertion_with_a_right_clock_is_not_tried_again(scene: Scene, key_file: Path) -> None:
    refusal = {"error": "invalid_grant", "error_description": "user hasn't approved this consumer"}
    headers = {"Date": format_datetime(NOON, usegmt=True)}
    scene.answers("POST", "/services/oauth2/token", refusal, status=400, headers=headers)
    with pytest.raises(SignInRefusedError, match="hasn't approved"):
        holder(scene, jwt_credentials(key_file)).current()
    assert len(scene.sent("oauth2/token")) == 1


@pytest.mark.parametrize(
    "content", [None, b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nxx\n-----END PRIVATE KEY-----"]
)
def test_a_key_file_that_is_none_is_named_without_its_content(
    scene: Scene, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "key.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SignInRefusedError, match="the key file") as caught:
        holder(scene, jwt_credentials(path)).current()
    assert caught.value.where == str(path)
    assert "BEGIN" not in str(caught.value)


@pytest.mark.parametrize(("mode", "warned"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True)])
def test_a_key_file_open_to_others_is_warned_about(scene: Scene, key_file: Path, mode: int, warned: bool) -> None:
    key_file.chmod(mode)
    with capture_logs() as told:
        holder(scene, jwt_credentials(key_file))
    assert ("key_file_open_to_others" in [line["event"] for line in told]) is warned


def test_a_ready_token_is_used_as_it_is_and_never_renewed(scene: Scene) -> None:
    tokens = holder(scene, READY)
    first = tokens.current()
    assert (first.value, first.instance_url) == (READY.access_token, HOST)
    for _ in range(2):
        with pytest.raises(SignInRefusedError, match="no longer takes"):
            tokens.renew(first)
    assert not scene.wire.calls


@pytest.mark.parametrize(
    ("credentials", "setting"),
    [
        (Credentials(), "CLIENT_SECRET"),
        (Credentials(access_token="x"), "INSTANCE_URL"),
        (Credentials(login_url=HOST, client_secret="x"), "CLIENT_ID"),
        (Credentials(client_id="x", client_secret="x"), "LOGIN_URL"),
        (Credentials(login_url=HOST, client_id="x", jwt_key_file="/k"), "USERNAME"),
    ],
)
def test_a_missing_setting_is_named(scene: Scene, credentials: Credentials, setting: str) -> None:
    with pytest.raises(SignInRefusedError, match=f"SFROUTER_SALESFORCE_{setting}"):
        holder(scene, credentials)


@pytest.mark.parametrize(
    "address", ["https://evil.test", "http://acme.my.salesforce.com", "http://127.0.0.1:1", "@x", ""]
)
def test_a_token_answer_that_names_another_host_is_refused(scene: Scene, address: str) -> None:
    scene.signs_in(instance_url=address)
    with pytest.raises(UntrustedAddressError):
        holder(scene).current()
    assert len(scene.wire.calls) == 1


@pytest.mark.parametrize(
    "body",
    [{}, [], 7, {"access_token": "t"}, {"access_token": "a\r\nX: y", "instance_url": HOST}, {"access_token": 7}],
)
def test_a_token_answer_without_a_token_is_no_answer(scene: Scene, body: Any) -> None:
    scene.answers("POST", "/services/oauth2/token", body)
    with pytest.raises(OrgUnreachableError):
        holder(scene).current()


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, "invalid_grant"), (400, "invalid_client_id"), (401, "invalid_client"), (400, "brand_new_error")],
)
def test_a_refusal_is_told_in_the_orgs_words_without_people(scene: Scene, status: int, error: str) -> None:
    body = {"error": error, "error_description": "not for jane@acme.com"}
    scene.answers("POST", "/services/oauth2/token", body, status=status)
    with pytest.raises(SignInRefusedError, match=error) as caught:
        holder(scene).current()
    assert "jane" not in str(caught.value)
    assert "the-client-secret" not in str(caught.value)


def test_sign_ins_that_the_org_refuses_end_after_five_in_ten_minutes(scene: Scene) -> None:
    scene.answers("POST", "/services/oauth2/token", {"error": "invalid_grant"}, status=400)
    tokens = holder(scene)
    for _ in range(14):
        with pytest.raises(SignInRefusedError):
            tokens.current()
        scene.clock.advance(40)
    assert len(scene.wire.calls) == 5
    scene.clock.advance(600)
    with pytest.raises(SignInRefusedError):
        tokens.current()
    assert len(scene.wire.calls) == 6


def test_a_session_that_dies_at_once_is_renewed_twice_a_minute_at_most(scene: Scene) -> None:
    """I13: the first sign-in of a process counts as well; the third within a minute waits, and is not the end."""
    scene.signs_in()
    tokens = holder(scene)
    tokens.renew(tokens.current())
    for _ in range(3):
        with pytest.raises(OrgUnreachableError, match="2 sign-ins a minute") as caught:
            tokens.renew(tokens.current())
    assert caught.value.retry_after == pytest.approx(60)
    assert scene.tokens == 2
    scene.clock.advance(60)
    assert tokens.current().generation == 3


def test_a_session_that_dies_again_and_again_is_given_up(scene: Scene) -> None:
    """F21: five sign-ins in ten minutes, however they are spread."""
    scene.signs_in()
    tokens = holder(scene)
    token = tokens.current()
    for _ in range(4):
        scene.clock.advance(31)
        token = tokens.renew(token)
    scene.clock.advance(31)
    with pytest.raises(SignInRefusedError, match="again and again"):
        tokens.renew(token)
    assert scene.tokens == 5


def test_a_session_that_dies_three_times_within_a_minute_is_given_up(scene: Scene) -> None:
    """F21: two renewals a minute, then stop; waiting would only renew for whoever ends our sessions."""
    scene.signs_in()
    tokens = holder(scene)
    token = tokens.current()
    scene.clock.advance(3600)
    for _ in range(2):
        token = tokens.renew(token)
    with pytest.raises(SignInRefusedError, match="2 sign-ins within a minute"):
        tokens.renew(token)
    assert scene.tokens == 3


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 503, "body": "<html>", "content_type": "text/html"},
        {"body": requests.ConnectionError("x")},
        {"status": 400, "json": {"error": "unknown_error", "error_description": "retry your request"}},
    ],
)
def test_an_outage_of_the_sign_in_host_is_no_refusal_and_no_storm(scene: Scene, answer: dict[str, Any]) -> None:
    scene.wire.add("POST", TOKEN_URL, **answer)
    tokens = holder(scene)
    for _ in range(12):
        with pytest.raises(OrgUnreachableError):
            tokens.current()
        scene.clock.advance(5)
    assert len(scene.wire.calls) <= 3
    scene.clock.advance(60)
    scene.wire.replace("POST", TOKEN_URL, json={"access_token": "t", "instance_url": HOST})
    assert tokens.current().value == "t"


def test_eight_threads_with_one_stale_token_sign_in_once(scene: Scene) -> None:
    scene.signs_in()
    tokens = holder(scene)
    stale = tokens.current()
    start = threading.Barrier(8)
    got: list[str] = []

    def renew() -> None:
        start.wait()
        got.append(tokens.renew(stale).value)

    threads = [threading.Thread(target=renew) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == ["token-2"] * 8
    assert scene.tokens == 2


def test_nothing_secret_shows_in_a_repr(scene: Scene) -> None:
    scene.signs_in()
    shown = f"{CLIENT!r} {READY!r} {holder(scene).current()!r}"
    for secret in ("the-client-secret", "the-client-id", "!ready", "token-1"):
        assert secret not in shown
