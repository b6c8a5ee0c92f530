"""Keeps the world of an org beside its rows in the database file, so that the file alone is enough later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from sfrouter.localorg.schema import Field, PicklistValue
from sfrouter.localorg.world import World

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org
    from sfrouter.localorg.store import Store

WORLD, ALIASES, FIELDS = "world", "aliases", "fields"
_TABLE = "CREATE TABLE IF NOT EXISTS localorg_note (name TEXT PRIMARY KEY, text TEXT NOT NULL)"


def write_down(store: Store, name: str, text: str) -> None:
    """Keep a text beside the rows."""
    store.select(_TABLE)
    store.select("INSERT OR REPLACE INTO localorg_note VALUES (?, ?)", [name, text])


def written_down(store: Store, name: str) -> str | None:
    """A text that was kept beside the rows, or None."""
    store.select(_TABLE)
    found = store.select("SELECT text FROM localorg_note WHERE name = ?", [name])
    return str(found[0][0]) if found else None


def keep_world(org: Org, source: Mapping[str, Any] | FilePath | str, world: World) -> None:
    """Write down the content of the world that an org was made of, key files included."""
    content = dict(source) if isinstance(source, Mapping) else dict(json.loads(world.text or "{}"))
    if world.apps:
        content["connected_apps"] = [
            _with_key(dict(told), app.jwt_public_key)
            for told, app in zip(content["connected_apps"], world.apps, strict=True)
        ]
    write_down(org.store, WORLD, json.dumps(content, ensure_ascii=False))
    keep_aliases(org)


def _with_key(told: dict[str, Any], key: str | None) -> dict[str, Any]:
    if told.pop("jwt_public_key_file", None) is not None:
        told["jwt_public_key"] = key
    return told


def keep_aliases(org: Org) -> None:
    """Write down which id each "@key" stands for."""
    write_down(org.store, ALIASES, json.dumps(org.aliases))


def remember_field(store: Store, object_name: str, field: Field) -> None:
    """Write down a custom field that was made while the org was running."""
    fields = json.loads(written_down(store, FIELDS) or "[]")
    kept = [one for one in fields if (one[0], one[1]["name"]) != (object_name, field.name)]
    write_down(store, FIELDS, json.dumps([*kept, [object_name, asdict(field)]]))


def remembered_fields(store: Store) -> list[tuple[str, Field]]:
    """The custom fields that were made while the org was running."""
    found = []
    for object_name, told in json.loads(written_down(store, FIELDS) or "[]"):
        told["picklist_values"] = tuple(PicklistValue(**one) for one in told["picklist_values"])
        told["reference_to"] = tuple(told["reference_to"])
        found.append((str(object_name), Field(**told)))
    return found
