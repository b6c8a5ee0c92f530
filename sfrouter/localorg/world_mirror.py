"""Makes an org of a snapshot of the router's mirror: the accounts, leads and people of a real org, to rehearse on.

It reads the mirror's database, its key and the field mapping as files, and imports nothing of the router.
A mirror is a part of the truth: what it does not hold (a stage, a close date, a profile) is filled in. It holds
keyed hashes of contacts' addresses: those that a lead has too are known again by the key, others are made up.
"""

from __future__ import annotations

import hmac
import json
import sqlite3
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from sfrouter.localorg.clock import OrgClock
from sfrouter.localorg.org import Org
from sfrouter.localorg.schema import ObjectType, Schema
from sfrouter.localorg.world_csv import DEFAULT_ADMIN, DEFAULT_APP, FolderError, load_tables
from sfrouter.localorg.world_infer import guess_schema
from sfrouter.localorg.world_tables import Table

NOUNS = ("user", "queue", "account", "opportunity", "lead", "contact", "case", "team_member")
"""The nouns of the mirror that become rows, owners first."""

_KEY_FILE = "mirror.key"
_TARGETS = {"account_id": "Account", "merged_into_id": "Account", "parent_id": "Account"}


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a field's value stands in a row of the mirror: a column, which of several values, or an extra."""

    column: str
    place: int = 0
    extra: str | None = None

    def text(self, row: Mapping[str, Any]) -> str:
        """The value as text; "" when there is none."""
        value = row[self.column]
        if self.extra is not None:
            return _text(json.loads(value or "{}").get(self.extra))
        if isinstance(value, str) and value.startswith("["):
            listed = json.loads(value)
            # Empty values are left out of the list: with fewer than there are fields the first ones are taken.
            return _text(listed[self.place]) if self.place < len(listed) else ""
        return _text(value)


def load_mirror(
    mirror: Path,
    fields: Path,
    *,
    clock: OrgClock | None = None,
    store_path: str = ":memory:",
    told: Callable[[str], None] | None = None,
) -> Org:
    """An org with the rows of a mirror. Its own id is another than the real org's. Raises WorldError."""
    content, tables = read_mirror(mirror, fields)
    source = str(mirror)
    return load_tables(source, content, tables, clock=clock, store_path=store_path, lenient=True, told=told)


def write_world(mirror: Path, fields: Path, out: Path) -> int:
    """Write the rows of a mirror as a world file, to be read and changed by hand; tells how many rows.

    Raises WorldError, and FileExistsError for a file that is there already.
    """
    content, tables = read_mirror(mirror, fields)
    org = load_tables(str(mirror), content, tables, lenient=True)
    rows: dict[str, list[dict[str, Any]]] = {}
    for table in tables:
        kind = org.schema.object(table.object_name)
        if kind is not None:
            found = org.store.rows(kind.name, include_deleted=True)
            rows[kind.name] = [_row_as_text(org, kind, row) for row in found]
    org.store.close()
    users = rows.pop("User", [])
    with out.open("x", encoding="utf-8") as file:
        out.chmod(0o600)  # names and addresses of people
        json.dump({**content, "users": users, "rows": rows}, file, ensure_ascii=False, indent=1)
    return len(users) + sum(map(len, rows.values()))


def _row_as_text(org: Org, kind: ObjectType, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as a world file tells it; the administrator of the org keeps the key that the app goes by."""
    made = {"Name"} if kind.parts_of("Name") else set()
    shown: dict[str, Any] = {"key": "admin"} if row["Id"] == org.aliases["admin"] else {}
    for field in kind.fields.values():
        value = row.get(field.name)
        if field.stored and not field.calculated and value is not None and field.name not in made:
            shown[field.name] = org.store.render(field, value)
    return shown


def read_mirror(mirror: Path, fields: Path) -> tuple[dict[str, Any], list[Table]]:
    """A world's content and the tables of a mirror. Raises WorldError."""
    mapping = _mapping(fields)
    connection = _opened(mirror)
    with closing(connection):
        present = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not {"account", "lead", "user"} <= present:
            what = f"{mirror}: the file is no mirror of the router. Name the mirror.db of its data folder."
            raise FolderError(str(mirror), [what])
        tables: list[Table] = []
        hints: dict[str, str] = {}
        for noun in NOUNS:
            section = mapping.get(noun)
            if section and noun in present:
                table, more = _table(connection, mirror, noun, section)
                tables.append(table)
                hints |= more
        tables += _queue_objects(mirror, mapping)
        content = _content(connection, present)
    return guess_schema(content, tables, Schema.standard(), hints), tables


def _mapping(fields: Path) -> Mapping[str, Any]:
    try:
        found = YAML(typ="safe", pure=True).load(fields.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, YAMLError) as problem:
        why = getattr(problem, "strerror", None) or "it is not readable YAML"
        what = f"{fields}: the mapping cannot be read ({why}). Name fields.yaml."
        raise FolderError(str(fields), [what]) from None
    if not isinstance(found, dict):
        raise FolderError(str(fields), [f"{fields}: the file is no mapping. Name fields.yaml."])
    return found


def _opened(mirror: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(f"{mirror.absolute().as_uri()}?mode=ro", uri=True)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        what = f"{mirror}: the mirror cannot be opened. Name the mirror.db of the router's data folder."
        raise FolderError(str(mirror), [what]) from None
    connection.row_factory = sqlite3.Row
    return connection


def _table(
    connection: sqlite3.Connection, mirror: Path, noun: str, section: Mapping[str, Any]
) -> tuple[Table, dict[str, str]]:
    """The rows of a noun under the org's own names, and what its lookups refer to."""
    columns = {row["name"] for row in connection.execute(f'PRAGMA table_info("{noun}")')}
    object_name = str(section["object"])
    sources: dict[str, _Source] = {}
    hints: dict[str, str] = {}
    for name, apis in (section.get("fields") or {}).items():
        listed = [one for one in (apis if isinstance(apis, list) else [apis]) if one and "." not in str(one)]
        if name not in columns or not listed:
            continue
        for place, api in enumerate(listed):
            sources.setdefault(str(api), _Source(name, place))
            if name.endswith("_id") and str(api).endswith("__c"):
                hints[f"{object_name}.{api}"] = _TARGETS.get(name, "User")
    for name, api in (section.get("extra") or {}).items():
        if "extra" in columns and api and "." not in str(api):
            sources.setdefault(str(api), _Source("extra", extra=str(name)))
    settable = {api: one for api, one in sources.items() if _is_settable(object_name, api)}
    rows = partial(_rows, mirror, noun, tuple(settable.values()))
    return Table(
        object_name=object_name, source=f"{mirror.name} {noun}", columns=tuple(settable), rows=rows
    ), hints


def _is_settable(object_name: str, api: str) -> bool:
    kind = Schema.standard().object(object_name)
    field = kind.field(api) if kind is not None else None
    if field is None:
        return api.endswith("__c")
    return field.stored and not field.calculated


def _rows(mirror: Path, noun: str, sources: Sequence[_Source]) -> Iterator[tuple[int, Sequence[str]]]:
    with closing(_opened(mirror)) as connection:
        known = _addresses(connection, mirror) if noun == "contact" else {}
        for number, row in enumerate(connection.execute(f'SELECT * FROM "{noun}" ORDER BY id'), start=1):  # noqa: S608
            shown = {**dict(row), "email": _address(row["email"], known)} if noun == "contact" else row
            yield number, [source.text(shown) for source in sources]


def _addresses(connection: sqlite3.Connection, mirror: Path) -> dict[str, str]:
    """The leads' addresses by their keyed hashes; none where the mirror was copied without its key."""
    try:
        key = mirror.with_name(_KEY_FILE).read_bytes()
    except OSError:
        return {}
    found = (row["email"] for row in connection.execute("SELECT DISTINCT email FROM lead WHERE email != ''"))
    return {b64encode(hmac.digest(key, email.encode(), "sha256")).decode(): email for email in found}


def _address(hashed: str, known: Mapping[str, str]) -> str:
    """A contact's address where a lead has it too, else a made-up one: the same for the same hash."""
    made_up = f"contact-{hashed.encode().hex()[:32]}@unknown.invalid"
    return known.get(hashed, made_up if hashed else "")


def _queue_objects(mirror: Path, mapping: Mapping[str, Any]) -> list[Table]:
    """Which queue owns leads: the mirror keeps that with the queue."""
    if not mapping.get("queue"):
        return []
    lead = str((mapping.get("lead") or {}).get("object") or "Lead")

    def rows() -> Iterator[tuple[int, Sequence[str]]]:
        with closing(_opened(mirror)) as connection:
            found = connection.execute("SELECT id FROM queue WHERE takes_leads AND NOT deleted ORDER BY id")
            for number, row in enumerate(found.fetchall(), start=1):
                yield number, [row["id"], lead]

    columns = ("QueueId", "SobjectType")
    return [Table(object_name="QueueSobject", source=f"{mirror.name} queue", columns=columns, rows=rows)]


def _content(connection: sqlite3.Connection, present: set[str]) -> dict[str, Any]:
    organization: dict[str, Any] = {}
    if "organization" in present:
        row = connection.execute("SELECT name, time_zone, language FROM organization LIMIT 1").fetchone()
        told = dict(row) if row is not None else {}
        organization = {name: value for name, value in told.items() if value}
    return {
        "organization": organization | {"sandbox": True},
        "limits": {"daily_api_requests": 1_000_000},
        "connected_apps": [DEFAULT_APP],
        "users": [DEFAULT_ADMIN],
    }


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    # SQLite keeps the mirror's moments as "2026-01-05 09:00:00.000000", in UTC.
    if len(text) == len("2026-01-05 09:00:00.000000") and text[10:11] == " " and text[13:14] == ":":
        return f"{text[:10]}T{text[11:19]}Z"
    return text
