"""Other policies than the demo's, and reloads: what an admin's files may say, and what the judge then expects.

Each way differs from the demo's files in one thing. What is no longer told by hand under it is left out.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from sfrouter.config.policy import Configuration
from sfrouter.daemon.run import Daemon
from sfrouter.journey.assembly import read_files
from tests.simulation.additions import POOLS
from tests.simulation.files import Row
from tests.simulation.floods import Limit
from tests.simulation.world import files_of_the_company, kept_folder, workplace

if TYPE_CHECKING:
    from tests.simulation.history import History

OTHERWISE, RELOADED = 0.15, 0.1
"""The share of histories with another policy than the demo's, and of those in which it is read again."""
ANOTHER = "a policy of another kind"
SAME_AGAIN, CHANGED = "a reload of the same files", "a reload of changed files"
"""As the report counts them."""
FIRST_POOL = "west"
MEMBERS = POOLS | {"latam": ("elena", "diego")}
"""Everybody of each pool, by the demo's policy; all with the same weight."""
_UNROUTED = "Unrouted Leads"


@dataclass(frozen=True, slots=True)
class Way:
    """A policy, by what it changes in the demo's files: (file, words, other words).

    `leaves_out` are the accounts whose stories end otherwise under it, and nobody says how; `owners` those whose
    stories end with another owner, `pool` who is in the first pool. `replies` are the minutes of executives and of
    others; None: not judged.
    """

    name: str
    edits: tuple[tuple[str, str, str], ...] = ()
    leaves_out: frozenset[str] = frozenset()
    owners: tuple[tuple[str, str], ...] = ()
    pool: tuple[str, ...] = ()
    replies: tuple[int, int] | None = (5, 120)
    tells: bool = True
    links: bool = True
    hurries: bool = True
    creates: bool = True
    one_company: bool = True

    @property
    def first_replies(self) -> tuple[timedelta, timedelta] | None:
        """To executives, and to others."""
        return (timedelta(minutes=self.replies[0]), timedelta(minutes=self.replies[1])) if self.replies else None


_NOTICES = (
    "notices:\n  - new_owner: {respond_within_minutes: 120}\n  - customer_success\n  - account_team\n"
    "  - executive: {vp_sales: vera@halden.example}\n  - partner_manager\n  - opportunity_owner\n"
    "  - specialist_awareness\n  - account_owner\n  - busy_company: {leads: 3, window_minutes: 120}\n"
)
_SLA, _CREATE = "  - sla: {hours: clock}\n", "{action: create, leads: 3}"
_WEST = "[bob@halden.example, lucia@halden.example, theo@halden.example, ada@halden.example]"
DEMO = Way("the demo's")
WAYS = (
    Way("nobody is told", (("policy", _NOTICES, "notices: []\n"),), replies=None, tells=False),
    Way("quick replies", (("policy", _SLA, _SLA.replace("clock", "clock, executives_within_minutes: 3, "
        "others_within_minutes: 45")),), replies=(3, 45)),
    Way("no clocks", (("policy", "followup:\n" + _SLA, "followup: []\n"),), replies=None),
    Way("another pool", (("teams", _WEST, "[theo@halden.example, jane@halden.example, bob@halden.example]"),),
        pool=("theo", "jane", "bob")),
    Way("no accounts", (("policy", _CREATE, "{action: 'off'}"),), creates=False),
    Way("accounts proposed", (("policy", _CREATE, "{action: propose, leads: 3}"),), creates=False),
    Way("another queue for the rest", (("policy", f"catch_all_queue: {_UNROUTED}",
        "catch_all_queue: Competitor Leads"),)),
    Way("each lead for itself", (("policy", "  - company_profile\n", ""),), one_company=False),
    Way("no hand-off by value", (("policy", "{hand_off_value: 50000, hand_off_currency: USD}",
        "{hand_off_value: null}"),), leaves_out=frozenset({"at_limit"}), owners=(("cork", "marta"),)),
    Way("executives wait like others", (("policy", "{executives: true}", "{executives: false}"),), hurries=False),
    Way("links are left to people", (("policy", "write_account_link: true", "write_account_link: false"),
        ("policy", _CREATE, "{action: 'off'}")), links=False, creates=False),
    Way("competitors go to a person", (("policy", "{action: queue, queue: Competitor Leads}",
        "{action: user, user: vera@halden.example}"),), owners=(("rival", "vera"),)),
    Way("those who left leave it to the rules", (("policy", "[successor, managers, on_down]", "[on_down]"),),
        leaves_out=frozenset({"left_heir", "left_boss", "left_far", "left_loop"})),
)  # fmt: skip


@dataclass
class Files:
    """What stands in the admin's folder. `way` is the policy there, `ways` all that were ever read, by hash.

    `process` lives now, if any; `reloaded`: how the files were read again, `changed_at` when they became others.
    """

    way: Way = DEMO
    ways: dict[str, Way] = field(default_factory=dict)
    process: Daemon | None = None
    reloaded: str = ""
    changed_at: float | None = None

    @contextmanager
    def told_by(self, process: Daemon) -> Iterator[None]:
        """As long as it lives a process can be told to read them again."""
        self.process = process
        try:
            yield
        finally:
            self.process = None


@cache
def files_of(way: Way, limit: Limit | None) -> Configuration:
    """The simulated company's files, changed in this way, with this limit for floods."""
    folder = kept_folder("way")
    shutil.copytree(files_of_the_company(), folder, dirs_exist_ok=True)
    policy = folder / "policy.yaml"
    for name, words, others in way.edits:
        file = folder / f"{name}.yaml"
        text = file.read_text("utf-8")
        if words not in text:
            raise ValueError(f"{name}.yaml does not say {words!r} any more")
        file.write_text(text.replace(words, others), "utf-8")
    if limit is not None:
        queue = limit.queue if way is DEMO else limit.queue or _UNROUTED
        section = f"flood: {{leads: {limit.leads}, hours: {limit.hours}, queue: '{queue}'}}"
        policy.write_text(f"{policy.read_text('utf-8')}{section}\n", "utf-8")
    with workplace() as settings:
        return read_files(settings.model_copy(update={"mappings_dir": folder}))


def files_now(history: History, plain: Callable[[], Configuration]) -> Configuration:
    """The files in the admin's folder at this moment; `plain` are the demo's."""
    files = (
        plain()
        if history.files.way is DEMO and history.flood is None
        else files_of(history.files.way, history.flood)
    )
    history.files.ways[files.policy.hash] = history.files.way
    return files


def way_of(history: History, decision: Row) -> Way:
    """By which policy something was decided."""
    return history.files.ways.get(decision["policy_hash"], DEMO)


def members(way: Way, pool: str) -> tuple[str, ...]:
    """Who is in a pool under it."""
    return way.pool if way.pool and pool == FIRST_POOL else MEMBERS[pool]


def appoint_policy(history: History) -> None:
    """By dice of its own: another policy from the start, and files that are read again in the midst of it all."""
    chance = random.Random(f"{history.seed}/policy")
    if chance.random() < OTHERWISE:
        history.files.way = chance.choice(WAYS)
    if chance.random() < RELOADED:
        way = history.files.way if chance.random() < 0.4 else chance.choice((DEMO, *WAYS))
        history.clock.at(chance.uniform(5.0, history.trouble_ends), lambda: reload(history, way))


def reload(history: History, way: Way) -> None:
    """The admin puts files there, and tells the process; if none is there, the next one reads them."""
    history.note(f"the files are read again: {history.files.way.name}, now {way.name}")
    if way is not history.files.way:
        history.files.changed_at = history.clock.monotonic()
    history.files.reloaded = SAME_AGAIN if way is history.files.way else CHANGED
    history.files.way = way
    if history.files.process is not None:
        history.files.process.reload()
