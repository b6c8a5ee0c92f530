"""Signing in: what the token endpoint gives, and that every refusal is Salesforce's own."""

import base64
import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sfrouter.localorg.auth import JWT_BEARER
from sfrouter.localorg.exchange import Request, Response
from sfrouter.localorg.org import Org
from tests.localorg.small_world import BASE, CLIENT_ID, CLIENT_SECRET, NOON, small_org, small_world

KEY = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
PRIVATE = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()
PUBLIC = (
    KEY.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
)


def ask(org: Org, form: dict[str, str], headers: dict[str, str] | None = None) -> Response:
    """POST the form to the token endpoint."""
    sent = {"Content-Type": "application/x-www-form-urlencoded"} | (headers or {})
    return org.handle(Request("POST", "/services/oauth2/token", "", sent, urlencode(form).encode()))


def refusal(response: Response) -> tuple[int, str, str]:
    """Status, error and description of a refused sign-in."""
    body = response.json()
    return response.status, body["error"], body["error_description"]


def credentials(client_id: str = CLIENT_ID, secret: str = CLIENT_SECRET) -> dict[str, str]:
    return {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}


def read_versions(org: Org, token: str) -> Response:
    """Any call that needs a token."""
    return org.handle(Request("GET", f"{BASE}/limits", headers={"Authorization": f"Bearer {token}"}))


def jwt_org(**app: Any) -> Org:
    """An org with an app that signs in by JWT."""
    world = small_world()
    world["connected_apps"].append({"client_id": "jwt-app", "jwt_public_key": PUBLIC} | app)
    return small_org(connected_apps=world["connected_apps"])


def assertion(key: str = PRIVATE, algorithm: str = "RS256", **changes: Any) -> dict[str, str]:
    """A JWT that is right but for the changes."""
    claims = {
        "iss": "jwt-app",
        "sub": "robot@acme.example",
        "aud": "https://login.salesforce.com",
        "exp": int((NOON + timedelta(minutes=3)).timestamp()),
    }
    token = jwt.encode(claims | changes, key, algorithm=algorithm)
    return {"grant_type": JWT_BEARER, "assertion": token}


def test_client_credentials_in_the_form_give_a_token_that_works() -> None:
    org = small_org()
    body = ask(org, credentials()).json()
    assert body["access_token"].startswith(f"{org.org_id}!")
    assert body["token_type"] == "Bearer"
    assert body["instance_url"] == org.instance_url
    assert body["id"] == f"{org.instance_url}/id/{org.org_id}/{org.aliases['robot']}"
    assert int(body["issued_at"]) == int(NOON.timestamp()) * 1000
    assert "refresh_token" not in body
    assert read_versions(org, body["access_token"]).status == 200


def test_client_credentials_by_basic_authentication_give_a_token() -> None:
    org = small_org()
    basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
    answer = ask(org, {"grant_type": "client_credentials"}, {"Authorization": f"Basic {basic}"})
    assert answer.status == 200


def test_the_answer_is_not_to_be_cached() -> None:
    assert "no-store" in str(ask(small_org(), credentials()).header("Cache-Control"))


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (credentials(client_id="unknown"), (400, "invalid_client_id", "client identifier invalid")),
        (credentials(secret="wrong"), (400, "invalid_client", "invalid client credentials")),
        (
            credentials("nobody-app", "nobody-secret"),
            (400, "invalid_grant", "no client credentials user enabled"),
        ),
        ({"grant_type": "authorization_code"}, (400, "unsupported_grant_type", "grant type not supported")),
        ({}, (400, "unsupported_grant_type", "grant type not supported")),
    ],
)
def test_bad_client_credentials_are_refused(form: dict[str, str], expected: tuple[int, str, str]) -> None:
    assert refusal(ask(small_org(), form)) == expected


def test_credentials_for_a_user_who_has_left_are_refused() -> None:
    org = small_org()
    org.store.update("User", org.aliases["robot"], {"IsActive": False})
    assert refusal(ask(org, credentials()))[1] == "inactive_user"


def test_a_form_sent_as_json_is_not_read() -> None:
    request = Request(
        "POST",
        "/services/oauth2/token",
        headers={"Content-Type": "application/json"},
        body=json.dumps(credentials()).encode(),
    )
    assert refusal(small_org().handle(request))[1] == "unsupported_grant_type"


def test_the_token_endpoint_takes_post_only() -> None:
    query = urlencode(credentials())
    answer = small_org().handle(Request("GET", "/services/oauth2/token", query))
    assert refusal(answer) == (400, "invalid_request", "must use HTTP POST")


def test_a_jwt_gives_a_token_for_its_subject() -> None:
    org = jwt_org()
    body = ask(org, assertion()).json()
    assert body["id"].endswith(org.aliases["robot"])
    assert read_versions(org, body["access_token"]).status == 200


def test_a_jwt_whose_expiry_is_a_text_of_digits_is_accepted() -> None:
    """simple-salesforce writes it so."""
    digits = str(int((NOON + timedelta(minutes=3)).timestamp()))
    assert ask(jwt_org(), assertion(exp=digits)).status == 200


def test_a_jwt_may_name_the_orgs_own_address_as_audience() -> None:
    org = jwt_org()
    assert ask(org, assertion(aud=org.instance_url)).status == 200


def test_a_sandbox_wants_the_test_audience() -> None:
    world = small_world()
    world["organization"]["sandbox"] = True
    world["connected_apps"].append({"client_id": "jwt-app", "jwt_public_key": PUBLIC})
    org = small_org(organization=world["organization"], connected_apps=world["connected_apps"])
    assert refusal(ask(org, assertion()))[2] == "audience is invalid"
    assert ask(org, assertion(aud="https://test.salesforce.com")).status == 200


@pytest.mark.parametrize(
    ("changes", "description"),
    [
        ({"aud": "https://example.com"}, "audience is invalid"),
        ({"exp": int((NOON - timedelta(seconds=1)).timestamp())}, "invalid assertion"),
        ({"exp": int((NOON + timedelta(seconds=301)).timestamp())}, "invalid assertion"),
        ({"sub": "nobody@acme.example"}, "user hasn't approved this consumer"),
    ],
)
def test_a_jwt_with_a_wrong_claim_is_refused(changes: dict[str, Any], description: str) -> None:
    assert refusal(ask(jwt_org(), assertion(**changes))) == (400, "invalid_grant", description)


def test_a_jwt_of_an_unknown_app_is_refused() -> None:
    assert refusal(ask(jwt_org(), assertion(iss="other")))[1] == "invalid_client_id"


def test_a_jwt_signed_with_another_key_is_refused() -> None:
    other = rsa.generate_private_key(public_exponent=65_537, key_size=2_048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    expected = (400, "invalid_grant", "invalid assertion")
    assert refusal(ask(jwt_org(), assertion(other.decode()))) == expected


def test_a_jwt_that_is_not_rs256_is_refused() -> None:
    expected = (400, "invalid_grant", "invalid assertion")
    assert refusal(ask(jwt_org(), assertion("x" * 32, algorithm="HS256"))) == expected
    assert refusal(ask(jwt_org(), {"grant_type": JWT_BEARER, "assertion": "no.jwt"})) == expected


def test_an_app_that_is_not_approved_for_the_user_is_refused() -> None:
    org = jwt_org(approved_users=["@sarah"])
    assert refusal(ask(org, assertion()))[2] == "user hasn't approved this consumer"


def test_a_session_ends_after_two_idle_hours_and_each_call_begins_them_anew() -> None:
    org = small_org()
    token = ask(org, credentials()).json()["access_token"]
    org.clock.advance(7_000)
    assert read_versions(org, token).status == 200
    org.clock.advance(7_000)
    assert read_versions(org, token).status == 200
    org.clock.advance(7_201)
    assert read_versions(org, token).status == 401


def test_an_ended_session_answers_401_in_salesforces_words_and_without_usage() -> None:
    org = small_org()
    token = ask(org, credentials()).json()["access_token"]
    assert org.expire_sessions() == 1
    answer = read_versions(org, token)
    assert answer.status == 401
    expected = [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]
    assert answer.json() == expected
    assert answer.header("Sforce-Limit-Info") is None
    assert org.calls.used() == 0


@pytest.mark.parametrize("header", [{}, {"Authorization": "Basic eA=="}, {"Authorization": "Bearer"}])
def test_a_call_without_a_bearer_token_is_401(header: dict[str, str]) -> None:
    assert small_org().handle(Request("GET", f"{BASE}/limits", headers=header)).status == 401


def test_a_session_ends_when_its_user_is_deactivated() -> None:
    org = small_org()
    token = ask(org, credentials()).json()["access_token"]
    org.store.update("User", org.aliases["robot"], {"IsActive": False})
    assert read_versions(org, token).status == 401


def test_a_revoked_token_is_dead() -> None:
    org = small_org()
    token = ask(org, credentials()).json()["access_token"]
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({"token": token}).encode()
    revoke = Request("POST", "/services/oauth2/revoke", "", headers, body)
    assert org.handle(revoke).status == 200
    assert read_versions(org, token).status == 401
    assert org.handle(revoke).json()["error"] == "invalid_token"


def test_userinfo_and_identity_tell_who_is_calling() -> None:
    org = small_org()
    body = ask(org, credentials()).json()
    headers = {"Authorization": f"Bearer {body['access_token']}"}
    info = org.handle(Request("GET", "/services/oauth2/userinfo", headers=headers)).json()
    assert info["preferred_username"] == "robot@acme.example"
    assert info["organization_id"] == org.org_id
    path = body["id"].removeprefix(org.instance_url)
    who = org.handle(Request("GET", path, headers=headers)).json()
    assert (who["user_id"], who["username"]) == (org.aliases["robot"], "robot@acme.example")


def test_userinfo_with_a_bad_token_is_a_plain_403() -> None:
    answer = small_org().handle(Request("GET", "/services/oauth2/userinfo", headers={"Authorization": "Bearer x"}))
    assert (answer.status, answer.body) == (403, b"Bad_OAuth_Token")


def test_no_token_ever_stands_in_the_log() -> None:
    org = small_org()
    token = ask(org, credentials()).json()["access_token"]
    read_versions(org, token)
    org.handle(Request("GET", "/services/oauth2/revoke", urlencode({"token": token})))
    assert len(org.request_log) == 3
    assert token.split("!")[1] not in repr(list(org.request_log))
    assert CLIENT_SECRET not in repr(list(org.request_log))
    assert isinstance(org.request_log[0].time, datetime)
