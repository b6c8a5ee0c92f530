"""Signing in: the token endpoint with its flows, refusing in Salesforce's words."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from sfrouter.localorg.exchange import Request, Response

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
JWT_LONGEST_LIFE = 300
"""Seconds: an assertion's expiry may lie at most five minutes ahead."""

_NOT_CACHED = {"Cache-Control": "no-cache, no-store", "Pragma": "no-cache"}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ConnectedApp:
    """An application that may sign in.

    `run_as` is the user of the client credentials flow, None when that flow is off. `public_key` verifies
    JWT assertions, None when that flow is off. `approved_users` are those the app may act for by JWT.
    """

    name: str
    client_id: str
    client_secret: str | None = None
    run_as: str | None = None
    public_key: RSAPublicKey | None = None
    approved_users: frozenset[str] | None = None

    def approves(self, user_id: str) -> bool:
        """Whether the app is pre-approved for a user; with no list it is for everyone."""
        return self.approved_users is None or user_id in self.approved_users


class SignInRefused(Exception):  # noqa: N818 - named for what happened
    """The token endpoint says no: `error` and `error_description` as Salesforce sends them."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description
        self.status = status


def read_public_key(pem: str) -> RSAPublicKey:
    """The RSA key in a PEM public key or certificate. Raises ValueError for anything else."""
    raw = pem.encode()
    if "BEGIN CERTIFICATE" in pem:
        key: Any = x509.load_pem_x509_certificate(raw).public_key()
    else:
        key = load_pem_public_key(raw)
    if not isinstance(key, RSAPublicKey):
        raise ValueError("the key is not an RSA key")
    return key


def token(org: Org, request: Request) -> Response:
    """POST /services/oauth2/token."""
    try:
        return Response.of_json(_grant(org, request), headers=_NOT_CACHED)
    except SignInRefused as refused:
        body = {"error": refused.error, "error_description": refused.description}
        return Response.of_json(body, refused.status, _NOT_CACHED)


def revoke(org: Org, request: Request) -> Response:
    """POST or GET /services/oauth2/revoke: end the session of an access token, or the grant of a refresh token."""
    form = _form(request) if request.method == "POST" else request.parameters
    token = form.get("token", "")
    ended = org.sign_in.revoke(token)
    for session in ended or ():
        org.sessions.revoke(session)
    if ended is not None or org.sessions.revoke(token):
        return Response(200, _NOT_CACHED)
    body = {"error": "invalid_token", "error_description": "invalid token"}
    return Response.of_json(body, 400, _NOT_CACHED)


def _grant(org: Org, request: Request) -> dict[str, str]:
    if request.method != "POST":
        raise SignInRefused("invalid_request", "must use HTTP POST")
    form = _form(request)
    flow = form.get("grant_type", "")
    if flow == "client_credentials":
        app = _known_app(org, request, form)
        return _signed_in(org, app, _client_credentials_user(org, app))
    if flow == JWT_BEARER:
        app, user_id = _assertion(org, form.get("assertion", ""))
        return _signed_in(org, app, user_id)
    if flow == "password":
        app = _known_app(org, request, form)
        return _signed_in(org, app, _password_user(org, form))
    if flow == "refresh_token":
        return _refreshed(org, _returning_app(org, request, form), form)
    raise SignInRefused("unsupported_grant_type", "grant type not supported")


def _form(request: Request) -> dict[str, str]:
    kind = (request.header("content-type") or "").split(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        return {}
    return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))


def _known_app(org: Org, request: Request, form: dict[str, str]) -> ConnectedApp:
    client_id, secret = _client_credentials(request, form)
    app = org.connected_apps.get(client_id)
    if app is None:
        raise SignInRefused("invalid_client_id", "client identifier invalid")
    if app.client_secret is None or not hmac.compare_digest(app.client_secret.encode(), secret.encode()):
        raise SignInRefused("invalid_client", "invalid client credentials")
    return app


def _client_credentials(request: Request, form: dict[str, str]) -> tuple[str, str]:
    scheme, _, value = (request.header("authorization") or "").partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        decoded = base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as problem:
        raise SignInRefused("invalid_client", "invalid client credentials") from problem
    client_id, _, secret = decoded.partition(":")
    return client_id, secret


def _client_credentials_user(org: Org, app: ConnectedApp) -> str:
    if app.run_as is None:
        raise SignInRefused("invalid_grant", "no client credentials user enabled")
    if not org.is_active_user(app.run_as):
        raise SignInRefused("inactive_user", "user is inactive")
    return app.run_as


def _password_user(org: Org, form: dict[str, str]) -> str:
    """The user of the username-password flow: it must be allowed in this org, and the password must fit."""
    user_id = org.user_called(form.get("username", ""))
    fits = user_id is not None and org.sign_in.knows(user_id, form.get("password", ""))
    if user_id is None or not fits or not org.sign_in.username_password or not org.is_active_user(user_id):
        raise SignInRefused("invalid_grant", "authentication failure")
    return user_id


def _returning_app(org: Org, request: Request, form: dict[str, str]) -> ConnectedApp:
    """The app that brings a refresh token. One that has no secret needs none."""
    client_id, _ = _client_credentials(request, form)
    app = org.connected_apps.get(client_id)
    if app is not None and app.client_secret is None:
        return app
    return _known_app(org, request, form)


def _refreshed(org: Org, app: ConnectedApp, form: dict[str, str]) -> dict[str, str]:
    token = form.get("refresh_token", "")
    grant = org.sign_in.use(token, app.client_id)
    if grant is None:
        raise SignInRefused("invalid_grant", "expired access/refresh token")
    if not org.is_active_user(grant.user_id):
        raise SignInRefused("inactive_user", "user is inactive")
    answer = _signed_in(org, app, grant.user_id) | {"scope": "refresh_token api"}
    grant.sessions.append(answer["access_token"])
    return answer if grant.token == token else answer | {"refresh_token": grant.token}


def _assertion(org: Org, assertion: str) -> tuple[ConnectedApp, str]:
    """Check a JWT: who sent it, that it is theirs, that it is for us, fresh, and for a user of ours."""
    app = _sender(org, assertion)
    if app.public_key is None:
        raise SignInRefused("invalid_grant", "invalid assertion")
    nothing_by_itself = {f"verify_{claim}": False for claim in ("exp", "aud", "iat", "nbf", "iss", "sub", "jti")}
    try:
        claims = jwt.decode(assertion, app.public_key, algorithms=["RS256"], options=nothing_by_itself)  # type: ignore[arg-type]
    except jwt.InvalidTokenError as problem:
        raise SignInRefused("invalid_grant", "invalid assertion") from problem
    _check_audience(org, claims.get("aud"))
    _check_expiry(org, claims.get("exp"))
    user_id = org.user_called(str(claims.get("sub", "")))
    if user_id is None or not app.approves(user_id):
        raise SignInRefused("invalid_grant", "user hasn't approved this consumer")
    if not org.is_active_user(user_id):
        raise SignInRefused("inactive_user", "user is inactive")
    return app, user_id


def _sender(org: Org, assertion: str) -> ConnectedApp:
    try:
        claims = jwt.decode(assertion, options={"verify_signature": False})
    except jwt.InvalidTokenError as problem:
        raise SignInRefused("invalid_grant", "invalid assertion") from problem
    app = org.connected_apps.get(str(claims.get("iss", "")))
    if app is None:
        raise SignInRefused("invalid_client_id", "client identifier invalid")
    return app


def _check_audience(org: Org, audience: Any) -> None:
    named = {audience} if isinstance(audience, str) else set(audience or ())
    if not named & org.audiences():
        raise SignInRefused("invalid_grant", "audience is invalid")


def _check_expiry(org: Org, expiry: Any) -> None:
    """The expiry is seconds since 1970, as a number or (simple-salesforce) as digits in a string."""
    try:
        expires = float(expiry)
    except (TypeError, ValueError) as problem:
        raise SignInRefused("invalid_grant", "invalid assertion") from problem
    now = org.clock.now().timestamp()
    if not now < expires <= now + JWT_LONGEST_LIFE:
        raise SignInRefused("invalid_grant", "invalid assertion")


def _signed_in(org: Org, app: ConnectedApp, user_id: str) -> dict[str, str]:
    session = org.sessions.open(user_id)
    issued_at = str(int(org.clock.now().timestamp() * 1000))
    identity = org.identity_url(user_id)
    signature = hmac.new((app.client_secret or "").encode(), (identity + issued_at).encode(), hashlib.sha256)
    return {
        "access_token": session.token,
        "signature": base64.b64encode(signature.digest()).decode(),
        "scope": "api",
        "instance_url": org.instance_url,
        "id": identity,
        "token_type": "Bearer",
        "issued_at": issued_at,
    }
