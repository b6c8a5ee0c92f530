"""What sending asks of the org: six verbs of the gateway, so that tests can stand in for it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sfrouter.salesforce.rows import RowAnswer, RowChange, WireValue


class Org(Protocol):
    """The gateway, as far as writing needs it. Exactly one answer a row, in order, never repeated by itself."""

    def change_rows(self, object_name: str, changes: Sequence[RowChange]) -> list[RowAnswer]:
        """Change records, each only if nobody did since."""
        ...

    def create_rows(self, object_name: str, rows: Sequence[Mapping[str, WireValue]]) -> list[RowAnswer]:
        """Create records."""
        ...

    def delete_rows(self, record_ids: Sequence[str]) -> list[RowAnswer]:
        """Put records into the recycle bin; there is no condition, so they are looked at just before."""
        ...

    def hanging_on(self, object_name: str, record_id: str) -> tuple[str, ...]:
        """The kinds of record that people hung on this one."""
        ...

    def query(self, soql: str, *, deleted: bool = False) -> Iterator[Mapping[str, Any]]:
        """Read rows; with `deleted` also those in the recycle bin."""
        ...

    def server_now(self) -> datetime:
        """The moment at the org, never ahead of it."""
        ...
