"""Why a lead went where it went: its decisions and writes; for an undecided lead, the decision on paper."""

from dataclasses import dataclass

from sfrouter.base.clock import Clock
from sfrouter.base.errors import SfrouterError
from sfrouter.journey.contests import ContestView, contest_views
from sfrouter.journey.degraded import with_degraded
from sfrouter.journey.desk import Desk
from sfrouter.journey.dossier import gather, look_up_surroundings
from sfrouter.journey.profiles import ProfileView, view_of
from sfrouter.journey.route_lead import route_lead
from sfrouter.ledger.decisions import StoredDecision
from sfrouter.model.decision import Decision
from sfrouter.model.ids import to_18
from sfrouter.model.records import Lead
from sfrouter.model.write import Write


class UnknownLeadError(SfrouterError):
    """The lead is neither in the mirror nor in the ledger, or what was asked for is no id."""

    def __init__(self, lead_id: str, *, is_id: bool = True, mirror_empty: bool = False) -> None:
        mend = "copy the id out of the lead's address in the CRM: 15 or 18 characters, capitals matter"
        if is_id and mirror_empty:
            mend = "nothing was read from the org yet: run 'sfrouter sync', or look at SFROUTER_DATA_DIR"
        elif is_id:
            mend = (
                "check the id (capitals matter); a lead made a moment ago is known after the next poll, "
                "or after 'sfrouter sync'"
            )
        what = f"no lead {lead_id} is known here" if is_id else f"'{lead_id}' is no record id"
        super().__init__(what, mend=mend)


class GoneLeadError(SfrouterError):
    """The lead was deleted, merged away or erased before it was decided; nothing is left to explain."""

    def __init__(self, lead_id: str) -> None:
        super().__init__(
            f"lead {lead_id} was deleted in the org or erased here, and never decided",
            mend="nothing is kept of such a lead; if the org still has it, 'sfrouter sync' may read it again",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All that is known of a lead's way. `on_paper` is set when it has not been decided yet."""

    lead_id: str
    decisions: tuple[StoredDecision, ...]
    writes: tuple[Write, ...]
    on_paper: Decision | None = None
    owner_id: str | None = None  # as the mirror has it
    owner_name: str = ""
    company: str = ""  # of the lead, as the mirror has it
    place: str = ""  # the lead's city, state and country
    accounts: dict[str, str]  # names of the accounts that the decisions mention, by id
    people: dict[str, str]  # names of those who are told, by id
    profile: ProfileView | None = None  # the company profile of a lead without an account
    contest: ContestView | None = None  # who takes it from our owner, while it is left alone

    @property
    def newest(self) -> Decision | None:
        """The decision that counts."""
        return self.decisions[-1].decision if self.decisions else self.on_paper


def explain_lead(desk: Desk, lead_id: str, clock: Clock) -> Explanation:
    """The lead's way. Raises UnknownLeadError, also for what is no id, and GoneLeadError."""
    try:
        key = to_18(lead_id.strip())
    except ValueError:
        raise UnknownLeadError(lead_id, is_id=False) from None
    decisions = desk.ledger.decisions_of(key)
    lead = desk.reader.lead(key)
    if lead is None and not decisions:
        raise UnknownLeadError(key, mirror_empty=desk.mirror.pulled_at("lead") is None)
    if lead is not None and lead.deleted and not decisions:
        raise GoneLeadError(key)
    paper = decide_on_paper(desk, lead, clock) if lead and not decisions else None
    shown = [item.decision for item in decisions] + ([paper] if paper else [])
    return Explanation(
        lead_id=key,
        decisions=decisions,
        writes=desk.ledger.writes(key),
        on_paper=paper,
        owner_id=lead.owner_id if lead else None,
        owner_name=_name(desk, lead.owner_id) if lead else "",
        company=lead.company if lead else "",
        place=", ".join(filter(None, (lead.city, lead.state, lead.country))) if lead else "",
        accounts=_accounts(desk, shown),
        people=_people(desk, shown),
        profile=view_of(kept, desk) if (kept := desk.ledger.profile_with(f"lead {key}")) else None,
        contest=_contest(desk, key, clock),
    )


def decide_on_paper(desk: Desk, lead: Lead, clock: Clock) -> Decision:
    """What the router would decide now; nothing is kept and no turn is taken."""
    desk.refresh_index()
    now = clock.now()
    around = look_up_surroundings(desk, now)
    dossier, rotation = gather(lead, desk, around), desk.rotation()
    decision = route_lead(
        dossier,
        desk.policy,
        rotation,
        number=1,
        open_leads=desk.open_leads(),
        catch_all=around.catch_all,
        roster=around.roster,
        results=around.results,
    )
    return with_degraded(decision, around.degraded)


def _contest(desk: Desk, lead_id: str, clock: Clock) -> ContestView | None:
    kept = desk.ledger.contest_of(lead_id)
    if kept is None or kept.ended_because:
        return None
    return next(iter(contest_views((kept,), desk.directory(clock.now()))))


def _name(desk: Desk, owner_id: str | None) -> str:
    person = desk.reader.people().get(owner_id or "")
    queue = desk.reader.queues().get(owner_id or "")
    return person.name if person else queue.name if queue else ""


def _people(desk: Desk, decisions: list[Decision]) -> dict[str, str]:
    told = {notice.person_id for decision in decisions for notice in decision.notices}
    return {key: person.name for key, person in desk.reader.people().items() if key in told}


def _accounts(desk: Desk, decisions: list[Decision]) -> dict[str, str]:
    wanted = {
        account_id
        for decision in decisions
        for account_id in (
            decision.link_account_id,
            *(finding.account_id for finding in decision.match.findings),
            *(suspicion.account_id for suspicion in decision.match.suspicions),
        )
        if account_id
    }
    return {key: account.name for key, account in desk.reader.accounts_by_id(wanted).items()}
