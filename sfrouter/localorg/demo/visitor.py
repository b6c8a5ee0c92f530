"""Somebody who visits the demo org over HTTP, like anybody else: the web form, a rep, a person who looks on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import requests

from sfrouter.localorg.demo.leads import Newcomer
from sfrouter.localorg.demo.world import lead_values

TIMEOUT = 20
VERSION = "v65.0"
_OWNED = "SELECT Id FROM Lead WHERE Owner.Name != 'Unassigned Leads' AND CreatedBy.Username LIKE 'website@%'"
_LINKED = "SELECT Id FROM Lead WHERE Account__c != null AND CreatedBy.Username LIKE 'website@%'"
_ENDS = """SELECT Id, Owner.Name, OwnerId, Account__r.Name FROM Lead WHERE CreatedBy.Username LIKE 'website@%'"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadEnd:
    """How a lead stands in the org. `owner_email` is empty for a queue, `account` for a lead without link."""

    owner_id: str
    owner_email: str
    owner_name: str
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """How much the router has written to the org."""

    owners: int
    links: int
    tasks: int


class Visitor:
    """A user of the org with a connected app of his own."""

    def __init__(self, url: str, client_id: str, client_secret: str) -> None:
        self._http = requests.Session()
        self._http.trust_env = False
        answer = self._http.post(
            f"{url}/services/oauth2/token",
            data={"grant_type": "client_credentials"},
            auth=(client_id, client_secret),
            timeout=TIMEOUT,
        )
        answer.raise_for_status()
        self._http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        self._base = f"{url}/services/data/{VERSION}"

    def create(self, object_name: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        """New records in one call, as an integration makes them; their ids in the same order."""
        records = [{"attributes": {"type": object_name}, **row} for row in rows]
        url = f"{self._base}/composite/sobjects"
        answer = self._http.post(url, json={"allOrNone": True, "records": records}, timeout=TIMEOUT)
        answer.raise_for_status()
        return [str(row["id"]) for row in answer.json()]

    def change(self, object_name: str, record_id: str, values: Mapping[str, Any]) -> None:
        """Change one record by hand."""
        url = f"{self._base}/sobjects/{object_name}/{record_id}"
        # A person who saves a lead in the browser does not ask for the assignment rule either.
        headers = {"Sforce-Auto-Assign": "FALSE"}
        self._http.patch(url, json=dict(values), headers=headers, timeout=TIMEOUT).raise_for_status()

    def query(self, soql: str) -> list[dict[str, Any]]:
        """All rows of a query."""
        path: str | None = "/query"
        rows: list[dict[str, Any]] = []
        answer = self._http.get(f"{self._base}{path}", params={"q": soql}, timeout=TIMEOUT)
        while True:
            answer.raise_for_status()
            body = answer.json()
            rows += body["records"]
            if body["done"]:
                return rows
            locator = str(body["nextRecordsUrl"]).rpartition("/")[2]
            answer = self._http.get(f"{self._base}/query/{locator}", timeout=TIMEOUT)

    def post_leads(self, newcomers: Sequence[Newcomer]) -> list[str]:
        """New leads as the web form sends them; their ids in the same order."""
        return self.create("Lead", [lead_values(one) for one in newcomers])

    def owned_leads(self) -> set[str]:
        """The web form's leads that are no longer in the intake queue."""
        return {row["Id"] for row in self.query(_OWNED)}

    def lead_ends(self) -> dict[str, LeadEnd]:
        """Where every lead of the web form is now."""
        emails = {row["Id"]: row["Email"] for row in self.query("SELECT Id, Email FROM User")}
        return {
            row["Id"]: LeadEnd(
                owner_id=row["OwnerId"],
                owner_email=emails.get(row["OwnerId"], ""),
                owner_name=row["Owner"]["Name"],
                account=(row["Account__r"] or {}).get("Name", ""),
            )
            for row in self.query(_ENDS)
        }

    def written(self) -> Written:
        """What the router has written so far."""
        return Written(
            owners=len(self.query(_OWNED)),
            links=len(self.query(_LINKED)),
            tasks=len(self.query("SELECT Id FROM Task")),
        )
