"""CumulusCI against the local org: learns about the org, loads a dataset of related records, extracts it again."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path

from steps import API_VERSION, FOLDER, ORG_URL, finish, query, run, same, sign_in, step

TOKEN = sign_in()
WORK = Path(tempfile.mkdtemp(prefix="cci-", dir=FOLDER))
CCI = str(FOLDER / "bin" / "cci")
ACCOUNTS, CONTACTS = 30, 60

PROJECT = f"""minimum_cumulusci_version: '4.0.0'
project:
  name: Contract
  package:
    name: Contract
    api_version: '{API_VERSION}'
"""
MAPPING = """Insert Account:
  sf_object: Account
  table: Account
  api: rest
  fields: [Name, BillingCity, NumberOfEmployees]
Insert Contact:
  sf_object: Contact
  table: Contact
  api: rest
  fields: [FirstName, LastName, Email]
  lookups:
    AccountId:
      table: Account
Insert Lead:
  sf_object: Lead
  table: Lead
  api: rest
  fields: [LastName, Company, Outside_Key__c, Score__c]
"""


def settings() -> dict[str, str]:
    """An empty home, and the org given by environment variable, as build machines do."""
    known = {
        "access_token": str(TOKEN["access_token"]),
        "instance_url": ORG_URL.replace("http:", "https:"),
        "id": str(TOKEN["id"]),
        "username": "robot@acme.example",
        "refresh_token": "none",
    }
    return {
        "HOME": str(WORK),
        "CUMULUSCI_KEY": "0123456789abcdef",
        "CUMULUSCI_DISABLE_REFRESH": "1",
        "CUMULUSCI_ORG_local": json.dumps(known),
        "GIT_CONFIG_NOSYSTEM": "1",
    } | {name: value for name, value in os.environ.items() if name.endswith("_PROXY")}


def cci(*words: str) -> str:
    """The output of one cci command, run inside the project folder."""
    return run([CCI, *words], more=settings(), folder=WORK)


def project() -> None:
    """A project folder with a mapping and a dataset of its own."""
    subprocess.run(["git", "init", "--quiet", str(WORK)], check=True, timeout=20)
    (WORK / "cumulusci.yml").write_text(PROJECT, "utf-8")
    (WORK / "mapping.yml").write_text(MAPPING, "utf-8")
    script = (
        'BEGIN TRANSACTION;\nCREATE TABLE "Account" (id VARCHAR(255) NOT NULL, "Name" VARCHAR(255),'
        ' "BillingCity" VARCHAR(255), "NumberOfEmployees" VARCHAR(255), PRIMARY KEY (id));\n'
    )
    for number in range(1, ACCOUNTS + 1):
        script += f"INSERT INTO \"Account\" VALUES('Account-{number}','Cci {number}','Rom','{number}');\n"
    script += (
        'CREATE TABLE "Contact" (id VARCHAR(255) NOT NULL, "FirstName" VARCHAR(255), "LastName" VARCHAR(255),'
        ' "Email" VARCHAR(255), "AccountId" VARCHAR(255), PRIMARY KEY (id));\n'
    )
    for number in range(1, CONTACTS + 1):
        values = (
            f"'Contact-{number}','Ann','Cci {number}','c{number}@cci.example','Account-{number % ACCOUNTS + 1}'"
        )
        script += f'INSERT INTO "Contact" VALUES({values});\n'
    script += (
        'CREATE TABLE "Lead" (id VARCHAR(255) NOT NULL, "LastName" VARCHAR(255), "Company" VARCHAR(255),'
        ' "Outside_Key__c" VARCHAR(255), "Score__c" VARCHAR(255), PRIMARY KEY (id));\n'
        "INSERT INTO \"Lead\" VALUES('Lead-1','Müller','Köln & Co','cci-1','12.5');\nCOMMIT;\n"
    )
    (WORK / "data.sql").write_text(script, "utf-8")


def org_info() -> None:
    said = cci("org", "info", "local", "--json")
    same("robot@acme.example" in said, True, f"the user is named: {said[:200]!r}")


def load() -> None:
    cci("task", "run", "load_dataset", "--org", "local", "--mapping", "mapping.yml", "--sql_path", "data.sql")
    rows = query(str(TOKEN["access_token"]), "SELECT Account.Name FROM Contact WHERE LastName LIKE 'Cci%'")
    same(len(rows), CONTACTS, "contacts in the org")
    same(len({row["Account"]["Name"] for row in rows}), ACCOUNTS, "different accounts of theirs")
    leads = query(str(TOKEN["access_token"]), "SELECT Company, Score__c FROM Lead WHERE LastName = 'Müller'")
    same([(row["Company"], row["Score__c"]) for row in leads], [("Köln & Co", 12.5)], "the lead")


def extract() -> None:
    words = ("--org", "local", "--mapping", "mapping.yml", "--sql_path", "out.sql")
    cci("task", "run", "extract_dataset", *words)
    with closing(sqlite3.connect(":memory:")) as found:
        found.executescript((WORK / "out.sql").read_text("utf-8"))
        joined = 'SELECT count(*) FROM "Contact" c JOIN "Account" a ON a.id = c."AccountId" WHERE a."Name" LIKE ?'
        same(found.execute(joined, ["Cci%"]).fetchone()[0], CONTACTS, "contacts joined to their accounts")
        same(found.execute('SELECT "Company" FROM "Lead"').fetchall(), [("Köln & Co",)], "leads")


def snowfakery() -> None:
    recipe = "- object: Account\n  count: 5\n  fields:\n    Name: Snow\n"
    (WORK / "recipe.yml").write_text(recipe, "utf-8")
    cci("task", "run", "generate_and_load_from_yaml", "--org", "local", "--generator_yaml", "recipe.yml")
    rows = query(str(TOKEN["access_token"]), "SELECT Id FROM Account WHERE Name = 'Snow'")
    same(len(rows), 5, "accounts made by a recipe")


def main() -> None:
    """Play all steps in an empty home folder."""
    try:
        project()
        step("org info: who and which org", org_info)
        step(f"load_dataset: {ACCOUNTS} accounts, {CONTACTS} contacts with their lookup, a lead", load)
        step("extract_dataset: the same back into SQL", extract)
        step("generate_and_load_from_yaml: five accounts from a Snowfakery recipe", snowfakery)
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
    finish()


main()
