"""As shipped, the mirror keeps no phone number, street, description or network address of anybody."""

import re

import pytest

from sfrouter.config.mapping import read_mapping
from sfrouter.mirror.tables import ROWS
from tests.config.files import SHIPPED

FILES = sorted(path.relative_to(SHIPPED).as_posix() for path in SHIPPED.rglob("fields.yaml"))
PRIVATE = re.compile(r"phone|fax|street|address|description|birth|salutation|(^|_)ip(_|$)", re.IGNORECASE)


def test_all_files_that_are_shipped_are_looked_at() -> None:
    assert "fields.yaml" in FILES
    assert len(FILES) >= 4


@pytest.mark.parametrize("file", FILES)
def test_a_shipped_mapping_mirrors_no_phone_street_description_or_network_address(file: str) -> None:
    """An admin may map more; nobody mirrors it without a line of his own."""
    mapping, problems = read_mapping(SHIPPED / file)
    assert mapping is not None, problems
    read = {
        f"{noun}.{api}" for noun in ROWS if noun in mapping.objects for api in mapping.of(noun).select_fields()
    }
    assert {"lead.Email", "account.Name"} <= read
    assert {one for one in read if PRIVATE.search(one.partition(".")[2])} == set()
    for name in ("phone", "ip"):
        assert mapping.of("lead").apis(name) == (), f"lead.{name} may have any API name"


@pytest.mark.parametrize("name", ["Phone", "MobilePhone", "Street", "Description", "IP__c", "Client_IP__c"])
def test_such_fields_are_told_by_their_names(name: str) -> None:
    assert PRIVATE.search(name)
