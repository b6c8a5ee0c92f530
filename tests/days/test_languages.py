"""The four language sets of the handbook (section 15): one day each, and the same outcomes in all."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.days.language_world import LANGUAGES, files, leads, words_of, world
from tests.days.office import Office, until

pytestmark = pytest.mark.day
NEW = "the account made from the leads"
ENDS = {  # who has the lead, which account it is linked to, and why, in words of the set
    "new_office": ("sarah", "customer", "customer"),
    "by_name": ("sarah", "customer", "customer"),
    "at_limit": ("manager", "at_limit", ""),
    "below_limit": ("sarah", "below_limit", "customer"),
    "open_deal": ("bob", "prospect", ""),
    "unknown": ("bob", None, "unknown"),
    "generic": ("bob", None, "unknown"),
    "personal": ("bob", None, "nothing"),
    "named": ("enterprise", None, ""),
    "named_near_miss": ("bob", None, "unknown"),
    "profile_1": ("bob", None, "unknown"),
    "profile_2": ("bob", None, ""),
    "profile_3": ("bob", None, ""),
    "emerging1": ("emma", NEW, "unknown"),
    "emerging2": ("emma", NEW, ""),
    "emerging3": ("emma", NEW, ""),
}
CODES = {"en_US": "en", "in": "id", "es_MX": "es"}


def a_day(office: Office, words: dict[str, Any]) -> dict[str, str]:
    """The daemon at work until everybody has an owner; the leads' ids by what they show."""
    early = {f"emerging{number}": office.id(f"emerging{number}") for number in (1, 2)}
    office.start()
    assert until(lambda: settled(office, early), within=90), office.log()[-3000:]
    day = leads(words)
    ids = {**early, **dict(zip(day, office.visitor().create("Lead", list(day.values())), strict=True))}
    assert until(lambda: settled(office, ids), within=90), office.log()[-3000:]
    assert until(lambda: linked(office, ids), within=60), office.log()[-3000:]
    assert until(office.outbox_empty, within=60), office.status()
    return ids


def settled(office: Office, ids: dict[str, str]) -> bool:
    """Have all these leads left the intake?"""
    owners = {row["Id"]: row["OwnerId"] for row in office.rows("Lead")}
    return all(owners[lead_id] != office.id("inbound") for lead_id in ids.values())


def linked(office: Office, ids: dict[str, str]) -> bool:
    """Is there an account for the emerging company, and are its three leads linked?"""
    rows = {row["Id"]: row["Account__c"] for row in office.rows("Lead")}
    found = {rows[ids[f"emerging{number}"]] for number in (1, 2, 3)}
    return len(found) == 1 and None not in found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_leads_end_alike_in_every_language(language: str, tmp_path: Path) -> None:
    words = words_of(language)
    office = Office.open(tmp_path, world(words))
    try:
        files(words, language, office.folder / "mappings")
        ids = a_day(office, words)
        profiles = json.loads(office.run("profile", "list", "--json").stdout)
        assert office.stop() == 0
        account = the_new_account(office, words)
        ends_as_in_the_table(office, words, ids, account)
        everybody_reads_his_language(office, words, ids)
    finally:
        office.close()
    (acme,) = (one for one in profiles if "acme.com" in one["domains"])
    assert sorted(acme["domains"]) == ["acme.com", "acmecorp.com", "acmecorp.net"]
    assert sorted(acme["leads"]) == sorted(ids[f"profile_{number}"] for number in (1, 2, 3))


def the_new_account(office: Office, words: dict[str, Any]) -> str:
    """Made once, with the name the leads spell, owned by whoever has the first lead (R066, R068)."""
    (account,) = [row for row in office.rows("Account") if row["Website"] == words["emerging"]["domain"]]
    assert (account["Name"], account["OwnerId"]) == (words["emerging"]["name"], office.id("emma"))
    return str(account["Id"])


def ends_as_in_the_table(office: Office, words: dict[str, Any], ids: dict[str, str], new_account: str) -> None:
    rows = {row["Id"]: row for row in office.rows("Lead")}
    people = {office.id(key): key for key in words["people"]}
    accounts = {row["Id"]: row["Name"] for row in office.rows("Account")}
    for shows, lead_id in ids.items():
        owner, account, _ = ENDS[shows]
        row = rows[lead_id]
        link = new_account if account == NEW else office.id(account) if account else None
        assert people.get(row["OwnerId"]) == owner, (shows, row["Routing_Reason__c"])
        assert row["Account__c"] == link, (shows, accounts.get(row["Account__c"]), row["Routing_Reason__c"])


def everybody_reads_his_language(office: Office, words: dict[str, Any], ids: dict[str, str]) -> None:
    """The new owner's Task and the reason on the lead are in his own language (R142, G23)."""
    rows = {row["Id"]: row for row in office.rows("Lead")}
    tasks = {(row["WhoId"], row["OwnerId"]): row for row in office.rows("Task")}
    for shows, lead_id in ids.items():
        owner, _, why = ENDS[shows]
        speaks = words["people"][owner]["speaks"]
        said = words["says"][CODES.get(speaks, speaks)]
        task = tasks[lead_id, office.id(owner)]
        assert str(task["Subject"]).startswith(said["subject"]), (shows, task["Subject"])
        if why:
            assert said[why] in str(task["Description"]), (shows, task["Description"])
            assert said[why] in str(rows[lead_id]["Routing_Reason__c"]), shows
    assert (ids["at_limit"], office.id("sarah")) in tasks, "the account owner is told"
    assert (ids["open_deal"], office.id("sarah")) in tasks, "the account owner is told"


def test_every_set_tells_of_the_same_things() -> None:
    """No set lacks a lead the others have."""
    sets = [words_of(language) for language in LANGUAGES]
    assert len({tuple(leads(words)) for words in sets}) == 1
    assert {*leads(sets[0]), "emerging1", "emerging2"} == {*ENDS}
    assert len({tuple(words) for words in sets}) == 1
