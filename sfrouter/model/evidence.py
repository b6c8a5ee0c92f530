"""What speaks for a lead belonging to an account: findings with score, words and both values, and their sum."""

from dataclasses import dataclass
from enum import StrEnum


class Band(StrEnum):
    """What a score means (R018-R020)."""

    AUTO = "auto"  # above the match limit: linked
    REVIEW = "review"  # between the limits, both included: a person confirms
    NONE = "none"  # below the review limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One signal's word on one account: how much (0-100), why, and the value on either side."""

    signal: str  # the part's name on the shelf: link, domain, alias, name, ...
    account_id: str
    score: float
    words: str
    lead_value: str
    account_value: str
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """A question for a person: may this lead belong to this account? `why` is one of the review reasons."""

    account_id: str
    score: float
    why: str
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Which account a lead belongs to. `account_id` is set exactly when the band is AUTO.

    `findings` holds all that was considered, best first; `words` is the sentence for the trace.
    `insufficient` marks a lead that gives neither a usable domain nor a company name (L04).
    `key` groups leads of one company that has no account: its registrable domain, else "".
    """

    band: Band
    account_id: str | None = None
    score: float = 0.0
    words: str = ""
    findings: tuple[Finding, ...] = ()
    suspicions: tuple[Suspicion, ...] = ()
    insufficient: bool = False
    company_domain: str = ""
    company_key: str = ""


NO_MATCH = Match(band=Band.NONE, words="no account fits")
