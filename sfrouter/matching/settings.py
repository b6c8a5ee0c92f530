"""What an admin may set about matching: the two limits, the lists, and which evidence is asked in which order."""

from functools import cached_property
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, field_validator, model_validator

from sfrouter.matching.email_domains import domain_of
from sfrouter.matching.names import normalise
from sfrouter.matching.networks import Networks, networks
from sfrouter.matching.signal import Signal


class Alias(BaseModel):
    """One company under two names (R017): what a lead may say, and the account's name or id."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    account: str = Field(min_length=1)


class NeverMatch(BaseModel):
    """Never match these two (RV1): a company name, domain or lead id, and an account's name or id."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    company: str = Field(min_length=1)
    account: str = Field(min_length=1)


class MatchSettings(BaseModel):
    """The matching part of the policy.

    Scores run from 0 to 100. Above `match_above` a match is automatic (strict: 80.0 is review), from `review_from`
    on a person confirms, below there is none (R018-R021). `free_mail_with_name` is C01. `signals` names the parts
    of the shelf in the order they are asked; empty means link, contact, domain, alias, name, ip.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    match_above: float = Field(default=80.0, ge=0, le=100)
    review_from: float = Field(default=70.0, ge=0, le=100)
    free_mail_with_name: Literal["auto", "review", "off"] = "review"
    signals: tuple[SerializeAsAny[Signal], ...] = ()
    aliases: tuple[Alias, ...] = ()
    never_match: tuple[NeverMatch, ...] = ()
    shared_domains: frozenset[str] = frozenset()
    ip_networks: tuple[tuple[str, str], ...] = ()
    free_mail_add: frozenset[str] = frozenset()
    free_mail_remove: frozenset[str] = frozenset()

    @field_validator("shared_domains", "free_mail_add", "free_mail_remove")
    @classmethod
    def _are_domains(cls, value: frozenset[str]) -> frozenset[str]:
        bad = sorted(text for text in value if not domain_of(text))
        if bad:
            raise ValueError(f"not a domain: {', '.join(repr(text[:60]) for text in bad[:5])}")
        return frozenset(domain_of(text) for text in value)

    @model_validator(mode="after")
    def _limits_in_order(self) -> Self:
        if self.review_from > self.match_above:
            raise ValueError("review_from must not be above match_above")
        return self

    @cached_property
    def alias_targets(self) -> dict[str, tuple[str, ...]]:
        """By the key of a name, what else the company is called: account ids and keys of names. Both ways."""
        found: dict[str, set[str]] = {}
        for alias in self.aliases:
            said, target = normalise(alias.name).key, normalise(alias.account).key
            if not said:
                continue
            found.setdefault(said, set()).update({alias.account, target} - {said, ""})
            if target:
                found.setdefault(target, set()).add(said)
        return {key: tuple(sorted(targets)) for key, targets in found.items()}

    @cached_property
    def networks(self) -> Networks:
        """The admin's table of company networks (R033)."""
        return networks(self.ip_networks)

    @cached_property
    def forbidden(self) -> frozenset[tuple[str, str]]:
        """The never-match pairs, each side in every form it may be compared in."""
        return frozenset(
            (left, right)
            for pair in self.never_match
            for left in {pair.company, normalise(pair.company).key, domain_of(pair.company)} - {""}
            for right in {pair.account, normalise(pair.account).key} - {""}
        )
