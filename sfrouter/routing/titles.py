"""Tells from a lead's title whether somebody leads a company, decides on a budget, or stands before those who do.

What titles say is read in one place (base/job_titles.py); the admin's own words come with the lead's `seniority`.
"""

from sfrouter.base.job_titles import Seniority, Title, read_title
from sfrouter.model.records import Lead

_BUDGETS = frozenset({"Finance", "Procurement"})
_HEADS = frozenset({Seniority.C_LEVEL, Seniority.VP, Seniority.DIRECTOR})


def _seniority(lead: Lead) -> str:
    return lead.seniority or read_title(lead.title).seniority or ""


def is_c_level(lead: Lead) -> bool:
    """Is it somebody at the head of the company (R080)?"""
    return _seniority(lead) == Seniority.C_LEVEL


def is_executive(lead: Lead) -> bool:
    """C-level or vice president (R089)? The assistant of one is not."""
    return _seniority(lead) in (Seniority.C_LEVEL, Seniority.VP)


def is_gatekeeper(lead: Lead) -> bool:
    """Does the title say that the person stands before those who decide (R093)?"""
    return read_title(lead.title).gatekeeper


def is_budget_owner(lead: Lead) -> bool:
    """Does the person decide on money by the title: an owner, a head of Finance or Procurement (R093)?"""
    read = read_title(lead.title)
    return read.owner or read.budget or _heads_money(lead, read)


def _heads_money(lead: Lead, read: Title) -> bool:
    return read.department in _BUDGETS and _seniority(lead) in _HEADS
