"""The simulated company: the demo's people and a few of its accounts, and the router's files beside it."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from sfrouter.config.policy import Configuration
from sfrouter.config.settings import Settings
from sfrouter.config.shipped import shipped_mappings
from sfrouter.journey.assembly import read_files
from sfrouter.localorg.clock import OrgClock
from sfrouter.localorg.demo.leads import Newcomer, told
from sfrouter.localorg.demo.world import TIME_ZONE, demo_world
from sfrouter.localorg.org import Org
from sfrouter.localorg.twin import twin
from tests.simulation.additions import ACCOUNTS, CURRENCIES, DATED_RATES, LEADS, OPPORTUNITIES

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday. Most histories begin here."""
NIGHTS = (
    datetime(2026, 3, 29, 0, 30, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 57, tzinfo=UTC),
    datetime(2026, 3, 8, 6, 57, tzinfo=UTC),
    datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
)
"""The others begin right before a change of the clock, in Europe or in New York (F17)."""
AT_NIGHT = 0.1
URL = "http://127.0.0.1:8765"
"""The org's address. Nothing listens there: the wire is in this process."""
POLL, REFRESH, SWEEP = 30, 300, 1_800
_KNOWN = 29  # the companies that stories are told about come first
_SECRETS = {app: f"{app}-secret-of-the-simulation" for app in ("router", "website", "rep")}
CANARY = "zzcanary"
"""Stands in the address and the name of every lead: nothing that the router says may hold it."""
IN_ITS_WORDS = f"Jane {CANARY} <jane.{CANARY}@mail.example>"
"""A person, as an org's own words name one: rules, duplicates and automations quote what they look at."""


def start_of(seed: int) -> datetime:
    """When a history begins."""
    chance = random.Random(f"{seed}/start")
    return chance.choice(NIGHTS) if chance.random() < AT_NIGHT else START


@cache
def company(start: datetime = START) -> dict[str, Any]:
    """The world file of every history that begins then: its stories count in days of the company's own zone."""
    world = demo_world(start.astimezone(ZoneInfo(TIME_ZONE)).date(), _SECRETS)
    rows = world["rows"]
    rows["Account"] = rows["Account"][:_KNOWN]
    kept = {row["key"] for row in rows["Account"]}
    for name in ("Opportunity", "Case", "AccountTeamMember"):
        rows[name] = [row for row in rows[name] if row["AccountId"].removeprefix("@") in kept]
    rows["Account"] += ACCOUNTS
    rows["Opportunity"] += OPPORTUNITIES
    world["limits"] = {"daily_api_requests": 100_000}
    return world | {"features": ["person_accounts", "multi_currency"], "currencies": CURRENCIES}


def open_org(clock: OrgClock, chance: random.Random) -> Org:
    """A fresh org; its secrets come from the seed. Its clock stands at the start of its history."""
    org = twin(_ready_org(clock.now()), clock)
    org.instance_url = URL
    org.sessions._new_secret = lambda: f"{chance.getrandbits(256):064x}"
    return org


@cache
def _ready_org(start: datetime) -> Org:
    """The world, loaded once in this process; nothing ever happens in it."""
    org = Org.from_world(company(start), OrgClock(start))
    for kind in org.schema:
        org.store.prepare(kind.name)
    return org


@cache
def stories() -> tuple[Newcomer, ...]:
    """The leads that the demo tells of, without their outcomes."""
    return told()


def newcomer(number: int, chance: random.Random) -> Newcomer:
    """The n-th lead: somebody of a known company, or one of three from a company that nobody knows."""
    if chance.random() < 0.25:
        domain = f"brandnew{chance.randrange(4)}.example"
        return Newcomer(
            first="Pat", last=f"{CANARY} {number}", company=f"{domain.split('.')[0].title()} Inc",
            email=f"{CANARY}.{number}@{domain}", state="California", rule="default_pool", owner="pool:west",
        )  # fmt: skip
    one = chance.choice((*stories(), *LEADS))
    return named(one, number)


def named(one: Newcomer, number: int) -> Newcomer:
    """The person of a story under a name that nobody else has, and that no log may hold."""
    name, _, domain = one.email.partition("@")
    return replace(one, last=f"{CANARY} {number}", email=f"{CANARY}.{number}.{name}@{domain}", key="")


@cache
def standard_leads() -> tuple[Newcomer, ...]:
    """Twenty-five leads: each rule of the hierarchy at least once, and three of a company nobody knows."""
    firsts = {one.rule: one for one in reversed(stories())}
    before_profile = next(one for one in stories() if one.key == "new1")  # the colleague whom its profile follows
    first = [before_profile, *firsts.values()]
    others = [one for one in stories() if one not in first and one.company and "@" in one.email]
    unknown = [
        Newcomer(
            first="Pat", last="", company="Brandnew Inc", email=f"p{number}@brandnew.example", rule="", owner=""
        )
        for number in range(3)
    ]
    known = [*first, *others][:22]
    return tuple(
        replace(one, last=f"{CANARY} {number}", email=f"{CANARY}.{number}.{one.email}", key="")
        for number, one in enumerate([*known, *unknown], 1)
    )


def kept_folder(name: str) -> Path:
    """A new folder for as long as this process lives."""
    folder = tempfile.mkdtemp(prefix=f"sfrouter-sim-{name}-")
    # Where many work side by side they end without what `atexit` knows.
    Finalize(None, shutil.rmtree, (folder, True), exitpriority=0)
    return Path(folder)


@contextmanager
def workplace() -> Iterator[Settings]:
    """The router's own folder, in memory where the machine has such a place; gone at the end."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="sfrouter-sim-", dir=memory if memory.is_dir() else None))
    try:
        (folder / "data").mkdir(mode=0o700)
        yield settings_for(folder / "data")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def settings_for(data: Path) -> Settings:
    """The settings of every history, with its own data folder."""
    return _settings(POLL, REFRESH, SWEEP).model_copy(update={"data_dir": data})


@cache
def _settings(poll: int, refresh: int, sweep: int) -> Settings:
    """The settings of every history, checked once."""
    return Settings(
        salesforce_login_url=URL,
        salesforce_client_id="demo-router",
        salesforce_client_secret=SecretStr(_SECRETS["router"]),
        mappings_dir=files_of_the_company(),
        poll_seconds=poll,
        mirror_seconds=refresh,
        sweep_seconds=sweep,
    )


@cache
def admin_files() -> Path:
    """The demo's mapping and policy, with accounts made for companies that earn one; for all histories."""
    folder = kept_folder("files")
    shutil.copy(shipped_mappings() / "fields.yaml", folder)
    for file in (shipped_mappings() / "examples" / "demo").glob("*.yaml"):
        shutil.copy(file, folder)
    policy = folder / "policy.yaml"
    text = policy.read_text("utf-8")
    policy.write_text(f"{text}\nnew_accounts: {{action: create, leads: 3}}\n", "utf-8")
    return folder


@cache
def files_of_the_company() -> Path:
    """The same for the simulated org, which has private customers and two currencies."""
    folder = Path(shutil.copytree(admin_files(), kept_folder("org"), dirs_exist_ok=True))
    fields, policy = folder / "fields.yaml", folder / "policy.yaml"
    text = fields.read_text("utf-8").replace("    currency: ", "    currency: CurrencyIsoCode ")
    fields.write_text(text.replace("    person: ", "    person: IsPersonAccount "), "utf-8")
    policy.write_text(f"{policy.read_text('utf-8')}{DATED_RATES}\n", "utf-8")
    return folder


@cache
def foreign_netrc() -> Path:
    """A file of passwords that names the org's host, as it may lie in anybody's home (F30)."""
    path = kept_folder("home") / "netrc"
    path.write_text("machine 127.0.0.1 login someone password else\n", "utf-8")
    return path


@cache
def configuration() -> Configuration:
    """The files, read once: they do not change, and reading them takes longer than a short history."""
    with workplace() as settings:
        return read_files(settings)
