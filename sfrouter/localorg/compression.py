"""Compressed requests and answers (gzip and deflate), as they travel over HTTP."""

from __future__ import annotations

import gzip
import re
import zlib
from dataclasses import replace
from functools import lru_cache

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Handler, Request, Response

SMALLEST = 1_024
"""Bytes of an answer below which it is sent as it is: compressing it would gain nothing."""

_FAST = 1
_GZIP_OR_ZLIB, _RAW = 32 + zlib.MAX_WBITS, -zlib.MAX_WBITS
_REFUSED = re.compile(r";\s*q\s*=\s*0(\.0*)?\s*$")


def answered(handler: Handler, request: Request, largest: int) -> Response:
    """Answer a request that may be compressed, compressing the answer for clients that accept it."""
    try:
        plain = unpacked(request, largest)
    except OrgError as problem:
        return Response.of_error(problem)
    return packed(request, handler(plain))


def unpacked(request: Request, largest: int) -> Request:
    """The request with its body as it was before compression, at most `largest` bytes.

    Raises OrgError: 415 for an encoding that is neither gzip nor deflate, 400 for a broken body, 413.
    """
    encoding = (request.header("content-encoding") or "").strip().lower()
    if encoding in {"", "identity"}:
        return request
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        sentence = f"Content-Encoding header specified in HTTP request is not supported: {encoding}"
        raise OrgError(415, "UNSUPPORTED_MEDIA_TYPE", sentence)
    try:
        body = _inflated(request.body, largest)
    except (zlib.error, EOFError) as problem:
        raise OrgError(400, "INVALID_CONTENT_ENCODING", f"The request body is not {encoding}") from problem
    headers = {name: one for name, one in request.headers.items() if name.lower() != "content-encoding"}
    return replace(request, headers=headers, body=body)


def _inflated(body: bytes, largest: int) -> bytes:
    # Deflate is sent with its zlib frame, as the standard says, and by some clients without.
    framed = body[:2] == b"\x1f\x8b" or (
        len(body) > 1 and body[0] & 15 == 8 and (body[0] * 256 + body[1]) % 31 == 0
    )
    machine = zlib.decompressobj(_GZIP_OR_ZLIB if framed else _RAW)
    plain = machine.decompress(body, largest + 1)
    if len(plain) > largest:
        raise OrgError(413, "EXCEEDED_MAX_SIZE_REQUEST", "The size of the message exceeded 50 MB.")
    if not machine.eof:
        raise EOFError("the body breaks off")
    return plain


def packed(request: Request, response: Response) -> Response:
    """The answer, compressed when the client accepts that and it is worth it."""
    if len(response.body) < SMALLEST or response.header("content-length") or response.header("content-encoding"):
        return response
    encoding = _accepted(request.header("accept-encoding") or "")
    if encoding is None:
        return response
    pack = _packed_before if len(response.body) <= _REMEMBERED else _pack
    headers = {**response.headers, "Content-Encoding": encoding, "Vary": "Accept-Encoding"}
    return replace(response, headers=headers, body=pack(response.body, encoding))


def _pack(body: bytes, encoding: str) -> bytes:
    return gzip.compress(body, _FAST, mtime=0) if encoding == "gzip" else zlib.compress(body, _FAST)


_REMEMBERED = 2_000_000
"""Bytes of the largest answer that is remembered as it was packed: describes, which are sent again and again,
ten of them in one answer of a million bytes."""
_packed_before = lru_cache(maxsize=32)(_pack)


def _accepted(header: str) -> str | None:
    listed = {
        part.split(";")[0].strip().lower() for part in header.split(",") if not _REFUSED.search(part.strip())
    }
    return next((one for one in ("gzip", "deflate") if one in listed), None)
