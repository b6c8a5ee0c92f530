"""The rights follow from the files: what is mapped is read, what is written may be edited, and nothing else."""

from dataclasses import replace
from pathlib import Path

from sfrouter.config.object_map import ObjectMap
from sfrouter.config.policy import read_configuration
from sfrouter.config.rights import wanted_rights
from sfrouter.config.shipped import shipped_mappings
from sfrouter.localorg.demo.world import demo_world
from sfrouter.localorg.server import LocalOrgServer
from sfrouter.model.new_company import Action
from sfrouter.salesforce.permission_set import FILE, MANAGE_USERS, Rights, permission_set_xml
from tests.days.office import SECRETS, TODAY

ROOT = Path(__file__).parents[2]


def rights(action: Action | None = None) -> Rights:
    """Those of the shipped files."""
    files, problems = read_configuration(shipped_mappings())
    assert files is not None, problems
    policy = files.policy
    if action is not None:
        policy = replace(policy, new_accounts=policy.new_accounts.model_copy(update={"action": action}))
    return wanted_rights(files.mapping, policy)


def test_the_shipped_set_is_that_of_the_shipped_files() -> None:
    shipped = (ROOT / "docs" / "permission-set" / FILE).read_text("utf-8")
    assert shipped == permission_set_xml(rights()), "make it anew with 'sfrouter permissions --out'"


def test_users_are_managed_only_where_frozen_logins_are_mapped() -> None:
    files, problems = read_configuration(shipped_mappings())
    assert files is not None, problems
    assert MANAGE_USERS not in wanted_rights(files.mapping, files.policy).general
    fields = {"id": ("Id",), "user_id": ("UserId",), "frozen": ("IsFrozen",)}
    login = ObjectMap(noun="user_login", object_name="UserLogin", fields=fields)
    mapping = replace(files.mapping, objects={**files.mapping.objects, "user_login": login})
    assert MANAGE_USERS in wanted_rights(mapping, files.policy).general


def test_accounts_are_only_read_unless_the_policy_makes_some() -> None:
    for action, expected in ((Action.OFF, False), (Action.PROPOSE, True), (Action.CREATE, True)):
        account = rights(action).objects["Account"]
        assert (account.create, account.delete, bool(account.edited)) == (expected, expected, expected)


def test_of_a_lead_only_what_the_router_writes_may_be_edited() -> None:
    edited = {name for name, edit in rights().fields().items() if edit and name.startswith("Lead.")}
    assert edited == {"Lead.Account__c", "Lead.Rating", "Lead.Routing_Reason__c"}
    lead = rights().objects["Lead"]
    assert (lead.create, lead.edit, lead.delete) == (False, True, False)


def test_every_field_of_the_set_takes_a_permission_in_the_org() -> None:
    """An org refuses the whole set for one field that takes none."""
    schema = LocalOrgServer(demo_world(TODAY, SECRETS)).org.schema
    for name in rights().fields():
        object_name, _, api = name.partition(".")
        kind = schema.object(object_name)
        assert kind is not None
        fields = {one.name: one for one in kind.fields.values()}
        assert fields[api].permissionable or api.endswith("Address"), name


def test_every_mapped_field_that_takes_a_permission_is_in_the_set() -> None:
    schema = LocalOrgServer(demo_world(TODAY, SECRETS)).org.schema
    wanted = rights()
    for object_name, one in wanted.governed.items():
        kind = schema.object(object_name)
        assert kind is not None
        fields = {item.name: item for item in kind.fields.values()}
        for api in (*one.read_fields, *one.edited):
            if fields[api].permissionable and "Address" not in api:
                whole = {name for name in wanted.fields() if name.startswith(f"{object_name}.")}
                part = any(api.endswith(end) for end in ("Street", "City", "State", "PostalCode", "Country"))
                assert f"{object_name}.{api}" in whole or part, api
