"""Prints how fast the local org is with a million accounts: filling it, and pages with and without an index.

Run by hand: `.venv/bin/python -m tests.bench.bench_localorg --accounts 1000000 --leads 200000`.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sfrouter.localorg.actor import Actor
from sfrouter.localorg.org import Org
from sfrouter.localorg.store_tables import quote

_WORLD = {
    "limits": {"daily_api_requests": 10_000_000},
    "connected_apps": [{"client_id": "router", "client_secret": "router-secret", "run_as": "@admin"}],
}
_ROUNDS = 5
_ROWS_AN_OWNER = 2_000
_FIRST_STAMP, _SECONDS_APART = datetime(2025, 1, 1, tzinfo=UTC), 30


def main() -> None:
    """Fill an org, ask it, and print a line for each figure."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        path = options.store or str(Path(folder) / "org.db")
        org = Org.from_world(_WORLD, store_path=path)
        _fill(org, options.accounts, options.leads)
        print(f"file: {Path(path).stat().st_size / 1e6:,.0f} MB, memory at most {_memory():,.0f} MB")
        _ask(org)
        _alternative(org)
        _reopen(org, path)


def _options() -> Any:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--leads", type=int, default=200_000)
    parser.add_argument("--store", help="keep the file here; otherwise it is thrown away")
    return parser.parse_args()


def _fill(org: Org, accounts: int, leads: int) -> None:
    owners = max(8, accounts // _ROWS_AN_OWNER)
    users = org.store.insert_many("User", ({"LastName": f"Rep {n}", "IsActive": True} for n in range(owners)))
    for name, count, rows in (
        ("Account", accounts, _accounts(accounts, users)),
        ("Lead", leads, _leads(leads, users)),
    ):
        began = time.perf_counter()
        org.store.insert_many(name, rows)
        spent = time.perf_counter() - began
        print(f"fill {name}: {count:,} rows in {spent:.1f} s ({count / spent:,.0f} a second)")


def _accounts(count: int, users: list[str]) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {
            "Name": f"Company {number:07} Ltd",
            "Website": f"https://www.company{number:07}.example",
            "OwnerId": users[number % len(users)],
            "BillingCountry": "Germany" if number % 3 else "France",
            "SystemModstamp": _FIRST_STAMP + timedelta(seconds=_SECONDS_APART * number),
        }


def _leads(count: int, users: list[str]) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {
            "LastName": f"Person {number:06}",
            "Company": f"Company {number:07} Ltd",
            "Email": f"person{number:06}@company{number:07}.example",
            "OwnerId": users[number % len(users)],
            "Status": "Open - Not Contacted",
        }


_FIELDS = "Id, Name, Website, OwnerId, Owner.Name, BillingCountry, CreatedDate, SystemModstamp"


def _ask(org: Org) -> None:
    actor = Actor(org, "@admin")
    owner = org.store.rows("User", {"LastName": "Rep 7"})[0]["Id"]
    window = _FIRST_STAMP + timedelta(days=30), _FIRST_STAMP + timedelta(days=30, seconds=_SECONDS_APART * 1_999)
    since, until = (one.strftime("%Y-%m-%dT%H:%M:%SZ") for one in window)
    for title, soql in (
        ("accounts of one owner", f"SELECT {_FIELDS} FROM Account WHERE OwnerId = '{owner}'"),  # noqa: S608
        ("accounts by name", f"SELECT {_FIELDS} FROM Account WHERE Name LIKE 'company 0001%' LIMIT 2000"),  # noqa: S608
        (
            "accounts changed in a time",
            f"SELECT {_FIELDS} FROM Account WHERE SystemModstamp >= {since} AND SystemModstamp <= {until} "  # noqa: S608
            "ORDER BY SystemModstamp, Id",
        ),
        ("one lead by e-mail", "SELECT Id, Name FROM Lead WHERE Email = 'person000007@company0000007.example'"),
    ):
        _timed(title, lambda soql=soql: actor.query(soql).json())
    first = actor.query(f"SELECT {_FIELDS} FROM Account").json()  # noqa: S608
    _timed("a next page of all accounts", lambda: actor.get(first["nextRecordsUrl"].partition("v65.0")[2]).json())


def _timed(title: str, ask: Any) -> None:
    """The median and the slowest of a few rounds, with the number of rows that came."""
    spent, rows = [], 0
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        body = ask()
        spent.append(time.perf_counter() - began)
        rows = len(body["records"])
    print(f"{title}: {rows:,} rows, {statistics.median(spent) * 1000:,.0f} ms (slowest {max(spent) * 1000:,.0f})")


def _alternative(org: Org) -> None:
    """The same questions without the indexes they use."""
    for name in ("by_Account_OwnerId", "by_Account_Name", "by_Account_SystemModstamp", "by_Lead_Email"):
        org.store.select(f"DROP INDEX IF EXISTS {quote(name)}")
    print("-- the same without those indexes:")
    _ask(org)


def _reopen(org: Org, path: str) -> None:
    org.store.close()
    began = time.perf_counter()
    again = Org.reopen(path)
    count = again.store.count("Account")
    print(f"re-opened with {count:,} accounts in {time.perf_counter() - began:.1f} s (the indexes were made anew)")
    again.store.close()


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
