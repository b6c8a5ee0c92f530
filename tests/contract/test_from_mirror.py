"""A snapshot of the router's mirror becomes a local org: the router reads the same from it as it did."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from sfrouter.base.clock import SystemClock
from sfrouter.config.mapping import read_mapping
from sfrouter.localorg.demo.fields import CUSTOM_FIELDS
from sfrouter.localorg.org import Org
from sfrouter.localorg.server import LocalOrgServer
from sfrouter.localorg.world_mirror import load_mirror, write_world
from sfrouter.localorg.world_problems import WorldError
from sfrouter.mirror.derive import Keys
from sfrouter.mirror.pull import Puller
from sfrouter.mirror.reader import Reader
from sfrouter.mirror.store import Mirror
from sfrouter.salesforce.auth import Credentials
from sfrouter.salesforce.gateway import Gateway, GatewaySettings

KEYS = Keys(company_key=str.casefold, company_domain=lambda mail: mail.rpartition("@")[2], version="1")
MAPPINGS = Path(__file__).parents[2] / "mappings"
FIELDS = MAPPINGS / "fields.yaml"


def world() -> dict[str, Any]:
    """A customer with a team, deals and a case; people, of whom one left; leads with a queue and with a rep."""
    return {
        "organization": {"name": "Here", "time_zone": "Europe/Berlin"},
        "connected_apps": [{"client_id": "router", "client_secret": "router-secret", "run_as": "@bot"}],
        "custom_fields": CUSTOM_FIELDS,
        "users": [
            {"key": "bot", "LastName": "Bot", "Email": "bot@here.test"},
            {"key": "sarah", "FirstName": "Sarah", "LastName": "Lee", "Email": "sarah@here.test"},
            {"key": "bob", "LastName": "Bob", "IsActive": False, "ManagerId": "@sarah"},
        ],
        "queues": [{"key": "intake", "name": "Intake", "objects": ["Lead"]}],
        "rows": {
            "Account": [
                {
                    "key": "acme",
                    "Name": "Acme",
                    "OwnerId": "@sarah",
                    "Type": "Customer",
                    "Website": "acme.com",
                    "Email_Domains__c": "acme.net, acme.org",
                    "Contract_Value__c": 50_000,
                    "Strategic__c": True,
                    "Strategic_Owner__c": "@bob",
                    "BillingCountry": "Germany",
                    "CreatedDate": "2025-03-04T05:06:07Z",
                },
                {"key": "lab", "Name": "Acme Labs", "OwnerId": "@bob", "ParentId": "@acme"},
            ],
            "Opportunity": [
                {
                    "Name": "Deal",
                    "AccountId": "@acme",
                    "OwnerId": "@bob",
                    "CloseDate": "2030-01-31",
                    "StageName": "Prospecting",
                    "Amount": 12.5,
                },
            ],
            "Case": [{"AccountId": "@acme", "Subject": "Help", "Status": "New"}],
            "Contact": [
                {"LastName": "Doe", "Email": "Doe@acme.com", "AccountId": "@lab"},
                {"LastName": "Jo", "Email": "jo@gmail.com", "AccountId": "@acme"},
                {"LastName": "Jo", "Email": "jo@gmail.com", "AccountId": "@lab"},
            ],
            "AccountTeamMember": [{"AccountId": "@acme", "UserId": "@sarah", "TeamMemberRole": "CSM"}],
            "Lead": [
                {"LastName": "Doe", "Company": "Acme", "OwnerId": "@intake", "Email": "doe@acme.com"},
                {
                    "LastName": "Roe",
                    "Company": "Söhne",
                    "OwnerId": "@sarah",
                    "Account__c": "@acme",
                    "Country": "DE",
                },
            ],
        },
    }


def mirrored(source: Org | dict[str, Any], file: Path) -> Path:
    """The mirror that the router makes of an org, as a file."""
    with LocalOrgServer(source) as server:
        credentials = Credentials(login_url=server.url, client_id="router", client_secret="router-secret")
        gateway = Gateway(credentials, GatewaySettings(), SystemClock())
        mapping, problems = read_mapping(MAPPINGS)
        assert mapping is not None, problems
        mirror = Mirror.open(file)
        Puller(gateway, mirror, mapping, SystemClock(), keys=KEYS).pull_all()
        gateway.close()
        mirror.close()
    return file


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mirrored(world(), tmp_path_factory.mktemp("real") / "mirror.db")


NOUNS = ("account", "opportunity", "lead", "contact", "case", "team_member", "queue")
_OF_THE_ROW = {"digest", "read_at", "change", "absent", "modified_by_id"}


def rows_of(file: Path, noun: str) -> list[dict[str, Any]]:
    with sqlite3.connect(file) as connection:
        connection.row_factory = sqlite3.Row
        found = connection.execute(f'SELECT * FROM "{noun}" ORDER BY id').fetchall()  # noqa: S608
    left_out = _OF_THE_ROW | ({"email"} if noun == "contact" else set())  # hashed with another key
    return [{name: row[name] for name in row.keys() if name not in left_out} for row in found]  # noqa: SIM118


def contacts_with(file: Path, address: str) -> list[str | None]:
    """The accounts at which the router knows somebody with this address."""
    mapping, _ = read_mapping(MAPPINGS)
    assert mapping is not None
    mirror = Mirror.open(file)
    found = Reader(mirror, mapping).contacts_with_email(address)
    mirror.close()
    return [one.account_id for one in found]


def test_the_mirror_of_the_copy_says_what_the_mirror_says(mirror: Path, tmp_path: Path) -> None:
    org = load_mirror(mirror, FIELDS)
    copy = mirrored(org, tmp_path / "copy.db")
    for noun in NOUNS:
        before, after = rows_of(mirror, noun), rows_of(copy, noun)
        assert before, noun
        assert after == before, noun
    people = {row["id"]: row for row in rows_of(copy, "user")}
    for row in rows_of(mirror, "user"):
        assert (people[row["id"]]["name"], people[row["id"]]["active"]) == (row["name"], row["active"])


def test_a_contact_who_wrote_as_a_lead_has_his_address_in_the_copy_too(mirror: Path, tmp_path: Path) -> None:
    """The mirror holds keyed hashes of contacts' addresses; those of the leads are tried on them (D02)."""
    copy = mirrored(load_mirror(mirror, FIELDS), tmp_path / "copy.db")
    known = contacts_with(mirror, "doe@acme.com")
    assert len(known) == 1
    assert contacts_with(copy, "doe@acme.com") == known


def test_other_contacts_have_made_up_addresses_in_the_copy(mirror: Path, tmp_path: Path) -> None:
    """The same where it was the same; without the mirror's key all are made up."""
    lone = tmp_path / "mirror.db"
    lone.write_bytes(mirror.read_bytes())
    for file, known in ((mirror, 1), (lone, 0)):
        rows = load_mirror(file, FIELDS).store.rows("Contact")
        addresses = [str(row["Email"]) for row in rows]
        assert addresses.count("doe@acme.com") == known
        made_up = [one for one in addresses if one.endswith("@unknown.invalid")]
        assert (len(made_up), len(set(made_up))) == (3 - known, 2 - known)


def test_the_copy_is_another_org_and_a_sandbox(mirror: Path) -> None:
    org = load_mirror(mirror, FIELDS)
    assert org.sandbox is True
    (organization,) = org.store.rows("Organization")
    assert (organization["Name"], organization["TimeZoneSidKey"]) == ("Here", "Europe/Berlin")


def test_a_world_file_of_a_mirror_is_the_same_org(mirror: Path, tmp_path: Path) -> None:
    file = tmp_path / "copy.json"
    count = write_world(mirror, FIELDS, file)
    assert file.stat().st_mode & 0o777 == 0o600
    told = json.loads(file.read_text("utf-8"))
    assert count == len(told["users"]) + sum(len(rows) for rows in told["rows"].values())
    copy = mirrored(Org.from_world(file), tmp_path / "copy.db")
    for noun in NOUNS:
        assert rows_of(copy, noun) == rows_of(mirror, noun), noun


def test_references_to_what_a_mirror_does_not_hold_are_emptied(mirror: Path, tmp_path: Path) -> None:
    part = tmp_path / "part.db"
    part.write_bytes(mirror.read_bytes())
    with sqlite3.connect(part) as connection:
        connection.execute("DELETE FROM account WHERE name = 'Acme'")
        connection.execute("DELETE FROM user WHERE name = 'Sarah Lee'")
    org = load_mirror(part, FIELDS)
    (lab,) = org.store.rows("Account")
    assert lab["ParentId"] is None
    (roe,) = org.store.rows("Lead", {"LastName": "Roe"})
    assert (roe["Account__c"], roe["OwnerId"]) == (None, org.aliases["admin"])
    assert org.store.count("AccountTeamMember") == 0


def test_files_that_are_no_mirror_or_no_mapping_are_told(mirror: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    other.write_bytes(b"")
    broken = tmp_path / "fields.yaml"
    broken.write_text("account: [", "utf-8")
    for wrong, words in (
        ((other, FIELDS), "the file is no mirror"),
        ((tmp_path / "missing.db", FIELDS), "the mirror cannot be opened"),
        ((mirror, tmp_path / "missing.yaml"), "the mapping cannot be read"),
        ((mirror, broken), "the mapping cannot be read"),
    ):
        with pytest.raises(WorldError) as caught:
            load_mirror(*wrong)
        assert words in str(caught.value)
