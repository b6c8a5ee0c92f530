"""What people's answers taught: other names and domains of companies, and pairs that never match (RV1, R017)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sfrouter.ledger.ledger import Ledger
from sfrouter.matching.settings import Alias, MatchSettings, NeverMatch
from sfrouter.mirror.reader import Reader

DOMAIN = "@"  # a learnt "name" that begins so is an e-mail domain
NAMED = "named:"  # what was learnt of an entry of the named list stands for this and its company, not for an id


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """Account id, or company of the named list, by other name; domains by account id; never-match pairs of a
    company and an account."""

    aliases: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    domains: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    never: frozenset[tuple[str, str]] = frozenset()


NOTHING_LEARNT = Learnt()


def lessons(ledger: Ledger, reader: Reader) -> Learnt:
    """All lessons as they stand. Accounts that were merged are followed, deleted ones teach nothing."""
    known: dict[str, str | None] = {}

    def survivor(account_id: str) -> str | None:
        if account_id not in known:
            known[account_id] = reader.surviving_account(account_id)
        return known[account_id]

    aliases: dict[str, str] = {}
    domains: dict[str, tuple[str, ...]] = {}
    for name, learnt_for in sorted(ledger.aliases().items()):
        if learnt_for.startswith(NAMED):
            aliases[name] = learnt_for.removeprefix(NAMED)
            continue
        account_id = survivor(learnt_for)
        if account_id is None:
            continue
        if name.startswith(DOMAIN):
            domains[account_id] = (*domains.get(account_id, ()), name.removeprefix(DOMAIN))
        else:
            aliases[name] = account_id
    pairs = (
        (company, theirs.removeprefix(NAMED) if theirs.startswith(NAMED) else survivor(theirs))
        for company, theirs in ledger.never_pairs()
    )
    never = frozenset((company, account_id) for company, account_id in pairs if account_id)
    return Learnt(aliases=aliases, domains=domains, never=never)


def taught(settings: MatchSettings, learnt: Learnt) -> MatchSettings:
    """The admin's settings with the lessons added to his own lists."""
    values = {name: getattr(settings, name) for name in MatchSettings.model_fields}
    values["aliases"] = (
        *settings.aliases,
        *(Alias(name=name, account=account_id) for name, account_id in learnt.aliases.items()),
    )
    values["never_match"] = (
        *settings.never_match,
        *(NeverMatch(company=company, account=account_id) for company, account_id in sorted(learnt.never)),
    )
    return MatchSettings(**values)
