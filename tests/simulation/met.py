"""What came about in a history by itself: situations of the catalogue that are no fault of anybody's."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from sfrouter.localorg.ids import IdFactory, make_id
from tests.simulation.additions import IN_EUROS, PRIVATE_NAME
from tests.simulation.files import read_ledger
from tests.simulation.history import History
from tests.simulation.policies import ANOTHER, DEMO

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_COMPOUND = re.compile(r"\bFROM (Lead|Account|User|Contact)\b")
_LETTERS = 26


@dataclass(slots=True)
class Twins(IdFactory):
    """Gives ids in pairs that differ only in the case of their last letter, as an org's own ids do (F18).

    It counts by itself: each row that comes back out of the bin moves `last_serial` on by far.
    """

    given: int = 1

    def next(self) -> str:
        self.given += 1
        pair, small = divmod(self.given, 2)
        block, letter = divmod(pair, _LETTERS)
        return make_id(self.prefix, 62 * (block + 1) + 10 + letter + _LETTERS * small)


def count_what_came_about(history: History) -> None:
    """Add the situations to what the history met."""
    history.met["a policy that watches for floods"] += history.flood is not None
    history.met[ANOTHER] += any(way is not DEMO for way in history.files.ways.values())
    history.met.update([history.files.reloaded] if history.files.reloaded else [])
    history.met += _on_the_wire(history) + _in_the_org(history) + _in_the_ledger(history)


def _on_the_wire(history: History) -> Counter[str]:
    met: Counter[str] = Counter()
    for one in history.wire.exchanges:
        if one.call.kind == "change":
            parts = one.call.parts
            met["lead writes under an active assignment rule"] += len(parts)
            met["leads given to a queue"] += sum(
                str(part["body"].get("OwnerId", "")).startswith("00G") for part in parts
            )
        elif one.call.kind == "create":
            met["Tasks made on leads"] += sum("WhoId" in part for part in one.call.parts)
        elif one.call.kind == "rows":
            met["rows of CSV with quotes, line breaks and #N/A"] += one.mark == "odd"
        elif one.call.kind == "query":
            met["queries with a moment in them"] += bool(MOMENT.search(one.call.soql))
            met["queries of objects with compound fields"] += bool(_COMPOUND.search(one.call.soql))
    return met


def _in_the_org(history: History) -> Counter[str]:
    ids = Counter(str(row["Id"])[:15].casefold() for row in history.org.store.rows("Lead", include_deleted=True))
    return Counter({"leads whose ids differ only in case": sum(count > 1 for count in ids.values())})


def _in_the_ledger(history: History) -> Counter[str]:
    """Several leads of one pool within one round: each moves the counter that the next one reads.

    And leads whose decision hangs on a rate, or on telling a private customer from a company.
    """
    turns: Counter[tuple[str, str]] = Counter()
    met: Counter[str] = Counter()
    for row in read_ledger(history.data).decisions:
        turns.update((move["pool"], row["at"][:18]) for move in row["trace"].get("moves", ()))
        company = history.people.told[row["lead_id"]].company if row["lead_id"] in history.people.told else ""
        met["decisions that hang on a dated rate"] += company in IN_EUROS
        met["decisions beside a private customer's name"] += company == PRIVATE_NAME
    met["several leads of one pool in one round"] = sum(count > 1 for count in turns.values())
    return met
