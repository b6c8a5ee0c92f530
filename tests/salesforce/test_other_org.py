"""A new sign-in may lead to another org behind the same address: nothing is asked of it, nothing told it (F28)."""

import json
from typing import Any

import pytest

from sfrouter.base.errors import ExitCode
from sfrouter.salesforce.errors import OtherOrgError
from sfrouter.salesforce.rows import RowChange, RowOutcome
from sfrouter.salesforce.whose import Whose
from tests.salesforce.scene import EXPIRED, HOST, LEAD, NOON, ORG, TOKEN_URL, USER, Scene, leads, page

OTHER = "00D000000000002EAA"
PAGE_2 = "/services/data/v65.0/query/01gX-2"


def signs_in_to(scene: Scene, *orgs: str, hosts: tuple[str, ...] = ()) -> None:
    """One sign-in after the other leads to these orgs."""
    waiting = list(zip(orgs, hosts or ("login.salesforce.com",) * len(orgs), strict=True))

    def grant(_request: Any) -> tuple[int, dict[str, str], str]:
        org, host = waiting.pop(0)
        scene.tokens += 1
        identity = f"https://{host}/id/{org}/{USER}" if org else ""
        body = {"access_token": f"token-{scene.tokens}", "instance_url": HOST, "id": identity}
        return 200, {}, json.dumps(body)

    scene.wire.add_callback("POST", TOKEN_URL, grant, content_type="application/json")


def test_a_change_is_not_repeated_in_another_org(scene: Scene) -> None:
    signs_in_to(scene, ORG, OTHER)
    scene.answers("POST", "composite", EXPIRED, status=401)
    gateway = scene.gateway()
    change = RowChange(record_id=LEAD, values={"OwnerId": USER}, unmodified_since=NOON)
    (answer,) = gateway.change_rows("Lead", [change])
    assert answer.outcome is not RowOutcome.DONE
    assert [one.headers["Authorization"] for one in scene.sent("composite")] == ["Bearer token-1"]
    with pytest.raises(OtherOrgError, match=f"{ORG}.*{OTHER}.*nothing written") as told:
        gateway.refuse_other_org()
    assert (told.value.exit_code, "adopt-org" in told.value.mend) == (ExitCode.ORG_CHANGED, True)


def test_no_query_gives_rows_of_two_orgs(scene: Scene) -> None:
    signs_in_to(scene, ORG, OTHER)
    scene.answers("GET", "query/", page(leads(1, 2), total=4, next_path=PAGE_2))
    scene.answers("GET", PAGE_2, EXPIRED, status=401)
    scene.answers("GET", "query/", page(leads(7, 9)))
    with pytest.raises(OtherOrgError):
        scene.gateway().query_all_rows("SELECT Id FROM Lead")
    assert len(scene.sent("/query/")) == 2


def test_the_refusal_stays_and_nobody_is_asked_again(scene: Scene) -> None:
    signs_in_to(scene, ORG, OTHER)
    scene.answers("GET", "query/", EXPIRED, status=401)
    gateway = scene.gateway()
    gateway.refuse_other_org()
    for _ in range(4):
        with pytest.raises(OtherOrgError):
            gateway.query_all_rows("SELECT Id FROM Lead")
        with pytest.raises(OtherOrgError):
            gateway.token_org()
        scene.clock.advance(3600)
    assert (scene.tokens, len(scene.sent("/query/"))) == (2, 1)


def test_the_first_sign_in_is_held_against_the_org_that_is_known(scene: Scene) -> None:
    signs_in_to(scene, OTHER)
    with pytest.raises(OtherOrgError):
        scene.gateway(org_id=ORG).identity()
    assert len(scene.wire.calls) == 1


def test_the_same_org_is_signed_in_to_again_and_so_is_one_that_does_not_say_who_it_is(scene: Scene) -> None:
    signs_in_to(scene, ORG[:15], "", ORG)
    gateway = scene.gateway(org_id=ORG)
    for _ in range(2):
        scene.answers("GET", "query/", EXPIRED, status=401)
        scene.answers("GET", "query/", page([]))
        assert not gateway.query_all_rows("SELECT Id FROM Lead")
        scene.clock.advance(3600)
    assert scene.tokens == 3


@pytest.mark.parametrize("host", ["test.salesforce.com", "acme--dev.sandbox.my.salesforce.com"])
def test_a_sandbox_with_the_production_orgs_id_is_another_org(scene: Scene, host: str) -> None:
    signs_in_to(scene, ORG, ORG, hosts=("login.salesforce.com", host))
    scene.answers("GET", "query/", EXPIRED, status=401)
    with pytest.raises(OtherOrgError, match=r"\(production\).*\(a sandbox\)"):
        scene.gateway().query_all_rows("SELECT Id FROM Lead")
    assert len(scene.sent("/query/")) == 1


@pytest.mark.parametrize(
    "address", ["", "https://login.salesforce.com/id/x/y", f"https://login.salesforce.com/id/{ORG[:16]}/{USER}"]
)
def test_an_address_that_names_no_org_names_none(address: str) -> None:
    assert Whose.of(address) == Whose()
    assert not Whose(ORG).another(Whose.of(address))
