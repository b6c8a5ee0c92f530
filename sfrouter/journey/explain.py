"""Why a lead went where it went: its decisions and writes; for an undecided lead, the decision on paper."""

from dataclasses import dataclass

from sfrouter.base.clock import Clock
from sfrouter.base.errors import SfrouterError
from sfrouter.journey.desk import Desk
from sfrouter.journey.dossier import Surroundings, gather
from sfrouter.journey.route_lead import route_lead
from sfrouter.ledger.decisions import StoredDecision
from sfrouter.model.decision import Decision
from sfrouter.model.ids import to_18
from sfrouter.model.records import Lead
from sfrouter.model.write import Write


class UnknownLeadError(SfrouterError):
    """The lead is neither in the mirror nor in the ledger."""

    def __init__(self, lead_id: str) -> None:
        super().__init__(
            f"no lead {lead_id} is known here",
            mend="check the id (15 or 18 characters, capitals matter); a lead made a moment ago is known after "
            "the next poll, or after 'sfrouter sync'",
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
    accounts: dict[str, str]  # names of the accounts that the decisions mention, by id

    @property
    def newest(self) -> Decision | None:
        """The decision that counts."""
        return self.decisions[-1].decision if self.decisions else self.on_paper


def explain_lead(desk: Desk, lead_id: str, clock: Clock) -> Explanation:
    """The lead's way. Raises UnknownLeadError, also for what is no id."""
    try:
        key = to_18(lead_id.strip())
    except ValueError:
        raise UnknownLeadError(lead_id) from None
    decisions = desk.ledger.decisions_of(key)
    lead = desk.reader.lead(key)
    if lead is None and not decisions:
        raise UnknownLeadError(key)
    paper = decide_on_paper(desk, lead, clock) if lead and not decisions else None
    shown = [item.decision for item in decisions] + ([paper] if paper else [])
    return Explanation(
        lead_id=key,
        decisions=decisions,
        writes=desk.ledger.writes(key),
        on_paper=paper,
        owner_id=lead.owner_id if lead else None,
        owner_name=_name(desk, lead.owner_id) if lead else "",
        accounts=_accounts(desk, shown),
    )


def decide_on_paper(desk: Desk, lead: Lead, clock: Clock) -> Decision:
    """What the router would decide now; nothing is kept and no turn is taken."""
    desk.refresh_index()
    now = clock.now()
    directory = desk.directory(now)
    around = Surroundings(
        directory=directory, intake_ids=desk.intake_ids(directory), zone=desk.time_zone(), now=now
    )
    dossier = gather(lead, desk, around)
    return route_lead(dossier, desk.policy, desk.ledger.rotation(), number=1, open_leads=desk.open_leads())


def _name(desk: Desk, owner_id: str | None) -> str:
    person = desk.reader.people().get(owner_id or "")
    queue = desk.reader.queues().get(owner_id or "")
    return person.name if person else queue.name if queue else ""


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
