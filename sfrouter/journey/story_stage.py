"""Puts a story on stage: builds its records and sends the lead the way it takes in the daemon; nothing is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sfrouter.config.mapping import FieldMapping
from sfrouter.config.policy_value import Policy
from sfrouter.distribution.learn import Record, Results
from sfrouter.journey.before import moved
from sfrouter.journey.route_lead import route_lead
from sfrouter.journey.standard_values import standard_account, standard_lead
from sfrouter.journey.story_cast import Cast
from sfrouter.journey.story_form import OtherLeadForm, Told, at
from sfrouter.journey.story_later import Afterwards, afterwards, roster_of
from sfrouter.journey.story_policy import StoryError, mail_of, policy_of
from sfrouter.journey.story_world import World
from sfrouter.journey.waiting import Scene, waiting
from sfrouter.model.assignment import Rotation
from sfrouter.model.decision import Decision
from sfrouter.model.dossier import Dossier, NamedEntry
from sfrouter.model.evidence import NO_MATCH, Band, Match
from sfrouter.model.ids import to_18
from sfrouter.model.records import Account, Case, Lead, Opportunity, TeamMember, TeamRole
from sfrouter.routing.notices.busy_company import raised

_REFERENCES = frozenset(
    name for record in (Account, Lead) for name in record.__dataclass_fields__ if name.endswith("_id")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of a story."""

    decision: Decision
    accounts: Mapping[str, str]  # names by id
    later: tuple[Afterwards, ...] = ()
    waits: bool = True  # is it a lead of the intake at all?


class Stage:
    """The records of one story. People and queues are called by their names."""

    def __init__(self, told: Told, policy: Policy, mapping: FieldMapping) -> None:
        self.told = told
        self.given = told.tale.given
        self.policy = policy_of(told, policy)
        self.mapping = mapping
        self.cast = Cast(told, policy)  # whom only the story's own changes name must be among its people
        self._count = 0
        self._recorded: dict[str, str] = {}

    def play(self) -> Played:
        """The way a lead takes in the daemon, without reading an org and without writing.

        Raises StoryError when the story names what is not there.
        """
        if self.given.accounts is not None:
            world = World(self.told, self.policy, self.mapping, self.cast)
            dossier, accounts = world.dossier(), world.account_names
        else:
            dossier = self.dossier()
            known = (dossier.account, *dossier.ancestors)
            accounts = {account.id: account.name for account in known if account}
        rotation = self._rotation(dossier.now)
        results = self._results(dossier.lead)
        decision = route_lead(
            dossier, self.policy, rotation, number=1, open_leads=self._open_counts(),
            catch_all=self.cast.catch_all(self.policy),
            roster=roster_of(self.policy), results=results,
        )  # fmt: skip
        moved_on = moved(rotation, decision.moves, dossier.now)
        later = afterwards(self.told.tale.expect.later, dossier, decision, self.policy, moved_on, results)
        return Played(decision=decision, accounts=accounts, later=tuple(later), waits=self._waits(dossier))

    def _waits(self, dossier: Dossier) -> bool:
        """Is the lead one of the intake, or under its condition with the owner it had at first (L01, L02)?"""
        lead, first = dossier.lead, self.given.owner_at_first
        same = not first or self.cast.id_of(first) == lead.owner_id
        meets = self.policy.intake.condition is not None and self.given.meets_condition
        by_condition = {lead.id} if meets and same else set()
        scene = Scene(
            intake_ids=dossier.intake_ids, anew={}, router_id="", can_catch=True, by_condition=by_condition
        )
        return bool(waiting([lead], {}, scene))

    def dossier(self) -> Dossier:
        """The whole evidence, as the story says it."""
        given = self.given
        if given.leads or given.deals:
            raise StoryError("'leads' and 'deals' go with 'accounts'; with 'account' write 'open_leads' and so on")
        account = self._account(given.account) if given.account is not None else None
        match = replace(NO_MATCH, insufficient=given.insufficient)
        if account is not None:
            match = Match(band=Band.AUTO, account_id=account.id, score=100, words="the story says so")
        lead = standard_lead(self._lead(), self.policy.standards)
        recent = tuple(self._other(OtherLeadForm(created=one)) for one in given.recent_leads)
        self._recorded.clear()
        lost = tuple(self._other(one) for one in given.lost_leads)
        if account is not None and given.in_history is not None:
            self._recorded[account.id] = self._person(given.in_history)
        return Dossier(
            lead=lead, match=match, directory=self.cast.directory(self.policy), now=self._decided(lead),
            today=given.today, account=account, ancestors=tuple(self._account(one) for one in given.parents),
            opportunities=self._deals(account), open_cases=self._cases(account), team=self._team(account),
            lost_leads=lost, recorded_owners=MappingProxyType(dict(self._recorded)),
            open_leads=tuple(self._other(one) for one in given.open_leads),
            same_person=tuple(self._other(one) for one in given.same_person),
            recent_leads=recent, alerted=self._alerted(recent),
            named_entry=self._named(),
            rates=MappingProxyType({**self.policy.rates_on(given.today), **given.rates}),
            intake_ids=self.cast.intake_ids(self.policy),
        )  # fmt: skip

    def _decided(self, lead: Lead) -> datetime:
        return at(self.given.decided) if self.given.decided else lead.created_at

    def _alerted(self, recent: tuple[Lead, ...]) -> frozenset[str]:
        """The story's recent leads were decided in the order in which it tells them."""
        window = timedelta(minutes=self.policy.alert_window_minutes)
        moments = [one.created_at for one in recent]
        return frozenset(recent[place].id for place in raised(moments, self.policy.alert_count, window))

    def _rotation(self, now: datetime) -> Rotation:
        turns = {
            pool: MappingProxyType({self.cast.id_of(name): count for name, count in counts.items()})
            for pool, counts in self.given.turns.items()
        }
        given = {
            pool: MappingProxyType({self.cast.id_of(name): (now,) * count for name, count in counts.items()})
            for pool, counts in self.given.given_today.items()
        }
        return Rotation(turns=MappingProxyType(turns), given=MappingProxyType(given))

    def _open_counts(self) -> Mapping[str, int]:
        return {self.cast.id_of(name): count for name, count in self.given.open_counts.items()}

    def _results(self, lead: Lead) -> Mapping[str, Results]:
        """What the people of a pool that learns made of leads like the story's."""
        learning = {pool.name: pool.learn for pool in self.policy.pools if pool.learn is not None}
        found: dict[str, Results] = {}
        for pool, people in self.given.won_of.items():
            if pool not in learning:
                raise StoryError(f"'won_of' names '{pool}', which is no pool with 'learn'")
            records = {self.cast.id_of(name): Record(won, of) for name, (won, of) in people.items()}
            found[pool] = {learning[pool].kind(lead): records}
        return MappingProxyType(found)

    def _next(self, prefix: str) -> str:
        self._count += 1
        return to_18(f"{prefix}{self._count:012}")

    def _plain(self, written: Mapping[str, Any]) -> dict[str, Any]:
        """A record's values: who is named becomes an id."""
        return {
            f"{name}_id" if f"{name}_id" in _REFERENCES else name: self.cast.id_of(value)
            if f"{name}_id" in _REFERENCES and value
            else value
            for name, value in written.items()
        }

    def _account(self, written: Mapping[str, Any]) -> Account:
        account = Account(**{"name": "", **self._plain(written), "id": self._next("001")})
        return standard_account(account, self.policy.standards)

    def _lead(self) -> Lead:
        intake = (*self.policy.intake.queues, *self.policy.intake.users)
        created = at(self.given.now or self.given.today)
        usual = {"owner_id": self.cast.id_of(intake[0]) if intake else None, "created_at": created}
        values = {**usual, "modified_at": created, **self._plain(self.given.lead)}
        return Lead(id=self._next("00Q"), stamp=created, **values)

    def _other(self, form: OtherLeadForm) -> Lead:
        created, changed = at(form.created), at(form.changed or form.created)
        lead_id = self._next("00Q")
        if form.in_history is not None:
            self._recorded[lead_id] = self._person(form.in_history)
        return Lead(
            id=lead_id, created_at=created, modified_at=changed, stamp=changed,
            owner_id=self.cast.id_of(form.owner) if form.owner else None,
            company=str(self.given.lead.get("company", "")),
            previous_owner_id=self.cast.id_of(form.previous_owner) if form.previous_owner else None,
        )  # fmt: skip

    def _person(self, name: str) -> str:
        return self.cast.id_of(name) if name else ""

    def _deals(self, account: Account | None) -> tuple[Opportunity, ...]:
        if account is None and self.given.opportunities:
            raise StoryError("it has 'opportunities' but no 'account' they belong to")
        return tuple(
            Opportunity(
                id=self._next("006"), account_id=account.id if account else None,
                owner_id=self.cast.id_of(deal.owner), name=deal.name, closed=deal.closed, amount=deal.amount,
                currency=deal.currency, last_activity_on=deal.last_activity_on,
            )
            for deal in self.given.opportunities
        )  # fmt: skip

    def _cases(self, account: Account | None) -> tuple[Case, ...]:
        account_id = account.id if account else None
        return tuple(Case(id=self._next("500"), account_id=account_id) for _ in range(self.given.open_cases))

    def _team(self, account: Account | None) -> tuple[TeamMember, ...]:
        return tuple(
            TeamMember(
                id=self._next("01M"), account_id=account.id if account else "", person_id=self.cast.id_of(name),
                role=_part(part),
            )
            for name, part in self.given.team.items()
        )  # fmt: skip

    def _named(self) -> NamedEntry | None:
        form = self.given.on_the_list
        return NamedEntry(company=form.company, owner_email=mail_of(form.owner, self.told)) if form else None


def _part(written: str) -> TeamRole:
    try:
        return TeamRole(written)
    except ValueError:
        raise StoryError(f"no part in a team is called '{written}'; there are {', '.join(TeamRole)}") from None
