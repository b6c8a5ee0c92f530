"""What a query is run with: who asks, of which org, at which moment, in which time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from itertools import count
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sfrouter.localorg.schema import ObjectType, Schema, VisibleFields
from sfrouter.localorg.sight import Sight
from sfrouter.localorg.soql_text import QueryText
from sfrouter.localorg.store import Store
from sfrouter.localorg.store_values import seconds


@dataclass
class QueryContext:
    """Everything the parts of the evaluator share. `deleted` is queryAll: the recycle bin is searched too."""

    store: Store
    schema: Schema
    text: QueryText
    user_id: str
    deleted: bool
    api_version: str
    visible_fields: VisibleFields | None

    def __post_init__(self) -> None:
        self._aliases = count()

    def new_alias(self) -> str:
        """A table alias that no other part of the statement has."""
        return f"t{next(self._aliases)}"

    def object(self, name: str) -> ObjectType | None:
        """An object whose records the caller may read, or None."""
        kind = self.schema.object(name)
        if kind is None or not isinstance(self.visible_fields, Sight) or self.visible_fields.sees_object(kind):
            return kind
        return None

    def row_condition(self, kind: ObjectType, alias: str) -> str:
        """The SQL condition for the rows of a table that the caller may read; empty for all."""
        sight = self.visible_fields
        return sight.row_condition(kind, alias) if isinstance(sight, Sight) else ""

    def sees(self, object_name: str, field_name: str) -> bool:
        """Whether the caller may see a field."""
        return self.visible_fields is None or self.visible_fields(object_name, field_name)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone of the user who asks, else UTC."""
        user = self.store.get("User", self.user_id) if self.schema.object("User") else None
        try:
            return ZoneInfo(str((user or {}).get("TimeZoneSidKey") or "UTC"))
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")

    @cached_property
    def today(self) -> date:
        """The day it is for the user who asks."""
        return self.store.clock.now().astimezone(self.zone).date()

    @cached_property
    def fiscal_start_month(self) -> int:
        """The month in which the org's fiscal year begins."""
        rows = self.store.rows("Organization") if self.schema.object("Organization") else []
        return int((rows[0].get("FiscalYearStartMonth") if rows else None) or 1)

    def midnight(self, day: date) -> int:
        """When a day begins for the user who asks, in seconds since 1970."""
        return seconds(datetime.combine(day, time.min, self.zone).astimezone(UTC))
