"""What the admin's files make the router do in the org, and the rights that it needs for that."""

from sfrouter.config.mapping import FieldMapping
from sfrouter.config.needs import WRITTEN_TO_MAKE
from sfrouter.config.nouns import NOUNS
from sfrouter.config.object_map import ObjectMap
from sfrouter.config.policy_value import Policy
from sfrouter.model.new_company import Action
from sfrouter.salesforce.permission_set import GENERAL, MANAGE_USERS, ObjectRights, Rights


def wanted_rights(mapping: FieldMapping, policy: Policy) -> Rights:
    """The least that reading, routing and telling need with this mapping and policy.

    Accounts are created and taken back only where the policy makes or proposes them.
    """
    makes = policy.new_accounts.action is not Action.OFF
    objects = {one.object_name: _rights(one, makes=makes) for one in mapping.objects.values()}
    if "user_login" in mapping.objects:  # an org shows logins to whoever manages users, and to nobody else
        return Rights(objects=objects, general=(*GENERAL, MANAGE_USERS))
    return Rights(objects=objects)


def _rights(one: ObjectMap, *, makes: bool) -> ObjectRights:
    spec = NOUNS[one.noun]
    created = spec.created or (one.noun == "account" and makes)
    changed = one.noun == "lead"
    apis = {api for name in one.fields for api in one.apis(name)} | set(one.extra.values())
    edited = {api for name in one.fields if spec.fields[name].written for api in one.apis(name)}
    if one.noun == "account":
        edited = {api for name in WRITTEN_TO_MAKE for api in one.apis(name)[:1]} if makes else set()
    elif not (changed or created):
        edited = set()
    return ObjectRights(
        create=created,
        edit=changed,
        delete=one.noun == "account" and makes,
        read_fields=tuple(sorted(apis - edited)),
        edited=tuple(sorted(edited)),
    )
