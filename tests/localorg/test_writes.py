"""Writing records: Salesforce's own rules, codes and sentences, whoever writes and however."""

from datetime import timedelta
from typing import Any

import pytest

from sfrouter.localorg.actor import Actor
from sfrouter.localorg.exchange import Response
from tests.localorg.small_world import NO_RULE, NOON, RULE, owner_of, robot, small_org

NEW_LEAD = {"LastName": "New", "Company": "Firm"}


def error(response: Response) -> tuple[str, str]:
    """Code and sentence of a refused write, which is always one error with status 400."""
    assert response.status == 400, response.body
    (entry,) = response.json()
    return entry["errorCode"], entry["message"]


def created_id(response: Response) -> str:
    """The id of a row that was made."""
    assert response.status == 201, response.body
    return str(response.json()["id"])


# -- fields ------------------------------------------------------------


def test_missing_required_fields_are_all_named() -> None:
    answer = robot(small_org()).post("/sobjects/Lead", {"FirstName": "A"})
    assert error(answer) == ("REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName, Company]")
    assert answer.json()[0]["fields"] == ["LastName", "Company"]


def test_a_required_field_cannot_be_emptied() -> None:
    org = small_org()
    answer = robot(org).patch(f"/sobjects/Lead/{org.aliases['lead']}", {"Company": ""})
    assert error(answer) == ("REQUIRED_FIELD_MISSING", "Required fields are missing: [Company]")


def test_an_unknown_field_is_no_such_column_without_fields() -> None:
    answer = robot(small_org()).post("/sobjects/Lead", NEW_LEAD | {"foo": 1})
    assert error(answer) == ("INVALID_FIELD", "No such column 'foo' on sobject of type Lead")
    assert "fields" not in answer.json()[0]


def test_field_names_are_read_in_any_case() -> None:
    org = small_org()
    row_id = created_id(robot(org).post("/sobjects/lead", {"lastname": "x", "COMPANY": "y"}))
    row = org.store.get("Lead", row_id)
    assert row is not None
    assert (row["LastName"], row["Company"]) == ("x", "y")


@pytest.mark.parametrize("field", ["CreatedDate", "SystemModstamp", "Name", "Address", "ConvertedAccountId"])
def test_fields_nobody_may_set_are_refused(field: str) -> None:
    value = None if field == "Address" else "x"
    if field in {"CreatedDate", "SystemModstamp"}:
        value = "2026-01-01T00:00:00Z"
    if field == "ConvertedAccountId":
        value = "001000000000001"
    answer = robot(small_org()).post("/sobjects/Lead", NEW_LEAD | {field: value})
    code, sentence = error(answer)
    assert code == "INVALID_FIELD_FOR_INSERT_UPDATE"
    assert sentence == (
        f"Unable to create/update fields: {field}. Please check the security settings of this field and verify"
        " that it is read/write for your profile or permission set."
    )
    assert answer.json()[0]["fields"] == [field]


def test_is_converted_may_be_set_on_create_but_not_on_update() -> None:
    org = small_org()
    created_id(robot(org).post("/sobjects/Lead", NEW_LEAD | {"IsConverted": False}))
    answer = robot(org).patch(f"/sobjects/Lead/{org.aliases['lead']}", {"IsConverted": True})
    assert error(answer)[0] == "INVALID_FIELD_FOR_INSERT_UPDATE"


@pytest.mark.parametrize(
    ("values", "code", "sentence"),
    [
        (
            {"Outside_Key__c": "x" * 21},
            "STRING_TOO_LONG",
            f"Outside Key: data value too large: {'x' * 21} (max length=20)",
        ),
        (
            {"Outside_Key__c": "\N{BRIEFCASE}" * 10 + "x"},  # each of them is two UTF-16 code units
            "STRING_TOO_LONG",
            "Outside Key: data value too large: " + "\N{BRIEFCASE}" * 10 + "x (max length=20)",
        ),
        ({"Email": "not an address"}, "INVALID_EMAIL_ADDRESS", "Email: invalid email address: not an address"),
        ({"Email": "a@b"}, "INVALID_EMAIL_ADDRESS", "Email: invalid email address: a@b"),
        (
            {"Tier__c": "Bronze"},
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            "Tier: bad value for restricted picklist field: Bronze",
        ),
        (
            {"Score__c": 1_000},
            "NUMBER_OUTSIDE_VALID_RANGE",
            "Score: value outside of valid range on numeric field: 1000.0",
        ),
        (
            {"Matched_Account__c": "nonsense"},
            "MALFORMED_ID",
            "Matched Account: id value of incorrect type: nonsense",
        ),
        (
            {"Matched_Account__c": "001000000000001AAB"},
            "MALFORMED_ID",
            "Matched Account: id value of incorrect type: 001000000000001AAB",
        ),
        ({"Vip__c": None}, "INVALID_TYPE_ON_FIELD_IN_RECORD", "Vip: value not of required type: null"),
    ],
)
def test_a_value_unfit_for_its_field_is_refused(values: dict[str, Any], code: str, sentence: str) -> None:
    answer = robot(small_org()).post("/sobjects/Lead", NEW_LEAD | values)
    assert error(answer) == (code, sentence)
    assert answer.json()[0]["fields"] == list(values)


@pytest.mark.parametrize(
    ("values", "start"),
    [
        ({"LastName": 5}, "Cannot deserialize instance of string from VALUE_NUMBER_INT value 5"),
        ({"LastName": ["a"]}, "Cannot deserialize instance of string from START_ARRAY value ["),
        ({"Score__c": "abc"}, "Cannot deserialize instance of double from VALUE_STRING value abc"),
        ({"Score__c": "1_0"}, "Cannot deserialize instance of double from VALUE_STRING value 1_0"),
        ({"Score__c": True}, "Cannot deserialize instance of double from VALUE_TRUE value true"),
        ({"NumberOfEmployees": 1.5}, "Cannot deserialize instance of int from VALUE_NUMBER_FLOAT value 1.5"),
        ({"Vip__c": "maybe"}, "Cannot deserialize instance of boolean from VALUE_STRING value maybe"),
        ({"Due__c": "2026-02-30"}, "Cannot deserialize instance of date from VALUE_STRING value 2026-02-30"),
        ({"Due__c": "2026-02-03T00:00:00Z"}, "Cannot deserialize instance of date from VALUE_STRING"),
        ({"Touched__c": "2026-02-03T00:00:00"}, "Cannot deserialize instance of datetime from VALUE_STRING"),
        ({"Touched__c": "2026-02-03"}, "Cannot deserialize instance of datetime from VALUE_STRING"),
        ({"LastName": "\ud800"}, "Unpaired surrogate"),
    ],
)
def test_a_value_of_the_wrong_kind_is_a_json_parser_error(values: dict[str, Any], start: str) -> None:
    code, sentence = error(robot(small_org()).post("/sobjects/Lead", NEW_LEAD | values))
    assert code == "JSON_PARSER_ERROR"
    assert sentence.startswith(start)


def test_good_values_are_kept_and_come_back_as_rest_writes_them() -> None:
    org = small_org()
    values = {
        "Score__c": "12.5",
        "Vip__c": "true",
        "Due__c": "2026-02-03",
        "Touched__c": "2026-02-03T10:00:00.000+0200",
        "Email": "a.b+c@mail.example.org",
        "NumberOfEmployees": 12,
        "Tier__c": "Gold",
        "Title": "",
    }
    row_id = created_id(robot(org).post("/sobjects/Lead", NEW_LEAD | values))
    found = robot(org).get(f"/sobjects/Lead/{row_id}?fields={','.join(values)}").json()
    assert found["Score__c"] == 12.5
    assert found["Vip__c"] is True
    assert found["Due__c"] == "2026-02-03"
    assert found["Touched__c"] == "2026-02-03T08:00:00.000+0000"
    assert found["Email"] == values["Email"]
    assert found["NumberOfEmployees"] == 12
    assert found["Title"] is None


def test_a_unique_field_refuses_the_second_row_in_any_case() -> None:
    org = small_org()
    first = created_id(robot(org).post("/sobjects/Lead", NEW_LEAD | {"Outside_Key__c": "Key"}))
    answer = robot(org).post("/sobjects/Lead", NEW_LEAD | {"Outside_Key__c": "KEY"})
    expected = f"duplicate value found: Outside_Key__c duplicates value on record with id: {first[:15]}"
    assert error(answer) == ("DUPLICATE_VALUE", expected)
    again = robot(org).patch(f"/sobjects/Lead/{first}", {"Outside_Key__c": "key"})
    assert again.status == 204


def test_a_hidden_field_is_no_such_column_for_that_user_only() -> None:
    org = small_org(hidden_fields=[{"user": "@robot", "fields": ["Lead.Vip__c"]}])
    answer = robot(org).post("/sobjects/Lead", NEW_LEAD | {"Vip__c": True})
    assert error(answer) == ("INVALID_FIELD", "No such column 'Vip__c' on sobject of type Lead")
    created_id(Actor(org, "@bob").post("/sobjects/Lead", NEW_LEAD | {"Vip__c": True}))


# -- references ------------------------------------------------------------


def test_a_lookup_to_another_kind_of_record_is_refused() -> None:
    org = small_org()
    body = NEW_LEAD | {"Matched_Account__c": org.aliases["carla"]}
    sentence = f"Matched Account: id value of incorrect type: {org.aliases['carla']}"
    assert error(robot(org).post("/sobjects/Lead", body)) == ("FIELD_INTEGRITY_EXCEPTION", sentence)


def test_a_lookup_to_a_row_that_never_was_is_refused() -> None:
    body = NEW_LEAD | {"Matched_Account__c": "0015e0000009999"}
    code, sentence = error(robot(small_org()).post("/sobjects/Lead", body))
    assert code == "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"
    assert sentence == "insufficient access rights on cross-reference id: 0015e0000009999"


def test_a_lookup_to_a_deleted_row_is_refused() -> None:
    org = small_org()
    robot(org).delete(f"/sobjects/Account/{org.aliases['other']}")
    body = NEW_LEAD | {"Matched_Account__c": org.aliases["other"]}
    assert error(robot(org).post("/sobjects/Lead", body)) == ("ENTITY_IS_DELETED", "entity is deleted")


def test_a_parent_may_be_named_by_an_external_id() -> None:
    fields = {"Account": [{"name": "Key__c", "type": "Text", "external_id": True}]}
    org = small_org(custom_fields=fields, rows={"Account": [{"key": "a", "Name": "A", "Key__c": "17"}]})
    row_id = created_id(robot(org).post("/sobjects/Contact", {"LastName": "x", "Account": {"Key__c": "17"}}))
    row = org.store.get("Contact", row_id)
    assert row is not None
    assert row["AccountId"] == org.aliases["a"]
    code, sentence = error(robot(org).post("/sobjects/Contact", {"LastName": "x", "Account": {"Key__c": "18"}}))
    assert code == "INVALID_FIELD"
    assert sentence == "Foreign key external ID: 18 not found for field Key__c in entity Account"


# -- owners ------------------------------------------------------------


def test_a_new_row_belongs_to_its_maker() -> None:
    org = small_org()
    assert owner_of(org, created_id(robot(org).post("/sobjects/Lead", NEW_LEAD))) == org.aliases["robot"]


def test_an_inactive_owner_is_refused_in_salesforces_words() -> None:
    org = small_org()
    gone = org.aliases["gone"]
    answer = robot(org).patch(f"/sobjects/Lead/{org.aliases['lead']}", {"OwnerId": gone})
    sentence = f"operation performed with inactive user [{gone[:15]}] as owner of lead"
    assert error(answer) == ("INACTIVE_OWNER_OR_USER", sentence)


def test_a_user_whose_licence_owns_nothing_is_refused_in_salesforces_words() -> None:
    """Seen in real orgs for leads, Tasks and events of a Chatter-only user: no field and no user is named."""
    org = small_org()
    org.records.change_user_type("@sarah", "CsnOnly")
    refused = ("OP_WITH_INVALID_USER_TYPE_EXCEPTION", "Operation not valid for this user type")
    sarah = {"OwnerId": org.aliases["sarah"]}
    assert error(robot(org).patch(f"/sobjects/Lead/{org.aliases['lead']}", sarah)) == refused
    assert error(robot(org).post("/sobjects/Task", {"Subject": "Call", **sarah})) == refused
    org.records.change_user_type("@sarah", "PowerPartner")
    assert robot(org).patch(f"/sobjects/Lead/{org.aliases['lead']}", sarah).status == 204


def test_a_row_whose_owner_has_left_may_still_be_changed() -> None:
    org = small_org()
    answer = robot(org).patch(f"/sobjects/Account/{org.aliases['other']}", {"Name": "Renamed"})
    assert answer.status == 204


def test_a_queue_owns_only_the_objects_it_is_set_up_for() -> None:
    org = small_org()
    path = f"/sobjects/Lead/{org.aliases['lead']}"
    expected = ("INVALID_OPERATION", "Queue not associated with this SObject type")
    assert error(robot(org).patch(path, {"OwnerId": org.aliases["support"]})) == expected
    assert robot(org).patch(path, {"OwnerId": org.aliases["inbound"]}).status == 204


@pytest.mark.parametrize("kind", ["Account", "Opportunity"])
def test_accounts_and_opportunities_are_owned_by_users_only(kind: str) -> None:
    org = small_org()
    row_id = org.aliases["acme" if kind == "Account" else "deal"]
    code, sentence = error(robot(org).patch(f"/sobjects/{kind}/{row_id}", {"OwnerId": org.aliases["inbound"]}))
    assert code == "FIELD_INTEGRITY_EXCEPTION"
    assert sentence == f"Owner ID: id value of incorrect type: {org.aliases['inbound']}"


def test_an_owner_that_never_was_is_an_invalid_cross_reference() -> None:
    org = small_org()
    answer = robot(org).patch(f"/sobjects/Lead/{org.aliases['lead']}", {"OwnerId": "005000000000999"})
    assert error(answer) == ("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")


def test_every_owner_change_is_in_the_history_with_who_made_it() -> None:
    org = small_org()
    lead = org.aliases["lead"]
    robot(org).patch(f"/sobjects/Lead/{lead}", {"OwnerId": org.aliases["sarah"]})
    org.clock.advance(60)
    Actor(org, "@bob").patch(f"/sobjects/Lead/{lead}", {"OwnerId": org.aliases["inbound"]})
    Actor(org, "@bob").patch(f"/sobjects/Lead/{lead}", {"City": "Rome"})
    entries = [
        (row["Field"], row["OldValue"], row["NewValue"], row["CreatedById"], row["CreatedDate"])
        for row in org.store.rows("LeadHistory", {"LeadId": lead})
    ]
    robot_id, bob = org.aliases["robot"], org.aliases["bob"]
    later = NOON + timedelta(minutes=1)
    assert entries == [
        ("Owner", "Bob Stone", "Sarah Lee", robot_id, NOON),
        ("Owner", bob, org.aliases["sarah"], robot_id, NOON),
        ("Owner", "Sarah Lee", "Inbound", bob, later),
        ("Owner", org.aliases["sarah"], org.aliases["inbound"], bob, later),
    ]


# -- assignment rules ------------------------------------------------------------


def test_an_active_rule_takes_the_owner_of_a_new_lead_even_against_the_callers_wish() -> None:
    org = small_org(assignment_rules=[RULE])
    body = NEW_LEAD | {"Country": "fr", "OwnerId": org.aliases["bob"]}
    row_id = created_id(robot(org).post("/sobjects/Lead", body))
    assert owner_of(org, row_id) == org.aliases["inbound"]


def test_an_active_rule_takes_the_owner_on_update_unless_the_header_says_false() -> None:
    org = small_org(assignment_rules=[RULE])
    path = f"/sobjects/Lead/{org.aliases['lead']}"
    change = {"Country": "France", "OwnerId": org.aliases["sarah"]}
    assert robot(org).patch(path, change, {"sforce-auto-assign": "false"}).status == 204
    assert owner_of(org, org.aliases["lead"]) == org.aliases["sarah"]
    assert robot(org).patch(path, {"OwnerId": org.aliases["bob"]}, {"Sforce-Auto-Assign": "TRUE"}).status == 204
    assert owner_of(org, org.aliases["lead"]) == org.aliases["inbound"]


def test_entries_are_tried_in_order_and_a_lead_that_fits_none_keeps_its_owner() -> None:
    org = small_org(assignment_rules=[RULE])
    body = {"LastName": "x", "Company": "Big Bank"}
    assert owner_of(org, created_id(robot(org).post("/sobjects/Lead", body))) == org.aliases["sarah"]
    assert owner_of(org, created_id(robot(org).post("/sobjects/Lead", NEW_LEAD))) == org.aliases["robot"]


def test_a_lead_that_fits_no_entry_goes_to_the_default_lead_owner_if_there_is_one() -> None:
    org = small_org(assignment_rules=[RULE], default_lead_owner="@bob")
    assert owner_of(org, created_id(robot(org).post("/sobjects/Lead", NEW_LEAD))) == org.aliases["bob"]


def test_an_inactive_rule_runs_only_when_named_by_its_id() -> None:
    org = small_org(assignment_rules=[RULE | {"active": False}])
    body = NEW_LEAD | {"Country": "FR"}
    plain = created_id(robot(org).post("/sobjects/Lead", body))
    assert owner_of(org, plain) == org.aliases["robot"]
    named = robot(org).post("/sobjects/Lead", body, {"Sforce-Auto-Assign": org.aliases["rule"][:15]})
    assert owner_of(org, created_id(named)) == org.aliases["inbound"]


def test_a_header_that_is_neither_true_false_nor_a_rule_is_refused() -> None:
    org = small_org(assignment_rules=[RULE])
    answer = robot(org).post("/sobjects/Lead", NEW_LEAD, {"Sforce-Auto-Assign": "no"})
    assert error(answer)[0] == "INVALID_ASSIGNMENT_RULE"


def test_a_rule_that_names_somebody_who_left_fails_the_write() -> None:
    rule = RULE | {"entries": [{"assign_to": "@gone"}]}
    org = small_org(assignment_rules=[rule])
    assert error(robot(org).post("/sobjects/Lead", NEW_LEAD))[0] == "INACTIVE_OWNER_OR_USER"
    assert robot(org).post("/sobjects/Lead", NEW_LEAD, NO_RULE).status == 201


# -- derived fields and locks ------------------------------------------------------------


def test_a_write_stamps_who_and_when_in_whole_seconds() -> None:
    org = small_org()
    org.clock.advance(90.7)
    robot(org).patch(f"/sobjects/Lead/{org.aliases['lead']}", {})
    row = org.store.get("Lead", org.aliases["lead"])
    assert row is not None
    assert row["LastModifiedById"] == org.aliases["robot"]
    assert row["LastModifiedDate"] == row["SystemModstamp"] == NOON + timedelta(seconds=90)
    assert row["CreatedDate"] == NOON


def test_a_name_is_put_together_and_follows_its_parts() -> None:
    org = small_org()
    robot(org).patch(f"/sobjects/Lead/{org.aliases['lead']}", {"FirstName": "Jane"})
    found = robot(org).get(f"/sobjects/Lead/{org.aliases['lead']}?fields=Name").json()
    assert found["Name"] == "Jane Doe"


def test_a_new_lead_has_the_default_status() -> None:
    org = small_org()
    row_id = created_id(robot(org).post("/sobjects/Lead", NEW_LEAD))
    assert robot(org).get(f"/sobjects/Lead/{row_id}").json()["Status"] == "Open - Not Contacted"


def test_a_converted_lead_is_read_only_even_for_an_administrator() -> None:
    org = small_org()
    answer = robot(org).patch(f"/sobjects/Lead/{org.aliases['converted']}", {"City": "Rome"})
    assert error(answer) == ("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")


def test_a_stage_closes_wins_and_weighs_an_opportunity() -> None:
    org = small_org()
    path = f"/sobjects/Opportunity/{org.aliases['deal']}"
    assert robot(org).patch(path, {"StageName": "Closed Won", "Amount": 200}).status == 204
    row = robot(org).get(path).json()
    assert (row["IsClosed"], row["IsWon"], row["Probability"]) == (True, True, 100)
    assert row["ForecastCategory"] == "Closed"
    assert row["ExpectedRevenue"] == 200
    assert (row["FiscalYear"], row["FiscalQuarter"]) == (2026, 2)
    assert error(robot(org).patch(path, {"IsWon": False}))[0] == "INVALID_FIELD_FOR_INSERT_UPDATE"


def test_a_case_is_numbered_closed_by_its_status_and_linked_through_its_contact() -> None:
    org = small_org()
    first = created_id(robot(org).post("/sobjects/Case", {"ContactId": org.aliases["carla"]}))
    second = created_id(robot(org).post("/sobjects/Case", {"Status": "Closed"}))
    one, two = (robot(org).get(f"/sobjects/Case/{row_id}").json() for row_id in (first, second))
    assert (one["IsClosed"], one["AccountId"]) == (False, org.aliases["acme"])
    assert two["IsClosed"] is True
    assert two["ClosedDate"] is not None
    assert int(two["CaseNumber"]) == int(one["CaseNumber"]) + 1


# -- tasks ------------------------------------------------------------


def test_a_task_belongs_to_the_account_of_what_it_is_about() -> None:
    org = small_org()
    keys = {"WhatId": ["acme", "deal"], "WhoId": ["carla"]}
    for field, aliases in keys.items():
        for alias in aliases:
            row_id = created_id(robot(org).post("/sobjects/Task", {field: org.aliases[alias]}))
            assert robot(org).get(f"/sobjects/Task/{row_id}").json()["AccountId"] == org.aliases["acme"]


def test_a_task_on_a_lead_has_no_account_and_no_related_record() -> None:
    org = small_org()
    row_id = created_id(robot(org).post("/sobjects/Task", {"WhoId": org.aliases["lead"], "Subject": "Call"}))
    found = robot(org).get(f"/sobjects/Task/{row_id}").json()
    assert found["AccountId"] is None
    assert (found["Status"], found["Priority"], found["IsClosed"]) == ("Not Started", "Normal", False)
    both = {"WhoId": org.aliases["lead"], "WhatId": org.aliases["acme"]}
    answer = robot(org).post("/sobjects/Task", both)
    assert error(answer)[0] == "FIELD_INTEGRITY_EXCEPTION"
    assert answer.json()[0]["fields"] == ["WhoId", "WhatId"]
    later = robot(org).patch(f"/sobjects/Task/{row_id}", {"WhatId": org.aliases["acme"]})
    assert error(later)[0] == "FIELD_INTEGRITY_EXCEPTION"


def test_a_task_is_closed_by_its_status() -> None:
    org = small_org()
    row_id = created_id(robot(org).post("/sobjects/Task", {"Status": "Completed", "Priority": "High"}))
    found = robot(org).get(f"/sobjects/Task/{row_id}").json()
    assert (found["IsClosed"], found["IsHighPriority"]) == (True, True)
    robot(org).patch(f"/sobjects/Task/{row_id}", {"Status": "In Progress"})
    assert robot(org).get(f"/sobjects/Task/{row_id}").json()["IsClosed"] is False


def test_a_task_cannot_be_put_on_a_converted_lead() -> None:
    org = small_org()
    answer = robot(org).post("/sobjects/Task", {"WhoId": org.aliases["converted"]})
    assert error(answer) == ("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")


# -- deleting ------------------------------------------------------------


def test_deleting_an_account_takes_its_contacts_deals_and_tasks_along() -> None:
    org = small_org()
    task = created_id(robot(org).post("/sobjects/Task", {"WhatId": org.aliases["deal"]}))
    assert robot(org).delete(f"/sobjects/Account/{org.aliases['acme']}").status == 204
    for kind, row_id in (("Contact", org.aliases["carla"]), ("Opportunity", org.aliases["deal"]), ("Task", task)):
        assert robot(org).get(f"/sobjects/{kind}/{row_id}").json()[0]["errorCode"] == "ENTITY_IS_DELETED", kind
    row = org.store.get("Account", org.aliases["acme"], include_deleted=True)
    assert row is not None
    assert row["IsDeleted"] is True


def test_cases_and_won_deals_hold_on_to_their_account() -> None:
    org = small_org()
    acme = org.aliases["acme"]
    case = org.store.insert("Case", {"AccountId": acme})
    refused = robot(org).delete(f"/sobjects/Account/{acme}")
    assert refused.status == 400
    assert error(refused)[0] == "DELETE_FAILED"
    assert "the following cases" in error(refused)[1]
    assert robot(org).delete(f"/sobjects/Case/{case}").status == 204
    org.store.update("Opportunity", org.aliases["deal"], {"IsWon": True})
    assert "closed won" in error(robot(org).delete(f"/sobjects/Account/{acme}"))[1]
    org.store.update("Opportunity", org.aliases["deal"], {"IsWon": False})
    assert robot(org).delete(f"/sobjects/Account/{acme}").status == 204
    again = robot(org).delete(f"/sobjects/Account/{acme}")
    assert (again.status, again.json()[0]["errorCode"]) == (404, "ENTITY_IS_DELETED")


def test_a_directly_deleted_account_team_member_is_gone_for_good() -> None:
    org = small_org()
    body = {"AccountId": org.aliases["acme"], "UserId": org.aliases["bob"]}
    row_id = created_id(robot(org).post("/sobjects/AccountTeamMember", body))
    assert robot(org).delete(f"/sobjects/AccountTeamMember/{row_id}").status == 204
    assert org.store.get("AccountTeamMember", row_id, include_deleted=True) is None


def test_a_user_can_never_be_deleted_only_deactivated() -> None:
    org = small_org()
    path = f"/sobjects/User/{org.aliases['bob']}"
    assert error(robot(org).delete(path))[0] == "INVALID_TYPE_FOR_OPERATION"
    assert robot(org).patch(path, {"IsActive": False}).status == 204
    assert owner_of(org, org.aliases["lead"]) == org.aliases["bob"]


def test_history_cannot_be_written_by_hand() -> None:
    org = small_org()
    answer = robot(org).post("/sobjects/LeadHistory", {"LeadId": org.aliases["lead"]})
    assert error(answer)[0] == "INVALID_TYPE_FOR_OPERATION"


def test_a_refused_write_leaves_nothing_behind() -> None:
    org = small_org(assignment_rules=[RULE | {"entries": [{"assign_to": "@gone"}]}])
    before = org.store.count("Lead"), org.store.count("LeadHistory")
    robot(org).post("/sobjects/Lead", NEW_LEAD)
    robot(org).patch(f"/sobjects/Lead/{org.aliases['lead']}", {"City": "Rome"})
    assert (org.store.count("Lead"), org.store.count("LeadHistory")) == before
    row = org.store.get("Lead", org.aliases["lead"])
    assert row is not None
    assert row["City"] is None
