"""Reads a plan of troubles (JSON): which calls go wrong, in which way, how often, from when to when."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

KINDS: Mapping[str, str] = {
    "drop_before": "the line goes dead before the org has done anything",
    "drop_after": "the org does its work, then the line goes dead before the answer",
    "error": "an answer of `status` as JSON or as a web page (`html`); `after_work` does the work first",
    "session_expired": "401 INVALID_SESSION_ID; `end_session` ends the session for good, so that signing in helps",
    "daily_limit": "403, the calls of the day are used up",
    "concurrent_limit": "403, too many long calls at the same time",
    "slow": "the answer comes `seconds` later",
    "truncated": "the answer breaks off after a share of its bytes (`keep`)",
    "partial": "of the records of one call a `share` is refused, since another transaction holds their rows",
    "small_pages": "pages of a query are as small as Salesforce ever makes them, 200 records",
    "late_commit": "what the call writes is visible to others only `seconds` later",
}
"""Every kind of trouble, and what it does."""


class FaultPlanError(ValueError):
    """The plan has faults of its own: one line each, with its place, what is wrong and how to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One trouble. It strikes a call that fits `method`, `path`, `soql` and `user`, between `start` and `until`.

    `path` is a pattern with * for the part after /services/data/vXX.0 (or for the whole path). Of the fitting
    calls the first `skip` are spared, and at most `times` are struck, each by a `chance`.
    """

    kind: str
    method: str | None = None
    path: str | None = None
    soql: str | None = None
    user: str | None = None
    start: datetime | None = None
    until: datetime | None = None
    chance: float = 1.0
    skip: int = 0
    times: int | None = None
    status: int = 500
    html: bool = False
    after_work: bool = False
    end_session: bool = False
    seconds: float = 1.0
    keep: float = 0.5
    share: float = 0.5


def read_plan(plan: Mapping[str, Any] | Path | str) -> tuple[int, tuple[Fault, ...]]:
    """The seed and the troubles of a plan, given as a file or as its content. Raises FaultPlanError."""
    name = "fault plan"
    if not isinstance(plan, Mapping):
        name = str(plan)
        plan = _loaded(Path(plan))
    problems: list[str] = []
    unknown = sorted(set(plan) - {"seed", "faults"})
    problems += [f"$.{key}: unknown setting. A plan has `seed` and `faults`" for key in unknown]
    seed = plan.get("seed", 0)
    if not _is_whole(seed):
        problems.append("$.seed: a whole number is wanted")
    entries = plan.get("faults", [])
    if not isinstance(entries, list):
        problems.append("$.faults: a list is wanted")
        entries = []
    found = [_fault(entry, f"$.faults[{number}]", problems) for number, entry in enumerate(entries)]
    if problems:
        raise FaultPlanError(
            "\n".join(f"{name}: {one}{'?' if 'Did you mean' in one else '.'}" for one in problems)
        )
    return int(seed), tuple(one for one in found if one is not None)


def _loaded(path: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except OSError as problem:
        raise FaultPlanError(
            f"{path}: cannot be read ({problem.strerror}). Name a file that is there."
        ) from problem
    except UnicodeDecodeError as problem:
        raise FaultPlanError(f"{path}: this is no UTF-8 text. Save it as UTF-8.") from problem
    except json.JSONDecodeError as problem:
        sentence = f"{path}:{problem.lineno}: this is no JSON ({problem.msg}). Mend that line."
        raise FaultPlanError(sentence) from problem
    if not isinstance(found, dict):
        raise FaultPlanError(f"{path}: a JSON object with `faults` is wanted.")
    return found


def _fault(entry: Any, place: str, problems: list[str]) -> Fault | None:
    """One trouble, or None with a line for each of its faults added to `problems`."""
    if not isinstance(entry, Mapping):
        problems.append(f"{place}: an object with `kind` is wanted")
        return None
    before = len(problems)
    known = [one.name for one in fields(Fault)]
    values: dict[str, Any] = {}
    for name, value in entry.items():
        if name not in known:
            problems.append(f"{place}.{name}: unknown setting{_nearest(name, known)}")
        elif name == "kind" and value not in KINDS:
            near = _nearest(str(value), list(KINDS)) or f". There are {', '.join(KINDS)}"
            problems.append(f"{place}.kind: there is no kind {json.dumps(value)}{near}")
        elif (wanted := _wrong(name, value)) is not None:
            problems.append(f"{place}.{name}: {wanted} is wanted, not {json.dumps(value)}")
        else:
            values[name] = _moment(value) if name in {"start", "until"} else value
    if "kind" not in entry:
        problems.append(f"{place}: `kind` is missing. It is one of {', '.join(KINDS)}")
    return Fault(**values) if len(problems) == before else None


def _wrong(name: str, value: Any) -> str | None:
    """What a setting should be, when it is not."""
    if name == "kind":
        return None
    if name in {"method", "path", "soql", "user"}:
        return None if isinstance(value, str) and value else "a text"
    if name in {"html", "after_work", "end_session"}:
        return None if isinstance(value, bool) else "true or false"
    if name in {"start", "until"}:
        return None if _moment(value) is not None else "a time with a zone, such as 2026-03-02T09:00:00Z,"
    if name in {"skip", "times"}:
        return None if _is_whole(value) and value >= 0 else "a whole number from 0"
    if name == "status":
        return None if _is_whole(value) and 400 <= value <= 599 else "an HTTP status from 400 to 599"
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if name == "seconds":
        return None if number and 0 <= value <= 600 else "a number of seconds from 0 to 600"
    return None if number and 0 <= value <= 1 else "a number from 0 to 1"


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _moment(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo is not None else None


def _nearest(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, 1)
    return f". Did you mean `{near[0]}`" if near else ""
