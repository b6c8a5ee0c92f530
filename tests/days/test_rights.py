"""The integration user with exactly the generated permission set routes and tells; check names all else."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote_plus

import pytest

from sfrouter.config.policy import read_configuration
from sfrouter.config.rights import wanted_rights
from sfrouter.config.shipped import shipped_mappings
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Request, Response
from sfrouter.salesforce.permission_set import Rights
from tests.days.office import Office, small_world, story

pytestmark = pytest.mark.day
CODES = ("ORG01", "ORG02", "ORG03", "ORG20", "ORG22", "ORG23", "ORG31", "ORG32", "ORG33")
PARTS = ("Street", "City", "State", "PostalCode", "Country")


def granted(rights: Rights) -> dict[str, Any]:
    """The permission set as a world file tells it; an address stands for its parts."""
    fields = {}
    for name, edit in rights.fields().items():
        parts = [name.removesuffix("Address") + part for part in PARTS] if name.endswith("Address") else [name]
        fields.update(dict.fromkeys(parts, "edit" if edit else "read"))
    objects = {
        name: ["read", "view_all", *(one for one in ("edit", "delete") if getattr(wanted, one))]
        + (["create"] if rights.creates(name) else [])
        for name, wanted in rights.governed.items()
    }
    return {"name": "Sfrouter", "objects": objects, "fields": fields, "system": sorted(rights.general),
            "assign_to": ["@router"]}  # fmt: skip


def world(**more: Any) -> dict[str, Any]:
    """The small world; the router's profile gives nothing."""
    with TemporaryDirectory() as folder:
        shutil.copy(shipped_mappings() / "fields.yaml", folder)
        for file in (shipped_mappings() / "examples" / "demo").glob("*.yaml"):
            shutil.copy(file, folder)
        files, problems = read_configuration(Path(folder))
    assert files is not None, problems
    one = granted(wanted_rights(files.mapping, files.policy))
    for key in ("objects", "fields"):
        one[key] = {**one[key], **more.get(key, {})}
    one["system"] = sorted((set(one["system"]) | set(more.get("also", ()))) - set(more.get("without", ())))
    made = small_world()
    for user in made["users"]:
        if user.get("key") == "router":
            user["ProfileId"] = "@bare"
    made |= {"profiles": [{"key": "bare", "name": "Bare"}], "permission_sets": [one]}
    return made | {"sharing": more["sharing"]} if "sharing" in more else made


@pytest.fixture
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Office]:
    """An office whose router has the shipped set, changed as the test asks."""
    office = Office.open(tmp_path / "office", world(**getattr(request, "param", {})))
    yield office
    office.close()


def findings(office: Office) -> list[str]:
    """What check says of rights."""
    done = office.run("check", "--json")
    assert "Traceback" not in done.stderr
    problems = json.loads(done.stdout)["problems"]
    return [one["what"] for one in problems if one["code"] in CODES]


def test_the_generated_set_is_enough_to_route_and_to_tell_and_check_finds_nothing(place: Office) -> None:
    assert findings(place) == []
    leads = place.feed([story("Acme California"), story("Delta")])
    done = place.run("once")
    assert done.returncode == 0, done.stderr
    assert place.settled(leads)
    assert {row["WhoId"] for row in place.rows("Task")} >= set(leads)


def test_a_user_who_may_not_ask_for_the_limits_hears_all_that_is_wrong(place: Office) -> None:
    """The prescribed rights leave out View Setup and Configuration; the calls left stand in every answer."""
    file = place.folder / "mappings" / "fields.yaml"
    before, leads, after = file.read_text("utf-8").partition("\nlead:")
    file.write_text(before + leads + after.replace("company: Company", "company: Companyy", 1), "utf-8")
    done = place.run("check")
    assert done.returncode == 3
    said = " ".join(done.stdout.split())
    assert "Lead has no field 'Companyy'" in said
    assert "API calls left today" in said
    assert "1 fault to mend" in said


@pytest.mark.parametrize("place", [{"objects": {"Account": ["read"]}, "sharing": {"Account": "private"}}],
    indirect=True,
)  # fmt: skip
def test_where_the_user_may_not_read_its_own_rights_check_warns_that_it_could_not_look(place: Office) -> None:
    """As an org refuses them to a user without View Setup and Configuration."""

    def refuse(request: Request, following: Callable[[Request], Response]) -> Response:
        if "FROM PermissionSetAssignment" in unquote_plus(request.query or ""):
            sentence = "sObject type 'PermissionSetAssignment' is not supported."
            return Response.of_error(OrgError(400, "INVALID_TYPE", sentence))
        return following(request)

    place.server.org.middlewares.append(refuse)
    (said,) = findings(place)
    assert said.startswith("the integration user may not read its own rights in the org")
    assert "(ORG33)" in place.run("check").stdout
    assert place.run("check").returncode == 0


@pytest.mark.parametrize(
    "place",
    [{"also": ["ModifyAllData", "ViewAllData", "AuthorApex"], "objects": {"Campaign": ["read", "edit"]}}],
    indirect=True,
)
def test_each_excess_right_is_named(place: Office) -> None:
    said = findings(place)
    for right in ("has View All Data", "has Author Apex", "has Edit on Campaign", "(Modify All Data)"):
        assert any(right in one for one in said), right
    assert not any("lacks" in one for one in said)


@pytest.mark.parametrize(
    "place", [{"without": ["TransferAnyLead"], "objects": {"Account": ["read"], "Lead": ["read", "view_all"]}}],
    indirect=True,
)  # fmt: skip
def test_each_missing_right_is_named(place: Office) -> None:
    said = findings(place)
    for right in ("Transfer Leads", "View All on Account", "Edit on Lead"):
        assert any(f"lacks {right}" in one for one in said), right


@pytest.mark.parametrize(
    "place", [{"objects": {"Account": ["read"]}, "sharing": {"Account": "private"}}],
    indirect=True,
)  # fmt: skip
def test_where_sharing_hides_accounts_no_match_is_no_proof_of_none(place: Office) -> None:
    """As F13 asks; and once all can be seen, nothing is said of it any more."""
    assert [one for one in findings(place) if "are private" in one] == [
        "Account records are private in the org, and the integration user lacks View All on Account: those not "
        "shared with him do not exist for the router"
    ]
    (first,) = place.feed([story("Acme California")])
    assert place.run("once").returncode == 0
    assert owner(place, first) != place.id("sarah")  # hers, if the account could be seen
    why = "records may be hidden from our user, who lacks View All on what is private: account"
    assert degraded(place) == [("matching", why)]
    assert f"the match of leads with accounts: {why}" in " ".join(place.run("status").stdout.split())
    assert "that none was found is no proof of none" in " ".join(place.run("explain", first).stdout.split())
    (rights,) = place.server.org.store.rows("ObjectPermissions", {"SobjectType": "Account"})
    place.server.org.store.update("ObjectPermissions", rights["Id"], {"PermissionsViewAllRecords": True})
    (second,) = place.feed([story("Acme California")])
    assert place.run("once").returncode == 0
    assert degraded(place) == []
    assert owner(place, second) == place.id("sarah")
    assert "no proof" not in place.run("explain", second).stdout


ALL_BUT_SHARING = ["read", "create", "edit", "view_all"]


@pytest.mark.parametrize(
    ("place", "how"),
    [({"sharing": {"Lead": "private"}}, "private"), ({"sharing": {"Lead": "read"}}, "read-only")],
    indirect=["place"],
)
def test_where_others_leads_may_not_be_changed_check_says_so_and_the_probe_tries_it(
    place: Office, how: str
) -> None:
    """View All shows them; the org refuses the owner, and no right is missing that check could name."""
    (said,) = findings(place)
    assert said.startswith(f"Lead records are {how} in the org, and the integration user lacks Modify All on Lead")
    assert all(word in said for word in ("sharing rule", "role", "queue"))
    (lead,) = place.feed([story("Acme California")])
    done = place.run("check", "--probe-write", lead)
    assert all(word in done.stdout for word in ("(ORG32)", "(ORG25)", "INSUFFICIENT_ACCESS_OR_READONLY"))
    place.run("once")
    assert owner(place, lead) == place.id("inbound")


@pytest.mark.parametrize(
    "place",
    [
        {"sharing": {"Lead": "private"}, "objects": {"Lead": [*ALL_BUT_SHARING, "modify_all"]}},
        {"sharing": {"Lead": "edit"}},
    ],
    indirect=True,
)
def test_where_all_leads_may_be_changed_check_says_nothing_of_it(place: Office) -> None:
    assert [one for one in findings(place) if "records are" in one] == []


def owner(office: Office, lead_id: str) -> str:
    """Whose lead it is now."""
    return str({row["Id"]: row for row in office.rows("Lead")}[lead_id]["OwnerId"])


def degraded(office: Office) -> list[tuple[str, str]]:
    """What `status` says of parts that cannot rely on all they look at."""
    return [(one["part"], one["why"]) for one in office.status()["status"]["degraded"]]
