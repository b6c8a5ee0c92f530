"""Why a possible match needs a person: the words that stand on a review item."""

from enum import StrEnum

from sfrouter.model.evidence import Finding


class ReviewReason(StrEnum):
    """The reasons for a review item."""

    SCORE = "score between the limits"  # R019
    FREE_MAIL = "free mail with a known company name"  # C01
    TIE = "several accounts fit"  # T01
    CONFLICT = "domain and name do not point to the same account"  # C10
    SUBSIDIARY = "perhaps a subsidiary"  # R023
    GENERIC = "generic name without support"  # R024
    LOOKALIKE = "look-alike or hidden letters"
    SHARED_DOMAIN = "shared domain and another name"  # R030
    NAMED_LIST = "perhaps on the named-account list"  # R073
    LEARN = "linked by hand: to be learnt?"  # R039


def named_in(why: str) -> str:
    """The entry of the named list that an item asks about, "" where it asks about something else (R073)."""
    reason, _, company = why.partition(": ")
    return company if reason == ReviewReason.NAMED_LIST else ""


_BY_ID = (
    ("R024", ReviewReason.GENERIC),
    ("R030", ReviewReason.SHARED_DOMAIN),
    ("R023", ReviewReason.SUBSIDIARY),
    ("R015", ReviewReason.LOOKALIKE),
    ("C10", ReviewReason.CONFLICT),
)


def reason_of(finding: Finding) -> ReviewReason:
    """Why a finding lies between the limits: by the rule it names, else just its score."""
    return next((reason for rule, reason in _BY_ID if rule in finding.ids), ReviewReason.SCORE)
