"""Who is active in the org and can own no lead all the same, against the local org over HTTP (I3)."""

import pytest

from sfrouter.localorg.exchange import Handler, Request, Response
from tests.days.office import Office, story

FROZEN = "Sarah Whitfield is frozen"
LOGINS = "user_login: {object: UserLogin, fields: {id: Id, user_id: UserId, frozen: IsFrozen}}"
UNLICENSED = "Sarah Whitfield has no licence that may own leads"
HEIR = "nora"  # Sarah's manager
NO_OWNER = "OP_WITH_INVALID_USER_TYPE_EXCEPTION"


@pytest.fixture
def refusals(office: Office) -> list[str]:
    """The codes of owners that the org refuses from now on."""
    found: list[str] = []

    def listen(request: Request, answer: Handler) -> Response:
        response = answer(request)
        found.extend(code for code in (NO_OWNER, "INACTIVE_OWNER_OR_USER") if code.encode() in response.body)
        return response

    office.server.org.middlewares.append(listen)
    return found


def once(office: Office) -> None:
    done = office.run("once")
    assert done.returncode == 0, done.stdout + done.stderr


def owner(office: Office, lead_id: str) -> str:
    return str(next(row["OwnerId"] for row in office.rows("Lead") if row["Id"] == lead_id))


def told(office: Office) -> set[str]:
    """Everybody who has a Task."""
    return {row["OwnerId"] for row in office.rows("Task")}


def without_field(office: Office) -> None:
    """The admin's mapping does not know the kind of a user."""
    path = office.folder / "mappings" / "fields.yaml"
    lines = [line for line in path.read_text("utf-8").splitlines() if "licensed:" not in line]
    path.write_text("\n".join(lines).replace("  words:\n\nqueue:", "\nqueue:") + "\n", "utf-8")


def test_who_lost_the_licence_gets_no_lead_and_no_task_and_nobody_tries(
    office: Office, refusals: list[str]
) -> None:
    """The same lead goes to Sarah as long as her licence owns leads."""
    (before,) = office.feed([story("Acme California")])
    once(office)
    assert owner(office, before) == office.id("sarah")
    sarahs = len([row for row in office.rows("Task") if row["OwnerId"] == office.id("sarah")])
    office.server.org.records.change_user_type("@sarah", "CsnOnly")
    (after,) = office.feed([story("Acme California")])
    once(office)
    assert owner(office, after) == office.id(HEIR)
    assert len([row for row in office.rows("Task") if row["OwnerId"] == office.id("sarah")]) == sarahs
    assert office.id(HEIR) in told(office)
    assert UNLICENSED in office.run("explain", after).stdout
    assert UNLICENSED.split(" ", 2)[2] in office.run("pools", "--json").stdout
    assert refusals == []


def test_where_the_kind_is_not_mapped_the_orgs_refusal_teaches_it(office: Office, refusals: list[str]) -> None:
    """The refused person counts as gone for a while; the lead is decided anew at once."""
    without_field(office)
    office.server.org.records.change_user_type("@sarah", "CsnOnly")
    (lead,) = office.feed([story("Acme California")])
    once(office)
    once(office)
    assert owner(office, lead) == office.id(HEIR)
    assert set(refusals) == {NO_OWNER}
    assert office.id("sarah") not in told(office)


def test_who_is_frozen_gets_no_lead_until_he_is_free_again(office: Office) -> None:
    """The org itself would take a frozen owner; where logins are mapped nobody tries."""
    path = office.folder / "mappings" / "fields.yaml"
    path.write_text(path.read_text("utf-8") + f"\n{LOGINS}\n", "utf-8")
    office.server.org.records.freeze_user("@sarah")
    (lead,) = office.feed([story("Acme California")])
    once(office)
    assert owner(office, lead) == office.id(HEIR)
    assert office.id("sarah") not in told(office)
    assert FROZEN in office.run("explain", lead).stdout
    office.server.org.records.freeze_user("@sarah", frozen=False)
    (later,) = office.feed([story("Beta Inc.")])
    once(office)
    assert owner(office, later) == office.id("bob")
    assert "frozen" not in office.run("pools", "--json").stdout


def test_where_logins_are_not_mapped_a_frozen_person_gets_leads(office: Office) -> None:
    """As docs/guarantees.md says."""
    office.server.org.records.freeze_user("@sarah")
    (lead,) = office.feed([story("Acme California")])
    once(office)
    assert owner(office, lead) == office.id("sarah")
