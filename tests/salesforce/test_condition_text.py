"""An admin's condition for the intake: one expression goes through, whatever would leave its brackets does not."""

import pytest

from sfrouter.salesforce.condition_text import LONGEST_CONDITION, bounds_leads, condition_fault
from sfrouter.salesforce.soql import written_by_admin

GOOD = (
    "LeadSource = 'Web'",
    "(LeadSource = 'Web' OR Rating IN ('Hot','Warm')) AND NOT Email = null",
    "Company LIKE 'Limit; of (Order by)%'",
    r"Company = 'O\'Neill) OR (x'",
    "Id IN (SELECT LeadId FROM CampaignMember WHERE Status = 'Sent')",
    "CreatedDate >= 2026-11-22T00:00:00Z",
    "Credit_Limit__c > 5 AND Order__c = 1",
)
BAD = {
    "  ": "empty",
    "LeadSource = 'Web": "not closed",
    r"LeadSource = 'Web\'": "not closed",
    "LeadSource = 'Web') OR (Name != null": "never opened",
    "(LeadSource = 'Web'": "( is not closed",
    "LeadSource = 'Web';": "holds ;",
    "LeadSource = 'Web' LIMIT 1": "LIMIT",
    "LeadSource = 'Web' order  by Name": "ORDER",
    "SELECT Id FROM Lead": "SELECT",
    "WHERE LeadSource = 'Web'": "WHERE",
    "LeadSource = 'Web' ALL ROWS": "ALL",
    'LeadSource = "Web"': 'holds "',
    "LeadSource = 'Web' -- x": "holds --",
    "A = 1\x00": "control character",
    "A = '" + "x" * LONGEST_CONDITION + "'": "longer than",
}


@pytest.mark.parametrize("text", GOOD)
def test_one_expression_goes_through_in_brackets_of_its_own(text: str) -> None:
    assert condition_fault(text) == ""
    assert written_by_admin(text) == f"({text})"


@pytest.mark.parametrize(("text", "why"), BAD.items())
def test_anything_more_is_refused_in_words(text: str, why: str) -> None:
    assert why in condition_fault(text)
    with pytest.raises(ValueError, match="not a condition"):
        written_by_admin(text)


def test_a_condition_of_several_lines_becomes_one() -> None:
    assert written_by_admin("A = 1\nAND B = 2\n") == "(A = 1 AND B = 2)"


@pytest.mark.parametrize(("text", "bounded"), {
    "LeadSource = 'Web' AND CREATEDDATE >= 2026-11-22T00:00:00Z": True,
    "Owner.Name = 'Web Bot'": True,
    "ownerid = '005000000000001AAA'": True,
    "LeadSource = 'Web'": False,
    "Company = 'The OwnerId\\' CreatedDate'": False,
    "Owner_Region__c = 'West'": False,
    "CreatedDate > 2026-11-22T00:00:00Z OR Status = 'Open'": False,
    "CreatedDate > 2026-11-22T00:00:00Z\nor Status = 'Open'": False,
    "(CreatedDate > 2026-11-22T00:00:00Z OR Status = 'Open') AND Rating = 'Hot'": False,
    "(CreatedDate > 2026-11-22T00:00:00Z OR Status = 'Open') AND OwnerId = '005000000000001AAA'": True,
    "CreatedDate > 2026-11-22T00:00:00Z OR OwnerId = '005000000000001AAA'": True,
    "CreatedDate > 2026-11-22T00:00:00Z AND (Status = 'Open' OR Rating = 'Hot')": True,
    "((CreatedDate > 2026-11-22T00:00:00Z))": True,
    "NOT (CreatedDate < 2026-11-22T00:00:00Z OR Status = 'Open')": True,
    "NOT (CreatedDate < 2026-11-22T00:00:00Z AND Status = 'Open')": False,
    "(NOT CreatedDate < 2026-11-22T00:00:00Z) AND Status = 'Open'": True,
    "CALENDAR_YEAR(CreatedDate) = 2026": True,
    "Id IN (SELECT LeadId FROM CampaignMember WHERE CreatedDate > 2026-11-22T00:00:00Z)": False,
    "OwnerId IN (SELECT Id FROM User WHERE Name = 'A' OR Name = 'B')": True,
    "Company = 'x OR y' AND CreatedDate = TODAY": True,
}.items())  # fmt: skip
def test_a_condition_without_owner_or_day_of_creation_is_known(text: str, bounded: bool) -> None:
    """Such a one fits leads that people have had for long (LIN16)."""
    assert bounds_leads(text) is bounded
