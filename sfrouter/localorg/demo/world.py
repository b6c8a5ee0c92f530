"""The demo company as a world file: users, queues, two thousand accounts with their deals and cases."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sfrouter.localorg.demo.companies import Company, churned_on, known, made_up
from sfrouter.localorg.demo.fields import CUSTOM_FIELDS, PICKLISTS
from sfrouter.localorg.demo.leads import Newcomer
from sfrouter.localorg.demo.people import COLLEAGUES, DOMAIN, Colleague

SEED = 20_260_101
TIME_ZONE = "America/New_York"
_RELATION = {"customer": "Customer", "churned": "Former Customer", "prospect": "Prospect"}
_PARTNER = {
    "company": "Reseller",
    "sourced": "Partner Sourced",
    "managed": "Partner Managed",
    "involved": "Partner Involved",
}


def companies() -> tuple[Company, ...]:
    """All two thousand companies."""
    return (*known(), *made_up(SEED))


def today_there() -> date:
    """The demo company's calendar day: near midnight it is not Greenwich's, and stories count in days."""
    return datetime.now(ZoneInfo(TIME_ZONE)).date()


def demo_world(today: date, secrets: dict[str, str]) -> dict[str, Any]:
    """The world as of a day. `secrets`: the client secrets of the apps `router`, `website` and `rep`."""
    everyone = companies()
    return {
        "organization": {"name": "Halden Software", "time_zone": TIME_ZONE, "currency": "USD"},
        "limits": {"daily_api_requests": 100_000},
        "connected_apps": [
            _app("router", "@router", secrets),
            _app("website", "@website", secrets),
            _app("rep", "@bob", secrets),
        ],
        "custom_fields": CUSTOM_FIELDS,
        "picklists": PICKLISTS,
        "users": [*(_user(person) for person in COLLEAGUES), *_machines()],
        "queues": [
            _queue("inbound", "Unassigned Leads", "Unassigned_Leads"),
            _queue("rivals", "Competitor Leads", "Competitor_Leads"),
            _queue("nobody", "Unrouted Leads", "Unrouted_Leads"),
        ],
        "assignment_rules": [
            {
                "name": "All to the intake",
                "object": "Lead",
                "entries": [{"when": [], "assign_to": "@inbound"}],
            }
        ],
        "default_lead_owner": "@inbound",
        "rows": {
            "Account": [_account(company, today) for company in everyone],
            "Opportunity": [deal for company in everyone for deal in _deals(company, today)],
            "Case": [case for company in everyone for case in _cases(company)],
            "AccountTeamMember": [member for company in everyone for member in _team(company)],
            "Lead": [_lost_lead(today)],
        },
    }


def lead_values(newcomer: Newcomer) -> dict[str, str]:
    """A newcomer as the web form posts it. A company is required, so an empty one is sent as a dash."""
    values = {
        "FirstName": newcomer.first,
        "LastName": newcomer.last,
        "Company": newcomer.company or "-",
        "Email": newcomer.email,
        "Country": newcomer.country,
        "State": newcomer.state,
        "City": newcomer.city,
        "Title": newcomer.title,
        "LeadSource": "Web",
    }
    return {name: value for name, value in values.items() if value}


def _app(name: str, run_as: str, secrets: dict[str, str]) -> dict[str, Any]:
    return {"name": name, "client_id": f"demo-{name}", "client_secret": secrets[name], "run_as": run_as}


def _user(person: Colleague) -> dict[str, Any]:
    row = {
        "key": person.key,
        "FirstName": person.first,
        "LastName": person.last,
        "Email": person.email,
        "Username": person.email,
        "Alias": person.key.replace("_", "")[:8],
        "Title": person.title,
        "TimeZoneSidKey": person.zone,
        "IsActive": person.active,
    }
    if person.manager:
        row["ManagerId"] = f"@{person.manager}"
    if person.successor:
        row["Successor__c"] = f"@{person.successor}"
    return row


def _machines() -> list[dict[str, Any]]:
    return [
        {"key": key, "LastName": name, "Email": f"{key}@{DOMAIN}", "Username": f"{key}@{DOMAIN}", "Alias": key}
        for key, name in (("router", "Lead Router"), ("website", "Website"))
    ]


def _queue(key: str, name: str, developer_name: str) -> dict[str, Any]:
    return {"key": key, "name": name, "developer_name": developer_name, "objects": ["Lead"]}


def _account(company: Company, today: date) -> dict[str, Any]:
    row: dict[str, Any] = {
        "key": company.key,
        "Name": company.name,
        "OwnerId": f"@{company.owner}",
        "Type": _RELATION[company.relation],
        "BillingCountry": company.country,
        "BillingState": company.state,
        "BillingCity": company.city,
        "Website": f"https://www.{company.domain}/" if company.domain else "",
        "Email_Domains__c": company.more_domains,
        "Other_Names__c": company.other_names,
        "Contract_Value__c": company.contract,
        "Partner_Kind__c": _PARTNER.get(company.partner, ""),
        "Health__c": "Low" if "health_low" in company.flags else "",
    }
    left = churned_on(company, today)
    row["Churn_Date__c"] = left.isoformat() if left else ""
    flags = {"competitor": "Competitor", "strategic": "Strategic", "named": "Named_Account"}
    for flag, name in {**flags, "auto_created": "Created_By_Router"}.items():
        row[f"{name}__c"] = flag in company.flags
    people = {
        "ParentId": company.parent,
        "Partner_User__c": company.partner_owner,
        "Partner_Manager__c": company.partner_manager,
        "Strategic_Owner__c": company.strategic_owner,
        "Named_Account_Owner__c": company.named_owner,
        "Previous_Owner__c": company.previous_owner,
        "Account_Manager__c": company.account_manager,
        "Customer_Success_Manager__c": company.csm,
    }
    row |= {name: f"@{key}" for name, key in people.items() if key}
    return {name: value for name, value in row.items() if value not in ("", None)}


def _deals(company: Company, today: date) -> list[dict[str, Any]]:
    return [
        {
            "Name": name,
            "AccountId": f"@{company.key}",
            "OwnerId": f"@{owner}",
            "StageName": "Qualification",
            "Amount": amount,
            "CloseDate": (today + timedelta(days=60)).isoformat(),
        }
        for name, owner, amount in company.deals
    ]


def _cases(company: Company) -> list[dict[str, Any]]:
    return [
        {"AccountId": f"@{company.key}", "Subject": subject, "Status": "New", "OwnerId": "@iris"}
        for subject in company.cases
    ]


def _team(company: Company) -> list[dict[str, Any]]:
    roles = {"Customer Success": "Customer Success Manager", "Sales Engineer": "Sales Engineer"}
    return [
        {"AccountId": f"@{company.key}", "UserId": f"@{person}", "TeamMemberRole": roles[role]}
        for person, role in company.team
    ]


def _lost_lead(today: date) -> dict[str, Any]:
    then = datetime.combine(today, datetime.min.time(), tzinfo=UTC) - timedelta(days=183)
    return {
        "key": "gamma_lost",
        "FirstName": "Gil",
        "LastName": "Amsel",
        "Company": "Gamma Corp.",
        "Email": "gil@gammacorp.example",
        "Status": "Closed - Not Converted",
        "OwnerId": "@john",
        "CreatedDate": then.isoformat().replace("+00:00", "Z"),
    }
