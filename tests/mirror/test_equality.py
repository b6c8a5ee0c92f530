"""After any history of changes, pulls, broken connections and restarts the mirror says the same as the org."""

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from sfrouter.mirror.pull import Puller
from sfrouter.mirror.reader import Reader
from sfrouter.mirror.store import Mirror
from tests.mirror.fake_org import KEYS, MAPPING, ConnectionBrokenError, FakeOrg, record_id

OBJECTS = {"account": "Account", "opportunity": "Opportunity", "lead": "Lead", "case": "Case"}
OWNERS = [record_id("User", 1), record_id("User", 2), record_id("Group", 1)]


class CrashError(Exception):
    """The machine lost its power at a commit."""


class History:
    """One seeded life of an org and of the mirror beside it."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.dice = random.Random(seed)
        self.org = FakeOrg()
        self.path = folder / f"{seed}.db"
        self.numbers = dict.fromkeys(OBJECTS, 0)
        self.crashes = 0
        self.tidy = True
        self._open()

    def _open(self) -> None:
        self.mirror = Mirror.open(self.path)
        self.puller = Puller(
            self.org, self.mirror, MAPPING, self.org.clock, keys=KEYS, batch_rows=self.dice.choice([1, 3, 50])
        )

    def step(self) -> None:
        noun = self.dice.choice(list(OBJECTS))
        acts: list[tuple[Callable[[str], None], int]] = [
            (self.add, 8), (self.edit, 8), (self.bin, 2), (self.merge, 1), (self.purge, 1), (self.wait, 6),
            (self.pull, 6), (self.pull_broken, 2), (self.pull_crashing, 2), (self.sweep, 1),
        ]  # fmt: skip
        if not self.tidy:
            acts = [(act, weight) for act, weight in acts if act not in (self.purge, self.sweep)]
        act = self.dice.choices([act for act, _ in acts], [weight for _, weight in acts])[0]
        act(noun)

    def add(self, noun: str) -> None:
        for _ in range(self.dice.choice([1, 1, 1, 7])):
            self.numbers[noun] += 1
            future = timedelta(hours=1) if self.dice.random() < 0.02 else None
            stamp = self.org.clock.now() + future if future else None
            values = self._values(noun)
            self.org.add(OBJECTS[noun], self.numbers[noun], late=self._late(), stamp=stamp, **values)

    def edit(self, noun: str) -> None:
        made = self._one(noun)
        if made:
            self.org.edit(OBJECTS[noun], made, late=self._late(), **self._values(noun))

    def bin(self, noun: str) -> None:
        made = self._one(noun)
        if made:
            deleted = not self.org.row(OBJECTS[noun], made)["IsDeleted"]
            self.org.edit(OBJECTS[noun], made, late=self._late(), IsDeleted=deleted)

    def merge(self, noun: str) -> None:
        loser, winner = self._one(noun), self._one(noun)
        if loser and winner and loser != winner:
            self.org.edit(OBJECTS[noun], loser, IsDeleted=True, MasterRecordId=winner)

    def purge(self, noun: str) -> None:
        made = self._one(noun)
        if made:
            self.org.purge(OBJECTS[noun], made)

    def wait(self, _noun: str) -> None:
        self.org.clock.advance(self.dice.choice([0.4, 1, 15, 15, 15, 120, 600, 4_000]))

    def pull(self, noun: str) -> None:
        self.puller.pull(noun)

    def pull_broken(self, noun: str) -> None:
        self.org.break_after = self.dice.randrange(0, 12)
        try:
            self.puller.pull(noun)
        except ConnectionBrokenError:
            pass
        finally:
            self.org.break_after = None

    def pull_crashing(self, noun: str) -> None:
        """Power lost just before the n-th commit; then a new process on the same file."""
        left = self.dice.randrange(0, 4)

        def commit(_connection: Any) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise CrashError

        event.listen(self.mirror.engine, "commit", commit)
        try:
            self.puller.pull(noun)
        except CrashError:
            self.crashes += 1
        finally:
            event.remove(self.mirror.engine, "commit", commit)
        self.mirror.close()
        self._open()

    def sweep(self, noun: str) -> None:
        self.puller.sweep(noun)

    def settle(self) -> None:
        """Let everything become visible, as it does in an org left in peace, and follow it."""
        for _ in range(7):
            self.org.clock.advance(100)
            for noun in OBJECTS:
                self.puller.pull(noun)
        for noun in OBJECTS:
            self.puller.sweep(noun)
            self.puller.sweep(noun)

    def _one(self, noun: str) -> str | None:
        free = [made for made in self.org.ids(OBJECTS[noun]) if not self.org.busy(made)]
        return self.dice.choice(free) if free else None

    def _late(self) -> float:
        return self.dice.choice([0, 0, 0, 0.5, 2, 90, 600])

    def _values(self, noun: str) -> dict[str, Any]:
        text = f"text {self.dice.randrange(1000)}"
        account = record_id("Account", self.dice.randrange(1, 9))
        if noun == "account":
            return {"Name": text, "Type": self.dice.choice(["Customer", "Odd", None]), "OwnerId": OWNERS[0]}
        if noun == "lead":
            owner = self.dice.choice(OWNERS)
            return {
                "LastName": text,
                "Company": text,
                "Email": f"{text[5:]}@x.com",
                "OwnerId": owner,
                "IsConverted": False,
            }
        return {"AccountId": account, "IsClosed": self.dice.random() < 0.4, "OwnerId": OWNERS[0]}


def compare(history: History) -> None:
    reader = Reader(history.mirror, MAPPING)
    accounts = history.org.living("Account")
    assert {one.id: (one.name, one.owner_id) for one in reader.accounts()} == {
        made: (row["Name"], row["OwnerId"]) for made, row in accounts.items()
    }
    assert {one.id: (one.last_name, one.email, one.owner_id) for one in reader.all_leads()} == {
        made: (row["LastName"], row["Email"], row["OwnerId"]) for made, row in history.org.living("Lead").items()
    }
    for noun, found in (("Opportunity", reader.open_opportunities), ("Case", reader.open_cases)):
        open_here = {
            made: row["AccountId"] for made, row in history.org.living(noun).items() if not row["IsClosed"]
        }
        looked_at = {account: {one.id for one in found(account)} for account in set(open_here.values())}
        assert {made for ids in looked_at.values() for made in ids} == open_here.keys()
        assert history.mirror.count(noun.lower()) == len(open_here)


@pytest.mark.parametrize("seed", range(20))
def test_after_any_history_the_mirror_equals_the_org(seed: int, tmp_path: Path) -> None:
    history = History(seed, tmp_path)
    for _ in range(120):
        history.step()
    history.settle()
    compare(history)


@pytest.mark.parametrize("seed", range(100, 110))
def test_without_purges_pulling_alone_is_enough(seed: int, tmp_path: Path) -> None:
    history = History(seed, tmp_path)
    history.tidy = False
    for _ in range(100):
        history.step()
    for _ in range(7):
        history.org.clock.advance(100)
        for noun in OBJECTS:
            history.puller.pull(noun)
    compare(history)


@pytest.mark.parametrize("seed", range(200, 205))
def test_an_index_that_follows_the_changes_equals_one_made_from_cold(seed: int, tmp_path: Path) -> None:
    history = History(seed, tmp_path)
    index: dict[str, tuple[str, bool]] = {}
    upto = 0
    for _ in range(100):
        history.step()
        reader = Reader(history.mirror, MAPPING)
        changes = reader.account_changes(upto)
        for gone in changes.removed:
            index.pop(gone, None)
        for one in reader.accounts_by_id(changes.put).values():
            index[one.id] = (one.name, bool(reader.open_opportunities(one.id)))
        upto = changes.upto
    busy = reader.accounts_with_open_opportunity()
    assert index == {one.id: (one.name, one.id in busy) for one in reader.accounts()}


def test_crashes_really_happen(tmp_path: Path) -> None:
    crashes = 0
    for seed in range(2):
        history = History(seed, tmp_path)
        for _ in range(120):
            history.step()
        crashes += history.crashes
    assert crashes > 2
