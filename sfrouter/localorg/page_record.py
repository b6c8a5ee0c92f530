"""One record on the screen: its fields, history and tasks, and the forms to change its owner or a link."""

from __future__ import annotations

from typing import Any

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Response
from sfrouter.localorg.history import history_object
from sfrouter.localorg.ids import normalise
from sfrouter.localorg.org import Org
from sfrouter.localorg.page_frame import framed
from sfrouter.localorg.page_html import Html, Inner, tag
from sfrouter.localorg.page_lists import account_links, told
from sfrouter.localorg.page_people import Named, Seat, active_users, name_of, queues_for
from sfrouter.localorg.schema import ObjectType

_LIST_OF = {"Lead": "leads", "Account": "accounts", "Task": "tasks"}
_TASKS_BY = {"Lead": "WhoId", "Contact": "WhoId", "Account": "WhatId", "Opportunity": "WhatId"}
_MOST = 20
"""Rows of history and of tasks that are shown."""


class NotFoundError(LookupError):
    """There is no record of that id that the person may see."""


def record(
    org: Org, seat: Seat, row_id: str, *, problem: str | None = None, done: bool = False, status: int = 200
) -> Response:
    """A record's page, with what came of the last change. Raises NotFoundError."""
    kind, row = _read(org, seat, row_id)
    name = name_of(org, row["Id"]) or row["Id"]
    told_of: list[Inner] = []
    if problem is not None:
        told_of.append(tag("p", problem, role="alert", class_="problem"))
    elif done:
        told_of.append(tag("p", "Saved.", role="status", class_="saved"))
    forms = [_owner_form(org, kind, row)] if _may_change_owner(kind) else []
    forms += [_link_form(org, row, label, field) for label, field, _ in account_links(org, seat, kind.name)]
    return framed(
        seat,
        f"{kind.label}: {name}",
        *told_of,
        tag("section", tag("h2", "Change"), forms, class_="forms") if forms else None,
        _history(org, seat, kind, row["Id"]),
        _tasks(seat, kind, row["Id"]),
        tag("section", tag("h2", "Fields"), _fields(org, kind, row)),
        here=f"/record/{row['Id']}",
        current=_LIST_OF.get(kind.name, ""),
        status=status,
    )


def change(org: Org, seat: Seat, row_id: str, form: dict[str, str]) -> None:
    """Change the owner or a link of a record. Raises NotFoundError, OrgError with why not."""
    kind, row = _read(org, seat, row_id)
    field = form.get("field", "")
    value = form.get("value", "").strip()
    allowed = {name for _, name, _ in account_links(org, seat, kind.name)}
    if field == "OwnerId" and _may_change_owner(kind):
        seat.person.update(kind.name, row["Id"], {"OwnerId": value})
    elif field in allowed:
        seat.person.update(kind.name, row["Id"], {field: _account(org, seat, value) if value else None})
    else:
        raise OrgError(400, "INVALID_FIELD", "Only the owner and the links to accounts are changed here.")


def _read(org: Org, seat: Seat, row_id: str) -> tuple[ObjectType, dict[str, Any]]:
    try:
        whole = normalise(row_id)
    except ValueError as problem:
        raise NotFoundError(row_id) from problem
    kind = org.schema.object_of_id(whole)
    if kind is None:
        raise NotFoundError(row_id)
    try:
        return kind, seat.person.read(kind.name, whole)
    except OrgError as problem:
        raise NotFoundError(row_id) from problem


def _account(org: Org, seat: Seat, wish: str) -> str:
    """The id of the account meant by an id or a whole name. Raises OrgError when none or several fit."""
    try:
        return normalise(wish)
    except ValueError:
        pass
    quoted = wish.replace("\\", "\\\\").replace("'", "\\'")
    found = seat.person.query(f"SELECT Id FROM Account WHERE Name = '{quoted}' LIMIT 2")  # noqa: S608
    if len(found) == 1:
        return str(found[0]["Id"])
    said = (
        "Several accounts have that name; give the id instead." if found else "There is no account of that name."
    )
    raise OrgError(400, "INVALID_CROSS_REFERENCE_KEY", said)


def _may_change_owner(kind: ObjectType) -> bool:
    return kind.has_owner and kind.fields["ownerid"].updateable


def _owner_form(org: Org, kind: ObjectType, row: dict[str, Any]) -> Html:
    groups = [("Users", active_users(org)), ("Queues", queues_for(org, kind.name))]
    if "Group" not in kind.fields["ownerid"].reference_to:
        groups = groups[:1]
    known = {one.id for _, members in groups for one in members}
    options = [_choices(label, members, row["OwnerId"]) for label, members in groups if members]
    if row["OwnerId"] not in known:
        gone = f"{name_of(org, row['OwnerId'])} (inactive)"
        options.insert(0, tag("option", gone, value=row["OwnerId"], selected=True))
    choice = tag("select", options, name="value", id="owner")
    return _form(row["Id"], "OwnerId", tag("label", "Owner", for_="owner"), choice, "Change owner")


def _choices(label: str, members: list[Named], chosen: str) -> Html:
    options = [tag("option", one.name, value=one.id, selected=one.id == chosen) for one in members]
    return tag("optgroup", options, label=label)


def _link_form(org: Org, row: dict[str, Any], label: str, field: str) -> Html:
    linked = row.get(field)
    entry = tag(
        "input",
        name="value",
        id=f"link-{field}",
        value=(name_of(org, linked) or linked) if linked else "",
        placeholder="Name or id of an account; empty for none",
        autocomplete="off",
    )
    return _form(row["Id"], field, tag("label", label, for_=f"link-{field}"), entry, f"Change {label}")


def _form(row_id: str, field: str, label: Html, entry: Html, button: str) -> Html:
    hidden = tag("input", type="hidden", name="field", value=field)
    return tag("form", label, entry, hidden, tag("button", button), method="post", action=f"/record/{row_id}")


def _history(org: Org, seat: Seat, kind: ObjectType, row_id: str) -> Html | None:
    """Who changed what, in names; Salesforce keeps a second entry with ids, which says nothing to a person."""
    kept = history_object(org, kind)
    if kept is None:
        return None
    # OldValue and NewValue cannot be filtered, so the entries with ids are left out here.
    soql = (
        f"SELECT CreatedDate, CreatedBy.Name, Field, OldValue, NewValue FROM {kept.name}"  # noqa: S608
        f" WHERE {kind.name}Id = '{row_id}' AND Field != 'created'"
        f" ORDER BY CreatedDate DESC, Id DESC LIMIT {2 * _MOST}"
    )
    try:
        rows = seat.person.query(soql)
    except OrgError:
        return None
    lines = [
        tag("li", f"{told(row['CreatedDate'])}, {_author(row)}: {row['Field']} from "
            f"{told(row['OldValue']) or 'nothing'} to {told(row['NewValue']) or 'nothing'}")
        for row in rows
        if not _is_id(row["OldValue"]) and not _is_id(row["NewValue"])
    ][:_MOST]  # fmt: skip
    return tag("section", tag("h2", "History"), tag("ul", lines) if lines else tag("p", "No changes yet."))


def _author(row: dict[str, Any]) -> str:
    return str((row.get("CreatedBy") or {}).get("Name") or "somebody")


def _is_id(value: Any) -> bool:
    try:
        return isinstance(value, str) and len(value) == 18 and normalise(value) == value
    except ValueError:
        return False


def _tasks(seat: Seat, kind: ObjectType, row_id: str) -> Html | None:
    if kind.name not in _TASKS_BY:
        return None
    soql = (
        f"SELECT Id, Subject, Status, Owner.Name FROM Task WHERE {_TASKS_BY[kind.name]} = '{row_id}'"  # noqa: S608
        f" ORDER BY CreatedDate DESC LIMIT {_MOST}"
    )
    try:
        rows = seat.person.query(soql)
    except OrgError:
        return None
    lines = [
        tag("li", tag("a", told(row["Subject"]) or "(no subject)", href=f"/record/{row['Id']}"),
            f" ({told(row['Status'])}, {(row.get('Owner') or {}).get('Name') or 'nobody'})")
        for row in rows
    ]  # fmt: skip
    return tag("section", tag("h2", "Tasks"), tag("ul", lines) if lines else tag("p", "None."))


def _fields(org: Org, kind: ObjectType, row: dict[str, Any]) -> Html:
    lines = []
    for field in kind.fields.values():
        value = row.get(field.name)
        if value is None or isinstance(value, dict):
            continue
        lines.append(tag("tr", tag("th", field.label, scope="row"), tag("td", _shown(org, field.type, value))))
    return tag("div", tag("table", tag("tbody", lines)), class_="wide")


def _shown(org: Org, field_type: str, value: Any) -> Inner:
    """A value; a reference is a link with the name of the record it leads to."""
    if field_type != "reference" or not _is_id(value):
        return told(value)
    return tag("a", name_of(org, value) or value, href=f"/record/{value}")
