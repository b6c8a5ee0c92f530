"""What the simulated company has besides the demo's: odd values, a private customer, euros, and a formula.

Each lead stands here with the outcome that it must have, written by hand: it is the table that decisions are
compared with.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sfrouter.localorg.demo.leads import Newcomer

if TYPE_CHECKING:
    from sfrouter.localorg.schema import Schema

_US = {"BillingCountry": "United States", "BillingState": "New York"}
_CUSTOMER = {**_US, "Type": "Customer"}
PRIVATE = "odette"
"""The key of the private customer's account."""
IN_EUROS = frozenset({"Lisbon Cork Trading", "Ateliers Velours", "Tidewater Ropes"})
"""Companies of leads below whose decision hangs on a rate."""
PRIVATE_NAME = "Odette Tremblay"
FORMULA = "larkspur"
"""The key of the account that a formula makes strategic, in some histories."""

ACCOUNTS: tuple[dict[str, Any], ...] = (
    {**_CUSTOMER, "key": "quillink", "Name": 'Quill "Ink" & Sons, Inc', "OwnerId": "@owen",
     "Website": "https://www.quillink.example/", "BillingCity": "#N/A",
     "Other_Names__c": '"Ink; Quill", Ltd;#N/A', "Contract_Value__c": 1000},
    {**_CUSTOMER, "key": "zeilen", "Name": "Zeilenbruch Verlag GmbH", "OwnerId": "@priya",
     "Website": "https://www.zeilenbruch.example/", "BillingCity": 'Köln\r\n"Süd", Halle\n2',
     "Other_Names__c": "Zeilen\nbruch; Nul\x00l,'s", "Contract_Value__c": 0},
    {"key": PRIVATE, "FirstName": "Odette", "LastName": "Tremblay", "PersonEmail": "odette@mail.example",
     "OwnerId": "@sarah", **_CUSTOMER},
    {**_CUSTOMER, "key": "cork", "Name": "Lisbon Cork Trading SA", "OwnerId": "@marta",
     "Website": "https://www.lisboncork.example/", "Contract_Value__c": 42000, "CurrencyIsoCode": "EUR",
     "Account_Manager__c": "@greta"},
    {**_CUSTOMER, "key": "velours", "Name": "Ateliers Velours SARL", "OwnerId": "@marta",
     "Website": "https://www.ateliersvelours.example/", "Contract_Value__c": 41000, "CurrencyIsoCode": "EUR",
     "Account_Manager__c": "@greta"},
    {**_US, "key": "ropes", "Name": "Tidewater Ropes Inc", "OwnerId": "@owen", "Type": "Prospect",
     "Website": "https://www.tidewaterropes.example/"},
    {**_CUSTOMER, "key": FORMULA, "Name": "Larkspur Clinics Inc", "OwnerId": "@sarah",
     "Website": "https://www.larkspurclinics.example/", "Strategic_Owner__c": "@jane"},
)  # fmt: skip

OPPORTUNITIES: tuple[dict[str, Any], ...] = tuple(
    {"AccountId": "@ropes", "Name": name, "OwnerId": owner, "Amount": amount, "CurrencyIsoCode": currency,
     "StageName": "Qualification", "CloseDate": "2027-06-30"}
    for name, owner, amount, currency in (("Docks", "@bob", 40_000, "USD"), ("Piers", "@theo", 35_000, "EUR"))
)  # fmt: skip

CURRENCIES = [{"iso": "EUR", "rate": 0.9}]
DATED_RATES = (
    "dated_rates: [{currency: EUR, from: 2025-01-01, rate: 0.5}, {currency: EUR, from: 2026-01-01, rate: 1.2},"
    " {currency: EUR, from: 2027-01-01, rate: 0.5}]"
)
"""One euro is 1.2 dollars throughout 2026: 42,000 reach the limit of 50,000 dollars, 41,000 do not."""


def _lead(first: str, company: str, email: str, rule: str, owner: str, **more: str) -> Newcomer:
    return Newcomer(
        first=first, last="", company=company, email=email, state="California", rule=rule, owner=owner, **more
    )


LEADS: tuple[Newcomer, ...] = (
    _lead("Ivy", 'Quill "Ink" & Sons, Inc', "ivy@quillink.example", "customer_owner", "owen",
          account="quillink", title="#N/A", city='"a",b'),
    _lead("Udo", "Zeilenbruch", "udo@zeilenbruch.example", "customer_owner", "priya", account="zeilen",
          title="Head of\n\"Lines\", etc", city="#N/A"),
    _lead("Odette", PRIVATE_NAME, "odette@tremblay-atelier.example", "default_pool", "pool:west"),
    _lead("Nuno", "Lisbon Cork Trading", "nuno@lisboncork.example", "customer_owner", "greta", account="cork"),
    _lead("Aude", "Ateliers Velours", "aude@ateliersvelours.example", "customer_owner", "marta",
          account="velours"),
    _lead("Wade", "Tidewater Ropes", "wade@tidewaterropes.example", "open_opportunity", "theo", account="ropes"),
    _lead("Lark", "Larkspur Clinics", "lark@larkspurclinics.example", "customer_owner", "sarah",
          account=FORMULA),
)  # fmt: skip
BY_FORMULA = replace(LEADS[-1], rule="strategic_account", owner="jane")
"""The same company's lead once the formula says that it is strategic."""

POOLS = {
    "west": ("bob", "lucia", "theo", "ada"),
    "east": ("sarah", "owen", "priya", "marcus"),
    "dach": ("bob_w", "sarah_b", "anke", "jonas"),
    "iberia": ("sara", "roberto", "marta"),
    "japan": ("sara_t", "bob_t", "kenji"),
    "asean": ("dewi", "budi"),
}
"""Who of the pools may have a lead of the table."""


def strategic_by_formula(schema: Schema) -> None:
    """The org works out itself whether an account is strategic, as from its parent: no stamp tells of it."""
    kind = schema.object("Account")
    found = kind.field("Strategic__c") if kind else None
    if found is not None:
        made = replace(found, calculated=True, createable=False, updateable=False)
        schema.add_custom_field("Account", made)
