"""F44: an org with person accounts, over HTTP: told from companies by the org's own checkbox."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sfrouter.base.clock import SystemClock
from sfrouter.config.mapping import FieldMapping, read_mapping
from sfrouter.config.orgcheck import check_org
from sfrouter.config.policy import read_configuration
from sfrouter.config.shipped import shipped_mappings
from sfrouter.localorg.server import LocalOrgServer
from sfrouter.matching.frozen import freeze_runs
from sfrouter.mirror.pull import Puller
from sfrouter.mirror.reader import Reader
from sfrouter.mirror.store import Mirror
from sfrouter.model.ids import to_18
from sfrouter.salesforce.auth import Credentials
from sfrouter.salesforce.gateway import Gateway, GatewaySettings
from tests.contract.test_mirror_localorg import KEYS, world


@pytest.fixture
def org() -> Iterator[tuple[LocalOrgServer, Gateway]]:
    """One company, one private person with an address."""
    made = world()
    made["features"] = ["person_accounts"]
    person = {
        "key": "jo",
        "LastName": "Doe",
        "FirstName": "Jo",
        "PersonEmail": "jo@doe.example",
        "OwnerId": "@sarah",
    }
    made["rows"]["Account"].append({**person, "OwnerId": "@sarah"})
    with LocalOrgServer(made) as server:
        credentials = Credentials(login_url=server.url, client_id="cid", client_secret="secret")
        gateway = Gateway(credentials, GatewaySettings(), SystemClock())
        yield server, gateway
        gateway.close()


def mapping(folder: Path, *, person: bool) -> FieldMapping:
    """The shipped mapping, with or without the checkbox."""
    text = (shipped_mappings() / "fields.yaml").read_text("utf-8")
    assert text.count("    person: ") == 1
    file = folder / "fields.yaml"
    file.write_text(text.replace("    person: ", "    person: IsPersonAccount ") if person else text, "utf-8")
    found, problems = read_mapping(file)
    assert found is not None, problems
    return found


def test_a_private_person_is_found_by_no_name(org: tuple[LocalOrgServer, Gateway], tmp_path: Path) -> None:
    server, gateway = org
    mirror, found = Mirror.open(None), mapping(tmp_path, person=True)
    Puller(gateway, mirror, found, SystemClock(), keys=KEYS).pull_all()
    reader = Reader(mirror, found)
    accounts = {account.id: account for account in reader.accounts()}
    jo, acme = (accounts[to_18(server.org.aliases[key])] for key in ("jo", "acme"))
    assert (jo.person, acme.person) == (True, False)
    index = freeze_runs(reader.account_runs(()))
    words = {index.entry(row).id: index.entry(row).words for row in range(len(index))}
    assert words[jo.id] == ()
    assert words[acme.id] == ("acme",)
    assert reader.accounts_with_key(KEYS.company_key(jo.name)) == ()
    assert reader.accounts_with_key(KEYS.company_key(acme.name)) == (acme,)
    (contact,) = reader.contacts_with_email("jo@doe.example")
    assert contact.account_id == jo.id


@pytest.mark.parametrize("person", [True, False])
def test_the_check_warns_where_the_mapping_does_not_tell_them_apart(
    org: tuple[LocalOrgServer, Gateway], tmp_path: Path, person: bool
) -> None:
    _server, gateway = org
    files, _ = read_configuration(shipped_mappings())
    assert files is not None
    found = mapping(tmp_path, person=person)
    describes = {one.object_name: gateway.describe(one.object_name) for one in found.objects.values()}
    codes = [one.code for one in check_org(found, files.policy, describes)]
    assert ("ORG28" in codes) is not person
