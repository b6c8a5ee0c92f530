"""Errors have the shape of Salesforce's."""

from __future__ import annotations

from sfrouter.localorg.errors import OrgError


def test_an_error_is_an_array_of_one_and_has_fields_only_when_given() -> None:
    query = OrgError(400, "MALFORMED_QUERY", "no")
    assert query.body() == [{"message": "no", "errorCode": "MALFORMED_QUERY"}]
    write = OrgError(400, "REQUIRED_FIELD_MISSING", "no", ("Name",))
    assert write.body() == [{"message": "no", "errorCode": "REQUIRED_FIELD_MISSING", "fields": ["Name"]}]
    assert OrgError(404, "ENTITY_IS_DELETED", "no", ()).body()[0]["fields"] == []


def test_further_keys_stand_beside_the_usual_ones() -> None:
    error = OrgError(400, "DUPLICATES_DETECTED", "no", extra={"duplicateResut": {"allowSave": True}})
    assert error.body()[0]["duplicateResut"] == {"allowSave": True}
    assert str(error) == "DUPLICATES_DETECTED: no"
