"""Fills a local org with as many companies, open deals and people as a mid-size company has, in seconds.

The rows go into the org's store past its rules, with stamps spread over three years: as in life, most were last
changed long ago.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from sfrouter.localorg.org import Org
from sfrouter.matching.indexed_account import IndexedAccount
from tests.bench.background import background
from tests.days.office import small_world

AGE = timedelta(days=3 * 365)
_KINDS = ("Prospect", "Prospect", "Prospect", "Customer")
_SEGMENTS = ("SMB", "Mid-Market", "Enterprise")
_TRADES = ("Banking", "Construction", "Energy", "Manufacturing", "Retail")
_STAGES = ("Qualification", "Needs Analysis", "Negotiation/Review")
Row = dict[str, Any]


def staffed_world(users: int) -> dict[str, Any]:
    """The demo company with so many more users, `rep0` onwards."""
    world = small_world()
    world["users"] += [
        {"key": f"rep{number}", "FirstName": "Rep", "LastName": f"No. {number}", "Alias": f"r{number}",
         "Username": f"rep{number}@many.example", "Email": f"rep{number}@many.example",
         "Title": "Account Executive", "Department": "Sales"} for number in range(users)
    ]  # fmt: skip
    return world


def fill(org: Org, accounts: int, deals: int, users: int) -> list[IndexedAccount]:
    """Put so many more accounts and open deals into the org, owned by its `rep`s; gives the companies."""
    made = list(background(accounts))
    reps = [org.aliases[f"rep{number}"] for number in range(users)]
    ids = org.store.insert_many("Account", _accounts(org, made, reps))
    org.store.insert_many("Opportunity", _deals(org, made, ids, reps, deals))
    return made


def _stamps(org: Org, number: int, count: int) -> Row:
    """Changed long ago, the first ones first; made some weeks before."""
    changed = org.clock.stamp() - timedelta(days=1) - AGE * (count - number) / count
    changed = changed.replace(microsecond=0)
    made = changed - timedelta(days=40)
    return {"CreatedDate": made, "LastModifiedDate": changed, "SystemModstamp": changed}


def _accounts(org: Org, made: Sequence[IndexedAccount], reps: Sequence[str]) -> Iterator[Row]:
    for number, one in enumerate(made):
        site = {"Website": f"https://www.{one.domains[0]}/"} if one.domains else {}
        yield site | _stamps(org, number, len(made)) | {
            "Name": one.name, "OwnerId": reps[number % len(reps)], "Type": _KINDS[number % len(_KINDS)],
            "BillingCountry": one.country, "BillingCity": "Springfield",
            "Industry": _TRADES[number % len(_TRADES)], "NumberOfEmployees": 10 + number % 5_000,
            "Segment__c": _SEGMENTS[number % len(_SEGMENTS)], "Contract_Value__c": 1_000.0 * (number % 300),
            "Account_Manager__c": reps[number * 7 % len(reps)],
        }  # fmt: skip


def _deals(
    org: Org, made: Sequence[IndexedAccount], ids: Sequence[str], reps: Sequence[str], count: int
) -> Iterator[Row]:
    chance, closes = random.Random(count), (org.clock.now() + timedelta(days=60)).date()
    for number in range(count):
        at = chance.randrange(len(ids))
        yield _stamps(org, number, count) | {
            "Name": f"{made[at].name} - order {number}", "AccountId": ids[at], "OwnerId": reps[number % len(reps)],
            "StageName": _STAGES[number % len(_STAGES)], "Amount": 500.0 * (1 + number % 400), "CloseDate": closes,
            "IsClosed": False, "IsWon": False, "Probability": 10.0 * (1 + number % 8),
        }  # fmt: skip
