"""Keeps what was done to custom fields beside the rows in the database file, for when the org is opened again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sfrouter.localorg.world_keep import write_down, written_down

if TYPE_CHECKING:
    from sfrouter.localorg.store import Store
    from sfrouter.localorg.tooling_fields import FieldRecord

NOTE = "custom_fields"
_MOMENTS = ("created_at", "changed_at")


def keep(
    store: Store,
    records: Iterable[FieldRecord],
    removed: Iterable[tuple[str, str]],
    concealed: Iterable[tuple[str, str]],
) -> None:
    """Write down the fields as they are, those that were removed, and those that need a grant to be seen."""
    told = [{name: _written(value) for name, value in asdict(one).items()} for one in records]
    content = {"records": told, "removed": sorted(removed), "concealed": sorted(concealed)}
    write_down(store, NOTE, json.dumps(content, ensure_ascii=False))


def kept(store: Store) -> Mapping[str, Any]:
    """What was written down: `records` (the values of FieldRecord), `removed`, `concealed`; empty if nothing."""
    content = json.loads(written_down(store, NOTE) or "{}")
    records = [_read(one) for one in content.get("records", [])]
    pairs = {name: [(pair[0], pair[1]) for pair in content.get(name, [])] for name in ("removed", "concealed")}
    return {"records": records} | pairs


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _read(told: dict[str, Any]) -> dict[str, Any]:
    return told | {name: datetime.fromisoformat(told[name]) for name in _MOMENTS}
