"""Starts an org from a folder of CSV files, one an object: exports of a real org, or tables written by hand."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from sfrouter.localorg.clock import OrgClock
from sfrouter.localorg.org import Org
from sfrouter.localorg.schema import Schema
from sfrouter.localorg.world import read_world
from sfrouter.localorg.world_infer import guess_schema
from sfrouter.localorg.world_keep import keep_aliases
from sfrouter.localorg.world_load import load_world
from sfrouter.localorg.world_problems import WorldError, did_you_mean, ended
from sfrouter.localorg.world_tables import MOST_PROBLEMS, Table, TableLoader

DEFAULT_APP = {"name": "router", "client_id": "router", "client_secret": "router-secret", "run_as": "@admin"}
"""The connected app of an org that is started without a world. It signs in as the administrator."""

DEFAULT_ADMIN = {"key": "admin", "Id": "005000000LOCAL0", "LastName": "Administrator"}
"""The administrator of such an org, with an id that no exported user has."""

_LONGEST_VALUE = 10_000_000


class FolderError(WorldError):
    """Rows that cannot be loaded: every fault found, one a line."""

    def __init__(self, source: str, lines: Sequence[str]) -> None:
        Exception.__init__(self, "\n".join(lines[:MOST_PROBLEMS]))
        self.source = source
        self.problems = ()
        self.lines = tuple(lines[:MOST_PROBLEMS])


def load_folder(
    folder: Path,
    world: Mapping[str, Any] | Path | None = None,
    *,
    clock: OrgClock | None = None,
    store_path: str = ":memory:",
    told: Callable[[str], None] | None = None,
) -> Org:
    """An org of the CSV files of a folder, on top of a world (people, apps, rules), if one is given.

    `Account.csv` holds accounts: API names in the first line, one row each below, ids as they are exported.
    Custom objects and fields that the world does not tell of are guessed from the values. Raises WorldError.
    """
    tables = _tables(folder)
    content = _content(world)
    whole = guess_schema(content, tables, _schema_of(content))
    return load_tables(str(folder), whole, tables, clock=clock, store_path=store_path, told=told)


def load_tables(
    source: str,
    content: Mapping[str, Any],
    tables: Sequence[Table],
    *,
    clock: OrgClock | None = None,
    store_path: str = ":memory:",
    lenient: bool = False,
    told: Callable[[str], None] | None = None,
) -> Org:
    """An org of a world's content and tables. A file begun for it is removed when something does not fit."""
    existed = store_path != ":memory:" and Path(store_path).exists()
    org = load_world(content, clock or OrgClock(), store_path)
    loader = TableLoader(org=org, creator_id=_creator(org), lenient=lenient)
    with org.store.transaction():
        loader.load(tables)
    if loader.problems:
        org.store.close()
        if store_path != ":memory:" and not existed:
            for ending in ("", "-wal", "-shm"):
                Path(store_path + ending).unlink(missing_ok=True)
        raise FolderError(source, loader.problems)
    if store_path != ":memory:":
        keep_aliases(org)
    for name, count in loader.counts.items():
        if told is not None:
            told(f"{name}: {count:,} rows")
    return org


def _creator(org: Org) -> str:
    """The user who made the rows that do not say: the first one of the world."""
    return str(org.store.rows("User")[0]["Id"])


def _content(world: Mapping[str, Any] | Path | None) -> dict[str, Any]:
    if world is None:
        return {"connected_apps": [DEFAULT_APP], "users": [DEFAULT_ADMIN]}
    if isinstance(world, Mapping):
        return dict(world)
    read_world(world)  # tells every fault of the file by its line
    content = dict(json.loads(world.read_text("utf-8")))
    for app in content.get("connected_apps", []):
        if "jwt_public_key_file" in app:
            app["jwt_public_key"] = (world.parent / app.pop("jwt_public_key_file")).read_text("ascii")
    return content


def _schema_of(content: Mapping[str, Any]) -> Schema:
    """The schema that the world itself makes."""
    org = load_world({name: content[name] for name in _SCHEMA_PARTS if name in content}, OrgClock(), ":memory:")
    org.store.close()
    return org.schema


_SCHEMA_PARTS = ("custom_objects", "custom_fields")


def _tables(folder: Path) -> list[Table]:
    files = sorted(folder.glob("*.csv")) if folder.is_dir() else []
    if not files:
        raise FolderError(
            str(folder), [f"{folder}: no CSV file is there. Name a folder with files like Account.csv."]
        )
    problems: list[str] = []
    tables = [one for file in files if (one := _table(file, problems)) is not None]
    if problems:
        raise FolderError(str(folder), problems)
    return tables


def _table(file: Path, problems: list[str]) -> Table | None:
    standard = Schema.standard()
    kind = standard.object(file.stem)
    if kind is None and not file.stem.endswith("__c"):
        mend = did_you_mean(file.stem, [one.name for one in standard])
        problems.append(f"{file.name}: no object is called {file.stem!r}. {ended(mend)}")
        return None
    try:
        header = next(_rows(file, first=True), (1, ()))[1]
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        problems.append(f"{file.name}: the file cannot be read ({_why(problem)}). Save it as CSV in UTF-8.")
        return None
    if not header or len({name.lower() for name in header}) < len(header):
        problems.append(f"{file.name}:1: the first line does not name each column once. Write API names there.")
        return None
    name = kind.name if kind is not None else file.stem
    return Table(object_name=name, source=file.name, columns=tuple(header), rows=partial(_rows, file))


def _rows(file: Path, *, first: bool = False) -> Iterator[tuple[int, Sequence[str]]]:
    """(line, values) of a file's rows, or of its header alone."""
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_VALUE))  # one limit for the whole process
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, strict=True)
        for number, values in enumerate(reader):
            if (number == 0) != first:
                if first:
                    return
                continue
            if values:
                yield reader.line_num, values


def _why(problem: Exception) -> str:
    if isinstance(problem, UnicodeDecodeError):
        return "it is not UTF-8"
    return str(getattr(problem, "strerror", None) or problem)
