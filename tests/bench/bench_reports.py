"""Prints how long reports and a bulk link take on a large org: python -m tests.bench.bench_reports [SHARE]

50,000 accounts and 100,000 leads, or that share of them, in a mirror in memory; nothing is asked of an org.
Filling the mirror takes much longer than what is measured: begin with a share of 0.05.
"""

import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

from sfrouter.journey.link import leads_called, link_orders
from sfrouter.journey.outlook import outlooks
from sfrouter.journey.report_conversion import conversion
from sfrouter.journey.report_departed import departed
from sfrouter.journey.report_fairness import fairness
from sfrouter.journey.report_hygiene import hygiene
from tests.journey.stage import BOB, CARL, DORA, INBOUND, NAMES, SARAH, Stage, an_id

ACCOUNTS, LEADS = 50_000, 100_000
PATTERN_EVERY = 200  # one lead in so many is of the company that is linked in bulk
_OWNERS = (SARAH, BOB, CARL, DORA)


def large(share: float) -> Stage:
    """A stage with so many records; Dora has left, and one account in three lacks a domain."""
    stage = Stage()
    stage.row("user", id=DORA, name=NAMES[DORA].title(), email="dora@ours.example", active=[False])
    accounts, leads = int(ACCOUNTS * share), int(LEADS * share)
    now = stage.clock.now()
    stage.rows("account", (_account(number, now) for number in range(1, accounts + 1)))
    stage.rows("lead", (_lead(number, accounts, now) for number in range(1, leads + 1)))
    return stage


def _account(number: int, now: Any) -> dict[str, Any]:
    domains = [] if number % 3 == 0 else [f"firm{number}.example"]
    return {
        "id": an_id("account", number), "name": f"Firm {number} of Sector {number % 97}", "domains": domains,
        "owner_id": _OWNERS[number % 4], "relationship": ["Customer" if number % 2 else "Prospect"],
        "created_at": now,
    }  # fmt: skip


def _lead(number: int, accounts: int, now: Any) -> dict[str, Any]:
    bulk = number % PATTERN_EVERY == 0
    domain = "bulk-labs" if bulk else f"client{number % 5000}"
    return {
        "id": an_id("lead", number), "owner_id": INBOUND if bulk else _OWNERS[number % 4], "created_at": now,
        "modified_at": now, "modified_by_id": SARAH, "last_name": "Doe", "email": f"p{number}@{domain}.example",
        "company": f"Bulk Labs {number}" if bulk else f"Client {number % 5000}",
        "account_id": an_id("account", number % accounts + 1) if number % 5 == 0 and not bulk else None,
    }  # fmt: skip


def timed(work: Callable[[], object]) -> float:
    """Seconds of one run."""
    started = perf_counter()
    work()
    return perf_counter() - started


def measure(stage: Stage) -> dict[str, float]:
    """Seconds by what was done."""
    desk, now = stage.house.desk, stage.clock.now()

    def bulk_link() -> None:
        target = desk.reader.account(an_id("account", 1))
        assert target is not None
        leads = leads_called(desk, "Bulk Labs*")
        assert link_orders(leads, target, by="bench", at=now, batch="bench")
        outlooks(desk, [(lead, target.id) for lead in leads], now)

    def order() -> None:
        target = desk.reader.account(an_id("account", 1))
        assert target is not None
        found = leads_called(desk, "Bulk Labs*")
        desk.ledger.order_links(link_orders(found, target, by="bench", at=now, batch="bench"))

    return {
        "report hygiene": timed(lambda: hygiene(desk, now)),
        "report departed": timed(lambda: departed(desk, now)),
        "report fairness": timed(lambda: fairness(desk)),
        "report conversion": timed(lambda: conversion(desk)),
        'link "Bulk Labs*"': timed(bulk_link),
        "  its orders kept": timed(order),
        "  carried out": timed(stage.decide),
    }


def main() -> None:
    """One line a measurement; a quarter of the records beside it shows what grows faster than they do."""
    share = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    quarter, whole = measure(large(share / 4)), measure(large(share))
    sys.stdout.write(
        f"{'':22}{'a quarter':>10}{'all':>10}   {ACCOUNTS * share:,.0f} accounts, {LEADS * share:,.0f} leads\n"
    )
    for name, seconds in whole.items():
        sys.stdout.write(f"{name:22}{quarter[name]:>8.2f} s{seconds:>8.2f} s\n")


if __name__ == "__main__":
    main()
