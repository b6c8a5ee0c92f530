"""Gathers a lead's dossier: its company, everyone around it, and the earlier leads of the same company."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo

from sfrouter.config.degraded import Degraded
from sfrouter.distribution.learn import NO_RESULTS, Results
from sfrouter.distribution.roster import NO_ROSTER, Roster
from sfrouter.journey.company_leads import OtherLeads, SoFar, company_of, leads_of, sorted_out
from sfrouter.journey.company_match import CompanyMatch, company_match
from sfrouter.journey.degraded import degraded_now
from sfrouter.journey.desk import Desk
from sfrouter.journey.influx import look_up_influx
from sfrouter.journey.learnt import NAMED
from sfrouter.journey.new_companies import look_up_new_company, with_existing_account
from sfrouter.journey.profile_leads import leads_of_profile
from sfrouter.journey.standard_values import standard_account, standard_lead
from sfrouter.matching.named import match_named
from sfrouter.matching.reasons import named_in
from sfrouter.mirror.reader import Reader
from sfrouter.model.assignment import Owner
from sfrouter.model.dossier import Directory, Dossier, NamedEntry
from sfrouter.model.evidence import Match, Suspicion
from sfrouter.model.influx import Influx
from sfrouter.model.new_company import NewCompany
from sfrouter.model.records import Account, Lead
from sfrouter.model.review import ReviewState
from sfrouter.routing.flood import asked_first


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is the same for every lead of one round. `catch_all` is None when that queue can take no leads."""

    directory: Directory
    intake_ids: frozenset[str]
    zone: tzinfo
    now: datetime
    catch_all: Owner | None = None
    roster: Roster = NO_ROSTER
    results: Mapping[str, Results] = field(default_factory=lambda: NO_RESULTS)
    so_far: SoFar = field(default_factory=SoFar)
    degraded: tuple[Degraded, ...] = ()  # parts of the policy that look at something hidden now


def look_up_surroundings(desk: Desk, now: datetime) -> Surroundings:
    """The people and queues as the mirror has them; `now` is the org's time."""
    directory = desk.directory(now)
    intake_ids = desk.intake_ids(directory)
    zone = desk.time_zone()
    return Surroundings(
        directory=directory, intake_ids=intake_ids, zone=zone, now=now,
        catch_all=desk.catch_all(directory, intake_ids), roster=Roster(people=desk.policy.people, zone=str(zone)),
        results=desk.learnt.of_today(desk.policy, desk.reader, directory, now),
        degraded=degraded_now(desk),
    )  # fmt: skip


def gather(
    lead: Lead, desk: Desk, around: Surroundings, *, ordered: str | None = None, known: CompanyMatch | None = None
) -> Dossier:
    """All that the decision on this lead may look at. Reads the mirror and the ledger, nothing else.

    `ordered` is the account that a person linked it to here and not in the CRM; it counts the same (R041). So does
    a confirmed entry of the named list: NAMED and its company, or an accepted review (RV1). `known`: its company.
    """
    confirmed, ordered = (ordered, None) if ordered and ordered.startswith(NAMED) else (None, ordered)
    lead = standard_lead(lead, desk.policy.standards)
    today = around.now.astimezone(around.zone).date()
    with desk.reader.snapshot() as view:
        own = company_match(lead, desk, view, ordered=ordered, known=known)
        found = with_existing_account(lead, own.match, desk, view, around.so_far)
        account = view.account(found.account_id) if found.account_id else None
        named, suspicions = _named(lead, account, confirmed, desk)
        found = replace(found, suspicions=(*found.suspicions, *suspicions))
        if account is None:
            profile, theirs = leads_of_profile(lead, desk, view, around.so_far)
            company = sorted_out(theirs, desk, around.so_far, around.intake_ids)
        else:
            wanted, profile = company_of(desk, found, account), None
            company = leads_of(wanted, lead, desk, view, around.so_far, around.intake_ids)
        others = OtherLeads(desk, view, around.so_far, lead, company)
        recent, alerted = _lately(others, desk)
        influx = look_up_influx(lead, desk, view, around.so_far)
        return Dossier(
            lead=lead,
            match=found,
            directory=around.directory,
            now=around.now,
            today=today,
            account=standard_account(account, desk.policy.standards) if account else None,
            ancestors=view.ancestors(account) if account else (),
            opportunities=view.open_opportunities(account.id) if account else (),
            open_cases=view.open_cases(account.id) if account else (),
            team=view.team(account.id) if account else (),
            lost_leads=(lost := others.lost()),
            recorded_owners=view.recorded_owners(one.id for one in (*lost, *((account,) if account else ()))),
            open_leads=others.open_and_owned(),
            same_person=others.same_person(),
            recent_leads=recent,
            alerted=alerted,
            profile=profile,
            new_company=_new_company(lead, found, desk, view, around, influx),
            influx=influx,
            named_entry=named,
            rates=desk.policy.rates_on(today),
            intake_ids=around.intake_ids,
        )


def _new_company(
    lead: Lead, found: Match, desk: Desk, view: Reader, around: Surroundings, influx: Influx | None
) -> NewCompany | None:
    company = look_up_new_company(lead, found, desk, view, around.so_far, around.intake_ids)
    flood = desk.policy.flood
    return asked_first(company, flood, influx, lead.created_at) if flood and influx else company


def _lately(others: OtherLeads, desk: Desk) -> tuple[tuple[Lead, ...], frozenset[str]]:
    """The company's leads of the last hours that count for an alert, and who had that alert already (R084)."""
    window = timedelta(minutes=desk.policy.alert_window_minutes)
    recent = others.recent(window) if window else ()
    return recent, others.alerted(recent, window, desk.policy.alert_count) if recent else frozenset()


def _named(
    lead: Lead, account: Account | None, confirmed: str | None, desk: Desk
) -> tuple[NamedEntry | None, tuple[Suspicion, ...]]:
    """The entry of the named list; what a person said the lead belongs to is no question any more (RV1, R073)."""
    named, suspicions = match_named(lead, account, desk.named, desk.policy.matching)
    if account is not None:
        return named, suspicions
    said = confirmed.removeprefix(NAMED) if confirmed else _accepted(lead, desk) if suspicions else ""
    entry = next((one for one in desk.policy.named_entries if one.company == said), None) if said else None
    return (entry, ()) if entry is not None else (named, suspicions)


def _accepted(lead: Lead, desk: Desk) -> str:
    item = desk.ledger.review(lead.id, "")
    return named_in(item.why) if item is not None and item.state is ReviewState.ACCEPTED else ""
