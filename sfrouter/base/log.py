"""What the daemon says while it works: one line an event, as JSON or for a terminal, nothing personal in it."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog

HIDDEN = "[hidden]"
_SECRET_KEYS = re.compile(
    r"token|secret|password|assertion|authori[sz]ation|session|cookie|signature|private_key"
    r"|e_?mail|phone|(first|last|full|person|user)_?name|(^|_)ip(_|$)|street|subject|description",
    re.IGNORECASE,
)
_PATTERNS = (
    re.compile(r"[\w.+%'-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+"),  # e-mail address
    re.compile(r"\b00D[A-Za-z0-9]{12,15}![\w.]+"),  # Salesforce access token
    re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"),  # JSON web token
    re.compile(r"(?i)\b(?:bearer|basic)\s+[\w.~+/=-]{8,}"),
    re.compile(r"\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b(?!:\d)"),  # IPv4
    re.compile(r"(?i)\b(?:[0-9a-f]{1,4}:){3,7}:?[0-9a-f]{1,4}\b"),  # IPv6
    re.compile(r"(?i)((?:client_secret|access_token|refresh_token|assertion|password)=)[^&\s]+"),
)


def redact_text(text: str) -> str:
    """The text without addresses, tokens and secrets."""
    for pattern in _PATTERNS:
        text = pattern.sub(HIDDEN, text)
    return text


def redact(value: Any) -> Any:
    """Any value of a log line without what is secret or personal."""
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, Mapping):
        return {
            key: HIDDEN if isinstance(key, str) and _SECRET_KEYS.search(key) and item else redact(item)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return redact_text(str(value))


def _redact_event(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    kept = {key: event[key] for key in list(event) if key.startswith("_")}
    cleaned: dict[str, Any] = redact({key: item for key, item in event.items() if key not in kept})
    return {**cleaned, **kept}


def set_up_logging(*, form: str = "console", level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send structlog's and the standard library's lines through one formatter. `form`: console or json."""
    out = stream or sys.stderr
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        # Local variables would carry tokens and people's data into the log.
        structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))
        if form == "json"
        else structlog.processors.format_exc_info,
        _redact_event,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level, *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )  # fmt: skip
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=out.isatty())
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for noisy in ("urllib3", "filelock", "zeep", "asyncio"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # its events are told by the daemon itself


def logger(room: str) -> Any:
    """A logger that names the room it speaks for."""
    return structlog.get_logger(room)
