"""Offers what a person's own link may teach: another name of the company, or another e-mail domain (R039)."""

from sfrouter.journey.desk import Desk
from sfrouter.journey.learnt import DOMAIN
from sfrouter.matching.indexed_account import Entry
from sfrouter.matching.question import Question, ask
from sfrouter.matching.reasons import ReviewReason
from sfrouter.matching.settings import MatchSettings
from sfrouter.model.decision import Decision
from sfrouter.model.dossier import Dossier
from sfrouter.model.records import Lead
from sfrouter.model.review import ReviewItem


def offer(decision: Decision, dossier: Dossier, desk: Desk) -> tuple[ReviewItem, ...]:
    """A review item of its own kind, when a link made by a person says something matching does not know yet."""
    account, findings = dossier.account, decision.match.findings
    if account is None or not findings or findings[0].signal != "link":
        return ()
    entry = desk.index.get(account.id)
    if entry is None or not teachable(dossier.lead, entry, desk.policy.matching):
        return ()
    return (
        ReviewItem(
            lead_id=dossier.lead.id, account_id=account.id, score=100.0, why=str(ReviewReason.LEARN),
            raised_at=decision.at,
        ),
    )  # fmt: skip


def teachable(lead: Lead, entry: Entry, settings: MatchSettings) -> tuple[str, ...]:
    """What matching would learn if this lead surely belongs to the account: a name, "@domain", both or nothing."""
    question = ask(lead, settings)
    return tuple(filter(None, (_name(question, entry), _domain(question, entry))))


def alias_of(lead: Lead, entry: Entry, settings: MatchSettings) -> str:
    """The name to learn, "" when the name says nothing or is known already."""
    return _name(ask(lead, settings), entry)


def _name(question: Question, entry: Entry) -> str:
    name = question.name
    if not name.usable or name.generic or name.deceitful or name.key == entry.name.key:
        return ""
    known = question.settings.alias_targets.get(name.key, ())
    return "" if entry.id in known or entry.name.key in known else question.lead.company.strip()


def _domain(question: Question, entry: Entry) -> str:
    domain = question.company_domain
    settings = question.settings
    if not domain or domain in entry.domains or domain in settings.shared_domains:
        return ""
    return DOMAIN + domain
