"""Puts the people, queues and records of a world into the org, with readable references resolved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sfrouter.localorg import person_accounts, write_rules
from sfrouter.localorg.currency import chain_rates
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.ids import normalise
from sfrouter.localorg.org import Org
from sfrouter.localorg.schema import Field, ObjectType
from sfrouter.localorg.sharing import OPEN_DEFAULTS
from sfrouter.localorg.user_logins import add_login
from sfrouter.localorg.world import QueueText, RowText, World
from sfrouter.localorg.world_access import GrantText
from sfrouter.localorg.world_defaults import STANDARD_USER, SYSTEM_ADMINISTRATOR, default_rows
from sfrouter.localorg.world_problems import Faults, Path, did_you_mean
from sfrouter.localorg.write_fields import Purpose, read_body

_LATE = {"Case": 1, "Task": 2, "Event": 2}
"""Objects whose derived fields look at other rows come after those."""

_MEND_OF = {
    "INVALID_FIELD": "Check the field's name, or add it under custom_fields",
    "MALFORMED_ID": 'Write "@key" of another row, or an id of 15 or 18 characters',
    "REQUIRED_FIELD_MISSING": "Add the missing fields",
    "STRING_TOO_LONG": "Shorten the text",
}


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A row whose values are read and whose id is set, ready to be stored."""

    text: RowText
    kind: ObjectType
    id: str
    values: dict[str, Any]


class RowLoader:
    """Loads one world's rows into one org; problems go into `faults`."""

    def __init__(self, org: Org, world: World, faults: Faults) -> None:
        self._org = org
        self._world = world
        self._faults = faults
        self._creator: str | None = None
        self._ids: list[tuple[RowText, str]] = []

    def load(self) -> None:
        """Everything: the org's own record, setup rows, queues, then users and records."""
        self._claim_ids([*self._rows_with_an_admin()])
        profiles = [(grant, self._profile(grant)) for grant in self._world.access.profiles]
        queues = [(queue, self._queue(queue)) for queue in self._world.queues]
        self._creator = next((one for text, one in self._ids if text.object_name == "User"), None)
        self._setup()
        for grant, profile_id in profiles:
            values = {"Name": grant.name, "UserType": "Standard"} | self.audit("Profile")
            self._org.store.insert("Profile", values, id=profile_id)
        self._currencies()
        for queue, group_id in queues:
            self._queue_parts(queue, group_id)
        prepared = [one for text, row_id in self._ids if (one := self._prepare(text, row_id)) is not None]
        for one in sorted(prepared, key=lambda row: _LATE.get(row.kind.name, 0)):
            self._store(one)
        for one in prepared:
            self._check_references(one)

    def user(self, path: Path, name: str) -> str | None:
        """The id of a user named "@key"; None after noting a problem."""
        found = self._resolve(path, name)
        if found is not None and found[:3] != "005":
            self._faults.add(path, f"{name} is not a user", "Name a user of 'users'")
            return None
        return found

    def record(self, path: Path, name: str) -> str | None:
        """The id of any row named "@key", or an id; None after noting a problem."""
        return self._resolve(path, name)

    def owner(self, path: Path, name: str, object_name: str) -> str | None:
        """The id of a user or queue that may own such records; None after noting a problem."""
        found = self._resolve(path, name)
        if found is not None:
            self._check_queue(path, found, object_name)
        return found

    def claim_key(self, path: Path, key: str, row_id: str) -> None:
        """Let "@key" stand for an id. Keys are unique over the whole world."""
        if key in self._org.aliases:
            self._faults.add(path, f"the key {key!r} is taken by another row", "Choose another key")
        self._org.aliases[key] = row_id

    def audit(self, object_name: str) -> dict[str, Any]:
        """Creation and change fields of a row of the world, as far as the object has them."""
        kind = self._org.schema.object(object_name)
        now = self._org.clock.stamp()
        values: dict[str, Any] = {"CreatedById": self._creator, "LastModifiedById": self._creator}
        values |= {"CreatedDate": now, "LastModifiedDate": now, "SystemModstamp": now}
        return {name: one for name, one in values.items() if kind is not None and kind.field(name) is not None}

    # -- inside ------------------------------------------------------------

    def _setup(self) -> None:
        told = self._world.organization
        values = {
            "Name": told.name,
            "TimeZoneSidKey": told.time_zone,
            "LanguageLocaleKey": told.language,
            "DefaultLocaleSidKey": told.language,
            "IsSandbox": told.sandbox,
            "OrganizationType": "Enterprise Edition",
            "InstanceName": "LOCAL",
            **OPEN_DEFAULTS,
        }
        self._org.store.insert("Organization", values, id=self._org.org_id)
        told_objects = {row.object_name.lower() for row in self._world.rows}
        for object_name, row in default_rows(self._org.schema):
            if object_name == "Profile" or object_name.lower() not in told_objects:
                self._org.store.insert(object_name, row | self.audit(object_name))

    def _rows_with_an_admin(self) -> Iterator[RowText]:
        if not any(row.object_name == "User" for row in self._world.rows):
            values = {"LastName": "Administrator", "Email": "admin@local.example"}
            yield RowText(path=("users",), object_name="User", key="admin", values=values)
        yield from self._world.rows

    def _claim_ids(self, texts: list[RowText]) -> None:
        """Give every row its id first, so that rows may refer to rows further down."""
        known = [kind.name for kind in self._org.schema]
        for text in texts:
            kind = self._org.schema.object(text.object_name)
            if kind is None:
                mend = did_you_mean(text.object_name, known)
                self._faults.add(text.path[:-1], f"no object is called {text.object_name!r}", mend)
                continue
            row_id = self._given_id(text, kind) or self._org.store.new_id(kind.name)
            if text.key is not None:
                self.claim_key((*text.path, "key"), text.key, row_id)
            self._ids.append((text, row_id))

    def _given_id(self, text: RowText, kind: ObjectType) -> str | None:
        given = next((value for name, value in text.values.items() if name.lower() == "id"), None)
        if given is None:
            return None
        try:
            row_id = normalise(str(given))
        except ValueError:
            row_id = ""
        if not row_id.startswith(kind.id_prefix):
            mend = f"Leave it out, or write 15 or 18 characters that begin with {kind.id_prefix}"
            self._faults.add((*text.path, "Id"), f"{given!r} is no id of a {kind.label}", mend)
            return None
        return row_id

    def _profile(self, grant: GrantText) -> str:
        profile_id = self._org.store.new_id("Profile")
        if grant.key is not None:
            self.claim_key((*grant.path, "key"), grant.key, profile_id)
        return profile_id

    def _currencies(self) -> None:
        for one in self._world.currencies:
            values = {"IsoCode": one.iso, "ConversionRate": one.rate, "DecimalPlaces": one.decimals}
            corporate = one.iso == self._world.organization.currency
            values |= {"IsActive": one.active, "IsCorporate": corporate}
            self._org.store.insert("CurrencyType", values | self.audit("CurrencyType"))
            for day, rate in one.dated_rates:
                dated = {"IsoCode": one.iso, "StartDate": day, "ConversionRate": rate}
                self._org.store.insert("DatedConversionRate", dated | self.audit("DatedConversionRate"))
        chain_rates(self._org)

    def _queue(self, queue: QueueText) -> str:
        group_id = self._org.store.new_id("Group")
        self.claim_key((*queue.path, "key"), queue.key, group_id)
        return group_id

    def _queue_parts(self, queue: QueueText, group_id: str) -> None:
        developer_name = queue.developer_name or queue.key
        values = {"Name": queue.name, "DeveloperName": developer_name, "Type": "Queue", "Email": queue.email}
        self._org.store.insert("Group", values | {"OwnerId": self._org.org_id} | self.audit("Group"), id=group_id)
        for number, name in enumerate(queue.objects):
            path = (*queue.path, "objects", number)
            kind = self._org.schema.object(name)
            if kind is None or not kind.has_owner or "Group" not in kind.fields["ownerid"].reference_to:
                self._faults.add(path, f"a queue cannot own {name!r}", "Name an object like Lead, Case or Task")
                continue
            values = {"QueueId": group_id, "SobjectType": kind.name}
            self._org.store.insert("QueueSobject", values | self.audit("QueueSobject"))
        for number, name in enumerate(queue.members):
            member = self._resolve((*queue.path, "members", number), name)
            if member is not None:
                self._org.store.insert("GroupMember", {"GroupId": group_id, "UserOrGroupId": member})

    def _prepare(self, text: RowText, row_id: str) -> _Prepared | None:
        kind = self._org.schema.object(text.object_name)
        if kind is None:
            return None
        before = len(self._faults.found)
        given = {}
        for name, value in text.values.items():
            if name.lower() != "id":
                given[name] = self._referred(kind, (*text.path, name), name, value)
        if len(self._faults.found) > before:
            return None
        values: dict[str, Any] = {}
        for name, value in given.items():
            self._attempt((*text.path, name), lambda n=name, v=value: values.update(self._read(kind, n, v)))
        return _Prepared(text, kind, row_id, values) if len(self._faults.found) == before else None

    def _read(self, kind: ObjectType, name: str, value: Any) -> dict[str, Any]:
        return read_body(self._org, kind, {name: value}, "", Purpose(creating=True, any_field=True))

    def _referred(self, kind: ObjectType, path: Path, name: str, value: Any) -> Any:
        """A value with "@key" replaced, in reference fields only: a text field may begin with @."""
        field = kind.field(name)
        if field is None or not isinstance(value, str) or not value.startswith("@"):
            return value
        if field.type not in {"reference", "anyType"}:
            return value
        return self._resolve(path, value)

    def _resolve(self, path: Path, name: str) -> str | None:
        if not name.startswith("@"):
            try:
                return normalise(name)
            except ValueError:
                mend = 'Write "@key" with the key of another row, or an id'
                self._faults.add(path, f"{name!r} is neither a reference nor an id", mend)
                return None
        found = self._org.aliases.get(name[1:])
        if found is None:
            mend = did_you_mean(name[1:], list(self._org.aliases))
            self._faults.add(path, f"no row has the key {name[1:]!r}", mend)
        return found

    def _store(self, one: _Prepared) -> None:
        values = dict(one.values)
        if one.kind.name == "User":
            self._complete_user(one.text, values)
        write_rules.add_defaults(one.kind, values)
        self._attempt(one.text.path, lambda: write_rules.prepare(one.kind, None, values))
        if one.kind.has_owner and values.get("OwnerId") is None:
            values["OwnerId"] = self._creator
        self._attempt(one.text.path, lambda: write_rules.check_required(one.kind, values, creating=True))
        self._attempt(one.text.path, lambda: write_rules.check_unique(self._org, one.kind, values, None))
        self._attempt(one.text.path, lambda: write_rules.derive(self._org, one.kind, None, values))
        kept = {name: value for name, value in values.items() if value is not None}
        try:
            self._org.store.insert(one.kind.name, self._audited(one.kind, kept), id=one.id)
        except ValueError:
            self._faults.add((*one.text.path, "Id"), "another row has this id", "Give each row its own")
        else:
            person_accounts.keep_in_step(self._org, one.kind, None, one.id)
            if one.kind.name == "User":
                add_login(self._org, one.id)

    def _audited(self, kind: ObjectType, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values with audit fields: those the world sets (history) win, later ones follow earlier ones."""
        usual = self.audit(kind.name)
        created = values.get("CreatedDate")
        modified = values.get("LastModifiedDate", created)
        told = {"CreatedDate": created, "LastModifiedDate": modified, "SystemModstamp": modified}
        usual |= {name: value for name, value in told.items() if value is not None and name in usual}
        if "CreatedById" in values and "LastModifiedById" in usual:
            usual["LastModifiedById"] = values["CreatedById"]
        return usual | dict(values)

    def _complete_user(self, text: RowText, values: dict[str, Any]) -> None:
        """Fill what Setup would ask for, so that a world need only name a person."""
        name = text.key or f"user{len(self._org.aliases)}"
        is_creator = self._org.aliases.get(name) == self._creator
        profile = SYSTEM_ADMINISTRATOR if is_creator else STANDARD_USER
        organization = self._world.organization
        usual = {
            "Username": f"{name}@local.example",
            "Email": values.get("Username") or f"{name}@local.example",
            "Alias": name[:8],
            "CommunityNickname": name[:40],
            "IsActive": True,
            "UserType": "Standard",
            "TimeZoneSidKey": organization.time_zone,
            "LocaleSidKey": organization.language,
            "LanguageLocaleKey": organization.language,
            "EmailEncodingKey": "UTF-8",
            "ProfileId": self._org.store.rows("Profile", {"Name": profile})[0]["Id"],
        }
        for field, value in usual.items():
            if values.get(field) is None:
                values[field] = value

    def _check_references(self, one: _Prepared) -> None:
        for name, value in one.values.items():
            field = one.kind.fields[name.lower()]
            if field.type == "reference" and value is not None:
                self._check_reference(one, field, str(value))

    def _check_reference(self, one: _Prepared, field: Field, target_id: str) -> None:
        path = (*one.text.path, field.name)
        holder = self._org.schema.object_of_id(target_id)
        if holder is None or holder.name not in field.reference_to:
            kinds = " or ".join(field.reference_to[:4])
            what = f"{field.name} refers to a {holder.name if holder else 'kind of record unknown here'}"
            self._faults.add(path, what, f"It may refer to {kinds}")
        elif self._org.store.count(holder.name, {"Id": target_id}, include_deleted=True) == 0:
            self._faults.add(path, f"there is no {holder.name} with the id {target_id}", "Add it to the world")
        elif field.name == "OwnerId":
            self._check_queue(path, target_id, one.kind.name)

    def _check_queue(self, path: Path, owner_id: str, object_name: str) -> None:
        if owner_id[:3] != "00G":
            return
        if self._org.store.count("QueueSobject", {"QueueId": owner_id, "SobjectType": object_name}) == 0:
            mend = f"Add {object_name!r} to the queue's objects"
            self._faults.add(path, f"this queue does not take {object_name} records", mend)

    def _attempt(self, path: Path, action: Any) -> None:
        try:
            action()
        except OrgError as problem:
            mend = _MEND_OF.get(problem.code, "Mend the value")
            self._faults.add(path, problem.message.rstrip("."), mend)
