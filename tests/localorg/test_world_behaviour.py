"""Faults in a world's access, automation and currency settings are told with place and mend."""

from __future__ import annotations

from typing import Any

import pytest

from sfrouter.localorg.org import Org
from sfrouter.localorg.world_problems import WorldError
from tests.localorg.small_world import small_world

FLOW = {"name": "f", "object": "Lead", "action": "revert_owner"}
RULE = {"name": "v", "object": "Lead", "message": "no"}
DUPLICATE = {"name": "d", "object": "Lead", "match": [{"fields": ["Email"]}]}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"features": ["person_account"]}, "$.features[0]: no feature is called 'person_account'. Did you mean"),
        ({"features": ["multi_currency"]}, "no currency is told. Add 'currencies'"),
        ({"currencies": [{"iso": "eur", "rate": 1}]}, "'eur' is no currency code. Write three capital letters"),
        ({"currencies": [{"iso": "EUR", "rate": 0}]}, "$.currencies[0].rate: this is no rate"),
        ({"currencies": [{"iso": "USD", "rate": 2}]}, "the rate of the corporate currency is not 1"),
        ({"currencies": [{"iso": "EUR", "rate": 2}] * 2}, "the currency EUR stands twice"),
        (
            {"currencies": [{"iso": "EUR", "rate": 2, "dated_rates": [{"from": "May", "rate": 1}]}]},
            "'May' is no day. Write it as YYYY-MM-DD",
        ),
        ({"sharing": {"Acount": "private"}}, "no object is called 'Acount'. Did you mean 'Account'"),
        ({"sharing": {"Account": "secret"}}, "no org-wide default is called 'secret'"),
        ({"sharing": {"Lead": "controlled_by_parent"}}, "Lead has no account to be controlled by"),
        ({"shares": [{"record": "@acm", "with": "@bob"}]}, "no row has the key 'acm'. Did you mean 'acme'"),
        ({"profiles": [{"name": "P"}]}, "a profile has no key"),
        ({"permission_sets": [{"name": "P", "objects": {"Lead": ["write"]}}]}, "no right is called 'write'"),
        ({"permission_sets": [{"name": "P", "fields": {"Lead.Phon": "edit"}}]}, "Lead has no field 'Phon'"),
        (
            {"permission_sets": [{"name": "P", "fields": {"Lead.*": "all"}}]},
            "no access to a field is called 'all'",
        ),
        ({"permission_sets": [{"name": "P", "system": ["TransferAnyLed"]}]}, "Did you mean 'TransferAnyLead'"),
        ({"permission_sets": [{"name": "P", "assign_to": ["@acme"]}]}, "@acme is not a user"),
        ({"approval_locks": ["@nobody"]}, "$.approval_locks[0]: no row has the key 'nobody'"),
        ({"history_fields": {"Lead": ["Stats"]}}, "Lead has no field 'Stats'. Did you mean 'Status'"),
        ({"validation_rules": [{"name": "v", "object": "Lead"}]}, "'message' is missing"),
        ({"validation_rules": [RULE | {"changed": ["Owner"]}]}, "Lead has no field 'Owner'"),
        ({"validation_rules": [RULE | {"on": ["delete"]}]}, "no kind of write is called 'delete'"),
        ({"validation_rules": [RULE | {"object": "Leed"}]}, "no object is called 'Leed'"),
        ({"duplicate_rules": [DUPLICATE | {"action": "stop"}]}, "no action of a duplicate rule is called 'stop'"),
        ({"duplicate_rules": [DUPLICATE | {"match": [{"fields": ["Mail"]}]}]}, "Lead has no field 'Mail'"),
        ({"flows": [FLOW | {"action": "revert"}]}, "no action of a flow is called 'revert'. Did you mean"),
        ({"flows": [FLOW | {"action": "assign"}]}, "a flow that does 'assign' lacks 'to'"),
        ({"flows": [FLOW | {"action": "assign", "to": ["@support"]}]}, "this queue does not take Lead records"),
        ({"flows": [FLOW | {"action": "set", "values": {"Cty": "x"}}]}, "Lead has no field 'Cty'"),
        ({"flows": [FLOW | {"action": "convert", "object": "Case"}]}, "only leads can be converted"),
        ({"flows": [FLOW, FLOW]}, "a flow called 'f' stands twice"),
        ({"flows": [FLOW | {"after_seconds": 3_000_000}]}, "a flow waits 30 days at most"),
        ({"flows": [FLOW | {"only_for": ["@acme"]}]}, "@acme is not a user"),
    ],
)
def test_a_fault_names_its_place_and_its_mend(changes: dict[str, Any], expected: str) -> None:
    with pytest.raises(WorldError) as caught:
        Org.from_world(small_world() | changes)
    assert expected in str(caught.value)


def test_all_field_permissions_can_be_given_with_a_star() -> None:
    grant = {"key": "all", "name": "All", "objects": {"Lead": ["edit"]}, "fields": {"Lead.*": "edit"}}
    org = Org.from_world(small_world() | {"permission_sets": [grant]})
    rows = org.store.rows("FieldPermissions", {"ParentId": org.aliases["all"]})
    fields = {row["Field"] for row in rows}
    assert {"Lead.Phone", "Lead.Tier__c"} <= fields
    assert "Lead.LastName" not in fields, "a required field takes no permission"
    assert all(row["PermissionsEdit"] and row["PermissionsRead"] for row in rows)
