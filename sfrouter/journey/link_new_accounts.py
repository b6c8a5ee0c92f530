"""Links the leads that an account was made of, once the org has it; each keeps its owner, who is told."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from sfrouter import __version__
from sfrouter.base.log import logger
from sfrouter.config.policy_value import Policy
from sfrouter.journey.assembly import House
from sfrouter.journey.desk import Desk
from sfrouter.journey.dossier import Surroundings, look_up_surroundings
from sfrouter.journey.once_more import tried_enough
from sfrouter.journey.refresh import meet_org
from sfrouter.journey.waiting import LINKED, ROUTED_BEFORE, changed_by_person_since
from sfrouter.ledger.decisions import Standing
from sfrouter.ledger.new_accounts import AccountState, AskedAccount
from sfrouter.model.decision import Decision, Notice, Outcome, Step
from sfrouter.model.evidence import Band, Match
from sfrouter.model.records import Account, Lead
from sfrouter.model.write import LIVE_STATES, WriteState
from sfrouter.routing.explain import language_of, say, text
from sfrouter.routing.tell import NEW_ACCOUNT
from sfrouter.writeback.plan import PlanSettings, plan_writes

_log = logger("journey")
PLACE = "7b"


def link_new_accounts(house: House) -> int:
    """Decide the links that are due (R067, C09), each in its own transaction. Gives how many."""
    desk = house.desk
    desk.ledger.strike_linked()
    pairs = desk.ledger.leads_to_link() if desk.policy.write_account_link else ()
    leads = desk.reader.leads(lead_id for _, lead_id in pairs)
    desk.ledger.strike_links_of(lead.id for lead in leads.values() if lead.converted)
    due = tuple(_due(pairs, leads, desk))
    if not due:
        return 0
    around = look_up_surroundings(desk, house.gateway.server_now())
    standings, anew = desk.ledger.standings(leads), desk.ledger.to_decide_anew()
    count = 0
    for account, made, lead in due:
        before = standings.get(lead.id)
        if before is None or not _ripe(house, lead, before, around.now):
            continue
        if _to_get_owner(house, lead, before, around, marked=lead.id in anew):
            continue  # a link decided now would count as its decision
        _link(house, account, made, lead, before, around)
        count += 1
    return count


def _due(
    pairs: Iterable[tuple[AskedAccount, str]], leads: Mapping[str, Lead], desk: Desk
) -> Iterator[tuple[AskedAccount, Account, Lead]]:
    """Leads without a link, with their company. A duplicate rule may have named a private customer (F44)."""
    for account, lead_id in pairs:
        lead = leads.get(lead_id)
        if lead is None or lead.deleted or lead.converted or lead.account_id:
            continue
        made = _account(account, desk)
        if not made.person:
            yield account, made, lead


def _ripe(house: House, lead: Lead, before: Standing, now: datetime) -> bool:
    """Is the lead as the org has it, and nothing of ours on its way to it?"""
    if before.lead_write in LIVE_STATES:
        return False
    if before.lead_write is not None and before.lead_stamp is not None and lead.stamp <= before.lead_stamp:
        return False  # our last write is done, and the mirror has not seen it yet
    return not tried_enough(house.desk.ledger.decisions_of(lead.id), LINKED, now)


def _to_get_owner(house: House, lead: Lead, before: Standing, around: Surroundings, *, marked: bool) -> bool:
    """Is it to be decided anew: marked so, or in the intake as a person put it back or nobody was ever written?"""
    if lead.owner_id not in around.intake_ids:
        return marked and before.rule not in ROUTED_BEFORE
    unwritten = before.owner_id not in (None, lead.owner_id) and before.lead_write is not WriteState.DONE
    return marked or unwritten or changed_by_person_since(lead, before, meet_org(house).user_id)


def _link(
    house: House, account: AskedAccount, made: Account, lead: Lead, before: Standing, around: Surroundings
) -> None:
    desk = house.desk
    decision = link_decision(account, made, lead, before.number + 1, around, desk.policy)
    settings = PlanSettings(org_url=house.gateway.instance_url, time_zone=around.zone)
    writes = plan_writes(
        decision, lead, desk.mapping, meet_org(house).org_id, account=made,
        read_at=desk.reader.read_at(lead.id), settings=settings,
    )  # fmt: skip
    desk.ledger.record(decision, writes, ())
    _log.info("decided", lead=lead.id, why="an account was made of it", rule=LINKED, place=PLACE)


def _account(asked: AskedAccount, desk: Desk) -> Account:
    """The account as the org has it; one that was made a moment ago as it was asked for."""
    known = desk.reader.account(desk.reader.surviving_account(asked.account_id or "") or "")
    if asked.state is AccountState.EXISTING and known is not None:
        return known
    return Account(
        id=asked.account_id or "", name=asked.name, owner_id=asked.owner_id,
        auto_created=asked.state is AccountState.MADE,
    )  # fmt: skip


def link_decision(
    asked: AskedAccount, made: Account, lead: Lead, number: int, around: Surroundings, policy: Policy
) -> Decision:
    """The lead keeps its owner and is linked; whoever has it, and not the account, is told."""
    existing = asked.state is AccountState.EXISTING
    why = say("prospect.made", company=made.name, count=len(asked.lead_ids))
    if existing:
        why = say("prospect.existing", company=made.name)
    reason = str(say("reason.keep", why=why))
    return Decision(
        lead_id=lead.id,
        number=number,
        at=around.now,
        rule=LINKED,
        place=PLACE,
        ids=("R067", "C09"),
        reason=reason,
        owner=None,
        match=Match(band=Band.AUTO, account_id=made.id, score=100.0, words=str(why)),
        steps=(Step(place=PLACE, rule=LINKED, outcome=Outcome.DECIDED, words=str(why), ids=("R067", "C09")),),
        notices=() if existing else _told(asked, made, lead, around, policy.language),
        link_account_id=made.id,
        lead_stamp=lead.stamp,
        lead_owner_id=lead.owner_id,
        lead_account_id=lead.account_id,
        policy_hash=policy.hash,
        engine=__version__,
    )


def _told(
    asked: AskedAccount, made: Account, lead: Lead, around: Surroundings, language: str
) -> tuple[Notice, ...]:
    people = around.directory.people
    person, owner = people.get(lead.owner_id or ""), people.get(made.owner_id or "")
    if person is None or owner is None or not person.active or person.id == owner.id:
        return ()
    words = say("task.new_account", company=made.name, count=len(asked.lead_ids), owner=owner.name)
    spoken = language_of(person.language, language)
    subject = text(say("task.subject.account", company=made.name), spoken)
    told = Notice(
        kind=NEW_ACCOUNT, person_id=person.id, subject=subject, text=text(words, spoken), ids=("C09",),
        language=spoken,
    )  # fmt: skip
    return (told,)
