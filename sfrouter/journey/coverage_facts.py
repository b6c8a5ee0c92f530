"""A lead whose facts are chosen only when a rule asks for them, so that every answer is tried once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any

from sfrouter.config.policy_value import Policy
from sfrouter.model.dossier import Directory, NamedEntry
from sfrouter.model.evidence import NO_MATCH
from sfrouter.model.ids import to_18
from sfrouter.model.records import (
    Account,
    Lead,
    Opportunity,
    PartnerKind,
    Person,
    Queue,
    Relationship,
    Segment,
)
from sfrouter.routing.calendar_months import add_months
from sfrouter.routing.rules.churned_customer import ChurnedCustomer
from sfrouter.routing.rules.customer_owner import CustomerOwner
from sfrouter.routing.rules.previous_lead_owner import PreviousLeadOwner

TODAY = date(2026, 3, 2)
NOW = datetime.combine(TODAY, time(12), UTC)
HERE, HEIR, GONE, WITH_HEIR = (to_18(f"005{number:012}") for number in (9001, 9002, 9003, 9004))
INTAKE = to_18("00G000000009001")
Options = Sequence[tuple[str, Any]]
"""The answers to one question, each with its words."""

SOMEBODY: Options = (("active", HERE), ("left without heir", GONE), ("nobody", None))
OWNER: Options = (*SOMEBODY, ("left, with a successor", WITH_HEIR))
YES_NO: Options = (("no", False), ("yes", True))


@dataclass(slots=True)
class Chooser:
    """Answers questions along one path; `next_path` says how to go on to the next one."""

    prefix: list[int] = field(default_factory=list)
    taken: list[tuple[str, int, int, str]] = field(default_factory=list)  # question, choice, of how many, words
    known: dict[str, Any] = field(default_factory=dict)
    fixed: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))  # answers that are given

    def ask(self, name: str, options: Options) -> Any:
        """The answer on this path; the same question has the same answer."""
        if name not in self.known and name in self.fixed:
            self.known[name] = options[self.fixed[name]][1]
        elif name not in self.known:
            at = len(self.taken)
            choice = self.prefix[at] if at < len(self.prefix) else 0
            self.taken.append((name, choice, len(options), options[choice][0]))
            self.known[name] = options[choice][1]
        return self.known[name]

    def answers(self) -> Mapping[str, int]:
        """Which answer each question had, to be fixed elsewhere."""
        return MappingProxyType({**self.fixed, **{name: choice for name, choice, _, _ in self.taken}})

    def words(self) -> str:
        """The whole kind of lead, as far as anybody asked."""
        return ", ".join(f"{name}: {words}" for name, _, _, words in self.taken)

    def next_path(self) -> list[int] | None:
        """The next combination of answers, None after the last."""
        path = [(choice, count) for _, choice, count, _ in self.taken]
        while path and path[-1][0] + 1 == path[-1][1]:
            path.pop()
        if not path:
            return None
        return [choice for choice, _ in path[:-1]] + [path[-1][0] + 1]


class Asked:
    """A record whose facts are asked one by one; what is no fact is as it is in `plain`."""

    def __init__(self, chooser: Chooser, kind: str, facts: Mapping[str, Options], plain: object) -> None:
        self._chooser, self._kind, self._facts, self._plain = chooser, kind, facts, plain

    def __getattr__(self, name: str) -> Any:
        if name in self._facts:
            return self._chooser.ask(f"{self._kind} {name}", self._facts[name])
        return getattr(self._plain, name)


def account_facts(policy: Policy) -> Mapping[str, Options]:
    """What rules may ask about an account, with one answer for each kind that this policy tells apart."""
    limit = next((rule for rule in policy.rules if isinstance(rule, CustomerOwner)), CustomerOwner())
    value = limit.hand_off_value or Decimal(1)
    currency: Options = (("the limit's", limit.hand_off_currency), ("one without a rate", "XXX"))
    values = (("none", None), ("below the limit", value - Decimal("0.01")), ("exactly the limit", value),
              ("above it", value + Decimal("0.01")))  # fmt: skip
    people = (
        "partner_manager_id",
        "strategic_owner_id",
        "named_owner_id",
        "previous_owner_id",
        "account_manager_id",
    )
    return MappingProxyType({
        **dict.fromkeys(people, SOMEBODY),
        **dict.fromkeys(("competitor", "strategic", "named", "auto_created"), YES_NO),
        "owner_id": OWNER,
        "partner_owner_id": SOMEBODY,
        "partner_kind": (("none", None), *((str(kind), kind) for kind in PartnerKind)),
        "relationship": (("none", None), *((str(one), one) for one in Relationship)),
        "segment": (("smb", Segment.SMB), ("enterprise", Segment.ENTERPRISE)),
        "contract_value": values, "currency": currency,
        "products": (("none", ()), ("another than asked for", ("Other",))),
        "churned_on": tuple(_churn_days(policy)),
    })  # fmt: skip


def _churn_days(policy: Policy) -> Iterator[tuple[str, date | None]]:
    """No day, and days on either side of every limit in months."""
    yield "no date", None
    rule = next((one for one in policy.rules if isinstance(one, ChurnedCustomer)), ChurnedCustomer())
    for months in filter(None, (rule.months, rule.win_back_months)):
        ends = _ago(months)
        yield f"less than {months} months ago", ends + timedelta(days=1)
        yield f"{months} months ago", ends
    yield "twenty years ago", TODAY.replace(year=TODAY.year - 20)


@cache  # searched for day by day, and asked for on every path
def _ago(months: int) -> date:
    """The last day from which so many months have gone by."""
    return next(
        day for back in range(30, 4000) if add_months(day := TODAY - timedelta(days=back), months) <= TODAY
    )


def lead_facts(policy: Policy) -> Mapping[str, Options]:
    """What rules may ask about the lead itself."""
    rule = next((one for one in policy.rules if isinstance(one, CustomerOwner)), CustomerOwner())
    departments = [(name, name) for name in rule.specialists]
    return MappingProxyType(
        {"product": (("none", ""), ("Router", "Router")), "department": (("none", ""), *departments)}
    )


def dossier_facts(policy: Policy, account: Asked) -> Mapping[str, Options]:
    """What rules may ask about everything around the lead."""
    lost = next((one for one in policy.rules if isinstance(one, PreviousLeadOwner)), PreviousLeadOwner())
    ages = [0] if lost.max_age_months is None else [0, 31 * (lost.max_age_months + 1)]
    mails = (("none", None), ("of somebody here", NamedEntry(company="X", owner_email="here@cover.example")),
             ("of nobody here", NamedEntry(company="X", owner_email="nobody@cover.example")))  # fmt: skip
    return MappingProxyType({
        "account": (("none", None), ("matched", account)),
        "ancestors": (("none", ()), *_parents()),
        "opportunities": (("none", ()), *_deals()),
        "lost_leads": (("none", ()), *(one for days in ages for one in _leads(days))),
        "open_leads": (("none", ()), *_leads(0)),
        "same_person": (("none", ()), *_leads(0)),
        "named_entry": mails,
    })  # fmt: skip


@cache  # as all that is made here for every path alike
def _parents() -> Options:
    key, kind = to_18("001000000009002"), Relationship.CUSTOMER
    return tuple(
        (f"a customer of somebody {words}", (Account(id=key, name="Parent", owner_id=owner, relationship=kind),))
        for words, owner in SOMEBODY
    )


@cache
def _deals() -> Options:
    key = to_18("006000000009001")
    return tuple(
        (f"of somebody {words}", (Opportunity(id=key, account_id=ACCOUNT.id, owner_id=owner),))
        for words, owner in SOMEBODY
    )


@cache
def _leads(days: int) -> Options:
    when = NOW - timedelta(days=days)
    old = f", {days} days old" if days else ""
    found: list[tuple[str, tuple[Lead, ...]]] = []
    for words, owner in SOMEBODY[:2]:
        one = Lead(id=to_18("00Q000000009002"), owner_id=owner, created_at=when, modified_at=when, stamp=when)
        found.append((f"of somebody {words}{old}", (one,)))
    return tuple(found)


ACCOUNT = Account(id=to_18("001000000009001"), name="The account")
LEAD = Lead(id=to_18("00Q000000009001"), owner_id=INTAKE, created_at=NOW, modified_at=NOW, stamp=NOW, company="X")
MATCH = NO_MATCH


def directory(policy: Policy) -> Directory:
    """Everybody the policy names is here and active, every queue it names may own leads."""
    mails = {member.who for pool in policy.pools for member in pool.members}
    mails |= {mail for rule in policy.rules for mail in rule.named_people()}
    named = {to_18(f"005{number:012}"): mail for number, mail in enumerate(sorted(mails), 1)}
    people = {key: Person(id=key, name=mail, email=mail) for key, mail in named.items()}
    people[HERE] = Person(id=HERE, name="somebody here", email="here@cover.example")
    people[HEIR] = Person(id=HEIR, name="an heir", email="heir@cover.example")
    people[GONE] = Person(id=GONE, name="a leaver", active=False)
    people[WITH_HEIR] = Person(id=WITH_HEIR, name="a leaver", active=False, successor_id=HEIR)
    names = {queue for rule in policy.rules for queue in rule.named_queues()}
    names |= {pool.queue for pool in policy.pools if pool.queue} | {policy.catch_all_queue}
    queues = {to_18(f"00G{number:012}"): name for number, name in enumerate(sorted(names), 1)}
    return Directory(people=people, queues={key: Queue(id=key, name=name) for key, name in queues.items()})
