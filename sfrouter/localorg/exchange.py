"""One request to the org and its answer, as plain values, so that a test needs no network to ask."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal
from urllib.parse import parse_qsl

from sfrouter.localorg.errors import OrgError


@dataclass(frozen=True)
class Request:
    """What a client sent. `path` is still percent-encoded; `query` is what follows the question mark."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def build(
        cls, method: str, url: str, *, headers: Mapping[str, str] | None = None, json_body: Any = None
    ) -> Request:
        """A request from a URL (path and query) and, if given, a JSON body with its content type."""
        path, _, query = url.partition("?")
        sent = dict(headers or {})
        body = b""
        if json_body is not None:
            body = json.dumps(json_body).encode()
            sent.setdefault("Content-Type", "application/json")
        return cls(method, path, query, sent, body)

    @cached_property
    def _lowercase_headers(self) -> dict[str, str]:
        return {name.lower(): value for name, value in self.headers.items()}

    def header(self, name: str) -> str | None:
        """A header's value, whatever the case of its name."""
        return self._lowercase_headers.get(name.lower())

    @cached_property
    def parameters(self) -> dict[str, str]:
        """The decoded query parameters; the last wins when one is given twice."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @property
    def uri_length(self) -> int:
        """Bytes of the path and query as sent."""
        return len(self.path) + len(self.query) + (1 if self.query else 0)

    @property
    def headers_length(self) -> int:
        """Bytes of all header lines as they travel: name, colon, blank, value, line end."""
        return sum(len(name) + len(value) + 4 for name, value in self.headers.items())

    def json(self) -> Any:
        """The body as JSON.

        Raises OrgError 415 for another content type and 400 JSON_PARSER_ERROR for a missing or broken body.
        """
        kind = (self.header("content-type") or "application/json").split(";")[0].strip().lower()
        if kind != "application/json":
            raise OrgError(
                415,
                "UNSUPPORTED_MEDIA_TYPE",
                f"Content-Type header specified in HTTP request is not supported: {kind}",
            )
        if not self.body.strip():
            raise OrgError(
                400,
                "JSON_PARSER_ERROR",
                "The HTTP entity body is required, but this request has no entity body.",
            )
        return parse_json(self.body)


def parse_json(raw: bytes) -> Any:
    """JSON text to values. Raises OrgError 400 JSON_PARSER_ERROR with line and column."""
    try:
        return json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
    except (UnicodeDecodeError, RecursionError) as problem:
        raise OrgError(400, "JSON_PARSER_ERROR", "The request body is not readable JSON") from problem
    except json.JSONDecodeError as problem:
        where = f"[line:{problem.lineno}, column:{problem.colno}]"
        found = problem.doc[problem.pos : problem.pos + 1]
        if not found:
            sentence = f"Unexpected end-of-input at {where}"
        else:
            sentence = f"Unexpected character ('{found}' (code {ord(found)})) at {where}"
        raise OrgError(400, "JSON_PARSER_ERROR", sentence) from problem


def _refuse_constant(name: str) -> Any:
    raise OrgError(400, "JSON_PARSER_ERROR", f"Non-standard token '{name}' in the request body")


_JSON = {"Content-Type": "application/json;charset=UTF-8"}


@dataclass(frozen=True)
class Response:
    """What the org answers."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def of_json(cls, value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
        """An answer that carries JSON."""
        sent = _JSON | dict(headers or {})
        return cls(status, sent, json.dumps(value, ensure_ascii=False).encode())

    @classmethod
    def of_json_text(cls, body: bytes) -> Response:
        """An answer whose JSON is written already."""
        return cls(200, _JSON, body)

    @classmethod
    def of_error(cls, problem: OrgError) -> Response:
        """An answer that carries Salesforce's array of errors."""
        return cls.of_json(problem.body(), problem.status)

    def header(self, name: str) -> str | None:
        """A header's value, whatever the case of its name."""
        wanted = name.lower()
        return next((value for key, value in self.headers.items() if key.lower() == wanted), None)

    def json(self) -> Any:
        """The body as JSON, for tests."""
        return json.loads(self.body)


class DropConnection(Exception):  # noqa: N818 - it names what happens on the wire, not an error of ours
    """The line goes dead: before the org did anything, or after it did everything but before it answered.

    A fault (middleware) raises it; in-process callers see the exception, HTTP clients a closed socket.
    """

    def __init__(self, when: Literal["before", "after"]) -> None:
        super().__init__(f"connection dropped {when} the work")
        self.when = when


Handler = Callable[[Request], Response]
Middleware = Callable[[Request, Handler], Response]
