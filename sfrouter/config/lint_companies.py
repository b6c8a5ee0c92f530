"""Finds lines of companies.yaml that contradict each other, or have no effect."""

from collections.abc import Iterator

from sfrouter.base.errors import Problem
from sfrouter.config.policy_value import Policy
from sfrouter.config.sources import spot
from sfrouter.matching.email_domains import is_free_mail
from sfrouter.matching.names import normalise


def lint_companies(policy: Policy) -> Iterator[Problem]:
    """Aliases that a never-match pair forbids; shared domains that are free mail anyway; named companies that are
    none."""
    yield from _forbidden_aliases(policy)
    yield from _shared_free_mail(policy)
    yield from _named_nobody(policy)


def _forbidden_aliases(policy: Policy) -> Iterator[Problem]:
    settings = policy.matching
    pairs = {frozenset((_key(one.company), _key(one.account))) for one in settings.never_match}
    told: set[frozenset[str]] = set()
    for alias in settings.aliases:
        pair = frozenset((_key(alias.name), _key(alias.account)))
        if pair in pairs and pair not in told:
            told.add(pair)
            what = f"'{alias.name}' is another name of '{alias.account}', and a pair that must never match"
            here = spot(policy.sources.companies, "never_match")
            yield here.problem(what, "keep it in one of the two lists", code="LIN08", warning=True)


def _key(name: str) -> str:
    return normalise(name).key or name.casefold()


def _shared_free_mail(policy: Policy) -> Iterator[Problem]:
    settings = policy.matching
    for domain in sorted(settings.shared_domains):
        if is_free_mail(domain, add=settings.free_mail_add, remove=settings.free_mail_remove):
            what = f"'{domain}' is listed as shared, but as free mail it never identifies a company anyway"
            mend = "remove it, or take it out of the free-mail list (free_mail: remove)"
            here = spot(policy.sources.companies, "shared_domains")
            yield here.problem(what, mend, code="LIN09", warning=True)


def _named_nobody(policy: Policy) -> Iterator[Problem]:
    """What counts as no company (L04), or holds no letter at all, names nobody: no lead ever fits it (R073)."""
    for here, entry in zip(policy.sources.named, policy.named_entries, strict=False):
        if not normalise(entry.company).usable:
            what = f"'{entry.company}' is no company's name: no lead ever fits this named account"
            mend = "write the company's name, or remove the entry"
            yield here.problem(what, mend, code="LIN17", warning=True)
