"""Is the lead's company on the admin's list of named accounts (R073-R077)? Scored like account names."""

from collections.abc import Sequence

from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import IndexedAccount
from sfrouter.matching.question import Question, ask
from sfrouter.matching.reasons import ReviewReason
from sfrouter.matching.settings import MatchSettings
from sfrouter.matching.signals.alias import Alias
from sfrouter.matching.signals.name import Name
from sfrouter.model.dossier import NamedEntry
from sfrouter.model.evidence import Finding, Suspicion
from sfrouter.model.records import Account, Lead


class NamedIndex:
    """The named-account list, ready to be searched. Of two entries for one company the first counts."""

    def __init__(self, entries: Sequence[NamedEntry]) -> None:
        width = len(str(len(entries)))
        # No name's key has a blank, so that no alias leads to an entry by its place (a company may be called "3").
        self._entries = {f"entry {place:0{width}}": entry for place, entry in enumerate(entries)}
        self.names = AccountIndex(
            IndexedAccount(id=place, name=entry.company) for place, entry in self._entries.items()
        )

    def __len__(self) -> int:
        return len(self._entries)

    def entry(self, finding: Finding) -> NamedEntry:
        """The entry a finding speaks of."""
        return self._entries[finding.account_id]


def match_named(
    lead: Lead, account: Account | None, index: NamedIndex, settings: MatchSettings
) -> tuple[NamedEntry | None, tuple[Suspicion, ...]]:
    """The entry that is surely meant, or else the question for a person.

    A matched account speaks by its own name; without one the lead's company name speaks, from free mail as C01
    says. Other names count as they do for accounts (R017), and pairs that never match. A suspicion without a
    matched account has an empty `account_id`: its `why` names the entry.
    """
    if not len(index):
        return None, ()
    question = ask(lead, settings) if account is None else ask(_as_lead(lead, account), settings)
    known = (*Alias().findings(question, index.names), *Name().findings(question, index.names))
    findings = [one for one in known if not _never(question, one, index)]
    if not findings or max(one.score for one in findings) < settings.review_from:
        return None, ()
    best = max(findings, key=lambda one: one.score)
    typed = account is None and question.typed_only
    if typed and settings.free_mail_with_name == "off":
        return None, ()
    if best.score > settings.match_above and not (typed and settings.free_mail_with_name == "review"):
        return index.entry(best), ()
    return None, (_suspicion(question, account, best, index, typed=typed),)


def _never(question: Question, finding: Finding, index: NamedIndex) -> bool:
    entry = index.names.get(finding.account_id)
    return entry is not None and question.never(entry)


def _suspicion(
    question: Question, account: Account | None, best: Finding, index: NamedIndex, *, typed: bool
) -> Suspicion:
    return Suspicion(
        account_id=account.id if account is not None else "",
        score=best.score,
        why=f"{ReviewReason.NAMED_LIST}: {index.entry(best).company}",
        ids=("R073", "C01") if typed and best.score > question.settings.match_above else ("R073", *best.ids),
    )


def _as_lead(lead: Lead, account: Account) -> Lead:
    """The account's name and place, put as a question; no address, as the account is sure."""
    return Lead(
        id=lead.id, owner_id=None, created_at=lead.created_at, modified_at=lead.modified_at, stamp=lead.stamp,
        company=account.name, country=account.country, city=account.city,
    )  # fmt: skip
