"""The companies the demo org knows: the worked examples in four languages, and two thousand made-up ones."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from typing import Any

from ruamel.yaml import YAML

ACCOUNTS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """One account, in plain words; people are named by their key. `months_gone` dates a churn before today."""

    key: str
    name: str
    owner: str
    domain: str = ""
    more_domains: str = ""
    other_names: str = ""
    relation: str = "prospect"
    country: str = "United States"
    state: str = ""
    city: str = ""
    parent: str = ""
    flags: frozenset[str] = frozenset()  # competitor, strategic, named, auto_created, health_low
    partner: str = ""  # company, sourced, managed, involved
    partner_owner: str = ""
    partner_manager: str = ""
    strategic_owner: str = ""
    named_owner: str = ""
    previous_owner: str = ""
    months_gone: int | None = None
    contract: int | None = None
    account_manager: str = ""
    csm: str = ""
    deals: tuple[tuple[str, str, int], ...] = ()  # (name, owner, amount) of open opportunities
    cases: tuple[str, ...] = ()  # subjects of open cases
    team: tuple[tuple[str, str], ...] = ()  # (person, role)


def known() -> tuple[Company, ...]:
    """The companies of the stories, from the table beside this file."""
    table = YAML(typ="safe").load(resources.files(__package__).joinpath("companies.yaml").read_text("utf-8"))
    return tuple(_read(key, row) for key, row in table.items())


def _read(key: str, row: dict[str, Any]) -> Company:
    lists = {"deals": row.get("deals", ()), "team": row.get("team", ())}
    tuples = {name: tuple(tuple(item) for item in items) for name, items in lists.items()}
    plain = {"cases": tuple(row.get("cases", ())), "flags": frozenset(row.get("flags", ()))}
    return Company(**{**row, **tuples, **plain, "key": key})


_START = (
    "Al",
    "Bren",
    "Cal",
    "Dor",
    "El",
    "Fen",
    "Gar",
    "Hol",
    "Ix",
    "Jar",
    "Kel",
    "Lum",
    "Mor",
    "Nev",
    "Or",
    "Pel",
    "Quen",
    "Ros",
    "Sol",
    "Tir",
    "Ul",
    "Var",
    "Wil",
    "Xan",
    "Yor",
    "Zel",
)
_MIDDLE = ("a", "ando", "be", "dri", "eth", "i", "ola", "qui", "ri", "sta", "tu", "vo")
_END = ("bar", "cion", "dex", "field", "gate", "lon", "mark", "nix", "port", "ris", "tech", "vane", "wick", "zar")
_TRADE = {
    "en": ("Logistics", "Foods", "Dental", "Software", "Freight", "Textiles", "Insurance", "Energy", "Furniture"),
    "de": ("Maschinenbau", "Logistik", "Werkzeuge", "Bau", "Elektronik", "Pharma", "Druck"),
    "es": ("Alimentos", "Textiles", "Seguros", "Transportes", "Cerámica"),
    "ja": ("Seiki", "Shoji", "Denki", "Kagaku"),
}
_FORM = {
    "en": ("Inc", "LLC", "Corp", "Ltd"),
    "de": ("GmbH", "AG", "GmbH & Co. KG"),
    "es": ("S.A.", "S.L."),
    "ja": ("K.K.", "Co., Ltd."),
}
_PLACES = (
    ("en", "United States", "California", "Los Angeles", ("bob", "lucia", "theo", "ada")),
    ("en", "United States", "New York", "Buffalo", ("sarah", "owen", "priya", "marcus")),
    ("de", "Germany", "Bayern", "München", ("sarah_b", "bob_w", "anke", "jonas")),
    ("es", "Spain", "", "Valencia", ("sara", "roberto", "marta")),
    ("ja", "Japan", "", "Osaka", ("sara_t", "bob_t", "kenji")),
)


def made_up(seed: int) -> tuple[Company, ...]:
    """So many invented companies that the known ones and they make two thousand; each first word stands once."""
    chance = random.Random(seed)  # noqa: S311  (a made-up world, no secret)
    words = [start + middle + end for start in _START for middle in _MIDDLE for end in _END]
    chance.shuffle(words)
    return tuple(_company(index, words[index], chance) for index in range(ACCOUNTS - len(known())))


def _company(index: int, word: str, chance: random.Random) -> Company:
    tongue, country, state, city, owners = chance.choice(_PLACES)
    relation = chance.choices(("customer", "prospect"), (35, 65))[0]
    name = f"{word} {chance.choice(_TRADE[tongue])} {chance.choice(_FORM[tongue])}"
    owner = chance.choice(owners)
    deal = relation == "prospect" and chance.random() < 0.35
    case = relation == "customer" and chance.random() < 0.2
    return Company(
        key=f"c{index:04d}",
        name=name,
        owner=owner,
        domain=f"{word.lower()}.example" if chance.random() < 0.85 else "",
        relation=relation,
        country=country,
        state=state,
        city=city,
        contract=chance.randrange(2_000, 48_000, 500) if relation == "customer" else None,
        csm=chance.choice(("clara", "felix", "yuki")) if relation == "customer" else "",
        deals=((f"{word} first order", chance.choice(owners), chance.randrange(5_000, 90_000, 1_000)),)
        if deal
        else (),
        cases=("Question about an invoice",) if case else (),
    )


def churned_on(company: Company, today: date) -> date | None:
    """The day it left: so many calendar months before today, on the same day or the month's last."""
    if company.months_gone is None:
        return None
    months = today.year * 12 + today.month - 1 - company.months_gone
    year, month = divmod(months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - timedelta(days=1)).day
    return date(year, month + 1, min(today.day, last))
