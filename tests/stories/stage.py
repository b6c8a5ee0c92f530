"""Puts a story on stage: builds its records, asks the rules, shares the lead out and hears who is told."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from sfrouter.distribution.distribute import Distribution, distribute
from sfrouter.model.assignment import Owner, OwnerKind, Rotation
from sfrouter.model.decision import Notice
from sfrouter.model.dossier import Directory, Dossier, NamedEntry
from sfrouter.model.evidence import NO_MATCH, Band, Match
from sfrouter.model.ids import to_18
from sfrouter.model.records import (
    Account,
    Case,
    Lead,
    Opportunity,
    PartnerKind,
    Person,
    Queue,
    Relationship,
    Segment,
    TeamMember,
    TeamRole,
)
from sfrouter.routing.decide import decide
from sfrouter.routing.finish import caught, shared_out
from sfrouter.routing.ruling import Ruling
from sfrouter.routing.tell import tell
from tests.stories.story import OtherLeadForm, Told, at, house, notices_of, rules_of

INTAKE = "Intake"
_KINDS: Mapping[str, type[Relationship] | type[PartnerKind] | type[Segment]] = {
    "relationship": Relationship, "partner_kind": PartnerKind, "segment": Segment,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of a story."""

    ruling: Ruling
    notices: tuple[Notice, ...]
    distribution: Distribution | None


class Stage:
    """The records of one story. People and queues are called by their names."""

    def __init__(self, told: Told) -> None:
        self.told = told
        self.given = told.tale.given
        queues = (INTAKE, *dict.fromkeys(told.queues))
        self._ids = {name: to_18(f"005{number:012}") for number, name in enumerate(told.people, 1)}
        self._ids |= {name: to_18(f"00G{number:012}") for number, name in enumerate(queues, 1)}
        self._count = 0

    def id_of(self, name: str) -> str:
        """The id of a person or queue of the story."""
        assert name in self._ids, f"the story does not know {name!r}"
        return self._ids[name]

    def play(self) -> Played:
        """The way a lead takes in the daemon, without its reading and writing."""
        dossier, tale = self.dossier(), self.told.tale
        ruling = decide(dossier, rules_of(tale), departed=tale.policy.departed)
        shared: Distribution | None = None
        if ruling.to_default:
            shared = distribute(
                dossier.lead, dossier.account, house().territories, house().pools, dossier.directory, Rotation(),
                dossier.now, pool=ruling.pool, never=dossier.intake_ids,
            )  # fmt: skip
            ruling = shared_out(
                ruling, shared.owner, territory=shared.territory, pool=shared.pool, words=shared.words,
                steps=shared.steps, warnings=shared.warnings,
            )  # fmt: skip
        if ruling.to_catch_all:
            name = house().catch_all
            ruling = caught(ruling, Owner(id=self.id_of(name), kind=OwnerKind.QUEUE, name=name))
        return Played(ruling=ruling, notices=tell(dossier, ruling, notices_of(tale)), distribution=shared)

    def dossier(self) -> Dossier:
        """The whole evidence."""
        given = self.given
        account = self._account(given.account) if given.account is not None else None
        match = replace(NO_MATCH, insufficient=given.insufficient)
        if account is not None:
            match = Match(band=Band.AUTO, account_id=account.id, score=100, words="the story says so")
        lead = self._lead(dict(given.lead))
        return Dossier(
            lead=lead, match=match, directory=self._directory(), now=lead.created_at, today=given.today,
            account=account, ancestors=tuple(self._account(one) for one in given.parents),
            opportunities=self._deals(account), open_cases=self._cases(account), team=self._team(account),
            lost_leads=tuple(self._other(one) for one in given.lost_leads),
            open_leads=tuple(self._other(one) for one in given.open_leads),
            same_person=tuple(self._other(one) for one in given.same_person),
            recent_leads=tuple(self._other(OtherLeadForm(created=one)) for one in given.recent_leads),
            named_entry=self._named(), rates=MappingProxyType(dict(given.rates)),
            intake_ids=frozenset({self.id_of(INTAKE)}),
        )  # fmt: skip

    def _next(self, prefix: str) -> str:
        self._count += 1
        return to_18(f"{prefix}{self._count:012}")

    def _directory(self) -> Directory:
        people = [self._person(name) for name in self.told.people]
        queues = [Queue(id=one, name=name) for name, one in self._ids.items() if one.startswith("00G")]
        table = {self.id_of(gone): self.id_of(heir) for gone, heir in self.given.table_of_successors.items()}
        return Directory(
            people={one.id: one for one in people}, queues={one.id: one for one in queues}, successors=table
        )

    def _person(self, name: str) -> Person:
        form = self.told.people[name]
        return Person(
            id=self.id_of(name), name=name, email=form.email, active=form.active and name not in self.given.left,
            manager_id=self.id_of(form.manager) if form.manager else None,
            successor_id=self.id_of(form.successor) if form.successor else None,
        )  # fmt: skip

    def _plain(self, written: Mapping[str, Any]) -> dict[str, Any]:
        """A record's values: who is named becomes an id, a word becomes one of ours."""
        values: dict[str, Any] = {}
        for name, value in written.items():
            if f"{name}_id" in Account.__dataclass_fields__ or f"{name}_id" in Lead.__dataclass_fields__:
                values[f"{name}_id"] = self.id_of(value)
            elif name in _KINDS:
                values[name] = _KINDS[name](value)
            else:
                values[name] = tuple(value) if isinstance(value, list) else value
        return values

    def _account(self, written: Mapping[str, Any]) -> Account:
        values = self._plain(written)
        if "churned_on" in values:
            values["churned_on"] = date.fromisoformat(str(values["churned_on"]))
        if "contract_value" in values:
            values["contract_value"] = Decimal(str(values["contract_value"]))
        return Account(id=self._next("001"), **values)

    def _lead(self, written: Mapping[str, Any]) -> Lead:
        created = at(self.given.now or self.given.today)
        values = {"owner_id": self.id_of(INTAKE), **self._plain(written)}
        return Lead(id=self._next("00Q"), created_at=created, modified_at=created, stamp=created, **values)

    def _other(self, form: OtherLeadForm) -> Lead:
        created, changed = at(form.created), at(form.changed or form.created)
        return Lead(
            id=self._next("00Q"), created_at=created, modified_at=changed, stamp=changed,
            owner_id=self.id_of(form.owner) if form.owner else None,
            company=str(self.given.lead.get("company", "")),
            previous_owner_id=self.id_of(form.previous_owner) if form.previous_owner else None,
        )  # fmt: skip

    def _deals(self, account: Account | None) -> tuple[Opportunity, ...]:
        assert account is not None or not self.given.opportunities, "opportunities need an account"
        return tuple(
            Opportunity(
                id=self._next("006"), account_id=account.id if account else None, owner_id=self.id_of(deal.owner),
                name=deal.name, closed=deal.closed, amount=deal.amount, currency=deal.currency,
                last_activity_on=deal.last_activity_on,
            )
            for deal in self.given.opportunities
        )  # fmt: skip

    def _cases(self, account: Account | None) -> tuple[Case, ...]:
        return tuple(
            Case(id=self._next("500"), account_id=account.id if account else None)
            for _ in range(self.given.open_cases)
        )

    def _team(self, account: Account | None) -> tuple[TeamMember, ...]:
        return tuple(
            TeamMember(
                id=self._next("01M"), account_id=account.id if account else "", person_id=self.id_of(name),
                role=TeamRole(part),
            )
            for name, part in self.given.team.items()
        )  # fmt: skip

    def _named(self) -> NamedEntry | None:
        form = self.given.on_the_list
        if form is None:
            return None
        email = self.told.people[form.owner].email if form.owner in self.told.people else form.owner
        return NamedEntry(company=form.company, owner_email=email)
