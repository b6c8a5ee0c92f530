"""Reads a world file: the company that a rehearsal or a test plays in (people, queues, fields, records, rules)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, TypeVar

from sfrouter.localorg.limits import DEVELOPER_DAILY_CALLS
from sfrouter.localorg.world_access import ACCESS_SETTINGS, AccessText, read_access
from sfrouter.localorg.world_api import ApiText, read_api
from sfrouter.localorg.world_automation import AUTOMATION_SETTINGS, AutomationText, read_automation
from sfrouter.localorg.world_currency import CurrencyText, read_currencies
from sfrouter.localorg.world_fields import CustomField, CustomObject, read_custom_fields, read_custom_objects
from sfrouter.localorg.world_problems import Faults, Path, Problem, WorldError
from sfrouter.localorg.world_rules import RuleText, read_rules

Entry = TypeVar("Entry")

TOP_SETTINGS = (
    "organization",
    "limits",
    "connected_apps",
    "custom_objects",
    "custom_fields",
    "picklists",
    "users",
    "queues",
    "rows",
    "assignment_rules",
    "default_lead_owner",
    "hidden_fields",
    "features",
    "currencies",
    *ACCESS_SETTINGS,
    *AUTOMATION_SETTINGS,
    "api",
)
FEATURES = ("territories", "multi_currency", "person_accounts")
"""What an org may have switched on; multi_currency follows from naming `currencies`."""

_ORGANIZATION = ("name", "time_zone", "currency", "language", "sandbox")
_APP = ("name", "client_id", "client_secret", "run_as", "jwt_public_key", "jwt_public_key_file", "approved_users")
_QUEUE = ("key", "name", "developer_name", "email", "objects", "members")
_HIDDEN = ("user", "fields")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationText:
    """The company as the file tells it."""

    name: str = "Local Org"
    time_zone: str = "UTC"
    currency: str = "USD"
    language: str = "en_US"
    sandbox: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AppText:
    """A connected app as the file tells it; users are still readable references like "@sarah"."""

    path: Path
    name: str
    client_id: str
    client_secret: str | None
    run_as: str | None
    jwt_public_key: str | None
    approved_users: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueText:
    """A queue: what it may own and who is in it."""

    path: Path
    key: str
    name: str
    developer_name: str | None
    email: str | None
    objects: tuple[str, ...]
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowText:
    """One record: its object, its key (or None) and its fields as written."""

    path: Path
    object_name: str
    key: str | None
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenText:
    """Fields that one user, or everyone (None), does not see."""

    path: Path
    user: str | None
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A world file's content, its shape checked; names are held against the org's schema when it is loaded."""

    source: str
    text: str | None
    organization: OrganizationText
    daily_api_requests: int
    apps: tuple[AppText, ...]
    custom_objects: tuple[CustomObject, ...]
    custom_fields: tuple[CustomField, ...]
    picklists: Mapping[str, tuple[str, ...]]
    queues: tuple[QueueText, ...]
    rows: tuple[RowText, ...]
    rules: tuple[RuleText, ...]
    default_lead_owner: str | None
    hidden: tuple[HiddenText, ...]
    features: tuple[str, ...]
    currencies: tuple[CurrencyText, ...]
    access: AccessText
    automation: AutomationText
    api: ApiText


def read_world(source: Mapping[str, Any] | FilePath | str) -> World:
    """A world from a file, or from its content as a dict. Raises WorldError with every fault of shape."""
    if isinstance(source, Mapping):
        return _read(dict(source), "world", None, FilePath())
    file = FilePath(source)
    try:
        text = file.read_text(encoding="utf-8")
        content = json.loads(text, object_pairs_hook=_refuse_twice)
    except OSError as problem:
        mend = "Check the path and that the file may be read"
        raise WorldError(
            str(file), [Problem((), f"the file cannot be read ({problem.strerror})", mend)]
        ) from problem
    except json.JSONDecodeError as problem:
        what = f"line {problem.lineno}, column {problem.colno} is not JSON ({problem.msg})"
        raise WorldError(f"{file}", [Problem((), what, "Mend the JSON there")]) from problem
    except (UnicodeDecodeError, _TwiceError) as problem:
        what = str(problem) if isinstance(problem, _TwiceError) else "the file is not UTF-8 text"
        raise WorldError(str(file), [Problem((), what, "Mend it and start again")]) from problem
    return _read(content, str(file), text, file.parent)


class _TwiceError(ValueError):
    """A key stands twice in one object, where JSON would silently keep the last."""


def _refuse_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _TwiceError(f"the key {key!r} stands twice in one object")
        found[key] = value
    return found


def _read(content: Any, source: str, text: str | None, folder: FilePath) -> World:
    faults = Faults()
    top = faults.mapping(content, (), TOP_SETTINGS)
    limits = faults.mapping(top.get("limits", {}), ("limits",), ("daily_api_requests",))
    organization = _organization(faults, top.get("organization", {}))
    world = World(
        source=source,
        text=text,
        organization=organization,
        daily_api_requests=faults.count(limits, "daily_api_requests", ("limits",), DEVELOPER_DAILY_CALLS),
        apps=_each(faults, top, "connected_apps", lambda value, path: _app(faults, value, path, folder)),
        custom_objects=read_custom_objects(faults, top.get("custom_objects", [])),
        custom_fields=read_custom_fields(faults, top.get("custom_fields", {})),
        picklists=_picklists(faults, top.get("picklists", {})),
        queues=_each(faults, top, "queues", lambda value, path: _queue(faults, value, path)),
        rows=_rows(faults, top),
        rules=read_rules(faults, top.get("assignment_rules", [])),
        default_lead_owner=faults.text(top, "default_lead_owner", ()),
        hidden=_each(faults, top, "hidden_fields", lambda value, path: _hidden(faults, value, path)),
        features=_features(faults, top),
        currencies=read_currencies(faults, top.get("currencies", []), organization.currency),
        access=read_access(faults, top),
        automation=read_automation(faults, top),
        api=read_api(faults, top.get("api", {})),
    )
    if faults.found:
        raise WorldError(source, faults.found, text)
    return world


def _each(
    faults: Faults, top: Mapping[str, Any], key: str, read: Callable[[Any, Path], Entry | None]
) -> tuple[Entry, ...]:
    found = (read(value, (key, number)) for number, value in enumerate(faults.entries(top.get(key, []), (key,))))
    return tuple(one for one in found if one is not None)


def _organization(faults: Faults, value: Any) -> OrganizationText:
    path: Path = ("organization",)
    found = faults.mapping(value, path, _ORGANIZATION)
    usual = OrganizationText()
    return OrganizationText(
        name=faults.text(found, "name", path) or usual.name,
        time_zone=faults.text(found, "time_zone", path) or usual.time_zone,
        currency=faults.text(found, "currency", path) or usual.currency,
        language=faults.text(found, "language", path) or usual.language,
        sandbox=faults.flag(found, "sandbox", path, usual.sandbox),
    )


def _app(faults: Faults, value: Any, path: Path, folder: FilePath) -> AppText:
    found = faults.mapping(value, path, _APP, ("client_id",))
    client_id = faults.text(found, "client_id", path) or ""
    return AppText(
        path=path,
        name=faults.text(found, "name", path) or client_id,
        client_id=client_id,
        client_secret=faults.text(found, "client_secret", path),
        run_as=faults.text(found, "run_as", path),
        jwt_public_key=_public_key(faults, found, path, folder),
        approved_users=faults.texts(found, "approved_users", path) if "approved_users" in found else None,
    )


def _public_key(faults: Faults, found: Mapping[str, Any], path: Path, folder: FilePath) -> str | None:
    named = faults.text(found, "jwt_public_key_file", path)
    if named is None:
        return faults.text(found, "jwt_public_key", path)
    try:
        return (folder / named).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        mend = "Give the path of a PEM file, from the folder of the world file"
        faults.add((*path, "jwt_public_key_file"), f"the file {named!r} cannot be read", mend)
        return None


def _queue(faults: Faults, value: Any, path: Path) -> QueueText:
    found = faults.mapping(value, path, _QUEUE, ("key", "name", "objects"))
    return QueueText(
        path=path,
        key=faults.text(found, "key", path) or "",
        name=faults.text(found, "name", path) or "",
        developer_name=faults.text(found, "developer_name", path),
        email=faults.text(found, "email", path),
        objects=faults.texts(found, "objects", path),
        members=faults.texts(found, "members", path),
    )


def _hidden(faults: Faults, value: Any, path: Path) -> HiddenText:
    found = faults.mapping(value, path, _HIDDEN, ("fields",))
    return HiddenText(path=path, user=faults.text(found, "user", path), fields=faults.texts(found, "fields", path))


def _features(faults: Faults, top: Mapping[str, Any]) -> tuple[str, ...]:
    """The features that are on; naming currencies switches on that there are several."""
    named = faults.texts(top, "features", ())
    for number, name in enumerate(named):
        faults.choice(name, ("features", number), FEATURES, "feature")
    found = [*named, *(["multi_currency"] if top.get("currencies") else [])]
    if "multi_currency" in named and not top.get("currencies"):
        faults.add(("features",), "multi_currency is on and no currency is told", "Add 'currencies'")
    return tuple(dict.fromkeys(found))


def _picklists(faults: Faults, value: Any) -> dict[str, tuple[str, ...]]:
    found = faults.mapping(value, ("picklists",))
    return {name: faults.texts(found, name, ("picklists",)) for name in found}


def _rows(faults: Faults, top: Mapping[str, Any]) -> tuple[RowText, ...]:
    rows: list[RowText] = []
    for number, value in enumerate(faults.entries(top.get("users", []), ("users",))):
        rows.append(_row(faults, value, ("users", number), "User"))
    for object_name, listed in faults.mapping(top.get("rows", {}), ("rows",)).items():
        for number, value in enumerate(faults.entries(listed, ("rows", object_name))):
            rows.append(_row(faults, value, ("rows", object_name, number), object_name))
    return tuple(rows)


def _row(faults: Faults, value: Any, path: Path, object_name: str) -> RowText:
    found = faults.mapping(value, path)
    values = {name: one for name, one in found.items() if name != "key"}
    return RowText(path=path, object_name=object_name, key=faults.text(found, "key", path), values=values)
