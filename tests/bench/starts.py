"""The ways in which the index of a large table comes to be, with their times: from the mirror, from a file."""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sfrouter.base.database import writing
from sfrouter.config.mapping import FieldMapping, read_mapping
from sfrouter.config.shipped import shipped_mappings
from sfrouter.journey.company_files import read_accounts
from sfrouter.journey.index_file import IndexMark, save_index
from sfrouter.matching.frozen import freeze_runs
from sfrouter.matching.indexed_account import IndexedAccount
from sfrouter.matching.search_keys import company_key_of
from sfrouter.mirror.convert import digest
from sfrouter.mirror.derive import Keys, derive
from sfrouter.mirror.put import put
from sfrouter.mirror.reader import Reader
from sfrouter.mirror.store import Mirror
from sfrouter.mirror.tables import AccountRow

BENCH = "bench"
_KEYS = Keys(company_key=company_key_of, company_domain=str, version=BENCH)
_NOW = datetime(2026, 3, 1, tzinfo=UTC)
_BATCH = 2_000  # rows of one transaction, as the daemon stores them


class Watch:
    """Seconds since it was made, by the wall and by the processor."""

    def __init__(self) -> None:
        self._wall, self._processor = time.perf_counter(), time.process_time()

    def __str__(self) -> str:
        wall, processor = time.perf_counter() - self._wall, time.process_time() - self._processor
        return f"{wall:.4g} s ({processor:.4g} s of processor time)"


def a_mapping() -> FieldMapping:
    """The mapping that is shipped."""
    found, problems = read_mapping(shipped_mappings() / "fields.yaml")
    assert found is not None, problems
    return found


def _rows(accounts: Sequence[IndexedAccount], whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for one in accounts:
        row = {**whole, "id": one.id, "name": one.name, "domains": list(one.domains), "country": one.country,
               "city": one.city, "owner_id": one.owner_id or "0050000000000AAAAA"}  # fmt: skip
        yield {**row, "digest": digest(row)}


def fill_mirror(path: Path, table: Path) -> None:
    """A mirror of these accounts, stored as the daemon does; prints what it costs. One that exists is used."""
    if path.exists():
        return
    unfinished = path.with_suffix(".part")
    mirror = Mirror.open(unfinished)
    whole = AccountRow(id="x", stamp=_NOW, read_at=_NOW, created_at=_NOW).model_dump()
    source, count, deriving, storing = read_accounts(table), 0, 0.0, 0.0
    while some := list(islice(source, _BATCH)):
        rows = list(_rows(some, whole))
        start = time.process_time()
        rows = [derive("account", row, _KEYS, mirror.email_key) for row in rows]
        deriving += time.process_time() - start
        start = time.process_time()
        with writing(mirror.engine) as connection:
            put(connection, "account", rows, read_at=_NOW, change=mirror.next_change(connection))
        storing += time.process_time() - start
        count += len(rows)
    mirror.close()
    unfinished.rename(path)
    print(
        f"first fill, processor time an account: keys worked out {1e6 * deriving / count:.0f} us,"
        f" stored {1e6 * storing / count:.0f} us; {path.stat().st_size / 1e6:.0f} MB",
        flush=True,
    )


def start_from_mirror(mirror: Path, index: Path) -> None:
    """Cold start from the mirror, then the index is saved."""
    opened = Mirror.open(mirror)
    watch = Watch()
    with Reader(opened, a_mapping()).snapshot() as view:
        frozen = freeze_runs(view.account_runs(view.accounts_with_open_opportunity()))
    print(f"{len(frozen)} accounts, cold start from the mirror {watch}")
    watch = Watch()
    save_index(index, frozen, IndexMark(version=BENCH, token=BENCH, upto=0))
    print(f"index saved {watch}, {index.stat().st_size / 1e6:.0f} MB", flush=True)
