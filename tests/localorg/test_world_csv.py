"""An org started from CSV files: exports with their ids, tables by hand, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sfrouter.localorg.actor import Actor
from sfrouter.localorg.clock import OrgClock
from sfrouter.localorg.ids import checksum18
from sfrouter.localorg.org import Org
from sfrouter.localorg.world_csv import load_folder
from sfrouter.localorg.world_problems import WorldError
from tests.localorg.small_world import NOON, small_world

ACCOUNT, LEAD, REP, GONE = "0015g00000ABCDEAA5", "00Q5g00000ABCDEEA5", "0055g00000ABCDEAA5", "0055g00000ZZZZZAAA"


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder


def refusal(folder: Path, store_path: str = ":memory:") -> list[str]:
    with pytest.raises(WorldError) as caught:
        load_folder(folder, store_path=store_path)
    return str(caught.value).splitlines()


def small_export(folder: Path) -> Path:
    account, lead, rep = (checksum18(one[:15]) for one in (ACCOUNT, LEAD, REP))
    return write(
        folder,
        User=f"\ufeffId,FirstName,LastName,Username,IsActive\n{rep},Ann,Lee,ann@acme.example,true\n",
        Account=(
            "Id,Name,OwnerId,Website,Churn_Date__c,Health__c,Strategic__c,Main_Rep__c,CreatedDate,CreatedById\n"
            f'{account},"Acme, Inc",{rep},acme.example,2025-01-02,37.5,true,{rep},'
            f"2024-05-06T07:08:09.000Z,{GONE[:15]}\n"
            f"{checksum18(ACCOUNT[:14] + 'F')},Other,{rep},,,,false,,,\n"
        ),
        Lead=f'Id,LastName,Company,OwnerId,Note__c\n{lead},Doe,Acme,{rep},"{"x" * 300}"\n',
        Opportunity=f"Name,AccountId,StageName,CloseDate,IsWon\nDeal,{account[:15]},Signed,2026-03-04,true\n",
    )


def test_an_export_becomes_an_org_with_its_ids(tmp_path: Path) -> None:
    said: list[str] = []
    org = load_folder(small_export(tmp_path), clock=OrgClock(NOON), told=said.append)
    assert said == ["User: 1 rows", "Account: 2 rows", "Lead: 1 rows", "Opportunity: 1 rows"]
    (account,) = org.store.rows("Account", {"Name": "Acme, Inc"})
    assert account["Id"][:15] == ACCOUNT[:15]
    (rep,) = org.store.rows("User", {"Username": "ann@acme.example"})
    assert (account["OwnerId"], rep["Name"], rep["IsActive"]) == (rep["Id"], "Ann Lee", True)
    assert account["CreatedDate"].isoformat() == "2024-05-06T07:08:09+00:00"
    assert account["SystemModstamp"] == account["CreatedDate"]
    assert account["CreatedById"] == org.aliases["admin"]
    (deal,) = org.store.rows("Opportunity")
    assert (deal["AccountId"], deal["StageName"], deal["IsWon"]) == (account["Id"], "Signed", True)
    answer = Actor(org, "@admin").query("SELECT Name, Owner.Name FROM Account WHERE Strategic__c = true")
    assert [one["Owner"]["Name"] for one in answer.json()["records"]] == ["Ann Lee"]


def test_custom_fields_are_guessed_from_their_values(tmp_path: Path) -> None:
    org = load_folder(small_export(tmp_path))
    kinds: dict[str, tuple[str, tuple[str, ...]]] = {}
    for object_name in ("Account", "Lead"):
        kind = org.schema.object(object_name)
        assert kind is not None
        kinds |= {one.name: (one.type, one.reference_to) for one in kind.fields.values() if one.custom}
    assert kinds == {
        "Churn_Date__c": ("date", ()),
        "Health__c": ("double", ()),
        "Strategic__c": ("boolean", ()),
        "Main_Rep__c": ("reference", ("User",)),
        "Note__c": ("textarea", ()),
    }


def test_new_ids_follow_those_of_the_files_and_are_never_the_same(tmp_path: Path) -> None:
    org = load_folder(write(tmp_path, Account="Name\nA\nB\n"))
    made = Actor(org, "@admin").post("/sobjects/Account", {"Name": "C"}).json()["id"]
    assert len({row["Id"] for row in org.store.rows("Account")} | {made}) == 3


def test_files_stand_on_a_world_and_rows_have_keys(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        Account="key,Name,OwnerId\nbig,Big,@bob\n",
        Lead="LastName,Company,Matched_Account__c,OwnerId,Score__c\nX,Big,@big,@inbound,7\n",
        Thing__c="Name,Size__c\nOne,3\n",
    )
    org = load_folder(folder, small_world())
    (lead,) = org.store.rows("Lead", {"LastName": "X"})
    assert (lead["Matched_Account__c"], lead["OwnerId"]) == (org.aliases["big"], org.aliases["inbound"])
    assert [row["Size__c"] for row in org.store.rows("Thing__c")] == [3.0]
    assert org.store.count("Account") == 3


def test_every_fault_names_file_line_and_mend(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        Account=f"Name,OwnerId,Website\nA,{GONE[:15]},\n,,\nB,nobody,\nC,,a,b\n",
        Lead="LastName,Company,NumberOfEmployees\nX,Y,many\n",
    )
    lines = refusal(folder)
    assert lines[0] == "Account.csv:3 Name: Required fields are missing: [Name]. Add the value."
    assert lines[1] == "Account.csv:4 OwnerId: 'nobody' is no id. Mend the value."
    assert lines[2] == "Account.csv:5: the row has 4 values, the header 3 columns. Mend the row."
    assert lines[3].startswith("Lead.csv:2 NumberOfEmployees: ")
    assert lines[4].startswith("Account.csv:2 OwnerId: there is no User with the id 0055g00000ZZZZZ")
    assert len(lines) == 5


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"Acount": "Name\nA\n"}, "Acount.csv: no object is called 'Acount'. Did you mean 'Account'?"),
        ({"Account": "Name,Webside\nA,b\n"}, "Account.csv:1 Webside: Account has no field 'Webside'"),
        ({"Account": "Name,Name\nA,b\n"}, "Account.csv:1: the first line does not name each column once"),
        ({"Account": ""}, "Account.csv:1: the first line does not name each column once"),
        ({}, "no CSV file is there"),
    ],
)
def test_wrong_files_are_told(tmp_path: Path, files: dict[str, str], words: str) -> None:
    (line,) = refusal(write(tmp_path, **files))
    assert words in line


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    (tmp_path / "Account.csv").write_bytes("Name\nSöhne\n".encode("latin-1"))
    (line,) = refusal(tmp_path)
    assert line.startswith("Account.csv: the file cannot be read")


def test_a_database_file_begun_in_vain_is_removed(tmp_path: Path) -> None:
    folder = write(tmp_path, Account="Name\n\n,\n")
    store = tmp_path / "org.db"
    refusal(folder, store_path=str(store))
    assert not store.exists()


def test_an_org_of_files_is_taken_up_again(tmp_path: Path) -> None:
    folder = write(tmp_path, Account="key,Name,Health__c\nbig,Big,5\n")
    store = str(tmp_path / "org.db")
    org = load_folder(folder, store_path=store)
    made = Actor(org, "@admin").post("/sobjects/Account", {"Name": "Later", "Health__c": 7}).json()["id"]
    org.store.close()
    again = Org.reopen(store)
    row = again.store.get("Account", made)
    assert row is not None
    assert (row["Name"], row["Health__c"]) == ("Later", 7.0)
    assert again.store.get("Account", again.aliases["big"]) is not None
    again.store.close()
