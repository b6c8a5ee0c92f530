"""Who may own a record: an active user, or a queue that is set up for that kind of record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.schema import ObjectType

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org

_OWNING = ("Standard", "PowerPartner")
"""The types of users who may own records at all."""


def check_owner(org: Org, kind: ObjectType, owner_id: str | None) -> None:
    """Refuse an owner that Salesforce would refuse.

    Raises OrgError: FIELD_INTEGRITY_EXCEPTION for an id of another kind (a queue for an account),
    INVALID_CROSS_REFERENCE_KEY for nobody, INACTIVE_OWNER_OR_USER, OP_WITH_INVALID_USER_TYPE_EXCEPTION for one
    whose licence owns nothing, INVALID_OPERATION for a queue that does not take such records (QueueSobject).
    """
    field = kind.fields["ownerid"]
    if owner_id is None:
        sentence = f"{field.label}: owner cannot be blank"
        raise OrgError(400, "INVALID_CROSS_REFERENCE_KEY", sentence, ("OwnerId",))
    holder = org.schema.object_of_id(owner_id)
    if holder is None or holder.name not in field.reference_to:
        sentence = f"{field.label}: id value of incorrect type: {owner_id}"
        raise OrgError(400, "FIELD_INTEGRITY_EXCEPTION", sentence, ("OwnerId",))
    if holder.name == "Group":
        _check_queue(org, kind, owner_id)
    else:
        _check_user(org, kind, owner_id)


def _check_user(org: Org, kind: ObjectType, user_id: str) -> None:
    if org.is_active_user(user_id):
        if not any(org.store.count("User", {"Id": user_id, "UserType": one}) for one in _OWNING):
            # Seen in real orgs for Chatter-only users and leads, tasks and events; the rest is our guess.
            sentence = "Operation not valid for this user type"
            raise OrgError(400, "OP_WITH_INVALID_USER_TYPE_EXCEPTION", sentence, ())
        return
    if org.store.count("User", {"Id": user_id}) == 0:
        raise _nobody()
    sentence = f"operation performed with inactive user [{user_id[:15]}] as owner of {kind.label.lower()}"
    raise OrgError(400, "INACTIVE_OWNER_OR_USER", sentence, ())


def _check_queue(org: Org, kind: ObjectType, group_id: str) -> None:
    if org.store.count("Group", {"Id": group_id, "Type": "Queue"}) == 0:
        raise _nobody()
    if org.store.count("QueueSobject", {"QueueId": group_id, "SobjectType": kind.name}) == 0:
        sentence = "Queue not associated with this SObject type"
        raise OrgError(400, "INVALID_OPERATION", sentence, ("OwnerId",))


def _nobody() -> OrgError:
    return OrgError(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", ())
