"""Two hundred leads: those of the stories, and ordinary ones around them, each with what must come out."""

import random
from dataclasses import dataclass
from importlib import resources

from ruamel.yaml import YAML

from sfrouter.localorg.demo.companies import Company

LEADS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """One lead as a web form sends it, and the outcome the story promises (rule, owner, account, review)."""

    first: str
    last: str
    company: str
    email: str
    country: str = "United States"
    state: str = ""
    city: str = ""
    title: str = ""
    rule: str
    owner: str
    account: str = ""
    review: str = ""
    story: str = ""
    key: str = ""


def told() -> tuple[Newcomer, ...]:
    """The leads of the stories, from the table beside this file, in the order of their arrival."""
    rows = YAML(typ="safe").load(resources.files(__package__).joinpath("leads.yaml").read_text("utf-8"))
    return tuple(Newcomer(**row) for row in rows)


_FIRST = (
    "Alan",
    "Bea",
    "Chen",
    "Dora",
    "Ewan",
    "Fatima",
    "Gus",
    "Hana",
    "Igor",
    "Joy",
    "Kira",
    "Liam",
    "Mei",
    "Noor",
)
_LAST = (
    "Abel",
    "Blom",
    "Cruz",
    "Dahl",
    "Eze",
    "Fox",
    "Gray",
    "Hale",
    "Ito",
    "Jung",
    "Khan",
    "Lund",
    "Mora",
    "Novak",
)
_NEW_AT = (
    ("United States", "California", "pool:west"),
    ("USA", "NY", "pool:east"),
    ("Deutschland", "", "pool:dach"),
    ("España", "", "pool:iberia"),
    ("Japan", "", "pool:japan"),
    ("Indonesia", "", "pool:asean"),
    ("México", "", "pool:latam"),
)


def ordinary(companies: tuple[Company, ...], seed: int) -> tuple[Newcomer, ...]:
    """The other leads: people of known companies by domain or by name, and of companies nobody knows."""
    chance = random.Random(seed)  # noqa: S311  (a made-up world, no secret)
    count = LEADS - len(told())
    known = chance.sample([company for company in companies if company.domain], count)
    made = (_of_known if chance.random() < 0.62 else _of_new for _ in range(count))
    return tuple(make(index, known[index], chance) for index, make in enumerate(made))


def _of_known(index: int, company: Company, chance: random.Random) -> Newcomer:
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    spelt = chance.choice((company.name, company.name.split()[0], company.name.upper(), ""))
    rule, owner = _expected(company)
    return Newcomer(
        first=first,
        last=last,
        company=spelt,
        email=f"{first.lower()}.{last.lower()}{index}@{company.domain}",
        country=company.country,
        state="Texas" if company.country == "United States" else "",
        title=chance.choice(("Buyer", "Head of IT", "Analyst", "Operations Lead", "")),
        rule=rule,
        owner=owner if rule != "default_pool" else _pool_of(company),
        account=company.key,
    )


def _expected(company: Company) -> tuple[str, str]:
    if company.relation == "customer":
        return "customer_owner", company.owner
    if company.deals:
        return "open_opportunity", company.deals[0][1]
    return "default_pool", ""


def _pool_of(company: Company) -> str:
    return {"United States": "pool:east", "Germany": "pool:dach", "Spain": "pool:iberia"}.get(
        company.country, "pool:japan"
    )


def _of_new(index: int, _company: Company, chance: random.Random) -> Newcomer:
    country, state, pool = chance.choice(_NEW_AT)
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    word = "".join(chance.sample("bdfgklmnprstvz", 3)).title()
    ending = chance.choice(("aru", "iko", "osta", "unde"))
    trade = chance.choice(("Trading", "Works", "Studio"))
    name = f"{word}{ending} {trade} {index}"
    return Newcomer(
        first=first,
        last=last,
        company=name,
        email=f"{first.lower()}@{name.split()[0].lower()}{index}.example",
        country=country,
        state=state,
        rule="default_pool",
        owner=pool,
    )
