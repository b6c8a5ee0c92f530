"""The keys by which leads and accounts of one company are looked up: a normalised name, a registrable domain."""

from sfrouter.matching.email_domains import email_host, is_free_mail, registrable
from sfrouter.matching.key_version import normaliser_version
from sfrouter.matching.names import normalise
from sfrouter.matching.settings import MatchSettings


def company_key_of(name: str) -> str:
    """The normalised company name; "" for placeholders and for names that could be anybody's (R024)."""
    found = normalise(name)
    return found.key if found.usable and not found.generic and not found.deceitful else ""


def company_domain_of(email: str, settings: MatchSettings) -> str:
    """The registrable domain of an e-mail address; "" for free mail and nonsense (R025, R029)."""
    host = email_host(email)
    free = is_free_mail(host, add=settings.free_mail_add, remove=settings.free_mail_remove) if host else True
    return "" if free else registrable(host)


def keys_version(settings: MatchSettings) -> str:
    """Changes whenever the same name or address may give another key."""
    lists = (sorted(settings.free_mail_add), sorted(settings.free_mail_remove))
    return f"{normaliser_version()} {lists}"
