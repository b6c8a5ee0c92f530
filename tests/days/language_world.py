"""The org and the admin's files of one language set: the same firm everywhere, in the words of the set."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sfrouter.base.yamlfile import read_yaml
from sfrouter.localorg.demo.fields import CUSTOM_FIELDS, PICKLISTS
from tests.days.office import SECRETS, TODAY

HERE = Path(__file__).parent / "languages"
OURS = "ours.example"
LANGUAGES = ("en", "de", "es", "ja")


def words_of(language: str) -> dict[str, Any]:
    """What a language set says."""
    found, problems = read_yaml(HERE / f"{language}.yaml")
    assert found is not None, problems
    return dict(found.values)


def email(key: str, words: dict[str, Any]) -> str:
    """The e-mail of one of our people."""
    return str(words["people"][key].get("email", f"{key}@{OURS}"))


def world(words: dict[str, Any]) -> dict[str, Any]:
    """People, queues, companies, and the first two leads of a company nobody knows, of day 1 and day 5."""
    return {
        "organization": words["organization"],
        "limits": {"daily_api_requests": 100_000},
        "connected_apps": [
            {"name": app, "client_id": f"demo-{app}", "client_secret": SECRETS[app], "run_as": f"@{app}"}
            for app in ("router", "website")
        ],
        "custom_fields": CUSTOM_FIELDS,
        "picklists": {**PICKLISTS, **_account_types(words)},
        "users": [*(_user(key, words) for key in words["people"]), _machine("router"), _machine("website")],
        "queues": [
            {"key": key, "name": name, "developer_name": name.replace(" ", "_"), "objects": ["Lead"]}
            for key, name in (("inbound", "Unassigned Leads"), ("nobody", "Unrouted Leads"))
        ],
        "assignment_rules": [
            {"name": "All to the intake", "object": "Lead", "entries": [{"when": [], "assign_to": "@inbound"}]}
        ],
        "default_lead_owner": "@inbound",
        "rows": {
            "Account": _accounts(words),
            "Opportunity": [
                {"Name": "Beta", "AccountId": "@prospect", "OwnerId": "@bob", "StageName": "Qualification",
                 "CloseDate": (TODAY + timedelta(days=60)).isoformat()}
            ],
            "Lead": [_emerging(words, 0, "home", days_ago=9), _emerging(words, 1, "away", days_ago=5)],
        },
    }  # fmt: skip


def _user(key: str, words: dict[str, Any]) -> dict[str, Any]:
    person = words["people"][key]
    return {
        "key": key, "FirstName": person["first"], "LastName": person["last"], "Email": email(key, words),
        "Username": f"{key}@{OURS}", "Alias": key[:8], "LanguageLocaleKey": person["speaks"],
    }  # fmt: skip


def _machine(key: str) -> dict[str, Any]:
    return {"key": key, "LastName": key, "Email": f"{key}@{OURS}", "Username": f"{key}@{OURS}", "Alias": key}


def _account_types(words: dict[str, Any]) -> dict[str, Any]:
    types = [*PICKLISTS.get("Account.Type", ()), words["customer"]["relationship"]]
    return {"Account.Type": list(dict.fromkeys(types))}


def _accounts(words: dict[str, Any]) -> list[dict[str, Any]]:
    customer = words["customer"]
    place = {f"Billing{name}": value for name, value in words["home"].items()}
    ours = {"OwnerId": "@sarah", "Type": customer["relationship"], "Account_Manager__c": "@manager", **place}
    known = {"Name": customer["name"], "Website": customer["domain"], "Contract_Value__c": 20000}
    return [
        {"key": "customer", **known, **ours},
        {"key": "at_limit", "Name": words["at_limit"], "Contract_Value__c": 50000, **ours},
        {"key": "below_limit", "Name": words["below_limit"], "Contract_Value__c": 49999.99, **ours},
        {"key": "generic", "Name": words["generic"], "Contract_Value__c": 100, **ours},
        {"key": "prospect", "Name": words["prospect"], "OwnerId": "@sarah", "Type": "Prospect", **place},
    ]  # fmt: skip


def emerging(words: dict[str, Any], number: int, office: str) -> dict[str, Any]:
    """The n-th person of the company that has no account yet."""
    company = words["emerging"]
    return {
        "LastName": f"N{number}", "Company": company["name"],
        "Email": f"{company['people'][number]}@{company['domain']}", **words[office],
    }  # fmt: skip


def _emerging(words: dict[str, Any], number: int, office: str, *, days_ago: int) -> dict[str, Any]:
    then = datetime.combine(TODAY, datetime.min.time()) - timedelta(days=days_ago)
    row = {"key": f"emerging{number + 1}", "OwnerId": "@inbound", "CreatedDate": f"{then.isoformat()}Z"}
    return {**emerging(words, number, office), **row}


def leads(words: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The leads of the day by what they show, in the order of their arrival."""
    john, emily, home, away = words["john"], words["emily"], words["home"], words["away"]
    domain = words["customer"]["domain"]
    return {
        "new_office": {**john, **away, "Company": words["customer"]["name"], "Email": f"j@mail.{domain}"},
        "by_name": {**emily, **home, "Company": words["customer"]["also"]},
        "at_limit": {**john, **away, "Company": words["at_limit"]},
        "below_limit": {**john, **away, "Company": words["below_limit"]},
        "open_deal": {**emily, **home, "Company": words["prospect"]},
        "unknown": {**emily, **away, "Company": words["unknown"]},
        "generic": {**john, **away, "Company": words["generic"]},
        "personal": {**words["personal"], **away, "Company": "-"},
        "named": {**emily, **away, "Company": words["named"]["company"]},
        "named_near_miss": {**john, **away, "Company": words["named"]["near_miss"]},
        "profile_1": {**john, **away, "Company": "Acme Corporation", "Email": "j@acmecorp.com"},
        "profile_2": {**emily, **home, "Company": "Acme Corp", "Email": "e@acme.com"},
        "profile_3": {**john, **home, "Company": "Acme Inc", "Email": "k@acmecorp.net"},
        "emerging3": {**emerging(words, 2, "away")},
    }


def files(words: dict[str, Any], language: str, folder: Path) -> None:
    """The admin's files: the same rules and territories in every set; limit, list and language are the set's."""
    limit = words["limit"]
    (folder / "policy.yaml").write_text(
        f"""\
intake: {{queues: [Unassigned Leads]}}
catch_all_queue: Unrouted Leads
language: {language}
base_currency: {limit["hand_off_currency"]}
new_accounts: {{action: create, leads: 3}}
rules:
  - strategic_account
  - named_account
  - customer_owner: {{hand_off_value: {limit["hand_off_value"]}, hand_off_currency: {limit["hand_off_currency"]}}}
  - open_opportunity
  - prospect_owner
  - previous_lead_owner
  - company_profile
  - default_pool
notices: [new_owner, opportunity_owner, account_owner]
""",
        "utf-8",
    )
    (folder / "teams.yaml").write_text(
        f"""\
pools:
  - {{name: far, members: [{email("bob", words)}]}}
  - {{name: near, members: [{email("emma", words)}]}}
territories:
  - {{name: far, pool: far, when: {{field: lead.state, op: in, value: [California, Bavaria]}}}}
  - {{name: near, pool: near}}
""",
        "utf-8",
    )
    named = words["named"]
    (folder / "companies.yaml").write_text(
        f"named_accounts:\n  - company: {named['company']}\n    owner: {email('enterprise', words)}\n"
        f"    note: {named['note']}\n",
        "utf-8",
    )
