"""People work on accounts and deals while leads come in: whose an account is, what it is, and what it may buy."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from sfrouter.localorg.errors import OrgError
from tests.simulation.additions import FORMULA, PRIVATE
from tests.simulation.people import REPS
from tests.simulation.world import company

if TYPE_CHECKING:
    from tests.simulation.history import History

GOES_ON = 0.25
"""The share of histories in which people do so."""
DEED = "accounts and deals changed by people"
Deed = Callable[["History", str, random.Random], bool]


def appoint_business(history: History) -> None:
    """By dice of its own, so that a history without it is the same as ever."""
    chance = random.Random(f"{history.seed}/business")
    if chance.random() >= GOES_ON:
        return
    end = history.trouble_ends
    for _ in range(chance.randint(1, 5)):
        deed, key = chance.choice(DEEDS), chance.choice(_with_a_key())
        own = random.Random(chance.random())
        history.clock.at(chance.uniform(5.0, end), lambda do=deed, key=key, own=own: work(history, do, key, own))  # type: ignore[misc]


def work(history: History, deed: Deed, key: str, chance: random.Random) -> None:
    """One deed to this account, or to its deals. From now on no story of it is true any more."""
    org, people = history.org, history.people
    people.disturbed.add(key)
    with org.store.lock, suppress(OrgError, KeyError):
        org.settle()
        if deed(history, org.id_of(f"@{key}"), chance):
            history.met[DEED] += 1
            history.note(f"people: {deed.__name__} ({key})")


def another_owner(history: History, account_id: str, chance: random.Random) -> bool:
    """The account is given to somebody else."""
    history.org.records.change_owner("@iris", account_id, f"@{chance.choice(REPS)}")
    return True


def another_type(history: History, account_id: str, _chance: random.Random) -> bool:
    """A customer leaves, or a prospect becomes one."""
    row = history.org.store.get("Account", account_id) or {}
    kind = "Prospect" if row.get("Type") == "Customer" else "Customer"
    history.org.records.update("@iris", account_id, {"Type": kind})
    return True


def a_deal_closed(history: History, account_id: str, chance: random.Random) -> bool:
    """An open deal of the account is won."""
    store = history.org.store
    deals = store.rows("Opportunity", {"AccountId": account_id, "IsClosed": False})
    if not deals:
        return False
    deal = str(chance.choice(deals)["Id"])
    history.org.records.update("@iris", deal, {"StageName": "Closed Won"})
    store.update("Opportunity", deal, {"IsClosed": True, "IsWon": True})
    return True


def a_deal_opened(history: History, account_id: str, chance: random.Random) -> bool:
    """Somebody sees a chance to sell."""
    values = {"AccountId": account_id, "Name": f"Chance {chance.randrange(1000)}", "StageName": "Qualification",
              "CloseDate": "2027-06-30", "OwnerId": history.org.id_of(f"@{chance.choice(REPS)}")}  # fmt: skip
    history.org.records.create("@iris", "Opportunity", values)
    return True


DEEDS: tuple[Deed, ...] = (another_owner, another_type, a_deal_closed, a_deal_opened)


def _with_a_key() -> tuple[str, ...]:
    keys = [str(row["key"]) for row in company()["rows"]["Account"]]
    return tuple(key for key in keys if key not in (FORMULA, PRIVATE))
