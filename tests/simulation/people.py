"""Everybody but the router: leads come in, reps and operations work on them, people leave and return."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from sfrouter.localorg.convert import Conversion
from sfrouter.localorg.demo.leads import Newcomer
from sfrouter.localorg.demo.world import lead_values
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.org import Org
from tests.simulation.clock import SimulatedClock
from tests.simulation.world import named, newcomer, stories

REPS = ("bob", "lucia", "theo", "ada", "sarah", "owen", "priya", "anke", "sara", "kenji", "dewi", "jane")
LEAVERS = ("lucia", "owen", "anke", "ada")
AT_WORK = ("iris", "website", "router")
"""Those who never leave: histories need them to do what they do."""
ACCOUNTS = ("acme", "falkenried", "beta", "ibm_like", "strategic", "below_limit", "low_health")


@dataclass
class People:
    """What people do, each deed at a moment of the seed.

    `away` tells when somebody was inactive: (from, until); `linked` are the leads that somebody linked by hand,
    `told` the stories of the leads, `touched` those that somebody worked on, `returned` those that came back from
    the recycle bin; `disturbed`: the people and accounts, by key, that are no longer those of the stories;
    `arrived`: when each lead came in, `in_sight`: from when on others could see it (elapsed seconds);
    `on_its_way`: whom the call that leaves at this moment gives its lead to.
    """

    org: Org
    clock: SimulatedClock
    chance: random.Random
    note: Callable[[str], None]
    met: Callable[[str], None]
    leads: list[str] = field(default_factory=list)
    away: dict[str, list[tuple[float, float | None]]] = field(default_factory=dict)
    linked: set[str] = field(default_factory=set)
    told: dict[str, Newcomer] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    returned: set[str] = field(default_factory=set)
    disturbed: set[str] = field(default_factory=set)
    arrived: dict[str, float] = field(default_factory=dict)
    in_sight: dict[str, float] = field(default_factory=dict)
    on_its_way: str = ""

    # -- leads come in ------------------------------------------------------------

    def arrive(self, count: int, delay: float = 0.0) -> None:
        """So many leads at once, seen by others only `delay` seconds later (a long import)."""
        first = len(self.leads) + 1
        self.welcome([newcomer(first + more, self.chance) for more in range(count)], delay)

    def welcome(self, newcomers: Sequence[Newcomer], delay: float = 0.0) -> None:
        """These leads, in one transaction."""
        org = self.org
        user = org.id_of("@website")
        with org.store.lock:
            org.settle()
            with org.visibility.transaction(user, str(delay)):
                for one in newcomers:
                    values = lead_values(one) | {"OwnerId": org.id_of("@inbound")}
                    self.leads.append(org.records.create("@website", "Lead", values))
                    self.told[self.leads[-1]] = one
                    self.arrived[self.leads[-1]] = self.clock.monotonic()
                    self.in_sight[self.leads[-1]] = self.clock.monotonic() + delay
        if delay:
            self.met("leads seen long after their stamp")
        self.note(f"{len(newcomers)} leads come in" + (f", seen {delay:.0f} s later" if delay else ""))

    def come_beside(self, trouble: str, count: int, *, chief: bool = False) -> None:
        """So many leads into a trouble, so that it meets something: by dice of their own; a chief first of all."""
        first = len(self.leads) + 1
        chance = random.Random(f"{trouble}/{first}/{self.clock.monotonic()}")
        chiefs = [named(one, first) for one in stories() if "Chief" in one.title][: int(chief)]
        self.welcome([*chiefs, *(newcomer(first + more, chance) for more in range(len(chiefs), count))])

    # -- deeds to one lead --------------------------------------------------------

    def do(self, deed: str, lead_id: str, owner: str = "") -> bool:
        """One deed, now, while a write is on its way that gives the lead to `owner`. False: the org refuses it."""
        self.on_its_way = owner
        with self.org.store.lock:
            self.org.settle()
            try:
                done = bool(getattr(self, f"_{deed}")(lead_id))
            except OrgError:
                done = False
        self.touched.add(lead_id)
        if done:
            self.note(f"people: {deed} {lead_id}")
        return done

    def do_something(self) -> None:
        """A deed of the dice to a lead of the dice."""
        if not self.leads:
            return
        deeds = ("take", "take", "edit", "edit", "link", "put_back", "convert", "delete", "hard_delete", "merge",
                 "undelete", "late_edit")  # fmt: skip
        self.do(self.chance.choice(deeds), self.chance.choice(self.leads))

    def _take(self, lead_id: str) -> bool:
        self.org.records.change_owner("@iris", lead_id, f"@{self._rep()}")
        return True

    def _edit(self, lead_id: str) -> bool:
        values = {"Title": self.chance.choice(("Buyer", "Chief Executive Officer", "Analyst"))}
        self.org.records.update("@iris", lead_id, values)
        return True

    def _late_edit(self, lead_id: str) -> bool:
        """An edit inside a long transaction: stamped now, seen later."""
        seconds = self.chance.choice((3.0, 20.0, 120.0, 500.0))
        with self.org.visibility.transaction(self.org.id_of("@iris"), str(seconds)):
            return self._take(lead_id) if self.chance.random() < 0.5 else self._edit(lead_id)

    def _link(self, lead_id: str) -> bool:
        account = self.org.id_of(f"@{self.chance.choice(ACCOUNTS)}")
        self.org.records.update("@iris", lead_id, {"Account__c": account})
        self.linked.add(lead_id)
        return True

    def _put_back(self, lead_id: str) -> bool:
        self.org.records.change_owner("@iris", lead_id, "@inbound")
        return True

    def _convert(self, lead_id: str) -> bool:
        """Whoever converts a queue's lead becomes its owner; another's stays his."""
        owner = str((self.org.store.get("Lead", lead_id) or {}).get("OwnerId", ""))
        of_queue = owner.startswith("00G")
        self.org.records.convert(
            "@iris", lead_id, Conversion(owner_id=self.org.id_of("@iris") if of_queue else None)
        )
        if of_queue:
            self.met("leads of a queue converted by people")
        return True

    def _delete(self, lead_id: str) -> bool:
        self.org.records.delete("@iris", lead_id)
        self.met("leads deleted by people")
        return True

    def _hard_delete(self, lead_id: str) -> bool:
        self.org.records.delete("@iris", lead_id)
        self.org.records.hard_delete("@iris", lead_id)
        return True

    def _undelete(self, _lead_id: str) -> bool:
        gone = [one for one in self.leads if (self._row(one) or {}).get("IsDeleted")]
        if not gone:
            return False
        returned = self.chance.choice(gone)
        self.org.records.undelete("@iris", returned)
        self.returned.add(returned)
        self.note(f"people: {returned} is fetched out of the recycle bin")
        return True

    def _merge(self, lead_id: str) -> bool:
        """The lead and another become one; either may be the one that stays."""
        other = self.chance.choice(self.leads)
        if other == lead_id:
            return False
        self.touched.add(other)
        master, loser = (other, lead_id) if self.chance.random() < 0.5 else (lead_id, other)
        self.org.records.merge("@iris", master, [loser])
        return True

    def _approval(self, lead_id: str) -> bool:
        self.org.locks.approvals.add(lead_id)
        self.clock.at(self.clock.monotonic() + 900, lambda: self.org.locks.approvals.discard(lead_id))
        return True

    def _leave(self, _lead_id: str) -> bool:
        """The very owner to whom a write is on its way; where that is a queue, or nobody, somebody else."""
        anybody, never = self.chance.choice(LEAVERS), {self.org.id_of(f"@{key}") for key in AT_WORK}
        named = [key for key, its_id in self.org.aliases.items() if its_id == self.on_its_way]
        chosen = bool(named) and self.on_its_way.startswith("005") and self.on_its_way not in never
        done = self.leave(named[0] if chosen else anybody)
        if done and chosen:
            self.met("the very owner of a write on its way left")
        return done

    def _row(self, lead_id: str) -> dict[str, object] | None:
        return self.org.store.get("Lead", lead_id, include_deleted=True)

    def _rep(self) -> str:
        here = [one for one in REPS if self._can_own(self.org.id_of(f"@{one}"))]
        return self.chance.choice(here)

    # -- people and accounts ------------------------------------------------------

    def leave(self, key: str) -> bool:
        """A rep is made inactive, or a user who only chats, and comes back some time later."""
        user = self.org.id_of(f"@{key}")
        if not self._can_own(user):
            return False
        now = self.clock.monotonic()
        chats = int(now) % 3 == 0
        if chats:
            self.org.records.change_user_type(user, "CsnOnly")
        else:
            self.org.records.deactivate_user(user)
        self.disturbed.add(key)
        self.away.setdefault(user, []).append((now, None))
        self.clock.at(now + self.chance.choice((120, 900, 4000)), lambda: self._return(user))
        self.note(f"people: {key} " + ("loses the licence" if chats else "is made inactive"))
        return True

    def leaves(self, key: str) -> None:
        """The same, as an appointment."""
        self.leave(key)

    def _can_own(self, user: str) -> bool:
        return bool(self.org.store.count("User", {"Id": user, "IsActive": True, "UserType": "Standard"}))

    def _return(self, user: str) -> None:
        if self._can_own(user):
            return
        self.org.records.change_user_type(user, "Standard")
        self.org.records.activate_user(user)
        since, _ = self.away[user].pop()
        self.away[user].append((since, self.clock.monotonic()))

    def merge_accounts(self) -> None:
        """Two accounts become one; links move by the org's own hand."""
        master, loser = self.chance.sample(ACCOUNTS, 2)
        self.disturbed |= {master, loser}
        with self.org.store.lock, suppress(OrgError):
            self.org.settle()
            self.org.records.merge("@iris", f"@{master}", [f"@{loser}"])
            self.met("accounts merged")
            self.note(f"people: account {loser} is merged into {master}")

    def everybody_back(self) -> None:
        """The end of all trouble: approvals end, everybody is back at work."""
        self.org.locks.approvals.clear()
        self.org.locks.release()
        for user in self.away:
            self._return(user)
