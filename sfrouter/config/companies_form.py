"""The form of `companies.yaml`: what the admin knows about companies that no record says."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from sfrouter.config.policy_form import Form, Mail, Text, Texts, one_or_many
from sfrouter.matching.email_domains import domain_of
from sfrouter.matching.networks import network_of

_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]*[^\W_]")


def mail_domain(value: str) -> str:
    """An e-mail domain in small letters. Raises ValueError for an address or a web page."""
    text = value.strip().lower().removeprefix("@").rstrip(".")
    if not _DOMAIN.fullmatch(text) or not domain_of(text):
        raise ValueError(f"'{value}' is no e-mail domain; write it like acme.com")
    return text


def no_nothing(value: Any) -> Any:
    """An empty section is an empty list."""
    return [] if value is None else value


Domains = Annotated[tuple[Annotated[Text, AfterValidator(mail_domain)], ...], BeforeValidator(one_or_many)]


class AliasForm(Form):
    """Other names of one company (R017)."""

    company: Text
    also: Texts = Field(min_length=1)


class FreeMailForm(Form):
    """Changes to the shipped list of free-mail providers (R029)."""

    add: Domains = ()
    remove: Domains = ()


class NamedForm(Form):
    """One named account (R073): the company, its owner's e-mail, a note."""

    company: Text
    owner: Mail
    note: str = ""


def company_network(value: str) -> str:
    """A network in CIDR notation. Raises ValueError for anything else, private ranges among it."""
    try:
        return str(network_of(value))
    except ValueError as failure:
        shape = "write the address, a slash and how many bits are the network's, every bit after them zero"
        what = (
            str(failure) if "private" in str(failure) else f"{shape}, as 2001:db8:1::/48"
        )  # shown: IPv4 is hidden
        raise ValueError(f"'{value}' is no company's network; {what}") from None


class NetworkForm(Form):
    """A company's office network (R033): the range, and the account's name or id."""

    network: Annotated[Text, AfterValidator(company_network)]
    company: Text


class CompaniesForm(Form):
    """The sections of `companies.yaml`."""

    aliases: Annotated[tuple[AliasForm, ...], BeforeValidator(no_nothing)] = ()
    never_match: Annotated[tuple[tuple[Text, Text], ...], BeforeValidator(no_nothing)] = ()
    free_mail: FreeMailForm = Field(default_factory=FreeMailForm)
    shared_domains: Domains = ()
    ip_networks: Annotated[tuple[NetworkForm, ...], BeforeValidator(no_nothing)] = ()
    ip_networks_csv: Text | None = None
    named_accounts: Annotated[tuple[NamedForm, ...], BeforeValidator(no_nothing)] = ()
    named_accounts_csv: Text | None = None
