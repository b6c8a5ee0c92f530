"""Several currencies, person accounts, territories, business hours."""

from __future__ import annotations

from typing import Any

from sfrouter.localorg.convert import Conversion
from tests.localorg.small_world import robot, small_org, small_world

CURRENCIES: list[dict[str, Any]] = [
    {
        "iso": "EUR",
        "rate": 0.9,
        "dated_rates": [{"from": "2026-02-01", "rate": 0.91}, {"from": "2026-01-01", "rate": 0.95}],
    },
    {"iso": "JPY", "rate": 150, "decimals": 0, "active": False},
]


def test_a_multi_currency_org_has_currencies_rates_and_a_currency_on_amounts() -> None:
    org = small_org(currencies=CURRENCIES)
    ask = robot(org).query
    types = ask("SELECT IsoCode, ConversionRate, IsCorporate, IsActive FROM CurrencyType").json()
    told = [(one["IsoCode"], one["ConversionRate"], one["IsCorporate"]) for one in types["records"]]
    assert sorted(told) == [("EUR", 0.9, False), ("JPY", 150.0, False), ("USD", 1.0, True)]
    soql = "SELECT StartDate, NextStartDate, ConversionRate FROM DatedConversionRate"
    rates = [tuple(one.values())[1:] for one in ask(soql).json()["records"]]
    assert sorted(rates) == [("2026-01-01", "2026-02-01", 0.95), ("2026-02-01", None, 0.91)]
    deals = ask("SELECT CurrencyIsoCode FROM Opportunity").json()["records"]
    assert deals[0]["CurrencyIsoCode"] == "USD"


def test_a_row_may_be_in_any_currency_of_the_org_and_no_other() -> None:
    org = small_org(currencies=CURRENCIES)
    url = f"/sobjects/Opportunity/{org.aliases['deal']}"
    assert robot(org).patch(url, {"CurrencyIsoCode": "EUR"}).status == 204
    refused = robot(org).patch(url, {"CurrencyIsoCode": "GBP"}).json()[0]
    assert refused["errorCode"] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"


def test_a_new_dated_rate_ends_the_one_before_it() -> None:
    org = small_org(currencies=CURRENCIES)
    body = {"IsoCode": "EUR", "StartDate": "2026-03-01", "ConversionRate": 0.88}
    assert robot(org).post("/sobjects/DatedConversionRate", body).status == 201
    soql = "SELECT NextStartDate FROM DatedConversionRate WHERE StartDate = 2026-02-01"
    assert robot(org).query(soql).json()["records"][0]["NextStartDate"] == "2026-03-01"


def test_an_org_with_one_currency_has_no_such_objects() -> None:
    assert robot(small_org()).query("SELECT Id FROM CurrencyType").status == 400
    assert robot(small_org()).query("SELECT CurrencyIsoCode FROM Opportunity").status == 400


PERSON = {"LastName": "Roe", "FirstName": "Ann", "PersonEmail": "ann@roe.example", "Phone": "5"}


def test_a_person_account_is_an_account_and_a_contact_kept_in_step() -> None:
    org = small_org(features=["person_accounts"])
    actor = robot(org)
    made = actor.post("/sobjects/Account", PERSON).json()["id"]
    account = actor.get(f"/sobjects/Account/{made}").json()
    assert (account["Name"], account["IsPersonAccount"]) == ("Ann Roe", True)
    contact = actor.get(f"/sobjects/Contact/{account['PersonContactId']}").json()
    assert (contact["AccountId"], contact["Email"], contact["IsPersonAccount"]) == (made, "ann@roe.example", True)
    actor.patch(f"/sobjects/Account/{made}", {"LastName": "Poe", "PersonTitle": "Dr"})
    assert actor.get(f"/sobjects/Contact/{contact['Id']}").json()["Name"] == "Ann Poe"
    actor.patch(f"/sobjects/Contact/{contact['Id']}", {"Email": "poe@roe.example"})
    again = actor.get(f"/sobjects/Account/{made}").json()
    assert (again["Name"], again["PersonEmail"], again["PersonTitle"]) == ("Ann Poe", "poe@roe.example", "Dr")
    actor.delete(f"/sobjects/Account/{made}")
    assert actor.get(f"/sobjects/Contact/{contact['Id']}").status == 404


def test_a_business_account_is_still_one_and_the_two_do_not_mix() -> None:
    org = small_org(features=["person_accounts"])
    actor = robot(org)
    acme = f"/sobjects/Account/{org.aliases['acme']}"
    assert actor.get(acme).json()["IsPersonAccount"] is False
    for body in ({"LastName": "X"}, {"PersonEmail": "a@b.example"}):
        assert actor.patch(acme, body).json()[0]["errorCode"] == "INVALID_FIELD_FOR_INSERT_UPDATE"
    both = actor.post("/sobjects/Account", {"LastName": "Roe", "Name": "Roe Ltd"})
    assert both.json()[0]["errorCode"] == "INVALID_FIELD_FOR_INSERT_UPDATE"
    neither = actor.post("/sobjects/Account", {"Phone": "1"})
    assert neither.json()[0]["errorCode"] == "REQUIRED_FIELD_MISSING"


def test_a_world_may_hold_people_and_a_lead_without_company_becomes_one() -> None:
    rows = small_world()["rows"] | {"Account": [{"key": "acme", "Name": "Acme"}, {"key": "ann"} | PERSON]}
    org = small_org(features=["person_accounts"], rows=rows)
    ann = org.store.get("Account", org.aliases["ann"])
    assert ann is not None
    assert ann["PersonContactId"] is not None
    lead = org.records.create("@robot", "Lead", {"LastName": "Solo", "Email": "solo@x.example"})
    made = org.records.convert("@robot", lead, Conversion(opportunity=False))
    account = org.store.get("Account", made.account_id)
    assert account is not None
    assert (account["Name"], account["PersonContactId"]) == ("Solo", made.contact_id)


def test_territories_are_there_when_switched_on() -> None:
    assert robot(small_org()).query("SELECT Id FROM Territory2").status == 400
    assert robot(small_org(features=["territories"])).query("SELECT Id FROM Territory2").status == 200


def test_business_hours_and_holidays_are_rows() -> None:
    hours = {"Name": "Berlin", "IsActive": True, "TimeZoneSidKey": "Europe/Berlin", "IsDefault": True}
    hours |= {"MondayStartTime": "09:00:00", "MondayEndTime": "17:30:00.000Z"}
    holiday = {"Name": "New Year", "IsAllDay": True, "ActivityDate": "2026-01-01", "IsRecurrence": True}
    holiday |= {"RecurrenceType": "RecursYearly", "RecurrenceStartDate": "2026-01-01"}
    rows = small_world()["rows"] | {"BusinessHours": [hours], "Holiday": [holiday]}
    actor = robot(small_org(rows=rows))
    (found,) = actor.query("SELECT MondayStartTime, MondayEndTime, SundayStartTime FROM BusinessHours").json()[
        "records"
    ]
    assert (found["MondayStartTime"], found["MondayEndTime"]) == ("09:00:00.000Z", "17:30:00.000Z")
    assert found["SundayStartTime"] is None
    (day,) = actor.query("SELECT Name, ActivityDate FROM Holiday WHERE IsRecurrence = true").json()["records"]
    assert day["ActivityDate"] == "2026-01-01"
