"""Coming back with a refresh token, signing in with a password, and ending both."""

from typing import Any
from urllib.parse import urlencode

import pytest

from sfrouter.localorg.exchange import Request, Response
from sfrouter.localorg.org import Org
from sfrouter.localorg.sign_in import SignIn
from tests.localorg.small_world import BASE, CLIENT_ID, CLIENT_SECRET, robot, small_org

EXPIRED = (400, "invalid_grant", "expired access/refresh token")
FAILED = (400, "invalid_grant", "authentication failure")


def ask(org: Org, path: str = "token", **form: str) -> Response:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return org.handle(Request("POST", f"/services/oauth2/{path}", "", headers, urlencode(form).encode()))


def refresh(org: Org, token: str, **changes: str) -> Response:
    form = {"grant_type": "refresh_token", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    return ask(org, **(form | {"refresh_token": token} | changes))


def refusal(answer: Response) -> tuple[int, str, str]:
    body = answer.json()
    return answer.status, body["error"], body["error_description"]


def works(org: Org, token: str) -> bool:
    request = Request("GET", f"{BASE}/limits", headers={"Authorization": f"Bearer {token}"})
    return org.handle(request).status == 200


def granted_org(**api: Any) -> Org:
    tokens = [{"client_id": CLIENT_ID, "user": "@bob", "token": "first-token"}]
    return small_org(api={"refresh_tokens": tokens} | api)


def test_a_refresh_token_gives_a_new_session_of_its_user_again_and_again() -> None:
    org = granted_org()
    body = refresh(org, "first-token").json()
    assert works(org, body["access_token"])
    assert body["id"].endswith(org.aliases["bob"])
    assert body["scope"] == "refresh_token api"
    assert "refresh_token" not in body
    assert refresh(org, "first-token").json()["access_token"] != body["access_token"]


def test_rotation_gives_a_new_token_and_using_the_old_one_again_ends_the_grant() -> None:
    org = granted_org(rotate_refresh_tokens=[CLIENT_ID])
    second = refresh(org, "first-token").json()["refresh_token"]
    third = refresh(org, second).json()["refresh_token"]
    assert len({"first-token", second, third}) == 3
    assert refusal(refresh(org, "first-token")) == EXPIRED
    assert refusal(refresh(org, third)) == EXPIRED


def test_tokens_of_another_app_or_of_nobody_are_refused() -> None:
    org = granted_org()
    assert refusal(refresh(org, "nothing")) == EXPIRED
    assert refusal(refresh(org, "first-token", client_id="bob-app", client_secret="bob-secret")) == EXPIRED
    assert refusal(refresh(org, "first-token", client_secret="wrong"))[1] == "invalid_client"
    assert refusal(refresh(org, "first-token", client_id="unknown"))[1] == "invalid_client_id"


def test_an_app_without_a_secret_needs_none() -> None:
    org = small_org(
        connected_apps=[{"client_id": "public"}],
        api={"refresh_tokens": [{"client_id": "public", "user": "@bob", "token": "t"}]},
    )
    answer = ask(org, grant_type="refresh_token", client_id="public", refresh_token="t")
    assert answer.status == 200


def test_a_user_who_left_does_not_come_back() -> None:
    org = granted_org()
    assert robot(org).patch(f"/sobjects/User/{org.aliases['bob']}", {"IsActive": False}).status == 204
    assert refusal(refresh(org, "first-token")) == (400, "inactive_user", "user is inactive")


def test_revoking_a_refresh_token_ends_its_sessions_too() -> None:
    org = granted_org()
    access = refresh(org, "first-token").json()["access_token"]
    assert ask(org, "revoke", token="first-token").status == 200
    assert not works(org, access)
    assert refusal(refresh(org, "first-token")) == EXPIRED
    assert ask(org, "revoke", token="first-token").status == 400


def test_revoking_an_access_token_leaves_the_refresh_token() -> None:
    org = granted_org()
    access = refresh(org, "first-token").json()["access_token"]
    assert ask(org, "revoke", token=access).status == 200
    assert not works(org, access)
    assert refresh(org, "first-token").status == 200


def password(org: Org, **changes: str) -> Response:
    form = {"grant_type": "password", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    return ask(org, **(form | {"username": "robot@acme.example", "password": "pass+token"} | changes))


def test_a_password_signs_in_where_the_org_allows_it() -> None:
    org = small_org(api={"username_password": True, "passwords": {"@robot": "pass+token"}})
    body = password(org).json()
    assert works(org, body["access_token"])
    assert body["id"].endswith(org.aliases["robot"])
    assert "refresh_token" not in body


def test_passwords_are_off_in_a_new_org() -> None:
    org = small_org(api={"passwords": {"@robot": "pass+token"}})
    assert refusal(password(org)) == FAILED


@pytest.mark.parametrize(
    "changes", [{"password": "wrong"}, {"password": ""}, {"username": "nobody@acme.example"}, {"username": ""}]
)
def test_wrong_names_and_passwords_are_refused_alike(changes: dict[str, str]) -> None:
    org = small_org(api={"username_password": True, "passwords": {"@robot": "pass+token"}})
    assert refusal(password(org, **changes)) == FAILED


def test_an_inactive_user_and_an_unknown_app_are_refused() -> None:
    org = small_org(api={"username_password": True, "passwords": {"@gone": "p"}})
    gone = org.store.get("User", org.aliases["gone"])
    assert gone is not None
    assert refusal(password(org, username=str(gone["Username"]), password="p")) == FAILED
    assert refusal(password(org, client_secret="wrong"))[1] == "invalid_client"


def test_grants_tell_no_secret_when_they_are_printed() -> None:
    settings = SignIn()
    token = settings.grant("app", "user")
    grant = settings.use(token, "app")
    assert grant is not None
    assert token not in repr(grant)
