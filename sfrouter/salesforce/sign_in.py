"""The three ways into the org: client credentials, JWT bearer, and a ready-made access token."""

import base64
import json
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

import jwt
import requests

from sfrouter.base.clock import Clock
from sfrouter.base.log import logger
from sfrouter.base.private_files import seen_by_others
from sfrouter.salesforce.addresses import Origin, instance_from_answer, origin_of
from sfrouter.salesforce.answers import CallError
from sfrouter.salesforce.counts import CallKind
from sfrouter.salesforce.errors import SignInRefusedError
from sfrouter.salesforce.transport import Transport

TOKEN_PATH = "/services/oauth2/token"  # noqa: S105 - an address, not a secret
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ASSERTION_LIFE = timedelta(minutes=3)  # the platform takes at most five
ASSERTION_SLACK = timedelta(seconds=60)  # "issued in the future" refuses a clock that is a little ahead (F29)
_PASSING_CODES = frozenset({"unknown_error", "server_error", "temporarily_unavailable"})

log = logger("salesforce")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What the settings say about signing in; '' for what is not set. Secrets never show in a repr."""

    login_url: str = ""
    instance_url: str = ""
    client_id: str = field(default="", repr=False)
    client_secret: str = field(default="", repr=False)
    username: str = field(default="", repr=False)
    jwt_key_file: str = ""
    access_token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a successful sign-in gives."""

    access_token: str = field(repr=False)
    instance: Origin
    identity_url: str = field(default="", repr=False)


class Flow(Protocol):
    """One way in. `signs_in` is False for a token that cannot be renewed."""

    name: str
    signs_in: bool

    def sign_in(self) -> Grant:
        """Raises SignInRefusedError for a refusal, CallError when nobody answered properly."""
        ...


def flow_for(credentials: Credentials, transport: Transport, clock: Clock) -> Flow:
    """The way in that the settings describe: a ready token before JWT bearer before client credentials.

    Raises SignInRefusedError when they describe none, UntrustedAddressError for a bad address.
    """
    if credentials.access_token:
        return ReadyToken(credentials, transport)
    if credentials.jwt_key_file:
        return JwtBearer(credentials, transport, clock)
    if credentials.client_secret:
        return ClientCredentials(credentials, transport)
    raise SignInRefusedError(
        "the settings name no way to sign in",
        mend="set SFROUTER_SALESFORCE_CLIENT_ID with SFROUTER_SALESFORCE_CLIENT_SECRET, or with "
        "SFROUTER_SALESFORCE_USERNAME and SFROUTER_SALESFORCE_JWT_KEY_FILE",
    )


class ReadyToken:
    """A token made elsewhere: good for a trial, and over when its session ends."""

    name = "ready token"
    signs_in = False

    def __init__(self, credentials: Credentials, transport: Transport) -> None:
        _require(credentials.instance_url, "SFROUTER_SALESFORCE_INSTANCE_URL", self.name)
        self._instance = origin_of(credentials.instance_url, where="SFROUTER_SALESFORCE_INSTANCE_URL")
        self._token = credentials.access_token
        self._used = False
        transport.trust(self._instance)

    def sign_in(self) -> Grant:
        """The token, once. Raises SignInRefusedError when it is asked for again: the org no longer takes it."""
        if self._used:
            raise SignInRefusedError(
                "the org no longer takes the access token of the settings",
                where="SFROUTER_SALESFORCE_ACCESS_TOKEN",
                mend="use client credentials or JWT bearer, which renew themselves, or set a new token",
            )
        self._used = True
        return Grant(access_token=self._token, instance=self._instance)


class _TokenEndpoint:
    """What both real flows share: where to ask, and how to read the answer."""

    def __init__(self, credentials: Credentials, transport: Transport) -> None:
        self.transport = transport
        address = credentials.login_url or credentials.instance_url
        _require(address, "SFROUTER_SALESFORCE_LOGIN_URL", "signing in")
        self.login = origin_of(address, where="SFROUTER_SALESFORCE_LOGIN_URL")
        self.configured: Origin | None = None
        if credentials.instance_url:
            self.configured = origin_of(credentials.instance_url, where="SFROUTER_SALESFORCE_INSTANCE_URL")

    def ask(self, form: dict[str, str], headers: dict[str, str]) -> Grant:
        """Raises SignInRefusedError for a refusal, CallError for no proper answer, UntrustedAddressError."""
        self.transport.trust(self.login)
        session = self.transport.session(CallKind.SIGN_IN)
        try:
            answer = _json(session.post(f"{self.login}{TOKEN_PATH}", data=form, headers=headers))
        except CallError as refusal:
            if not refusal.code or refusal.code in _PASSING_CODES or refusal.status >= 500:
                raise
            raise _refused(refusal) from None
        return self._grant(answer)

    def _grant(self, answer: Any) -> Grant:
        fields = answer if isinstance(answer, dict) else {}
        token, address, identity = (fields.get(name) for name in ("access_token", "instance_url", "id"))
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or " " in token:
            raise CallError(status=200, message="the sign-in answer holds no token")
        if not isinstance(address, str):
            raise CallError(status=200, message="the sign-in answer does not say where the org is")
        instance = instance_from_answer(address, configured=self.configured, login=self.login)
        self.transport.trust(instance)
        return Grant(
            access_token=token, instance=instance, identity_url=identity if isinstance(identity, str) else ""
        )


class ClientCredentials:
    """Key and secret of an external client app; works only at the org's own My Domain address."""

    name = "client credentials"
    signs_in = True

    def __init__(self, credentials: Credentials, transport: Transport) -> None:
        _require(credentials.client_id, "SFROUTER_SALESFORCE_CLIENT_ID", self.name)
        self._endpoint = _TokenEndpoint(credentials, transport)
        if self._endpoint.login.generic and self._endpoint.configured is not None:
            self._endpoint.login = self._endpoint.configured
        if self._endpoint.login.generic:
            raise SignInRefusedError(
                f"client credentials do not work at {self._endpoint.login.host}",
                where="SFROUTER_SALESFORCE_LOGIN_URL",
                mend="set it to the org's My Domain address, like https://yourcompany.my.salesforce.com",
            )
        pair = f"{credentials.client_id}:{credentials.client_secret}".encode()
        self._basic = "Basic " + base64.b64encode(pair).decode("ascii")

    def sign_in(self) -> Grant:
        """See Flow."""
        return self._endpoint.ask({"grant_type": "client_credentials"}, {"Authorization": self._basic})


class JwtBearer:
    """A short-lived statement signed with our private key (RS256), for a user the app is approved for."""

    name = "JWT bearer"
    signs_in = True

    def __init__(self, credentials: Credentials, transport: Transport, clock: Clock) -> None:
        _require(credentials.client_id, "SFROUTER_SALESFORCE_CLIENT_ID", self.name)
        _require(credentials.username, "SFROUTER_SALESFORCE_USERNAME", self.name)
        self._endpoint = _TokenEndpoint(credentials, transport)
        self._credentials = credentials
        self._clock = clock
        warn_about_key_file(Path(credentials.jwt_key_file))

    def sign_in(self) -> Grant:
        """See Flow. A refusal that came with a first look at the org's clock is tried once more by that clock."""
        server_time = self._endpoint.transport.server_time
        guessed = not server_time.known
        try:
            return self._attempt()
        except SignInRefusedError:
            if not guessed or abs(server_time.skew()) < ASSERTION_SLACK:
                raise
            return self._attempt()

    def _attempt(self) -> Grant:
        form = {"grant_type": JWT_BEARER, "assertion": self._assertion()}
        return self._endpoint.ask(form, {})

    def _assertion(self) -> str:
        now = self._endpoint.transport.server_time.now()
        claims = {
            "iss": self._credentials.client_id,
            "sub": self._credentials.username,
            "aud": audience_of(self._endpoint.login),
            "iat": int((now - ASSERTION_SLACK).timestamp()),
            "exp": int((now + ASSERTION_LIFE).timestamp()),
        }
        path = Path(self._credentials.jwt_key_file)
        try:
            return jwt.encode(claims, path.read_bytes(), algorithm="RS256")
        except OSError as failure:
            raise _key_error(f"the key file cannot be read ({failure.strerror})", path) from None
        except (jwt.PyJWTError, ValueError, TypeError):
            raise _key_error(
                "the key file holds no RSA private key in PEM form without a password", path
            ) from None


def audience_of(login: Origin) -> str:
    """Whom an assertion is for: the shared sign-in host, `test` for a sandbox's My Domain address."""
    if login.loopback or login.generic:
        return str(login)
    kind = "test" if ".sandbox." in f".{login.host}" else "login"
    return f"https://{kind}.salesforce.com"


def warn_about_key_file(path: Path) -> None:
    """Say in the log when others on this machine may read the private key."""
    mode = seen_by_others(path)
    if mode:
        log.warning("key_file_open_to_others", file=str(path), mode=mode, mend="chmod 600")


def _json(response: requests.Response) -> Any:
    try:
        return json.loads(response.content)
    except ValueError:
        raise CallError(status=response.status_code, message="the org's answer is broken off") from None


def _key_error(what: str, path: Path) -> SignInRefusedError:
    return SignInRefusedError(what, where=str(path), mend="see SFROUTER_SALESFORCE_JWT_KEY_FILE")


def _refused(refusal: CallError) -> SignInRefusedError:
    return SignInRefusedError(
        f"the org refused to sign us in ({refusal.words})",
        mend="check client id, secret or key, the approved user, and that the app's policies admit it",
    )


def _require(value: str, setting: str, what: str) -> None:
    if not value:
        raise SignInRefusedError(f"{what} needs a setting that is empty", where=setting, mend=f"set {setting}")
